//! The turn machine: from a state and an event to the next state and what is to be done.
//!
//! ```text
//!                 ┌───────────── a newer message: at most two more questions ─────────────┐
//!                 ▼                                                                       │
//! Idle ─▶ Gathering ─▶ (Verifying) ─▶ Reading ─▶ grant, session ─▶ Asking ─▶ Rechecking ──┴─▶ Posting ─▶ Idle
//!                                        │                            │          ▲   │           │
//!                                        │             unknown fate:  ▼          │   │           ▼ unknown fate
//!                                        │                      RecoveringAnswer ┘   │        Settling ─▶ Idle
//!                                        ▼                            ▼              ▼           ▼
//!                                  stood down              ── HandingOver (look, assign, note, message) ──▶ Idle
//! ```
//!
//! `hearing` takes in webhooks, `nudging` what the sweep tells, `obeying` what the operator wants, `reading` decides what is asked,
//! `asking` gets the answer, `posting` brings it to the customer, `handing_over` tells a teammate, `telling` the customer of that,
//! `settling` ends turns. Each handler of an open turn returns where it goes: [`Next`].

mod asking;
mod granting;
mod handing_over;
mod next;
mod nudging;
mod obeying;
mod owning;
mod posting;
mod reading;
mod replaying;
mod reporting;
mod settling;
mod telling;

pub use replaying::{Earlier, ownership_of};

use self::next::Next;
use super::command::{Announcement, Command, Once, Repeatable};
use super::event::{CommandResult, Event};
use super::grant::GrantKey;
use super::outcome::{Outcome, StandDownReason};
use super::policy::{Policy, ReplyMode};
use super::state::{Attempt, Call, Ended, HandOverStep, Open, Phase, Progress, Stage, State, Turn, WorkspaceCheck};
use crate::fault::{Fault, Owner};
use crate::intercom::ids::AppId;
use crate::time::{Millis, UnixMillis};

/// Takes one event in. The state must be on disk, together with the alarm at its [`State::wake_at`], before any of the
/// commands is carried out; each of their results comes back as the next event.
pub fn step(state: State, event: Event, now: UnixMillis, policy: &Policy) -> (State, Vec<Command>) {
    let mut step = Step { state, now, policy, commands: Vec::new() };
    match event {
        Event::Reported(event) => step.report(event),
        Event::RetryRequested => step.reopen_by_operator(),
        Event::HandOverRequested => step.hand_over_by_operator(),
        Event::Resumed => step.hurry(),
        Event::Woken(mode) => {
            step.take_mode(mode);
            step.move_on(Step::interrupt);
            step.obey();
            step.advance();
        }
        Event::Finished(attempt, finding) => {
            step.finish(attempt, finding);
            step.obey();
            step.advance();
        }
    }
    (step.state, step.commands)
}

/// One step under way.
struct Step<'a> {
    state: State,
    now: UnixMillis,
    policy: &'a Policy,
    commands: Vec<Command>,
}

