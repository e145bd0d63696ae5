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
//!                                  stood down                     ───── HandingOver (look, assign, note) ─────▶ Idle
//! ```
//!
//! `hearing` takes in notifications, `nudging` what the sweep tells, `obeying` what the operator wants, `reading` decides what is asked, `asking` gets the answer, `posting` brings it to the
//! customer, `handing_over` tells a teammate, `settling` ends turns.

mod asking;
mod granting;
mod handing_over;
mod hearing;
mod nudging;
mod obeying;
mod owning;
mod posting;
mod reading;
mod replaying;
mod settling;
mod sourcing;

pub use replaying::{Earlier, ownership_of};

use super::command::{Announcement, Command, Once, Repeatable};
use super::event::{Event, Finding};
use super::grant::GrantKey;
use super::policy::{Policy, ReplyMode};
use super::state::{Asked, Attempt, Call, Phase, Progress, Stage, State, Turn, Workspace};
use crate::fault::{Fault, Whose};
use crate::time::{Millis, UnixMillis};

/// Takes one event in. The state must be on disk, together with the alarm at its [`State::wake_at`], before any of the
/// commands is carried out; each of their results comes back as the next event.
pub fn step(state: State, event: Event, now: UnixMillis, policy: &Policy) -> (State, Vec<Command>) {
    let mut step = Step { state, now, policy, commands: Vec::new() };
    match event {
        Event::Notified(news) => step.hear(news),
        Event::RetryWanted => step.reopen_by_operator(),
        Event::HandOverWanted => step.hand_over_by_operator(),
        Event::Resumed => step.hurry(),
        Event::Woken(mode) => {
            step.hear_mode(mode);
            step.interrupt();
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
    /// Where the workspace could not be asked, turns go by nothing louder than the mode that was heard last, nor than the configured
    /// one. Whoever has heard nothing yet may be too loud, but only towards teammates: without the grant that brings the mode
    /// nothing is asked, and nothing said in public.
    fn hear_mode(&mut self, given: Option<ReplyMode>) {
        if let Phase::Open { .. } = self.state.phase {
            let quieter = self.state.mode_heard.map(|heard| heard.min(self.policy.mode));
            self.state.mode_heard = given.or(quieter);
        }
    }

    /// At a wake-up whatever the state shows as running was ended: what may be repeated is due again, what may not has an
    /// unknown fate. What a grant was given for has a new one: nobody knows for how long nothing ran.
    fn interrupt(&mut self) {
        let Phase::Open { turn, stage } = self.take_phase() else { return };
        let (now, settle) = (self.now, self.policy.settle);
        let stage = match stage {
            Stage::Asking(asked) => {
                self.announce(Announcement::Interrupted);
                asking::recover_unanswered(asked, now)
            }
            Stage::Posting(intent) => {
                self.announce(Announcement::Interrupted);
                posting::settle_unanswered(intent, now, settle)
            }
            // Reading the session may be what ended the process, and no answer is held up for its sources.
            Stage::RecoveringAnswer(Progress::Running(_), Asked { question, heard: Some(answer), .. }, _) => {
                self.announce(Announcement::Interrupted);
                sourcing::send_answer(question, answer, Vec::new(), now)
            }
            mut stage => {
                if let Stage::HandingOver(Progress::Running(_), hand_over) = &mut stage {
                    hand_over.look_before_repeating();
                }
                if let Some(progress) = stage.progress_mut()
                    && let Progress::Running(_) = progress
                {
                    *progress = Progress::Due(now);
                    self.announce(Announcement::Interrupted);
                }
                granting::by_a_new_grant(stage)
            }
        };
        self.open(turn, stage);
    }

    /// Starts what is due.
    fn advance(&mut self) {
        let verified = self.state.workspace == Workspace::Verified(self.policy.credentials.clone());
        let now = self.now;
        let Phase::Open { stage, .. } = &mut self.state.phase else { return };
        if let Stage::Gathering { quiet_until, cap_at } = stage {
            if now < (*quiet_until).min(*cap_at) {
                return;
            }
            let due = Progress::Due(now);
            *stage = if verified { Stage::Reading(due) } else { Stage::Verifying(due) };
        }
        let Some(progress) = stage.progress_mut() else { return };
        match progress {
            Progress::Due(at) if *at <= now => *progress = Progress::Running(now),
            Progress::Due(_) | Progress::Running(_) => return,
        }
        let command = self.command_of_stage();
        self.run(command);
    }

    /// What a stage that has just begun to run wants done.
    fn command_of_stage(&self) -> Repeatable {
        let Phase::Open { stage, turn } = &self.state.phase else { unreachable!("only an open turn has a stage") };
        let session =
            || self.state.session.as_ref().expect("these stages are entered with a session only").uuid.clone();
        match stage {
            Stage::Verifying(_) => Repeatable::VerifyWorkspace,
            Stage::Reading(_) | Stage::Rechecking(..) | Stage::Settling(..) => Repeatable::ReadConversation,
            Stage::SeekingGrant(..) | Stage::RenewingGrant(..) => {
                Repeatable::SeekGrant(GrantKey::new(&self.state, turn))
            }
            Stage::OpeningSession(..) => Repeatable::OpenSession(turn.about.clone()),
            Stage::ReadingSession(..) | Stage::RecoveringAnswer(..) => Repeatable::ReadSession(session()),
            Stage::Discarding(_, _, superseded) => Repeatable::Discard(superseded.message.clone()),
            Stage::CheckingSession(..) => Repeatable::CheckSession(session()),
            Stage::HandingOver(_, hand_over) => self.hand_over_command(hand_over),
            Stage::Gathering { .. } | Stage::Asking(_) | Stage::Posting(_) => {
                unreachable!("these stages have no progress, so they do not begin to run")
            }
        }
    }

    /// Takes a command's result in.
    fn finish(&mut self, attempt: Attempt, finding: Finding) {
        if attempt != self.state.attempt {
            return self.finish_late(attempt, finding);
        }
        let Phase::Open { turn, stage } = self.take_phase() else { return self.finish_late(attempt, finding) };
        match (stage, finding) {
            (Stage::Verifying(_), Finding::Workspace(result)) => self.verified(turn, result),
            (Stage::Reading(_), Finding::Conversation(result, requested_at)) => self.read(turn, result, requested_at),
            (Stage::SeekingGrant(_, question), Finding::Grant(result)) => self.grant_sought(turn, question, result),
            (Stage::RenewingGrant(_, answered), Finding::Grant(result)) => self.grant_renewed(turn, answered, result),
            (Stage::OpeningSession(_, question), Finding::SessionOpened(result)) => {
                self.session_opened(turn, question, result);
            }
            (Stage::ReadingSession(_, question), Finding::SessionMessages(result)) => {
                self.session_read(turn, question, result);
            }
            (Stage::Discarding(_, question, superseded), Finding::Discarded(result)) => {
                self.discarded(turn, question, superseded, result);
            }
            (Stage::Asking(asked), Finding::Answer(result)) => self.answered(turn, asked, result),
            (Stage::CheckingSession(_, question, missing), Finding::SessionChecked(result)) => {
                self.session_checked(turn, question, missing, result);
            }
            (Stage::RecoveringAnswer(progress, asked, ended), Finding::SessionMessages(result)) => {
                self.answer_looked_for(turn, asked, ended, progress.since(self.now), result);
            }
            (Stage::Rechecking(_, answered), Finding::Conversation(result, requested_at)) => {
                self.rechecked(turn, answered, result, requested_at);
            }
            (Stage::Posting(intent), Finding::Posted(result)) => self.posted(turn, intent, result),
            (Stage::Settling(_, intent, ended), Finding::Conversation(result, requested_at)) => {
                self.reply_looked_for(turn, intent, ended, result, requested_at);
            }
            (Stage::HandingOver(_, hand_over), finding) => self.handed_over(turn, hand_over, finding),
            // A notification has ended the turn while its command ran, or nothing asked for this; the stage goes on by its
            // alarm.
            (stage, late) => {
                self.hear_late(attempt, &late);
                self.open(turn, stage);
            }
        }
    }

    /// A result of an earlier command changes nothing, but for one: that the reply stands after all is true whenever it
    /// is heard.
    fn finish_late(&mut self, attempt: Attempt, finding: Finding) {
        let Phase::Open { turn, stage } = self.take_phase() else { return self.hear_late(attempt, &finding) };
        match (stage, finding) {
            (Stage::Settling(_, intent, _), Finding::Posted(Ok(part))) if intent.attempt == attempt => {
                self.delivered(turn, intent, part);
            }
            (stage, late) => {
                self.hear_late(attempt, &late);
                self.open(turn, stage);
            }
        }
    }

    /// Notes a result that nothing waits for any more.
    fn hear_late(&mut self, attempt: Attempt, finding: &Finding) {
        if let Finding::Posted(Ok(part)) = finding {
            if self.state.sent.contains(part) {
                // Its own notification was faster.
                return;
            }
            // Another word under our name was taken for it. It is ours all the same, and answers no later message.
            self.remember_sent(part.clone());
            self.announce(Announcement::LateResult(attempt));
            return self.name_reply(attempt, part);
        }
        self.announce(Announcement::LateResult(attempt));
    }

    /// What came of the comparison of the workspace with the token's. Until it is made nothing else is done: an id means
    /// something else in another workspace.
    fn verified(&mut self, mut turn: Turn, result: Result<crate::intercom::ids::AppId, Fault>) {
        let opened = match result {
            Ok(app) => app,
            Err(fault) => {
                let at = self.again(&mut turn, Call::Verify, fault);
                self.postpone_deadline(&mut turn, at);
                return self.open(turn, Stage::Verifying(Progress::Due(at)));
            }
        };
        self.succeeded(&mut turn, Call::Verify);
        if self.policy.app_id.as_ref().is_some_and(|expected| *expected != opened) {
            self.announce(Announcement::WorkspaceMismatch);
            count_failure(&mut turn, Call::Verify);
            let at = self.hold(&mut turn);
            return self.open(turn, Stage::Verifying(Progress::Due(at)));
        }
        if self.state.app != opened {
            return self.stand_down_foreign();
        }
        self.state.workspace = Workspace::Verified(self.policy.credentials.clone());
        self.open(turn, Stage::Reading(Progress::Due(self.now)));
    }

    /// When a failed call is made again, or that the time for that is over. What the operator must mend has no deadline.
    fn retry(&mut self, turn: &mut Turn, call: Call, fault: Fault) -> Retry {
        let whose = fault.whose();
        let at = self.again(turn, call, fault);
        match whose {
            Whose::Operator => Retry::At(at),
            Whose::FarSide | Whose::Ours if self.now >= turn.deadline => Retry::GiveUp,
            Whose::FarSide | Whose::Ours => Retry::At(at.min(turn.deadline)),
        }
    }

    /// When a failed call is made again that must succeed before anything else can be done.
    fn again(&mut self, turn: &mut Turn, call: Call, fault: Fault) -> UnixMillis {
        count_failure(turn, call);
        if fault.whose() == Whose::Operator {
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
            let told = until.to_millis().since(self.now);
            return told.clamp(Millis::from_seconds(1), RATE_LIMIT_CAP);
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

    fn open(&mut self, turn: Turn, stage: Stage) {
        self.state.phase = Phase::Open { turn, stage };
    }

    fn take_phase(&mut self) -> Phase {
        match &self.state.phase {
            Phase::Open { .. } => std::mem::replace(&mut self.state.phase, Phase::Idle),
            Phase::Idle => Phase::Idle,
            Phase::Deleted => Phase::Deleted,
        }
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

impl Stage {
    /// The progress of the stages that run a repeatable command.
    fn progress_mut(&mut self) -> Option<&mut Progress> {
        match self {
            Self::Verifying(progress)
            | Self::Reading(progress)
            | Self::SeekingGrant(progress, _)
            | Self::OpeningSession(progress, _)
            | Self::ReadingSession(progress, _)
            | Self::Discarding(progress, ..)
            | Self::CheckingSession(progress, ..)
            | Self::RecoveringAnswer(progress, ..)
            | Self::RenewingGrant(progress, _)
            | Self::Rechecking(progress, _)
            | Self::Settling(progress, ..)
            | Self::HandingOver(progress, _) => Some(progress),
            Self::Gathering { .. } | Self::Asking(_) | Self::Posting(_) => None,
        }
    }
}
