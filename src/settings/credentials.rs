//! What tells one access token from another.

use crate::secret::Secret;
use crate::turn::policy::CredentialsPrint;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The first 8 hex digits of an HMAC under the token: enough to notice another token, too few to guess this one by.
pub(super) fn print(token: &Secret) -> CredentialsPrint {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(b"onereply credentials");
    let mut print = hex::encode(mac.finalize().into_bytes());
    print.truncate(8);
    CredentialsPrint(print)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn credentials_print_format_unchanged() {
        let token = Secret::new("sandbox-access-token").unwrap();
        assert_eq!(print(&token), CredentialsPrint("bd5d107c".to_owned()));
    }
}
