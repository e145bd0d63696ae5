//! The client secrets that sign webhooks. They stand apart, so that a webhook is verified while other settings are wrong.

use super::kinds::{self, SettingKind};
use super::reader::set;
use super::table::{INTERCOM_CLIENT_SECRET, INTERCOM_CLIENT_SECRET_PREVIOUS};
use crate::intercom::signature::WebhookSecrets;
use crate::secret::Secret;

/// `None` where no usable `INTERCOM_CLIENT_SECRET` is set: then no webhook can be verified.
pub fn webhook_secrets(lookup: impl Fn(&str) -> Option<String>) -> Option<WebhookSecrets> {
    let read = |setting| set(&lookup, setting).and_then(|value| (kind().parse)(&value));
    Some(WebhookSecrets { current: read(&INTERCOM_CLIENT_SECRET)?, previous: read(&INTERCOM_CLIENT_SECRET_PREVIOUS) })
}

pub(super) fn kind() -> SettingKind<Secret> {
    kinds::secret(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn secrets(set: &[(&str, &str)]) -> Option<WebhookSecrets> {
        webhook_secrets(|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn both_secrets_of_a_rotation_are_known() {
        let set = [("INTERCOM_CLIENT_SECRET", " new-secret\n"), ("INTERCOM_CLIENT_SECRET_PREVIOUS", "old-secret")];
        let both = WebhookSecrets { current: Secret::new("new-secret").unwrap(), previous: Secret::new("old-secret") };
        assert_eq!(secrets(&set), Some(both));
    }

    #[test]
    fn without_a_current_secret_there_is_none() {
        assert_eq!(secrets(&[]), None);
        assert_eq!(secrets(&[("INTERCOM_CLIENT_SECRET", "  ")]), None);
        assert_eq!(secrets(&[("INTERCOM_CLIENT_SECRET_PREVIOUS", "old-secret")]), None);
    }
}
