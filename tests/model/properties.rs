//! What must always be true, judged by what the far sides hold; and what must be reached, so that it is not true of nothing.

// shows: G1, G2, G3

use crate::circumstances::{Circumstances, Merging, START};
use crate::intercom::{Deed, Existence, FinDid, Part, Parts, Report, Standing, What, place};
use crate::merging::Merged;
use crate::model::Model;
use crate::world::{Breach, Readable, World};
use onereply::time::{UnixMillis, UnixSeconds};
use onereply::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, Settled, StandDownReason};
use onereply::turn::policy::{RuleAssignments, Takeover};
use onereply::turn::watermark::LATE_SECONDS;
use stateright::Property;

pub const AT_MOST_ONE: &str = "no message has two public replies";
pub const ONE_MESSAGE: &str = "no turn has two hand-over messages, and none beside a reply";
pub const NOT_OVER_TEAMMATE: &str = "no reply is begun over a teammate";
pub const READ_BEFORE: &str = "no reply is begun without a read of its own";
pub const NOT_AFTER_UNANSWERED: &str = "nothing public is said after an unanswered post";
pub const NEVER_STRANDED: &str = "a message that is stored gets its outcome, or something is still to happen";
pub const TRUE_RECORD: &str = "a settled outcome is true";
pub const ASKED_ONCE: &str = "no question is put while one like it may still be answered";
pub const ONE_QUESTION: &str = "one question at a time is in flight in a session";
pub const MERGING_HOLDS: &str = "worlds are merged only where that cannot matter";

pub fn all() -> Vec<Property<Model>> {
    let mut all = vec![
        Property::always(AT_MOST_ONE, |_, it: &Merged| at_most_one(&it.world)),
        Property::always(ONE_MESSAGE, |_, it: &Merged| one_message_each(&it.world)),
        Property::always(NOT_OVER_TEAMMATE, |_, it: &Merged| it.world.seen.breach != Some(Breach::OverTeammate)),
        Property::always(READ_BEFORE, |_, it: &Merged| it.world.seen.breach != Some(Breach::WithoutReread)),
        Property::always(NOT_AFTER_UNANSWERED, |_, it: &Merged| it.world.seen.breach != Some(Breach::AfterUnanswered)),
        Property::always(NEVER_STRANDED, |model: &Model, it: &Merged| {
            never_stranded(&it.world, model.circumstances(&it.world))
        }),
        Property::always(TRUE_RECORD, |model: &Model, it: &Merged| {
            true_record(&it.world, model.circumstances(&it.world))
        }),
        Property::always(ASKED_ONCE, |_, it: &Merged| it.world.seen.breach != Some(Breach::AskedTwice)),
        Property::always(ONE_QUESTION, |_, it: &Merged| one_question(&it.world)),
        Property::always(MERGING_HOLDS, |_, it: &Merged| merging_holds(it)),
    ];
    all.extend(reached());
    all
}

fn at_most_one(world: &World) -> bool {
    let mut answered = Parts::default();
    world.intercom.parts.iter().all(|part| {
        let What::Reply { covers, .. } = &part.what else { return true };
        let first = !answered.meets(*covers);
        answered = answered.with(*covers);
        first
    })
}

fn one_message_each(world: &World) -> bool {
    let parts = &world.intercom.parts;
    parts.iter().all(|part| {
        let What::Message { key: message, .. } = &part.what else { return true };
        let said = parts.iter().filter(|part| match &part.what {
            What::Message { key, .. } | What::Reply { key, .. } => key == message,
            _not_public => false,
        });
        said.count() == 1
    })
}

/// Where the list of a session's messages was refused, nothing tells whether a question arrived.
fn one_question(world: &World) -> bool {
    world.questions_in_flight() <= 1 || world.seen.session == Readable::No
}

/// Whether a teammate has the conversation, for an answer to these messages: by what a read shows, and by what webhooks
/// told of.
pub fn teammate_stands(shown: &[Part], all: &[Part], covers: Parts, circumstances: &Circumstances) -> bool {
    let Some(newest) = covers.last() else { return false };
    let last_word = shown.iter().rposition(Part::is_customers).unwrap_or(0);
    let told = || all.iter().enumerate().filter(|(_, part)| part.report == Report::Received);
    let given_back = last_given_back(shown.iter().enumerate().chain(told()));
    let kept = |place: usize, part: &Part| {
        given_back.is_none_or(|given_back| place > given_back)
            && (place > newest || is_kept(part.at.to_millis(), all[newest].at, circumstances))
    };
    let stands = |place: usize, part: &Part| match &part.what {
        What::Teammate(Deed::Spoke | Deed::Assigned) => kept(place, part),
        // What stands in a note, only a read tells.
        What::Teammate(Deed::TurnedOff) => place < shown.len() && kept(place, part),
        What::AssignedByRule => circumstances.policy.rule_assignments == RuleAssignments::Count && kept(place, part),
        What::Teammate(Deed::Closed | Deed::Snoozed) => {
            place > last_word && given_back.is_none_or(|given_back| place > given_back)
        }
        _no_teammate => false,
    };
    shown.iter().enumerate().chain(told()).any(|(place, part)| stands(place, part))
}

