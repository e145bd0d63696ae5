//! Where alerts go. It stands apart, so that the operator can be told while other settings are wrong.

use super::kinds::SettingKind;
use super::reader::set;
use super::table::ALERT_WEBHOOK_URL;
use super::url::secret_address;
use crate::secret::Secret;

/// `ALERT_WEBHOOK_URL`; `None` where no usable one is set: then no alert is sent. Anyone with such an address can write to it, so it
/// is a secret.
pub fn alert_url(lookup: impl Fn(&str) -> Option<String>) -> Option<Secret> {
    set(lookup, &ALERT_WEBHOOK_URL).and_then(|value| (kind().parse)(&value))
}

pub(super) fn kind() -> SettingKind<Secret> {
    secret_address()
}
