//! The driver and the machine as they are built, and with one rule broken.

use super::refusing::{with_post_as_if_refused, with_question_as_if_refused};
use onereply::intercom::notice::News;
use onereply::intercom::thread::Author;
use onereply::time::UnixMillis;
use onereply::turn::command::{Command, Repeatable};
use onereply::turn::event::{Event, Finding};
use onereply::turn::policy::Policy;
use onereply::turn::state::{Open, Phase, Progress, Stage, State};
use onereply::turn::step;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Nothing is broken.
    AsBuilt,
    /// G1: a command is carried out, and the state that promises it is saved with its result.
    ActBeforePersisting,
    /// G1: a post that was never answered is taken for one that did nothing.
    ResendUnanswered,
    /// G1: a wake-up forgets that a post was begun.
    ForgetIntent,
    /// G1: an ended turn leaves nothing behind.
    ForgetWatermark,
    /// G2: a notification that was seen before is dropped, stored or not.
    DropSeenNotifications,
    /// G2: only the quiet window sets the alarm.
    ForgetAlarm,
    /// G2: while a command runs, the handler keeps its own copy of the state.
    KeepStateInMemory,
    /// G2: what the sweep told of counts as seen, without a read.
    NudgeIsDone,
    /// G2: the sweep's cursor passes a page that failed.
    PassFailedPages,
    /// G2: nobody looks after an object whose alarm was lost.
    LookAfterNobody,
    /// A report that failed is not made again.
    ReportOnce,
    /// A question that was never answered is put again at once.
    AskAgainAtOnce,
    /// G3: the answer goes out on the first read.
    SkipReread,
    /// G3: neither reads nor notifications show teammates.
    OverlookTeammates,
    /// G4: 200 first, then the disk.
    AcknowledgeBeforeStoring,
}

impl Variant {
    /// All in which a rule is broken.
    pub const BROKEN: [Self; 15] = [
        Self::ActBeforePersisting,
        Self::ResendUnanswered,
        Self::ForgetIntent,
        Self::ForgetWatermark,
        Self::DropSeenNotifications,
        Self::ForgetAlarm,
        Self::KeepStateInMemory,
        Self::NudgeIsDone,
        Self::PassFailedPages,
        Self::LookAfterNobody,
        Self::ReportOnce,
        Self::AskAgainAtOnce,
        Self::SkipReread,
        Self::OverlookTeammates,
        Self::AcknowledgeBeforeStoring,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::AsBuilt => "as_built",
            Self::ActBeforePersisting => "act_before_persisting",
            Self::ResendUnanswered => "resend_unanswered",
            Self::ForgetIntent => "forget_intent",
            Self::ForgetWatermark => "forget_watermark",
            Self::DropSeenNotifications => "drop_seen_notifications",
            Self::ForgetAlarm => "forget_alarm",
            Self::KeepStateInMemory => "keep_state_in_memory",
            Self::NudgeIsDone => "nudge_is_done",
            Self::PassFailedPages => "pass_failed_pages",
            Self::LookAfterNobody => "look_after_nobody",
            Self::ReportOnce => "report_once",
            Self::AskAgainAtOnce => "ask_again_at_once",
            Self::SkipReread => "skip_reread",
            Self::OverlookTeammates => "overlook_teammates",
            Self::AcknowledgeBeforeStoring => "acknowledge_before_storing",
        }
    }

    /// The machine, perhaps with something done to what goes in or comes out.
    pub fn step(self, state: State, event: Event, now: UnixMillis, policy: &Policy) -> (State, Vec<Command>) {
        match self {
            Self::ResendUnanswered => step(state, with_post_as_if_refused(event), now, policy),
            Self::AskAgainAtOnce => step(state, with_question_as_if_refused(event), now, policy),
            Self::ForgetIntent if matches!(event, Event::Woken(_)) => {
                step(without_intent(state, now), event, now, policy)
            }
            Self::NudgeIsDone => match event {
                Event::Notified(News::CustomerWaits { at }) => {
                    (State { seen: state.seen.max(Some(at)), ..state }, vec![])
                }
                event => step(state, event, now, policy),
            },
            Self::ForgetWatermark => {
                let (mut state, commands) = step(state, event, now, policy);
                if state.phase == Phase::Idle {
                    state.watermark = Default::default();
                }
                (state, commands)
            }
            Self::OverlookTeammates => match without_teammates(event) {
                Some(event) => step(state, event, now, policy),
                None => (state, vec![]),
            },
            _the_driver_is_broken => step(state, event, now, policy),
        }
    }

    /// The alarm that is set with this state, where it should be this one.
    pub fn alarm(self, state: &State, wakes_at: UnixMillis) -> Option<u64> {
        let is_forgotten = match &state.phase {
            Phase::Open(Open { stage: Stage::Gathering { .. }, .. }) | Phase::Idle | Phase::Deleted => false,
            Phase::Open(_) => self == Self::ForgetAlarm,
        };
        (!is_forgotten).then_some(wakes_at.0)
    }
}

fn without_intent(mut state: State, now: UnixMillis) -> State {
    if let Phase::Open(open) = &mut state.phase
        && let Stage::Posting(draft, _) = &open.stage
    {
        (open.progress, open.stage) = (Progress::Due(now), Stage::Rechecking(draft.clone()));
    }
    state
}

fn without_teammates(event: Event) -> Option<Event> {
    match event {
        Event::Notified(News::TeammateActed { .. }) => None,
        Event::Finished(attempt, Finding::Conversation(Ok(mut thread), at)) => {
            thread.entries.retain(|entry| !matches!(entry.author, Author::Teammate(_)));
            thread.admin_assignee = None;
            Some(Event::Finished(attempt, Finding::Conversation(Ok(thread), at)))
        }
        event => Some(event),
    }
}

/// Whether this is the read that [`Variant::SkipReread`] leaves out.
pub fn without_reread(state: &State, command: &Command) -> bool {
    matches!(&state.phase, Phase::Open(Open { stage: Stage::Rechecking(_), .. }))
        && matches!(command, Command::Repeatable(_, Repeatable::ReadConversation))
}