/// The place of the last command that gives the conversation back to the bot.
fn last_given_back<'p>(parts: impl Iterator<Item = (usize, &'p Part)>) -> Option<usize> {
    let gives = |part: &Part| matches!(part.what, What::Teammate(Deed::GaveBack | Deed::TurnedOn));
    parts.filter(|(_, part)| gives(part)).map(|(place, _)| place).max()
}

fn never_stranded(world: &World, circumstances: &Circumstances) -> bool {
    let all = world.intercom.parts.iter().enumerate();
    let mut stored = all.filter(|(_, part)| part.is_customers() && part.report == Report::Received);
    !world.is_at_rest() || is_blurred(world) || stored.all(|(place, _)| has_outcome(world, place, circumstances))
}

/// Whether a message was answered, or somebody knows of it, or nobody can or need know.
fn has_outcome(world: &World, message: usize, circumstances: &Circumstances) -> bool {
    let parts = &world.intercom.parts;
    let written = parts[message].at;
    let needless = parts[message].words != Standing::Shown || world.intercom.existence == Existence::Deleted;
    let told = parts.iter().enumerate().filter(|(_, part)| part.report == Report::Received);
    // What was left to people before is answered once more, but for a message whose reply may still land.
    let given_back = last_given_back(told).filter(|_| !world.seen.unanswered.contains(message));
    let stands = |place: usize| given_back.is_none_or(|given_back| place > given_back);
    // What was closed is past when a later message has been answered, and is not given back any more.
    let is_past = parts.iter().any(|part| {
        matches!(&part.what, What::Reply { covers, .. } | What::AnswerNote { covers, .. } if covers.last() > Some(message))
    });
    let kept = |place, part: &Part| stands(place) && is_kept(part.at.to_millis(), written, circumstances);
    let outcome = |(place, part): (usize, &Part)| match &part.what {
        What::Reply { covers, .. } | What::AnswerNote { covers, .. } => covers.contains(message),
        // Until somebody attends to it, it is theirs, however long that takes.
        What::HandOverNote { .. } | What::AssignedByUs => stands(place),
        What::Teammate(Deed::Assigned | Deed::TurnedOff) | What::AssignedByRule => {
            stands(place) && place > message || kept(place, part)
        }
        What::Teammate(Deed::Spoke) => place > message || kept(place, part),
        What::Teammate(Deed::Closed | Deed::Snoozed) => place > message && (stands(place) || is_past),
        What::AnotherProgram | What::Fin(FinDid::Ask | FinDid::Answer) => place > message,
        What::Customer { .. }
        | What::Message { .. }
        | What::Teammate(Deed::GaveBack | Deed::TurnedOn)
        | What::OtherBot
        | What::Fin(FinDid::HandOff) => false,
    };
    needless || parts.iter().enumerate().any(outcome) || settled(world).iter().any(|settled| lawful(settled, message))
}

/// Outcomes that leave no trace at the far side; that they are true is another property's.
fn lawful(settled: &Settled, message: usize) -> bool {
    use StandDownReason::{Channel, ForeignWorkspace, ModeOff, NotATester, Rollout};
    let reaches = last_of(settled).is_none_or(|last| message <= last);
    match &settled.outcome {
        Outcome::StoodDown(ModeOff | Channel | NotATester | Rollout | ForeignWorkspace) => reaches,
        Outcome::Failed(FailureReason::IntercomRefused) => reaches,
        _shows_at_the_far_side => false,
    }
}

fn true_record(world: &World, circumstances: &Circumstances) -> bool {
    world.intercom.existence == Existence::Deleted
        || is_blurred(world)
        || settled(world).iter().all(|settled| is_true(world, settled, circumstances))
}

