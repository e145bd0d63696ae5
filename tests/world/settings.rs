//! The settings of the worker under test: those of the sandbox, read as the worker reads them.

use onereply::intercom::signature::WebhookSecrets;
use onereply::secret::Secret;
use onereply::settings::Settings;
use std::rc::Rc;

pub const CLIENT_SECRET: &str = "sandbox-client-secret";
pub const ACCESS_TOKEN: &str = "sandbox-access-token";
pub const API_KEY: &str = "sandbox-gpt-key";
pub const INTERCOM_URL: &str = "https://intercom.example";
pub const GPT_TRAINER_URL: &str = "https://gpt-trainer.example/api/v1";

/// Read once: a world costs little, and some tests make thousands.
pub fn settings() -> Rc<Settings> {
    thread_local! {
        static READ: Rc<Settings> = read();
    }
    READ.with(Rc::clone)
}

/// No sweep comes in a story that does not want one.
fn read() -> Rc<Settings> {
    settings_with(|name| (name == "INGEST").then(|| "webhook".to_owned()))
}

/// The same, but for what the operator set.
pub fn settings_with(set: impl Fn(&str) -> Option<String>) -> Rc<Settings> {
    let value = |name: &str| match name {
        "INTERCOM_ACCESS_TOKEN" => Some(ACCESS_TOKEN),
        "INTERCOM_CLIENT_SECRET" => Some(CLIENT_SECRET),
        "GPT_TRAINER_API_KEY" => Some(API_KEY),
        "INTERCOM_ADMIN_ID" => Some("3156780"),
        "CHATBOT_UUID" => Some("14fb60fa7c6c44638d8c01abc90336e2"),
        "INTERCOM_API_URL" => Some(INTERCOM_URL),
        "GPT_TRAINER_API_URL" => Some(GPT_TRAINER_URL),
        _unset => None,
    };
    Rc::new(Settings::parse(|name| set(name).or_else(|| value(name).map(str::to_owned))).unwrap())
}

pub fn secrets() -> WebhookSecrets {
    WebhookSecrets { current: Secret::new(CLIENT_SECRET).unwrap(), previous: None }
}