impl Step<'_> {
    /// Where the workspace could not be asked, turns go by nothing louder than the mode that was learnt last, nor than the configured
    /// one. A conversation without any answer yet may be too loud, but only towards teammates: without the grant that brings the mode
    /// nothing is asked, and nothing said in public.
    fn take_mode(&mut self, given: Option<ReplyMode>) {
        if let Phase::Open { .. } = self.state.phase {
            let quieter = self.state.last_mode.map(|heard| heard.min(self.policy.mode));
            self.state.last_mode = given.or(quieter);
        }
    }

    /// Gives the open turn to a handler that decides where it goes.
    fn move_on(&mut self, decide: impl FnOnce(&mut Self, Open) -> Next) {
        match std::mem::replace(&mut self.state.phase, Phase::Idle) {
            Phase::Open(open) => match decide(self, open) {
                Next::Open(open) => self.state.phase = Phase::Open(open),
                Next::End(outcome, covers) => self.settle(outcome, covers.as_ref()),
                Next::Rest => self.begin_turn_if_needed(),
            },
            phase @ (Phase::Idle | Phase::Deleted) => self.state.phase = phase,
        }
    }

    /// At a wake-up whatever the state shows as running was ended: what may be repeated is due again, what may not has an
    /// unknown fate. What a grant was given for has a new one: nobody knows for how long nothing ran.
    fn interrupt(&mut self, open: Open) -> Next {
        let Open { turn, progress, stage } = open;
        let Progress::Running(_) = progress else {
            return Next::Open(Open { turn, progress, stage: granting::by_a_new_grant(stage) });
        };
        self.announce(Announcement::Interrupted);
        let (now, settled_at) = (self.now, self.now.after(self.policy.settle));
        match stage {
            Stage::Asking(asked) => turn.due(Stage::RecoveringAnswer(asked, Ended::Unanswered), now),
            // It may have been sent at the last moment, so the wait begins now.
            Stage::Posting(draft, intent) => turn.due(Stage::Settling(draft, intent, Ended::Unanswered), settled_at),
            // Reading the session may be what ended the process, and no answer is held up for its sources.
            Stage::ReadingSources(answer) => turn.send(answer, Vec::new(), now),
            Stage::HandingOver(hand_over) => {
                let at = if let HandOverStep::Post(_) = hand_over.step { settled_at } else { now };
                turn.due(Stage::HandingOver(hand_over.look_before_repeating()), at)
            }
            repeatable => turn.due(granting::by_a_new_grant(repeatable), now),
        }
    }

    /// Starts what is due.
    fn advance(&mut self) {
        let (now, verified) = (self.now, self.is_verified());
        let Phase::Open(open) = &mut self.state.phase else { return };
        if !matches!(open.progress, Progress::Due(at) if at <= now) {
            return;
        }
        if let Stage::Gathering { .. } = open.stage {
            open.stage = if verified { Stage::Reading } else { Stage::Verifying };
        }
        open.progress = Progress::Running(now);
        let command = self.command_of_stage();
        self.run(command);
    }

    /// Whether the workspace is known to be the token's. Until then nothing else is done: an id means something else in another one.
    fn is_verified(&self) -> bool {
        self.state.workspace == WorkspaceCheck::Verified(self.policy.credentials.clone())
    }

    /// What a stage that has just begun to run wants done.
    fn command_of_stage(&self) -> Repeatable {
        let Phase::Open(Open { turn, stage, .. }) = &self.state.phase else {
            unreachable!("only an open turn has a stage")
        };
        let session =
            || self.state.session.as_ref().expect("these stages are entered with a session only").uuid.clone();
        match stage {
            Stage::Verifying => Repeatable::VerifyWorkspace,
            Stage::Reading | Stage::Rechecking(_) | Stage::Settling(..) => Repeatable::ReadConversation,
            Stage::SeekingGrant | Stage::RenewingGrant(_) => Repeatable::SeekGrant(GrantKey::new(&self.state, turn)),
            Stage::OpeningSession => Repeatable::OpenSession(turn.about.clone()),
            Stage::ReadingSession | Stage::RecoveringAnswer(..) | Stage::ReadingSources(_) => {
                Repeatable::ReadSession(session())
            }
            Stage::Discarding(superseded) => Repeatable::Discard(superseded.message.clone()),
            Stage::HandingOver(hand_over) => self.command_of_hand_over(turn, hand_over),
            Stage::Gathering { .. } | Stage::Asking(_) | Stage::Posting(..) => {
                unreachable!("a quiet window has no command, and what is done once runs from the beginning")
            }
        }
    }

    /// Takes a command's result in.
    fn finish(&mut self, attempt: Attempt, finding: CommandResult) {
        match (&self.state.phase, attempt == self.state.attempt) {
            (Phase::Open(_), true) => self.move_on(|step, open| step.found(open, attempt, finding)),
            (Phase::Open(_), false) => self.move_on(|step, open| step.found_late(open, attempt, finding)),
            (Phase::Idle | Phase::Deleted, _) => self.late_result(attempt, &finding),
        }
    }

    fn found(&mut self, open: Open, attempt: Attempt, finding: CommandResult) -> Next {
        let Open { turn, progress, stage } = open;
        match (stage, finding) {
            (Stage::Verifying, CommandResult::Workspace(result)) => self.verified(turn, result),
            (Stage::Reading, CommandResult::Conversation(result, requested_at)) => {
                self.read(turn, result, requested_at)
            }
            (Stage::SeekingGrant, CommandResult::Grant(result)) => self.grant_sought(turn, result),
            (Stage::OpeningSession, CommandResult::SessionOpened(result)) => self.session_opened(turn, result),
            (Stage::ReadingSession, CommandResult::SessionMessages(result)) => self.session_read(turn, result),
            (Stage::Discarding(superseded), CommandResult::Discarded(result)) => {
                self.discarded(turn, superseded, result)
            }
            (Stage::Asking(asked), CommandResult::Answer(result)) => self.answered(turn, asked, result),
            (Stage::RecoveringAnswer(asked, ended), CommandResult::SessionMessages(result)) => {
                self.answer_looked_for(turn, asked, ended, progress.since(self.now), result)
            }
            (Stage::ReadingSources(answer), CommandResult::SessionMessages(result)) => {
                self.sources_read(turn, answer, result)
            }
            (Stage::RenewingGrant(draft), CommandResult::Grant(result)) => self.grant_renewed(turn, draft, result),
            (Stage::Rechecking(draft), CommandResult::Conversation(result, requested_at)) => {
                self.rechecked(turn, draft, result, requested_at)
            }
            (Stage::Posting(draft, intent), CommandResult::Posted(result)) => self.posted(turn, draft, intent, result),
            (Stage::Settling(draft, intent, ended), CommandResult::Conversation(result, requested_at)) => {
                self.reply_looked_for(turn, draft, intent, ended, result, requested_at)
            }
            (Stage::HandingOver(hand_over), finding) => self.handed_over(turn, hand_over, finding),
            // A webhook has ended the turn while its command ran, or nothing asked for this; the stage goes on by its alarm.
            (stage, late) => {
                self.late_result(attempt, &late);
                Next::Open(Open { turn, progress, stage })
            }
        }
    }

    /// A result of an earlier command changes nothing, except one: that a post stands after all is true whenever it is heard.
    fn found_late(&mut self, open: Open, attempt: Attempt, finding: CommandResult) -> Next {
        if let CommandResult::Posted(Ok(part)) = &finding
            && let Some((intent, message_of)) = open.stage.intent()
            && intent.attempt == attempt
        {
            let delivery = intent.delivery;
            return self.delivered(open.turn, delivery, message_of, part.clone());
        }
        self.late_result(attempt, &finding);
        Next::Open(open)
    }

    /// Notes a result that nothing waits for any more.
    fn late_result(&mut self, attempt: Attempt, finding: &CommandResult) {
        if let CommandResult::Posted(Ok(part)) = finding {
            if self.state.sent.contains(part) {
                // Its own webhook was faster.
                return;
            }
            // Another word under our name was taken for it. It is ours all the same, and answers no later message.
            self.remember_sent(part.clone());
            self.announce(Announcement::LateResult(attempt));
            return self.name_reply(attempt, part);
        }
        self.announce(Announcement::LateResult(attempt));
    }

    fn verified(&mut self, mut turn: Turn, result: Result<AppId, Fault>) -> Next {
        let opened = match result {
            Ok(app) => app,
            Err(fault) => {
                let at = self.again(&mut turn, Call::VerifyWorkspace, fault);
                self.postpone_deadline(&mut turn, at);
                return turn.due(Stage::Verifying, at);
            }
        };
        self.succeeded(&mut turn, Call::VerifyWorkspace);
        if self.policy.app_id.as_ref().is_some_and(|expected| *expected != opened) {
            self.announce(Announcement::WorkspaceMismatch);
            count_failure(&mut turn, Call::VerifyWorkspace);
            let at = self.hold(&mut turn);
            return turn.due(Stage::Verifying, at);
        }
        if self.state.app != opened {
            // Acknowledged, recorded, never answered.
            return Next::End(Outcome::StoodDown(StandDownReason::ForeignWorkspace), None);
        }
        self.state.workspace = WorkspaceCheck::Verified(self.policy.credentials.clone());
        turn.due(Stage::Reading, self.now)
    }

    /// When a failed call is made again, or that the time for that is over. What the operator must mend has no deadline.
    fn retry(&mut self, turn: &mut Turn, call: Call, fault: Fault) -> Retry {
        let owner = fault.owner();
        let at = self.again(turn, call, fault);
        match owner {
            Owner::Operator => Retry::At(at),
            Owner::FarSide | Owner::Ours if self.now >= turn.deadline => Retry::GiveUp,
            Owner::FarSide | Owner::Ours => Retry::At(at.min(turn.deadline)),
        }
    }

    /// When a failed call is made again that must succeed before anything else can be done.
    fn again(&mut self, turn: &mut Turn, call: Call, fault: Fault) -> UnixMillis {
        count_failure(turn, call);
        if fault.owner() == Owner::Operator {
            turn.refused_by = Some(call.service());
            self.announce(Announcement::CredentialsRefused(call.service(), fault));
            return self.hold(turn);
        }
        let at = self.now.after(self.pause_after(&fault, turn.failures));
        self.announce(Announcement::Failed(call.service(), fault));
        at
    }

    /// Waits for the operator, slowly. The deadline begins anew when that is over.
    fn hold(&self, turn: &mut Turn) -> UnixMillis {
        let at = self.now.after(doubled(OPERATOR_PAUSE, turn.failures, OPERATOR_PAUSE_CAP));
        self.postpone_deadline(turn, at);
        at
    }

    fn postpone_deadline(&self, turn: &mut Turn, until: UnixMillis) {
        turn.deadline = turn.deadline.max(until.after(self.policy.answer_deadline));
    }

    /// How long to pause after a failure that waiting may mend.
    fn pause_after(&self, fault: &Fault, failures: u32) -> Millis {
        if let Fault::RateLimited { until: Some(until) } = fault {
            let pause = until.to_millis().since(self.now);
            return pause.clamp(Millis::from_seconds(1), RATE_LIMIT_CAP);
        }
        doubled(RETRY_PAUSE, failures, RETRY_PAUSE_CAP)
    }

    /// A call was answered as it should be. Only the success of the call that failed ends its failures: a post that is
    /// refused again and again has a successful read before each try.
    fn succeeded(&mut self, turn: &mut Turn, call: Call) {
        if turn.failing != Some(call) {
            return;
        }
        turn.failing = None;
        turn.failures = 0;
        if let Some(service) = turn.refused_by.take() {
            self.announce(Announcement::CredentialsAccepted(service));
        }
    }

    fn run(&mut self, command: Repeatable) {
        let attempt = self.next_attempt();
        self.commands.push(Command::Repeatable(attempt, command));
    }

    fn run_once(&mut self, attempt: Attempt, command: Once) {
        self.commands.push(Command::Once(attempt, command));
    }

    fn next_attempt(&mut self) -> Attempt {
        self.state.attempt = Attempt(self.state.attempt.0 + 1);
        self.state.attempt
    }

    fn announce(&mut self, announcement: Announcement) {
        self.commands.push(Command::Announce(announcement));
    }
}

