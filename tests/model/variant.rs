//! The machine and its driver as they are built, and with one rule broken.

use crate::refusing::{with_post_as_if_refused, with_question_as_if_refused};
use onereply::intercom::events::{Act, AssignedTo, ConversationEvent};
use onereply::intercom::thread::Author;
use onereply::time::{Millis, UnixMillis};
use onereply::turn::command::{Announcement, Command, Once};
use onereply::turn::event::{CommandResult, Event};
use onereply::turn::outcome::{HandOverReason, Outcome, RepliedBy, StandDownReason};
use onereply::turn::policy::Policy;
use onereply::turn::state::{Delivery, Open, Phase, Progress, Stage, State};
use onereply::turn::step;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Nothing is broken.
    AsBuilt,
    /// Persist, then act: here a command is carried out, and the state that promises it is saved with its result.
    ActBeforePersisting,
    /// Seen is not done: here a message that a webhook told of counts as covered.
    SeenIsDone,
    /// An unanswered post is never made again: here it is taken for one that did nothing.
    ResendUnanswered,
    /// A post is looked for only when nothing of it can be in flight: here it is at once.
    ReadBackTooEarly,
    /// A webhook does not shorten that wait: here any webhook ends it.
    WebhookEndsTheWait,
    /// A part is ours by its id: here the same words are enough.
    TellByWords,
    /// The conversation is read again before the post: here the first read must do.
    SkipReread,
    /// What webhooks told of teammates counts: here it does not.
    OverlookWhatWasTold,
    /// Each stage has its alarm: here only the quiet window has.
    ForgetAlarm,
    /// A message is known by its own id: here by its webhook's, and a second webhook has another.
    KnowWebhooksOnly,
    /// Nothing public follows an unanswered post: here the customer is told that a teammate will come.
    MessageAfterUnanswered,
    /// What a teammate owns is theirs: here it is settled as answered.
    TeammatesCountAsAnswers,
    /// A question is looked for before it is put again: here one that was not answered is put again at once.
    AskAgainAtOnce,
    /// What is given back is the bot's again: here only the teammate's word counts.
    OverlookGivingBack,
    /// A nudge is done only when a read shows it: here it is with the next read, whatever that shows.
    NudgeIsAHint,
    /// A turn whose reply may still land is never opened again: here that is forgotten when it is given back.
    ForgetWhatMayLand,
    /// What is being posted has its end before people are told because the operator wants it: here they are told at once.
    HandOverAtOnce,
}

