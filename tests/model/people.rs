//! Worlds in which others than the customer and the bot have a word.

use crate::action::{Act, Trouble};
use crate::bounds::{Bounds, Size};
use crate::budget::Kind;
use crate::calls::{Break, Call, Effect, Fate, Refusal};
use crate::circumstances::{Begins, Circumstances, Merging, policy};
use crate::intercom::{Deed, FinDid, MESSAGE};
use onereply::text::PlainLine;
use onereply::time::Millis;
use onereply::turn::policy::{Policy, RuleAssignments, Takeover};

/// Teammates, rules and other programs act at any moment, told of by webhooks or not; reads lag or are slow.
pub fn teammates(size: Size) -> Bounds {
    let ignore = Policy { rule_assignments: RuleAssignments::Ignore, ..policy() };
    Bounds {
        name: "teammates",
        circumstances: vec![
            Circumstances { tempo: 0, skew: 2, ..Circumstances::default() },
            Circumstances { tempo: 1, skew: -2, policy: ignore, ..Circumstances::default() },
        ],
        messages: 2,
        disturbances: size.of(1, 2),
        of_a_kind: &[(Kind::Act, 2), (Kind::Slow, 1), (Kind::Fault, 1), (Kind::Crash, 1)],
        acts: EVERYBODY,
        troubles: |call| match call {
            Call::Read => &[Trouble::Fate(Fate::Stale)],
            Call::Post { .. } => &[Trouble::Fate(Fate::Failed(Effect::None)), Trouble::Break(Break::AtOnce)],
            _other_calls => &[],
        },
    }
}

/// As before, where a hold ends after a while, and a question can grow too old for a public answer.
pub fn holds_that_end(size: Size) -> Bounds {
    let policy = Policy {
        takeover: Takeover::For(Millis::from_seconds(60)),
        max_answer_age: Millis::from_seconds(100),
        answer_deadline: Millis::from_seconds(300),
        ..policy()
    };
    Bounds {
        name: "holds that end",
        circumstances: vec![Circumstances {
            policy,
            lateness: Millis::from_seconds(110),
            merging: Merging::ByTime,

            ..Circumstances::default()
        }],
        messages: 2,
        disturbances: size.of(1, 2),
        of_a_kind: &[(Kind::Act, 1), (Kind::Silence, 1), (Kind::LateAlarm, 1), (Kind::Fault, 1), (Kind::Crash, 1)],
        acts: &[Act::Teammate(Deed::Spoke), Act::Teammate(Deed::Closed), Act::Teammate(Deed::Assigned)],
        troubles: |call| match call {
            Call::Post { .. } => &[Trouble::Break(Break::AtOnce), Trouble::Fate(Fate::Refused(Refusal::Unacceptable))],
            _other_calls => &[],
        },
    }
}

/// Teammates take the conversation and give it back, by assignment or by notes; the operator wants a retry.
pub fn given_back(size: Size) -> Bounds {
    Bounds {
        name: "given back",
        circumstances: vec![Circumstances { policy: with_message(), ..Circumstances::default() }],
        messages: size.of(1, 2),
        disturbances: 2,
        of_a_kind: &[(Kind::Act, 2), (Kind::Fault, 1), (Kind::Crash, 1), (Kind::Duplicate, 1), (Kind::Retry, 1)],
        acts: &[
            Act::Teammate(Deed::Spoke),
            Act::Teammate(Deed::Assigned),
            Act::Teammate(Deed::Closed),
            Act::Teammate(Deed::GaveBack),
            Act::Teammate(Deed::TurnedOn),
            Act::Teammate(Deed::TurnedOff),
        ],
        troubles: refused_or_broken,
    }
}

/// As before, around a post that goes wrong or a read that lags.
pub fn given_back_meanwhile(size: Size) -> Bounds {
    Bounds {
        name: "given back meanwhile",
        disturbances: 3,
        messages: 1,
        of_a_kind: size.of(
            &[(Kind::Act, 2), (Kind::Fault, 1)],
            &[(Kind::Act, 2), (Kind::Fault, 1), (Kind::Crash, 1), (Kind::Retry, 1)],
        ),
        acts: size.of(
            &[Act::Teammate(Deed::Assigned), Act::Teammate(Deed::TurnedOn)],
            &[Act::Teammate(Deed::Assigned), Act::Teammate(Deed::TurnedOn), Act::Teammate(Deed::GaveBack)],
        ),
        ..given_back(size)
    }
}

