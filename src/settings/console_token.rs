//! The token of the console and its API. It stands apart, so that they can be reached while other settings are wrong.

use super::kinds::{SettingKind, secret};
use super::reader::set;
use super::table::CONSOLE_TOKEN;
use crate::secret::Secret;

/// `CONSOLE_TOKEN`; `None` where no usable one is set: then neither console nor API exists.
pub fn console_token(lookup: impl Fn(&str) -> Option<String>) -> Option<Secret> {
    set(lookup, &CONSOLE_TOKEN).and_then(|value| (kind().parse)(&value))
}

pub(super) fn kind() -> SettingKind<Secret> {
    secret(8)
}