fn is_true(world: &World, settled: &Settled, circumstances: &Circumstances) -> bool {
    use StandDownReason::*;
    let parts = &world.intercom.parts;
    let what = |id| &parts[place(id)].what;
    let any = |is: fn(&What) -> bool| parts.iter().any(|part| is(&part.what));
    let told = |what: &What| matches!(what, What::HandOverNote { .. } | What::AssignedByUs);
    let normal = crate::circumstances::policy();
    let policy = &circumstances.policy;
    match &settled.outcome {
        Outcome::Replied { part, by: RepliedBy::Us | RepliedBy::UsLate } => {
            // A word that another program says under our name while we post cannot be told from our own.
            return matches!(what(part), What::Reply { key, .. } if *key == settled.key)
                || *what(part) == What::AnotherProgram;
        }
        Outcome::Replied { part, by: RepliedBy::AnotherProgram } => return *what(part) == What::AnotherProgram,
        _no_reply if !is_unknown(world, settled) && has_reply(world, settled) => return false,
        _no_reply => {}
    }
    match &settled.outcome {
        Outcome::Replied { .. } => true,
        Outcome::Noted { part } => matches!(what(part), What::AnswerNote { key, .. } if *key == settled.key),
        Outcome::HandedOver(_) => {
            let note = parts.iter().any(|part| part.what == What::HandOverNote { key: settled.key.clone() });
            note || any(|what| *what == What::AssignedByUs)
        }
        Outcome::StoodDown(Teammate) => any(|what| match what {
            What::Teammate(Deed::GaveBack | Deed::TurnedOn) => false,
            what => matches!(what, What::Teammate(_)),
        }),
        // A read that lags shows the assignee, and not who assigned them.
        Outcome::StoodDown(RuleAssigned) => {
            any(|what| matches!(what, What::AssignedByRule | What::Teammate(Deed::Assigned)))
        }
        Outcome::StoodDown(OtherBot) => any(|what| matches!(what, What::Fin(FinDid::Ask | FinDid::Answer))),
        Outcome::StoodDown(HandedOver) => any(told),
        // Behind a mere hint there may have been nothing.
        Outcome::StoodDown(Vanished) => last_of(settled).is_none_or(|last| parts[last].words != Standing::Shown),
        Outcome::StoodDown(ModeOff) => policy.mode != normal.mode,
        Outcome::StoodDown(Channel) => circumstances.channel != "messenger",
        Outcome::StoodDown(NotATester) => policy.audience != normal.audience,
        Outcome::StoodDown(Rollout) => policy.rollout_percent != normal.rollout_percent,
        Outcome::StoodDown(ForeignWorkspace) => circumstances.opens != crate::circumstances::app(),
        Outcome::Failed(FailureReason::ConversationGone) => false,
        Outcome::Failed(FailureReason::IntercomRefused) => true,
    }
}

/// Another program spoke under our name while we posted, its word was taken for our reply, and ours was not answered by its id. Then nobody can tell which is which.
fn is_blurred(world: &World) -> bool {
    let taken_for_ours = settled(world).iter().any(|settled| match &settled.outcome {
        Outcome::Replied { part, by: RepliedBy::Us | RepliedBy::UsLate } => {
            world.intercom.parts[place(part)].what == What::AnotherProgram
        }
        _other_outcomes => false,
    });
    taken_for_ours && world.seen.unanswered.with(world.seen.failed) != Parts::default()
}

/// Whether there is a public reply of this turn.
fn has_reply(world: &World, settled: &Settled) -> bool {
    world.intercom.parts.iter().any(|part| matches!(&part.what, What::Reply { key, .. } if *key == settled.key))
}

/// Whether the record is to be corrected, should the reply show; or would be, could it be told from another.
fn is_unknown(world: &World, settled: &Settled) -> bool {
    let post = world.disk.state.unknown_post.as_ref();
    post.is_some_and(|post| post.key.as_ref().is_none_or(|key| *key == settled.key))
}

fn settled(world: &World) -> &[Settled] {
    &world.disk.state.settled
}

/// The last message of a turn.
pub fn last_of(settled: &Settled) -> Option<usize> {
    settled.parts.last().map(place)
}

fn is_kept(from: UnixMillis, written: UnixSeconds, circumstances: &Circumstances) -> bool {
    match circumstances.policy.takeover {
        Takeover::ForEver => true,
        Takeover::For(length) => written.to_millis() < from.after(length),
    }
}

/// Merging by order rests on this.
fn merging_holds(it: &Merged) -> bool {
    it.merging == Merging::ByTime || it.world.now.0 / 1_000 < START + LATE_SECONDS
}

macro_rules! reached {
    ($($name:literal: $is:expr,)*) => {
        fn reached() -> Vec<Property<Model>> {
            vec![$(Property::sometimes($name, |_, it: &Merged| {
                let is: fn(&World) -> bool = $is;
                is(&it.world)
            })),*]
        }

        /// All that must be reached in one world or another.
        pub const REACHED: &[&str] = &[$($name),*];
    };
}

