//! Nudges of the sweep: each wants a read that shows a customer's entry at least as new.

use super::Step;
use crate::intercom::thread::Thread;
use crate::time::{UnixMillis, UnixSeconds};
use crate::turn::command::Announcement;
use crate::turn::nudge::{MOST_GIVEN_UP, Nudged, shown_up_to};
use crate::turn::state::{Open, Phase, Progress, Stage};

impl Step<'_> {
    /// The sweep found that a customer wrote last at this time.
    pub(super) fn nudge_reported(&mut self, at: UnixSeconds) {
        if self.state.has_seen(at) || self.state.open_nudge().is_some_and(|nudged| nudged.at >= at) {
            return;
        }
        let known = self.state.nudged.take().filter(|nudged| nudged.at >= at);
        self.state.nudged = Some(match known {
            Some(given_up) => Nudged { reported_at: self.now, is_open: true, ..given_up },
            None => Nudged { at, reported_at: self.now, given_up: 0, is_open: true },
        });
        let heard_of = self.state.awaited.iter().any(|awaited| awaited.at >= at);
        let quiet_until = self.now.after(self.policy.quiet);
        match &mut self.state.phase {
            Phase::Idle => self.begin_turn_if_needed(),
            Phase::Open(Open { progress, stage: Stage::Gathering { cap_at }, .. }) if !heard_of => {
                *progress = Progress::Due(quiet_until.min(*cap_at));
            }
            // The read before the post shows it, or the next turn's.
            Phase::Open(_) | Phase::Deleted => {}
        }
    }

    /// Keeps how far a read, which now decides, has shown what customers wrote.
    pub(super) fn note_seen(&mut self, thread: &Thread, requested_at: UnixMillis) {
        let Some(up_to) = shown_up_to(thread, requested_at) else { return };
        self.state.nudged.take_if(|nudged| nudged.at <= up_to);
        self.state.mark_seen(up_to);
    }

    /// Reads in a row lack what the sweep told of: it must tell it again, or is not believed any more.
    pub(super) fn give_nudge_up(&mut self) {
        let Some(mut nudged) = self.state.nudged.take() else { return };
        nudged.given_up = nudged.given_up.saturating_add(1);
        nudged.is_open = false;
        if nudged.given_up < MOST_GIVEN_UP {
            self.state.nudged = Some(nudged);
            return;
        }
        self.state.mark_seen(nudged.at);
        self.announce(Announcement::NudgeUnfounded(nudged.at));
    }

    /// No read can show what the sweep told of, and the turn has its outcome all the same.
    pub(super) fn settle_nudge(&mut self) {
        if let Some(nudged) = self.state.nudged.take_if(|nudged| nudged.is_open) {
            self.state.mark_seen(nudged.at);
        }
    }
}
