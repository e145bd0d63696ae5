//! Asking whether the turn may go on: before the question, which costs money, and before the second read. Each further try of
//! either asks again, so that a pause holds it back as well.

use super::{Next, Retry, Step, doubled};
use crate::fault::Fault;
use crate::time::{Millis, UnixMillis};
use crate::turn::command::Announcement;
use crate::turn::grant::{Grant, GrantAnswer};
use crate::turn::outcome::HandOverReason;
use crate::turn::policy::ReplyMode;
use crate::turn::state::{Call, Draft, HandOver, HandOverStep, Phase, Progress, Stage, Turn, Waiting};

/// How soon a paused turn asks again by itself; it doubles up to the cap. Once the workspace goes on, turns are told.
const PAUSE_LOOK: Millis = Millis::from_seconds(15);
const PAUSE_LOOK_CAP: Millis = Millis::from_minutes(5);
/// The clocks of two objects may differ, so what the other says is taken within bounds.
const LONGEST_WAIT: Millis = Millis::from_seconds(60);

impl Step<'_> {
    /// Leads to the question, not before `at`. What the question must wait for is waited for here: nothing but calls stands
    /// between a grant and its use.
    pub(super) fn seek_grant(&self, turn: Turn, at: UnixMillis) -> Next {
        turn.due(Stage::SeekingGrant, at.max(self.free_at()))
    }

    pub(super) fn grant_sought(&mut self, mut turn: Turn, result: Result<GrantAnswer, Fault>) -> Next {
        match self.granted(&mut turn, result) {
            // Much may have happened while it waited, and meanwhile it may have been switched off.
            May::GoOn if turn.waiting.take().is_some() || self.state.mode(self.policy) == ReplyMode::Off => {
                turn.read_at(self.now)
            }
            May::GoOn => self.prepare_session(turn),
            May::AskAt(at) => turn.due(Stage::SeekingGrant, at),
            May::NotBeKnown => self.hand_over(turn, HandOverReason::GrantUnavailable, None),
        }
    }

    pub(super) fn grant_renewed(&mut self, mut turn: Turn, draft: Draft, result: Result<GrantAnswer, Fault>) -> Next {
        match self.granted(&mut turn, result) {
            May::GoOn => {
                turn.waiting = None;
                turn.due(Stage::Rechecking(draft), self.now)
            }
            May::AskAt(at) => turn.due(Stage::RenewingGrant(draft), at),
            May::NotBeKnown => self.hand_over(turn, HandOverReason::GrantUnavailable, Some(draft.answer)),
        }
    }

    pub(super) fn granted(&mut self, turn: &mut Turn, result: Result<GrantAnswer, Fault>) -> May {
        let answer = match result {
            Ok(answer) => answer,
            Err(fault) => {
                return match self.retry(turn, Call::SeekGrant, fault) {
                    Retry::At(at) => May::AskAt(at),
                    Retry::GiveUp => May::NotBeKnown,
                };
            }
        };
        self.succeeded(turn, Call::SeekGrant);
        self.state.last_mode = Some(answer.mode);
        turn.known_texts.rate_limit_message = answer.rate_limit_message;
        let (waiting, at) = match answer.grant {
            Grant::Given => return May::GoOn,
            Grant::WaitUntil(until) => {
                let wait = until.since(self.now).clamp(Millis::from_seconds(1), LONGEST_WAIT);
                (Waiting::Budget, self.now.after(wait))
            }
            Grant::Paused => {
                let looks = if turn.waiting == Some(Waiting::Paused) { turn.looks.saturating_add(1) } else { 1 };
                (Waiting::Paused, self.now.after(doubled(PAUSE_LOOK, looks.into(), PAUSE_LOOK_CAP)))
            }
        };
        // It is not the turn's fault.
        self.postpone_deadline(turn, at);
        self.wait_for(turn, waiting);
        turn.looks = turn.looks.saturating_add(1);
        May::AskAt(at)
    }

    /// The workspace goes on: a turn that waits for that asks again now.
    pub(super) fn hurry(&mut self) {
        let now = self.now;
        let Phase::Open(open) = &mut self.state.phase else { return };
        if let (Some(Waiting::Paused | Waiting::Budget), Progress::Due(at)) = (open.turn.waiting, &mut open.progress) {
            *at = now.min(*at);
        }
    }

    /// Says once for what the turn waits.
    pub(super) fn wait_for(&mut self, turn: &mut Turn, waiting: Waiting) {
        if turn.waiting.replace(waiting) != Some(waiting) {
            turn.looks = 0;
            self.announce(Announcement::Waits(waiting));
        }
    }
}

/// The stage in which the grant is asked for that this one was entered by; any other as it is.
pub(super) fn by_a_new_grant(stage: Stage) -> Stage {
    match stage {
        Stage::OpeningSession | Stage::ReadingSession | Stage::Discarding(_) => Stage::SeekingGrant,
        Stage::Rechecking(draft) => Stage::RenewingGrant(draft),
        Stage::HandingOver(HandOver { reason, unsent, step: HandOverStep::Recheck }) => {
            Stage::HandingOver(HandOver { reason, unsent, step: HandOverStep::SeekGrant })
        }
        other => other,
    }
}

/// Whether a turn may.
pub(super) enum May {
    GoOn,
    AskAt(UnixMillis),
    NotBeKnown,
}