reached! {
    "idle": |world| world.stage() == "idle",
    "gathering": |world| world.stage() == "gathering",
    "verifying": |world| world.stage() == "verifying",
    "reading": |world| world.stage() == "reading",
    "seeking_grant": |world| world.stage() == "seeking_grant",
    "opening_session": |world| world.stage() == "opening_session",
    "reading_session": |world| world.stage() == "reading_session",
    "discarding": |world| world.stage() == "discarding",
    "asking": |world| world.stage() == "asking",
    "recovering_answer": |world| world.stage() == "recovering_answer",
    "renewing_grant": |world| world.stage() == "renewing_grant",
    "rechecking": |world| world.stage() == "rechecking",
    "posting": |world| world.stage() == "posting",
    "settling": |world| world.stage() == "settling",
    "handing_over": |world| world.stage() == "handing_over",
    "deleted": |world| world.stage() == "deleted",
    "a nudge given up": |world| nudged(world, false),
    "a nudge told again": |world| nudged(world, true),
    "replied": |world| replied(world, RepliedBy::Us),
    "replied after a give-back": |world| replied_again(world),
    "replied late": |world| replied(world, RepliedBy::UsLate),
    "replied by another program": |world| replied(world, RepliedBy::AnotherProgram),
    "the hand-over message": |world| world.intercom.parts.iter().any(|part| matches!(part.what, What::Message { .. })),
    "noted": |world| ended(world, |outcome| matches!(outcome, Outcome::Noted { .. })),
    "handed over: ai_unavailable": |world| handed_over(world, HandOverReason::AiUnavailable),
    "handed over: customer_asked": |world| handed_over(world, HandOverReason::CustomerAsked),
    "handed over: ai_asked": |world| handed_over(world, HandOverReason::AiAsked),
    "handed over: daily_cap": |world| handed_over(world, HandOverReason::DailyCap),
    "handed over: other_bot_silent": |world| handed_over(world, HandOverReason::OtherBotSilent),
    "handed over: grant_unavailable": |world| handed_over(world, HandOverReason::GrantUnavailable),
    "handed over: operator": |world| handed_over(world, HandOverReason::Operator),
    "handed over: ai_refused": |world| handed_over(world, HandOverReason::AiRefused),
    "handed over: empty_answer": |world| handed_over(world, HandOverReason::EmptyAnswer),
    "handed over: reply_refused": |world| handed_over(world, HandOverReason::ReplyRefused),
    "handed over: reply_unknown": |world| handed_over(world, HandOverReason::ReplyUnknown),
    "handed over: intercom_unavailable": |world| handed_over(world, HandOverReason::IntercomUnavailable),
    "stood down: teammate": |world| stood_down(world, StandDownReason::Teammate),
    "stood down: rule_assigned": |world| stood_down(world, StandDownReason::RuleAssigned),
    "stood down: other_bot": |world| stood_down(world, StandDownReason::OtherBot),
    "stood down: handed_over": |world| stood_down(world, StandDownReason::HandedOver),
    "stood down: mode_off": |world| stood_down(world, StandDownReason::ModeOff),
    "stood down: channel": |world| stood_down(world, StandDownReason::Channel),
    "stood down: not_a_tester": |world| stood_down(world, StandDownReason::NotATester),
    "stood down: rollout": |world| stood_down(world, StandDownReason::Rollout),
    "stood down: vanished": |world| stood_down(world, StandDownReason::Vanished),
    "stood down: foreign_workspace": |world| stood_down(world, StandDownReason::ForeignWorkspace),
    "failed: conversation_gone": |world| failed(world, FailureReason::ConversationGone),
    "failed: intercom_refused": |world| failed(world, FailureReason::IntercomRefused),
}

/// Whether a nudge that was given up stands so.
fn nudged(world: &World, is_open: bool) -> bool {
    world.disk.state.nudged.as_ref().is_some_and(|nudged| nudged.given_up > 0 && nudged.is_open == is_open)
}

fn replied(world: &World, who: RepliedBy) -> bool {
    settled(world).iter().any(|settled| matches!(settled.outcome, Outcome::Replied { by, .. } if by == who))
}

fn replied_again(world: &World) -> bool {
    let again = |settled: &Settled| settled.key.as_str().ends_with("-again1");
    settled(world).iter().any(|settled| again(settled) && matches!(settled.outcome, Outcome::Replied { .. }))
}

fn handed_over(world: &World, reason: HandOverReason) -> bool {
    ended(world, |outcome| *outcome == Outcome::HandedOver(reason))
}

fn stood_down(world: &World, reason: StandDownReason) -> bool {
    ended(world, |outcome| *outcome == Outcome::StoodDown(reason))
}

fn failed(world: &World, reason: FailureReason) -> bool {
    ended(world, |outcome| *outcome == Outcome::Failed(reason))
}

fn ended(world: &World, how: impl Fn(&Outcome) -> bool) -> bool {
    settled(world).iter().any(|settled| how(&settled.outcome))
}
