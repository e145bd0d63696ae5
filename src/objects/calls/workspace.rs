//! What can be asked of the Workspace object.

use crate::audit::run::AuditRun;
use crate::console::attempts::{AttemptVerdict, Client};
use crate::console::session::Salt;
use crate::fault::Fault;
use crate::intercom::ids::AppId;
use crate::objects::ask::{ConversationName, TheWorkspace, calls};
use crate::time::Millis;
use crate::turn::grant::{GrantAnswer, GrantKey};
use crate::turn::policy::ReplyMode;
use crate::workspace::controls::Control;
use crate::workspace::ledger::LedgerEntry;
use crate::workspace::pause::Pause;
use crate::workspace::trouble::Trouble;
use crate::workspace::watchdog::ObjectStatus;
use crate::workspace::webhooks::WebhookDelivery;
use serde::{Deserialize, Serialize};
use serde_json::Value;

calls! {
    /// Everything that is asked of the Workspace object, as it travels.
    WorkspaceCall to TheWorkspace {
        Identify -> Result<AppId, Fault>;
        SeekGrant -> GrantAnswer;
        GetMode -> ReplyMode;
        SetMode -> Value;
        PauseTurns -> Pause;
        ResumeTurns -> ();
        Remember -> ();
        Report -> ();
        ReportMended -> ();
        ReportTurns -> ();
        NoteDelivery -> ();
        Watch -> ();
        Tick -> (), within MAINTENANCE;
        BeginAudit -> Option<AuditRun>, within MAINTENANCE;
        GetAudit -> Option<AuditRun>;
        GetHealth -> Vec<Trouble>;
        GetFigures -> WorkspaceFigures;
        GetMetrics -> Option<String>;
        ListTurns -> PageAnswer;
        ShowTrends -> PageAnswer;
        ListOpen -> OpenConversations;
        JudgeAttempt -> AttemptVerdict;
        GetSalt -> Option<Salt>;
    }
}

/// One run of maintenance, its alert and the call that was under way when its time was over.
const MAINTENANCE: Millis = Millis::from_seconds(60);

/// Which workspace our token opens. Intercom is asked once for each token.
#[derive(Serialize, Deserialize)]
pub struct Identify;

/// May this turn go on? The same turn is counted once.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeekGrant(pub GrantKey);

/// The mode that turns go by.
#[derive(Serialize, Deserialize)]
pub struct GetMode;

/// Sets it in the place of `REPLY_MODE`. The answer is what holds then, ready to be shown.
#[derive(Serialize, Deserialize)]
pub struct SetMode {
    /// The mode; `None` goes back to `REPLY_MODE`.
    pub mode: Option<ReplyMode>,
    /// Who wants it.
    pub control: Control,
}

/// Holds every turn until [`ResumeTurns`].
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct PauseTurns(pub Control);

/// Lets turns go on, and counts the hour anew.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResumeTurns(pub Control);

/// Remembers what an operator did elsewhere.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Remember(pub Control);

/// Something needs the operator. It is reported again as long as it lasts.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Report(pub Trouble);

/// It is over.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportMended(pub Trouble);

/// How turns of a conversation ended. It is reported until it succeeds; each turn is counted once.
#[derive(Serialize, Deserialize)]
pub struct ReportTurns {
    /// Whose turns.
    pub object: ConversationName,
    /// The turns.
    pub turns: Vec<LedgerEntry>,
    /// How the object stands.
    pub status: ObjectStatus,
}

/// A verified delivery of a webhook came.
#[derive(Serialize, Deserialize)]
pub struct NoteDelivery {
    /// The delivery.
    pub delivery: WebhookDelivery,
    /// The object that it left with something open.
    pub opened: Option<(ConversationName, ObjectStatus)>,
}

/// Puts an object that has something open on the watchdog's list.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Watch(pub ConversationName);

/// The cron trigger fired.
#[derive(Serialize, Deserialize)]
pub struct Tick;

/// Begins an audit, unless one is under way.
#[derive(Serialize, Deserialize)]
pub struct BeginAudit {
    /// What customers wrote in this last length of time is judged.
    pub length: Millis,
    /// Who wants it.
    pub control: Control,
}

/// The last audit, or the one under way.
#[derive(Serialize, Deserialize)]
pub struct GetAudit;

/// What the operator must mend.
#[derive(Serialize, Deserialize)]
pub struct GetHealth;

/// The figures of `GET /api/workspace`.
#[derive(Serialize, Deserialize)]
pub struct GetFigures;

/// The figures as Prometheus reads them; `None` where settings are wrong.
#[derive(Serialize, Deserialize)]
pub struct GetMetrics;

/// A page of how turns ended, by the URL that was requested.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListTurns(pub String);

/// How turns ended over a day or a week, by the URL that was requested.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShowTrends(pub String);

/// Conversations with something open, those that have had it longest first.
#[derive(Serialize, Deserialize)]
pub struct ListOpen {
    /// At most so many by name.
    pub most: u32,
}

/// Judges an attempt at the token and counts it if it was wrong.
#[derive(Serialize, Deserialize)]
pub struct JudgeAttempt {
    /// Who tries.
    pub client: Client,
    /// Whether the token was right.
    pub is_right: bool,
}

/// The salt of the console's sessions.
#[derive(Serialize, Deserialize)]
pub struct GetSalt {
    /// An operator with the token signs in. A mere cookie must not make us write: without a salt there was no session.
    pub or_new: bool,
}

/// The answer to [`GetFigures`].
#[derive(Serialize, Deserialize)]
pub struct WorkspaceFigures {
    /// Ready to be shown.
    pub figures: Value,
    /// What the operator must mend.
    pub troubles: Vec<Trouble>,
}

/// A text ready to be shown, unless the request was wrong.
#[derive(Serialize, Deserialize)]
pub enum PageAnswer {
    /// The text.
    Text(String),
    /// A parameter is wrong; this says which.
    BadParameter(String),
    /// Settings are wrong, or Intercom does not say which workspace the token opens.
    Unknown,
}

/// The answer to [`ListOpen`].
#[derive(Serialize, Deserialize)]
pub struct OpenConversations {
    /// How many there are.
    pub total: u64,
    /// Some of them.
    pub objects: Vec<ConversationName>,
}