/// The operator hands the conversation over, at any moment and after any turn, while calls go wrong and others act.
pub fn handed_over_by_operator(size: Size) -> Bounds {
    Bounds {
        name: "handed over by the operator",
        circumstances: vec![
            Circumstances { policy: with_message(), ..Circumstances::default() },
            Circumstances { policy: with_message(), begins: Begins::New, ..Circumstances::default() },
        ],
        messages: size.of(1, 2),
        disturbances: 2,
        of_a_kind: &[(Kind::HandOver, 2), (Kind::Fault, 1), (Kind::Crash, 1), (Kind::Act, 1)],
        acts: &[
            Act::Teammate(Deed::Assigned),
            Act::Teammate(Deed::Spoke),
            Act::Teammate(Deed::TurnedOn),
            Act::Fin(FinDid::Answer),
        ],
        troubles: |call| match call {
            Call::Post { .. } => &[
                Trouble::Fate(Fate::Failed(Effect::None)),
                Trouble::Fate(Fate::Failed(Effect::Later)),
                Trouble::Fate(Fate::Refused(Refusal::RateLimited)),
                Trouble::Break(Break::AtOnce),
            ],
            Call::Read => &[Trouble::Fate(Fate::Stale)],
            Call::Assign | Call::WriteNote { .. } => &[Trouble::Fate(Fate::Refused(Refusal::Unacceptable))],
            _other_calls => &[],
        },
    }
}

fn refused_or_broken(call: &Call) -> &'static [Trouble] {
    match call {
        Call::Post { .. } => &[Trouble::Fate(Fate::Refused(Refusal::Unacceptable)), Trouble::Break(Break::AtOnce)],
        Call::WriteNote { .. } => &[Trouble::Break(Break::AtOnce)],
        Call::Read => &[Trouble::Fate(Fate::Stale)],
        _other_calls => &[],
    }
}

/// Fin answers, asks back, is silent or hands off; grants are withheld or cannot be learnt.
pub fn others_first(size: Size) -> Bounds {
    Bounds {
        name: "others first",
        circumstances: vec![Circumstances { policy: with_message(), ..Circumstances::default() }],
        messages: 2,
        disturbances: size.of(1, 2),
        of_a_kind: &[(Kind::Act, 2), (Kind::Fault, 1), (Kind::LateAlarm, 1), (Kind::Crash, 1)],
        acts: &[Act::Fin(FinDid::Ask), Act::Fin(FinDid::Answer), Act::Fin(FinDid::HandOff)],
        troubles: |call| match call {
            Call::SeekGrant => &[Trouble::Fate(Fate::Paused), Trouble::Fate(Fate::Failed(Effect::None))],
            _other_calls => &[],
        },
    }
}

/// A person is wanted: the customer or the AI says so, or the day's replies are spent.
pub fn persons_requested(size: Size) -> Bounds {
    let with = |policy: Policy| Circumstances { policy, ..Circumstances::default() };
    Bounds {
        name: "persons requested",
        circumstances: vec![
            with(Policy { handover_phrases: vec!["word0".to_owned()], ..with_message() }),
            with(Policy { handover_answers: vec!["About word0".to_owned()], ..with_message() }),
            with(Policy { max_replies_per_conversation_per_day: 1, ..with_message() }),
        ],
        messages: 2,
        disturbances: size.of(1, 2),
        of_a_kind: &[(Kind::Act, 1), (Kind::Fault, 1), (Kind::Crash, 1)],
        acts: &[Act::Teammate(Deed::GaveBack), Act::Teammate(Deed::Spoke)],
        troubles: |call| match call {
            Call::Post { .. } => &[Trouble::Fate(Fate::Failed(Effect::Later)), Trouble::Break(Break::AtOnce)],
            _other_calls => &[],
        },
    }
}

/// The customer is told of a hand-over.
pub fn with_message() -> Policy {
    Policy { handover_message: PlainLine::of(MESSAGE), ..policy() }
}

pub const EVERYBODY: &[Act] = &[
    Act::Teammate(Deed::Spoke),
    Act::Teammate(Deed::Assigned),
    Act::Teammate(Deed::Closed),
    Act::Teammate(Deed::Snoozed),
    Act::Rule,
    Act::OtherBot,
    Act::AnotherProgram,
];
