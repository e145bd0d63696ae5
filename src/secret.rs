//! A value that must not be printed.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::fmt;

/// A token or key: never empty, and neither `Debug` nor `Display` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// `None` where the value is empty or blank: an empty key verifies everything and opens nothing.
    pub fn new(value: impl Into<String>) -> Option<Self> {
        let value = value.into();
        (!value.trim().is_empty()).then_some(Self(value))
    }

    /// Whether a value from outside is this one. How long it takes says nothing of where they differ.
    pub fn is(&self, given: &str) -> bool {
        let mac = |value: &str| {
            let mac = Hmac::<Sha1>::new_from_slice(value.as_bytes()).expect("HMAC takes a key of any length");
            mac.chain_update(b"onereply token")
        };
        mac(&self.0).verify_slice(&mac(given).finalize().into_bytes()).is_ok()
    }

    /// The value, for a header or a key only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_value_is_it() {
        let secret = Secret::new("correct horse").unwrap();
        assert!(secret.is("correct horse"));
        for other in ["", "correct hors", "correct horsf", "correct horse ", "Correct horse"] {
            assert!(!secret.is(other), "{other}");
        }
    }
}