/// One more failure of this call.
fn count_failure(turn: &mut Turn, call: Call) {
    if turn.failing != Some(call) {
        turn.failing = Some(call);
        turn.failures = 0;
    }
    turn.failures = turn.failures.saturating_add(1);
}

/// What to do after a failure.
enum Retry {
    /// Try again at this time.
    At(UnixMillis),
    /// The deadline has passed.
    GiveUp,
}

/// The first pause after a failure that waiting may mend; it doubles up to the cap.
const RETRY_PAUSE: Millis = Millis::from_seconds(1);
const RETRY_PAUSE_CAP: Millis = Millis::from_seconds(60);
/// The first pause after a failure that the operator must mend; it doubles up to the cap.
const OPERATOR_PAUSE: Millis = Millis::from_seconds(10);
const OPERATOR_PAUSE_CAP: Millis = Millis::from_seconds(300);
/// Intercom's windows have ten seconds; a reset that lies further ahead than this is a clock that differs.
const RATE_LIMIT_CAP: Millis = Millis::from_seconds(60);

/// `pause`, doubled with each failure after the first, at most `cap`.
fn doubled(pause: Millis, failures: u32, cap: Millis) -> Millis {
    let doublings = failures.saturating_sub(1).min(16);
    Millis(pause.0.saturating_mul(1 << doublings)).min(cap)
}
