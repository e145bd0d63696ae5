//! The audit: conversations are read back from Intercom, every night and on demand, and compared with the ledger.

use super::controls::remember;
use super::rounds::{Calls, More};
use super::rows::{self, AUDIT};
use super::{Answer, WorkspaceObject};
use crate::audit::audit;
use crate::audit::run::{AskedBy, Next, Night, Run, at_night, window};
use crate::edge::log::{Level, line};
use crate::edge::{clock, environment, pacing};
use crate::fault::Fault;
use crate::intercom::answers::{parse_page, parse_thread};
use crate::intercom::ids::ConversationId;
use crate::intercom::pace::Caller;
use crate::settings::Settings;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::workspace::controls::Control;
use crate::workspace::ledger::Entry;
use serde_json::json;
use worker::Result;

/// What a nightly run looks back on; also what is judged where nothing else is wanted.
pub const DAY: Millis = Millis::from_hours(24);

/// A turn of which the ledger may not know yet, beyond the time for which it is tried again: looks after objects, reports.
const REPORTING: Millis = Millis::from_minutes(5);

impl WorkspaceObject {
    /// Begins an audit of what customers wrote in this last length of time, unless one is under way, and goes on with it.
    pub(super) async fn begin_audit(&self, length: Millis, control: Control) -> Result<Answer> {
        if self.kept::<Run>(AUDIT)?.is_none_or(|run| run.ended_at.is_some()) {
            self.keep(AUDIT, &begun(AskedBy::Operator, length))?;
            remember(&self.storage()?, control, clock::now())?;
        }
        // Should a round be under way, the next one goes on with it.
        self.storage()?.set_alarm(Some(clock::now()))?;
        self.go_round(super::Begun::ByAlarm).await?;
        Ok(Answer::Audit(self.kept(AUDIT)?))
    }

    /// Begins the nightly one when its time has come.
    pub(super) fn begin_audit_at_night(&self) -> Result<()> {
        match at_night(self.kept::<Run>(AUDIT)?.as_ref(), clock::now()) {
            Night::Begins => self.keep(AUDIT, &begun(AskedBy::Night, DAY)),
            Night::Waits => Ok(()),
        }
    }

    /// Goes on with a run that is under way.
    pub(super) async fn go_on_auditing(&self, calls: &mut Calls) -> Result<More> {
        let Some(mut run) = self.kept::<Run>(AUDIT)?.filter(|run| run.ended_at.is_none()) else { return Ok(None) };
        let Ok(settings) = environment::settings(&self.env) else { return Ok(None) };
        // What stands before the window is context: whose a conversation was then.
        let since = UnixMillis(run.since.to_millis().0.saturating_sub(DAY.0));
        let ledger = rows::entries(&self.storage()?, since)?;
        let more = loop {
            let next = run.next(clock::now());
            if calls.spent() && matches!(next, Next::Search(_) | Next::Read(_)) {
                break Some(clock::now());
            }
            match next {
                Next::End => break None,
                Next::Wait(at) => break Some(at),
                Next::Search(search) => {
                    calls.take();
                    let response = pacing::send(&settings.intercom.search(&search), Caller::Background).await;
                    match response.and_then(|response| parse_page(&response)) {
                        Ok(page) => run.page_read(page, clock::now()),
                        Err(fault) => audit_failed(&mut run, &fault),
                    }
                }
                Next::Read(conversation) => {
                    calls.take();
                    self.judge(&mut run, &conversation, &ledger, &settings).await;
                }
            }
        };
        self.keep(AUDIT, &run)?;
        if run.ended_at.is_some() {
            tell(&run);
        }
        Ok(more)
    }

    async fn judge(&self, run: &mut Run, conversation: &ConversationId, ledger: &[Entry], settings: &Settings) {
        let response = pacing::send(&settings.intercom.read_conversation(conversation), Caller::Background).await;
        let thread = response.and_then(|response| parse_thread(&response, conversation, &settings.intercom.admin));
        match thread {
            Ok(thread) => {
                let own: Vec<_> = ledger.iter().filter(|entry| entry.conversation == *conversation).cloned().collect();
                let open = Millis(settings.policy.answer_deadline.0 + settings.policy.settle.0 + REPORTING.0);
                let fresh_since = UnixSeconds(clock::now().0.saturating_sub(open.0) / 1_000);
                let window = window(&thread, &own, run.since, fresh_since);
                run.judged(audit(&thread, &own, &settings.policy, &window), clock::now());
            }
            Err(fault) => audit_failed(run, &fault),
        }
    }
}

fn begun(asked_by: AskedBy, length: Millis) -> Run {
    let now = clock::now();
    Run::begin(asked_by, UnixSeconds(now.0.saturating_sub(length.0) / 1_000), now)
}

fn audit_failed(run: &mut Run, fault: &Fault) {
    line(Level::Warn, "audit_call_failed", json!({ "fault": fault.name() }));
    run.failed(fault, clock::now());
}

fn tell(run: &Run) {
    let summary = &run.summary;
    let found = summary.unanswered + summary.answered_twice + summary.over_a_human + summary.ledger_disagrees;
    let fields = json!({
        "conversations": summary.conversations,
        "turns": summary.turns,
        "unread": summary.unread,
        "reach": summary.reach,
        "unanswered": summary.unanswered,
        "answered_twice": summary.answered_twice,
        "over_a_human": summary.over_a_human,
        "ledger_disagrees": summary.ledger_disagrees,
    });
    line(if found == 0 { Level::Info } else { Level::Error }, "audited", fields);
    for finding in &summary.findings {
        line(Level::Error, "audit_finding", json!(finding));
    }
}