impl Variant {
    /// The machine, perhaps with something done to what goes in or comes out.
    pub fn step(self, mut state: State, event: Event, now: UnixMillis, policy: &Policy) -> (State, Vec<Command>) {
        match self {
            Self::AsBuilt | Self::ActBeforePersisting | Self::SkipReread | Self::ForgetAlarm => {
                step(state, event, now, policy)
            }
            Self::SeenIsDone => {
                let seen = told_message(&event);
                let (mut state, commands) = step(state, event, now, policy);
                if let Some((part, at)) = seen {
                    state.watermark.advance(at, [part]);
                    state.awaited.clear();
                }
                (state, commands)
            }
            Self::ResendUnanswered => step(state, with_post_as_if_refused(event), now, policy),
            Self::ReadBackTooEarly => step(state, event, now, &Policy { settle: Millis(0), ..policy.clone() }),
            Self::WebhookEndsTheWait => {
                if let (Event::Reported(_), Phase::Open(Open { stage: Stage::Settling(..), progress, .. })) =
                    (&event, &mut state.phase)
                {
                    *progress = Progress::Due(now);
                }
                step(state, event, now, policy)
            }
            Self::TellByWords => step(with_equal_words_as_new(state, &event), event, now, policy),
            Self::OverlookWhatWasTold => match event {
                Event::Reported(ConversationEvent::TeammateActed { admin, .. })
                    if admin.as_ref() != Some(&policy.ourselves) =>
                {
                    (state, vec![])
                }
                event => step(state, event, now, policy),
            },
            Self::KnowWebhooksOnly => {
                if let Some((part, _)) = told_message(&event) {
                    state.watermark.recent.retain(|covered| *covered != part);
                }
                step(state, event, now, policy)
            }
            Self::MessageAfterUnanswered => {
                let (state, mut commands) = step(state, event, now, policy);
                if commands.iter().any(|command| settles(command, &Outcome::HandedOver(HandOverReason::ReplyUnknown))) {
                    commands.push(message(&state));
                }
                (state, commands)
            }
            Self::TeammatesCountAsAnswers => {
                let (mut state, commands) = step(state, event, now, policy);
                for settled in &mut state.settled {
                    if settled.outcome == Outcome::StoodDown(StandDownReason::Teammate) {
                        let part = state.awaited.iter().find_map(|awaited| awaited.part.clone());
                        let part = part.or(state.watermark.recent.back().cloned()).unwrap();
                        settled.outcome = Outcome::Replied { part, by: RepliedBy::AnotherProgram };
                    }
                }
                (state, commands)
            }
            Self::HandOverAtOnce => {
                if let (Event::HandOverRequested, Phase::Open(open)) = (&event, &mut state.phase)
                    && let Stage::Posting(draft, _) | Stage::Settling(draft, ..) = &open.stage
                {
                    (open.progress, open.stage) = (Progress::Due(now), Stage::Rechecking(draft.clone()));
                }
                step(state, event, now, policy)
            }
            Self::OverlookGivingBack if gives_back(&event, policy) => (state, vec![]),
            Self::ForgetWhatMayLand if gives_back(&event, policy) => {
                state.unknown_post = None;
                for settled in &mut state.settled {
                    if settled.outcome == Outcome::HandedOver(HandOverReason::ReplyUnknown) {
                        settled.outcome = Outcome::HandedOver(HandOverReason::IntercomUnavailable);
                    }
                }
                step(state, event, now, policy)
            }
            Self::OverlookGivingBack | Self::ForgetWhatMayLand => step(state, event, now, policy),
            Self::NudgeIsAHint => match event {
                Event::Reported(ConversationEvent::CustomerWaits { at }) => {
                    step(state, Event::Reported(ConversationEvent::CustomerWrote { part: None, at }), now, policy)
                }
                event => step(state, event, now, policy),
            },
            Self::AskAgainAtOnce => step(state, with_question_as_if_refused(event), now, policy),
        }
    }

    /// The alarm that is set with this state.
    pub fn alarm(self, state: &State) -> Option<UnixMillis> {
        let forgotten = self == Self::ForgetAlarm
            && !matches!(&state.phase, Phase::Open(Open { stage: Stage::Gathering { .. }, .. }));
        state.wake_at().filter(|_| !forgotten)
    }
}

/// Whether the state wants the read that [`Variant::SkipReread`] leaves out.
pub fn without_reread(state: &State) -> bool {
    matches!(&state.phase, Phase::Open(Open { stage: Stage::Rechecking(_), .. }))
}

fn told_message(event: &Event) -> Option<(onereply::intercom::ids::PartId, onereply::time::UnixSeconds)> {
    match event {
        Event::Reported(ConversationEvent::CustomerWrote { part: Some(part), at }) => Some((part.clone(), *at)),
        _others => None,
    }
}

fn gives_back(event: &Event, policy: &Policy) -> bool {
    let Event::Reported(ConversationEvent::TeammateActed { act: Act::Assigned { to }, .. }) = event else {
        return false;
    };
    *to == AssignedTo::Admin { id: policy.ourselves.clone() }
}

/// Forgets that a part of ours with the same words was there before.
fn with_equal_words_as_new(mut state: State, event: &Event) -> State {
    if let Event::Finished(_, CommandResult::Conversation(Ok(thread), _)) = event
        && let Phase::Open(Open { stage: Stage::Settling(draft, intent, _), .. }) = &mut state.phase
    {
        let words = &draft.answer.words().0;
        let equal = thread.entries.iter().filter(|entry| {
            entry.author == Author::Ourselves && entry.body.as_ref().is_some_and(|body| body.0.contains(words.as_str()))
        });
        let equal: Vec<_> = equal.map(|entry| &entry.id).collect();
        intent.ours_before.retain(|part| !equal.contains(&part));
    }
    state
}

fn settles(command: &Command, outcome: &Outcome) -> bool {
    matches!(command, Command::Announce(Announcement::Settled(settled)) if settled.outcome == *outcome)
}

fn message(state: &State) -> Command {
    let words = onereply::text::AnswerText("A teammate will be with you.".to_owned());
    let answer = onereply::text::Reply::of(words).expect("something of it is seen");
    Command::Once(state.attempt, Once::Post { delivery: Delivery::Reply, answer, sources: vec![] })
}
