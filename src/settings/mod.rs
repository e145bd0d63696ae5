//! The operator's settings, read and checked in one place. A wrong one is a clear [`Problem`], never a guess.

mod alert_url;
mod console_token;
mod credentials;
mod kinds;
mod policy;
mod problem;
mod reader;
mod table;
mod url;
mod webhook_secrets;

pub use alert_url::alert_url;
pub use console_token::console_token;
pub use problem::{Problem, ShownValue};
pub use table::{Presence, SETTINGS, Setting};
pub use webhook_secrets::webhook_secrets;

use self::kinds::{SettingKind, number_id, one_of, secret, whole};
use self::reader::Reader;
use crate::gpt_trainer::ids::ChatbotUuid;
use crate::gpt_trainer::requests::GptTrainerAccount;
use crate::intercom::ids::AdminId;
use crate::intercom::requests::Account;
use crate::secret::Secret;
use crate::time::Millis;
use crate::turn::policy::Policy;

/// All settings, each of them valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How to reach Intercom, and as whom.
    pub intercom: Account,
    /// How to reach GPT Trainer.
    pub gpt_trainer: GptTrainerAccount,
    /// `INGEST`.
    pub ingest: Ingest,
    /// `BACKLOG_MINUTES`.
    pub backlog: Millis,
    /// `RETENTION_DAYS`.
    pub retention: Millis,
    /// What the turn machine decides by.
    pub policy: Policy,
    /// `CONSOLE_TOKEN`; without it the console does not exist.
    pub console_token: Option<Secret>,
    /// `ALERT_WEBHOOK_URL`; without it nobody is told of what is wrong.
    pub alert_url: Option<Secret>,
}

/// How messages come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ingest {
    /// By webhook only: what both of Intercom's attempts lose stays lost.
    Webhook,
    /// By the sweep only; no client secret is needed.
    Polling,
    /// By webhook, and the sweep finds what was lost.
    Both,
}

impl Settings {
    /// Reads the settings through `lookup`, which knows the environment. An empty or blank value counts as unset.
    ///
    /// # Errors
    /// Every problem there is, in the order of [`SETTINGS`] as far as possible.
    pub fn parse(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(lookup);
        let settings = read(&mut reader);
        let problems = reader.into_problems();
        match settings {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => Err(problems),
        }
    }
}

/// Reads everything before it gives up on anything, so that no problem hides another.
fn read(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Settings> {
    let token = reader.needed(&table::INTERCOM_ACCESS_TOKEN, secret(1));
    let client_secret = reader.optional(&table::INTERCOM_CLIENT_SECRET, webhook_secrets::kind());
    let previous = reader.optional(&table::INTERCOM_CLIENT_SECRET_PREVIOUS, webhook_secrets::kind());
    let key = reader.needed(&table::GPT_TRAINER_API_KEY, secret(1));
    let console_token = reader.optional(&table::CONSOLE_TOKEN, console_token::kind());
    let alert_url = reader.optional(&table::ALERT_WEBHOOK_URL, alert_url::kind());
    let admin = reader.needed(&table::INTERCOM_ADMIN_ID, number_id("the ID of a teammate"));
    let chatbot = reader.needed(&table::CHATBOT_UUID, chatbot_uuid());
    let intercom_url = reader.needed(&table::INTERCOM_API_URL, url::base_url());
    let version = reader.needed(&table::INTERCOM_VERSION, intercom_version());
    let gpt_trainer_url = reader.needed(&table::GPT_TRAINER_API_URL, url::base_url());
    let ingest = reader.needed(&table::INGEST, one_of(INGEST));
    let backlog = reader.needed(&table::BACKLOG_MINUTES, whole(0..=43_200).map(Millis::from_minutes));
    let retention =
        reader.needed(&table::RETENTION_DAYS, whole(1..=3_650).map(|days: u64| Millis::from_hours(days * 24)));

    if client_secret == Some(None) && ingest != Some(Ingest::Polling) {
        reader.missing(
            &table::INTERCOM_CLIENT_SECRET,
            "the client secret of your Intercom app, unless INGEST is polling",
        );
    }
    let intercom = match (intercom_url, version, token, admin.and_then(AdminId::new)) {
        (Some(api_url), Some(version), Some(token), Some(admin)) => Some(Account { api_url, version, token, admin }),
        _ => None,
    };
    let ourselves = intercom.as_ref().map(|account| account.admin.clone());
    let credentials = intercom.as_ref().map(|account| credentials::print(&account.token));
    let policy = policy::read(reader, ourselves, credentials);
    previous?;
    Some(Settings {
        intercom: intercom?,
        gpt_trainer: GptTrainerAccount { api_url: gpt_trainer_url?, key: key?, chatbot: chatbot? },
        ingest: ingest?,
        backlog: backlog?,
        retention: retention?,
        policy: policy?,
        console_token: console_token?,
        alert_url: alert_url?,
    })
}

const INGEST: &[(&str, Ingest)] = &[("webhook", Ingest::Webhook), ("polling", Ingest::Polling), ("both", Ingest::Both)];

fn chatbot_uuid() -> SettingKind<ChatbotUuid> {
    // Documented examples have 32 hexadecimal digits; resellers' hosts are not known to keep to that.
    SettingKind::new("the chatbot's UUID from GPT Trainer: only letters, digits and dashes", |value| {
        let fits = value.len() <= 64 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| ChatbotUuid(value.to_owned()))
    })
}

fn intercom_version() -> SettingKind<String> {
    SettingKind::new("a version such as 2.16, or Preview", |value| {
        let part = |digits: &str| (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if value.eq_ignore_ascii_case("preview") {
            return Some("Preview".to_owned());
        }
        value.split_once('.').is_some_and(|(major, minor)| part(major) && part(minor)).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests;
