//! The audit: conversations are read back from Intercom, every night and on demand, and compared with the ledger.

use super::calls::Calls;
use super::controls::remember;
use super::object::WorkspaceCore;
use super::rows::{self, AUDIT};
use crate::audit::audit;
use crate::audit::run::{AskedBy, AuditRun, AuditStep, Night, at_night, window};
use crate::fault::Fault;
use crate::intercom::answers::{parse_page, parse_thread};
use crate::intercom::ids::ConversationId;
use crate::intercom::pace::Caller;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{BeginAudit, GetAudit};
use crate::objects::host::{Host, Result, Storage};
use crate::objects::outbound::to_intercom;
use crate::settings::Settings;
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::history::Level;
use crate::workspace::ledger::LedgerEntry;
use serde_json::json;

/// What a nightly run looks back on.
const DAY: Millis = Millis::from_hours(24);

/// A turn of which the ledger may not know yet, beyond the time for which it is tried again: the watchdog, reports.
const REPORTING: Millis = Millis::from_minutes(5);

impl<H: Host> Answers<BeginAudit> for WorkspaceCore<H> {
    async fn answer(&self, BeginAudit { length, control }: BeginAudit) -> Result<Option<AuditRun>> {
        let now = self.host.now();
        if self.kept::<AuditRun>(AUDIT)?.is_none_or(|run| run.ended_at.is_some()) {
            self.keep(AUDIT, &begun(AskedBy::Operator, length, now))?;
            remember(&self.host.storage()?, control, now)?;
        }
        // If maintenance is under way, its next run goes on with the audit.
        self.host.storage()?.set_alarm(Some(now))?;
        self.continue_maintenance().await?;
        self.kept(AUDIT)
    }
}

impl<H: Host> Answers<GetAudit> for WorkspaceCore<H> {
    async fn answer(&self, _get: GetAudit) -> Result<Option<AuditRun>> {
        self.kept(AUDIT)
    }
}

impl<H: Host> WorkspaceCore<H> {
    /// Begins the nightly one when its time has come.
    pub(super) fn begin_audit_at_night(&self) -> Result<()> {
        match at_night(self.kept::<AuditRun>(AUDIT)?.as_ref(), self.host.now()) {
            Night::Begins => self.keep(AUDIT, &begun(AskedBy::Night, DAY, self.host.now())),
            Night::Waits => Ok(()),
        }
    }

    /// Goes on with a run that is under way.
    pub(super) async fn go_on_auditing(&self, calls: &mut Calls) -> Result<Option<UnixMillis>> {
        let Some(mut run) = self.kept::<AuditRun>(AUDIT)?.filter(|run| run.ended_at.is_none()) else { return Ok(None) };
        let Ok(settings) = self.host.settings() else { return Ok(None) };
        // What stands before the window is context: whose a conversation was then.
        let since = UnixMillis(run.since.to_millis().0.saturating_sub(DAY.0));
        let ledger = rows::entries(&self.host.storage()?, since)?;
        let more = loop {
            let next = run.next(self.host.now());
            if calls.spent(self.host.now()) && matches!(next, AuditStep::Search(_) | AuditStep::Read(_)) {
                break Some(self.host.now());
            }
            match next {
                AuditStep::End => break None,
                AuditStep::Wait(at) => break Some(at),
                AuditStep::Search(search) => {
                    calls.take();
                    let response =
                        to_intercom(&self.host, &settings.intercom.search(&search), Caller::Background).await;
                    match response.and_then(|response| parse_page(&response)) {
                        Ok(page) => run.page_read(page, self.host.now()),
                        Err(fault) => self.audit_failed(&mut run, &fault),
                    }
                }
                AuditStep::Read(conversation) => {
                    calls.take();
                    self.judge(&mut run, &conversation, &ledger, &settings).await;
                }
            }
        };
        self.keep(AUDIT, &run)?;
        if run.ended_at.is_some() {
            self.log_audit(&run);
        }
        Ok(more)
    }

    async fn judge(
        &self,
        run: &mut AuditRun,
        conversation: &ConversationId,
        ledger: &[LedgerEntry],
        settings: &Settings,
    ) {
        let request = settings.intercom.read_conversation(conversation);
        let response = to_intercom(&self.host, &request, Caller::Background).await;
        let thread = response.and_then(|response| parse_thread(&response, conversation, &settings.intercom.admin));
        match thread {
            Ok(thread) => {
                let own: Vec<_> = ledger.iter().filter(|entry| entry.conversation == *conversation).cloned().collect();
                let open = Millis(settings.policy.answer_deadline.0 + settings.policy.settle.0 + REPORTING.0);
                let fresh_since = UnixSeconds(self.host.now().0.saturating_sub(open.0) / 1_000);
                let window = window(&thread, &own, run.since, fresh_since);
                run.judged(audit(&thread, &own, &settings.policy, &window), self.host.now());
            }
            Err(fault) => self.audit_failed(run, &fault),
        }
    }

    fn audit_failed(&self, run: &mut AuditRun, fault: &Fault) {
        self.host.log(Level::Warn, "audit_call_failed", json!({ "fault": fault.name() }));
        run.failed(fault, self.host.now());
    }

    fn log_audit(&self, run: &AuditRun) {
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
        self.host.log(if found == 0 { Level::Info } else { Level::Error }, "audited", fields);
        for finding in &summary.findings {
            self.host.log(Level::Error, "audit_finding", json!(finding));
        }
    }
}

fn begun(asked_by: AskedBy, length: Millis, now: UnixMillis) -> AuditRun {
    AuditRun::begin(asked_by, UnixSeconds(now.0.saturating_sub(length.0) / 1_000), now)
}
