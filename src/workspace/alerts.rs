//! Telling the operator what is wrong, where they want to be told (`ALERT_WEBHOOK_URL`): what is wrong now, beside what was told and
//! when, says what to send. Names, counts and times; never words, names of people or secrets.

use crate::audit::run::AuditRun;
use crate::http::{HttpRequest, Method};
use crate::json;
use crate::secret::Secret;
use crate::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Something that is wrong now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its stable name.
    pub problem: String,
    /// What it is, and what to do.
    pub message: String,
    /// Since when, where that is known better than from when it was first seen.
    pub since: Option<UnixMillis>,
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Something is wrong.
    Alert,
    /// Nothing is wrong any more.
    AllClear,
}

/// What was told. It is stored before anything is sent, so an alert may come twice, and is never forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// What is known to be wrong, and since when.
    since: BTreeMap<String, UnixMillis>,
    /// What of it the operator was told.
    reported: Vec<String>,
    /// When anything was sent last.
    sent_at: Option<UnixMillis>,
    /// Whether that has arrived.
    arrival: Arrival,
    /// What that was.
    sent: Option<AlertKind>,
    /// How often in a row it was sent, while it has not arrived.
    tries: u32,
}

/// Whether what was sent has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Arrival {
    #[default]
    Known,
    /// It has not, or nobody knows.
    Unknown,
}

/// A receiver that takes longer is told in the next round; nothing else waits for it for longer.
const LIMIT: Millis = Millis::from_seconds(5);

/// Nothing is sent sooner after what was sent before.
pub const BETWEEN: Millis = Millis::from_minutes(5);

/// An end that does not arrive is sent so often: a receiver that takes everything and never says so in time would be told for ever
/// that all is well.
const MOST_TRIES: u32 = 5;

/// What lasts is told again so often.
pub const REMINDED: Millis = Millis::from_hours(6);

impl Wrong {
    /// Settings are wrong: these.
    pub fn settings(names: &[&str]) -> Self {
        let message = format!(
            "Settings are wrong: {}. Customers are not getting answers until this is fixed. Their messages are stored. See /healthz for details.",
            names.join(", ")
        );
        Self { problem: "settings".to_owned(), message, since: None }
    }

    /// What is stored cannot be read, or nothing be written.
    pub fn storage() -> Self {
        let message = "The worker cannot read or write its storage, so some of its work each minute fails: finding messages whose webhook was lost, the audit, or the report at /healthz. \
            Most likely a newer version wrote the data. Deploy that version again. If that does not help, look for `maintenance_failed` in the log. OneReply tries again every minute.";
        Self { problem: "storage".to_owned(), message: message.to_owned(), since: None }
    }

    /// So many conversations have waited for too long, the first of them since then.
    pub fn waiting(count: u64, since: UnixMillis) -> Self {
        let messages = if count == 1 { "1 message has".to_owned() } else { format!("{count} messages have") };
        let message = format!(
            "{messages} waited five minutes longer than ANSWER_DEADLINE_SECONDS allows. Look in the log for the cause."
        );
        Self { problem: WAITING.to_owned(), message, since: Some(since) }
    }

    /// What the last audit found, if it found anything. Of one that is under way nothing is known yet, so `known` stays.
    pub fn audit(run: &AuditRun, known: &Alerts) -> Option<Self> {
        let found = &run.summary;
        let count = found.unanswered + found.answered_twice + found.over_a_human + found.ledger_disagrees;
        let message = match run.ended_at {
            None => "The last audit found problems. Another audit is running.".to_owned(),
            Some(_) => format!(
                "The last audit found {} unanswered, {} answered twice, {} answered over a teammate, {} where records do not match Intercom. See the console or `GET /api/audit`.",
                found.unanswered, found.answered_twice, found.over_a_human, found.ledger_disagrees
            ),
        };
        let is_wrong = if run.ended_at.is_none() { known.since.contains_key(AUDIT) } else { count > 0 };
        is_wrong.then(|| Self { problem: AUDIT.to_owned(), message, since: None })
    }
}

const WAITING: &str = "turns_wait";
const AUDIT: &str = "audit_found";

/// A turn may be open for so long beyond `ANSWER_DEADLINE_SECONDS`.
pub const BEYOND_DEADLINE: Millis = Millis::from_minutes(5);

impl Alerts {
    /// Reads a stored text. What cannot be read was not told: it is told once more.
    pub fn read(text: Option<&str>) -> Self {
        text.and_then(|text| json::read(text.as_bytes()).ok()).unwrap_or_default()
    }

