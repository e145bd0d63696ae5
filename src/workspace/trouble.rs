//! What needs the operator, in names for programs and in words for people.

use crate::settings::Ingest;
use serde::{Deserialize, Serialize};

/// Something that needs the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Intercom answers 401 or 403.
    IntercomRefusesCredentials,
    /// GPT Trainer answers 401 or 403.
    GptTrainerRefusesCredentials,
    /// `INTERCOM_APP_ID` is not the workspace that the token opens.
    WorkspaceMismatch,
    /// Intercom does not say which workspace the token opens.
    WorkspaceUnverified,
    /// A stored state cannot be read by this program.
    UnreadableState,
    /// Another program writes as the same teammate.
    AnotherProgramAnswers,
    /// The operator has paused the workspace.
    PausedByOperator,
    /// `MAX_REPLIES_PER_HOUR` was reached, and the workspace has paused itself.
    PausedByHourlyLimit,
    /// The operator has switched answering off, in the place of `REPLY_MODE`.
    SwitchedOffByOperator,
    /// Intercom's search cannot be read, so what webhooks lost is not found.
    SweepStuck,
    /// The sweep finds messages, and no webhook comes.
    WebhooksSilent,
    /// The cron trigger does not fire any more.
    CronSilent,
}

/// How bad it is, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Customers are answered, but later or with less certainty.
    Degraded,
    /// They are not, or not as they should be.
    Problem,
}

impl Severity {
    /// In one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Degraded => "degraded",
            Self::Problem => "problem",
        }
    }
}

impl Trouble {
    /// Its stable name.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether it is that everything waits.
    pub fn is_a_pause(self) -> bool {
        matches!(self, Self::PausedByOperator | Self::PausedByHourlyLimit)
    }

    /// How bad it is. Where the sweep is the only way in, a sweep that does not run leaves everybody unanswered.
    pub fn severity(self, ingest: Ingest) -> Severity {
        match self {
            Self::IntercomRefusesCredentials
            | Self::GptTrainerRefusesCredentials
            | Self::WorkspaceMismatch
            | Self::WorkspaceUnverified
            | Self::UnreadableState
            | Self::AnotherProgramAnswers
            | Self::PausedByOperator
            | Self::PausedByHourlyLimit
            | Self::SwitchedOffByOperator => Severity::Problem,
            Self::SweepStuck | Self::CronSilent => match ingest {
                Ingest::Polling => Severity::Problem,
                Ingest::Both | Ingest::Webhook => Severity::Degraded,
            },
            Self::WebhooksSilent => Severity::Degraded,
        }
    }

    /// What it is, and what to do.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::IntercomRefusesCredentials => {
                "Intercom refuses INTERCOM_ACCESS_TOKEN, or the app lacks a permission. Set a valid token with `wrangler secret put INTERCOM_ACCESS_TOKEN`. Messages wait until then."
            }
            Self::GptTrainerRefusesCredentials => {
                "GPT Trainer refuses GPT_TRAINER_API_KEY. Set a valid key with `wrangler secret put GPT_TRAINER_API_KEY`. Messages wait until then."
            }
            Self::WorkspaceMismatch => {
                "INTERCOM_APP_ID is not the workspace of INTERCOM_ACCESS_TOKEN. Correct one of them. Messages wait until then."
            }
            Self::WorkspaceUnverified => {
                "Intercom does not confirm which workspace the token belongs to. Check INTERCOM_API_URL and INTERCOM_VERSION. Messages wait until then."
            }
            Self::UnreadableState => {
                "The stored data of a conversation cannot be read, most likely because a newer version wrote it. Deploy that version again. The conversation's messages wait until then."
            }
            Self::AnotherProgramAnswers => {
                "Another program answers as the same teammate. Switch it off. OneReply counts its answers, so customers do not get two."
            }
            Self::PausedByOperator => {
                "An operator paused replies. Messages wait until an operator resumes, in the console or with `POST /api/resume`."
            }
            Self::PausedByHourlyLimit => {
                "MAX_REPLIES_PER_HOUR was reached, so replies are paused. Find out what sends so many messages, then resume in the console or with `POST /api/resume`. Messages wait until then."
            }
            Self::SwitchedOffByOperator => {
                "An operator switched replies off. Messages are recorded, but customers get no answers. To switch replies on, set the mode to \"configured\" or another mode, in the console or with `POST /api/mode`."
            }
            Self::SweepStuck => {
                "Intercom's search has failed for ten minutes, so messages whose webhook was lost are not found. OneReply keeps trying."
            }
            Self::WebhooksSilent => {
                "No webhooks arrive, although customers write. Check the webhook URL and topics in Intercom's Developer Hub. Intercom suspends webhooks after 7 days of errors. If so, press `Set live`. Until then customers are answered a minute or two later."
            }
            Self::CronSilent => {
                "The cron trigger has not fired for ten minutes, so messages whose webhook was lost are not found. Check the worker's triggers in Cloudflare's dashboard."
            }
        }
    }
}
