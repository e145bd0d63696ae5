//! The client secrets that sign webhooks. They stand apart, so that a webhook is verified while other settings are wrong.

use super::kinds::{self, Kind};
use super::reader::set;
use super::table::{INTERCOM_CLIENT_SECRET, INTERCOM_CLIENT_SECRET_PREVIOUS};
use crate::secret::Secret;

/// `INTERCOM_CLIENT_SECRET`, and during a rotation the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookKeys {
    /// The client secret of the Intercom app.
    pub current: Secret,
    /// The one before the last rotation, while both are in use.
    pub previous: Option<Secret>,
}

impl WebhookKeys {
    /// `None` where no usable `INTERCOM_CLIENT_SECRET` is set: then no webhook can be verified.
    pub fn parse(lookup: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let read = |setting| set(&lookup, setting).and_then(|value| (kind().parse)(&value));
        Some(Self { current: read(&INTERCOM_CLIENT_SECRET)?, previous: read(&INTERCOM_CLIENT_SECRET_PREVIOUS) })
    }

    /// Every secret that a signature may have been made with, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

pub(super) fn kind() -> Kind<Secret> {
    kinds::secret(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn keys(set: &[(&str, &str)]) -> Option<WebhookKeys> {
        WebhookKeys::parse(|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn both_secrets_of_a_rotation_are_known() {
        let keys =
            keys(&[("INTERCOM_CLIENT_SECRET", " new-secret\n"), ("INTERCOM_CLIENT_SECRET_PREVIOUS", "old-secret")]);
        let all: Vec<_> = keys.as_ref().unwrap().all().map(Secret::expose).collect();
        assert_eq!(all, ["new-secret", "old-secret"]);
    }

    #[test]
    fn without_a_current_secret_there_are_no_keys() {
        assert_eq!(keys(&[]), None);
        assert_eq!(keys(&[("INTERCOM_CLIENT_SECRET", "  ")]), None);
        assert_eq!(keys(&[("INTERCOM_CLIENT_SECRET_PREVIOUS", "old-secret")]), None);
    }
}