    /// This is wrong now, and nothing else is.
    pub fn note(&mut self, wrong: &[Wrong], now: UnixMillis) {
        let is_wrong = |problem: &String| wrong.iter().any(|wrong| wrong.problem == *problem);
        self.since.retain(|problem, _| is_wrong(problem));
        for Wrong { problem, since, .. } in wrong {
            let known = self.since.entry(problem.clone()).or_insert(now);
            *known = since.unwrap_or(*known);
        }
        if !wrong.is_empty() {
            // What comes back is news.
            self.reported.retain(is_wrong);
        }
    }

    /// What is to be sent, of what was noted last.
    pub fn due(&self, by_cron: bool, now: UnixMillis) -> Option<AlertKind> {
        let event = if self.since.is_empty() { AlertKind::AllClear } else { AlertKind::Alert };
        let ago = self.sent_at.map(|at| now.since(at));
        let is_due = |length: Millis| ago.is_none_or(|ago| ago >= length);
        let is_new = self.since.keys().any(|problem| !self.reported.contains(problem));
        if self.arrival == Arrival::Unknown {
            let is_another = self.sent.is_some_and(|sent| sent != event);
            let pause = match before_try_after(self.tries) {
                // That may have arrived, so what comes and goes is told no more often than where it has.
                _pause if is_another => BETWEEN,
                pause if is_new => pause.min(BETWEEN),
                pause => pause,
            };
            let is_given_up = event == AlertKind::AllClear && !is_another && self.tries >= MOST_TRIES;
            return (by_cron && is_due(pause) && !is_given_up).then_some(event);
        }
        let is_sent = match event {
            AlertKind::Alert => is_new && is_due(BETWEEN) || is_due(REMINDED),
            AlertKind::AllClear => !self.reported.is_empty() && is_due(BETWEEN),
        };
        is_sent.then_some(event)
    }

    /// It is about to be sent.
    pub fn sending(&mut self, event: AlertKind, now: UnixMillis) {
        let is_again = self.arrival == Arrival::Unknown && self.sent == Some(event);
        self.tries = if is_again { self.tries.saturating_add(1) } else { 1 };
        self.sent = Some(event);
        self.reported = self.since.keys().cloned().collect();
        self.sent_at = Some(now);
        self.arrival = Arrival::Unknown;
    }

    /// It has arrived.
    pub fn arrived(&mut self) {
        self.arrival = Arrival::Known;
        self.tries = 0;
    }

    /// The request that sends it.
    pub fn request(
        &self,
        event: AlertKind,
        wrong: &[Wrong],
        url: &Secret,
        build: &str,
        now: UnixMillis,
    ) -> HttpRequest {
        let form = Form::of(url.expose());
        HttpRequest {
            method: Method::Post,
            url: url.expose().to_owned(),
            headers: vec![("content-type", "application/json".to_owned())],
            body: Some(self.body(event, wrong, form, build, now).to_string()),
            limit: LIMIT,
        }
    }

    /// What is sent, as its receiver reads it.
    fn body(&self, event: AlertKind, wrong: &[Wrong], form: Form, build: &str, now: UnixMillis) -> Value {
        let messages = wrong.iter().map(|wrong| format!("\n• {}", wrong.message));
        let text = match event {
            AlertKind::Alert => format!("OneReply needs your attention:{}", messages.collect::<String>()),
            AlertKind::AllClear => "OneReply: all problems are solved.".to_owned(),
        };
        let problem = |wrong: &Wrong| {
            let since = self.since.get(&wrong.problem);
            json!({ "problem": wrong.problem, "message": wrong.message, "since": since })
        };
        match form {
            Form::Slack => json!({ "text": text }),
            Form::Plain => json!({
                "text": text,
                "event": event,
                "problems": wrong.iter().map(problem).collect::<Vec<_>>(),
                "build": build,
                "at": now,
            }),
        }
    }
}

/// How long nothing is sent after so many tries that did not arrive. A receiver that takes what it is sent and answers too late, or
/// with a redirect, would else be told every minute.
fn before_try_after(tries: u32) -> Millis {
    Millis::from_minutes(match tries {
        // The next round of the cron, which comes in a minute.
        0 | 1 => 0,
        2 => 2,
        3 => 5,
        4 => 15,
        _more => 60,
    })
}

/// What a receiver understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Slack's incoming webhooks refuse fields that they do not know.
    Slack,
    /// Everything that there is to be told.
    Plain,
}

impl Form {
    /// Of the receiver at this address.
    fn of(url: &str) -> Self {
        let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', ':']).next());
        if host.is_some_and(|host| host.eq_ignore_ascii_case("hooks.slack.com")) { Self::Slack } else { Self::Plain }
    }
}

#[cfg(test)]
mod tests;
