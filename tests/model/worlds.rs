//! The worlds. Each is explored to its end.

use crate::action::{Act, Trouble};
use crate::bounds::{Bounds, Size, quiet};
use crate::budget::Kind;
use crate::calls::{Break, Call, Effect, Fate, NoAnswer, Posted, Refusal};
use crate::circumstances::{Begins, Circumstances, LatePosts, Merging, Words, policy};
use crate::explore::{Explored, explore};
use crate::intercom::Deed;
use crate::people::{
    EVERYBODY, given_back, given_back_meanwhile, handed_over_by_operator, holds_that_end, others_first,
    persons_requested, teammates, with_message,
};
use crate::properties::REACHED;
use onereply::intercom::ids::AppId;
use onereply::time::Millis;
use onereply::turn::policy::{Audience, Policy, ReplyMode};
use std::collections::BTreeSet;
use std::thread::available_parallelism;

#[test]
fn every_property_holds_in_every_brief_world() {
    explore_all(&worlds(Size::Brief), 2);
}

/// `WORLD` names one of them, or a part of its name.
#[test]
#[ignore = "takes minutes: npm run model"]
fn every_property_holds_in_every_full_world() {
    let threads = available_parallelism().map_or(1, usize::from);
    let mut worlds = worlds(Size::Full);
    match std::env::var("WORLD") {
        Ok(named) => {
            worlds.retain(|world| world.name.contains(&named));
            assert!(!worlds.is_empty(), "there is no world named {named:?}");
            explore_each(&worlds, threads);
        }
        Err(_) => explore_all(&worlds, threads),
    }
}

/// Together the worlds reach every stage and every outcome.
fn explore_all(worlds: &[Bounds], threads: usize) {
    let explored = explore_each(worlds, threads);
    let unique: usize = explored.iter().map(|world| world.unique).sum();
    let took: f64 = explored.iter().map(|world| world.took.as_secs_f64()).sum();
    println!("{:<28} {unique:>9} unique states, {took:>17.1} s", "together");
    let reached: BTreeSet<_> = explored.into_iter().flat_map(|world| world.reached).collect();
    let missed: Vec<_> = REACHED.iter().filter(|name| !reached.contains(**name)).collect();
    assert!(missed.is_empty(), "never reached: {missed:?}");
}

fn explore_each(worlds: &[Bounds], threads: usize) -> Vec<Explored> {
    let (mut explored, mut failed) = (vec![], vec![]);
    for bounds in worlds {
        match explore(bounds, threads) {
            Ok(world) => explored.push(world),
            Err(story) => {
                println!("{story}");
                failed.push(bounds.name);
            }
        }
    }
    assert!(failed.is_empty(), "a property fails in {failed:?}: the stories are above");
    explored
}

fn worlds(size: Size) -> Vec<Bounds> {
    vec![
        webhooks(size),
        swept(size),
        crashes(size),
        unknown_posts(size),
        questions(size),
        overtaken_questions(size),
        teammates(size),
        holds_that_end(size),
        given_back(size),
        given_back_meanwhile(size),
        handed_over_by_operator(size),
        others_first(size),
        persons_requested(size),
        taken_back(size),
        hand_overs(size),
        not_ours(size),
        anything(size),
    ]
}

/// Webhooks that come twice, in any order, late or never, with messages of one second or of several.
fn webhooks(size: Size) -> Bounds {
    Bounds {
        name: "webhooks",
        circumstances: vec![
            Circumstances { tempo: 0, ..Circumstances::default() },
            Circumstances { tempo: 1, skew: -2, ..Circumstances::default() },
        ],
        messages: size.of(2, 3),
        disturbances: 1,
        of_a_kind: &[(Kind::Duplicate, 2), (Kind::Loss, 2), (Kind::Sweep, 2), (Kind::Crash, 1)],
        ..quiet()
    }
}

/// The sweep tells what no webhook told, by a search that may lag behind; reads lag too, and what it told of may be gone.
fn swept(size: Size) -> Bounds {
    Bounds {
        name: "swept",
        circumstances: vec![Circumstances { skew: -2, ..Circumstances::default() }],
        messages: 2,
        disturbances: 3,
        of_a_kind: size.of(
            &[(Kind::Sweep, 2), (Kind::Removal, 1)],
            &[(Kind::Sweep, 2), (Kind::Fault, 2), (Kind::Removal, 1), (Kind::Act, 1)],
        ),
        acts: &[Act::Teammate(Deed::TurnedOn)],
        troubles: |call| match call {
            Call::Read => &[Trouble::Fate(Fate::Stale)],
            _other_calls => &[],
        },
    }
}

/// The process dies anywhere, and alarms are late, early or double.
fn crashes(size: Size) -> Bounds {
    Bounds {
        name: "crashes",
        circumstances: vec![Circumstances { begins: Begins::New, ..Circumstances::default() }],
        messages: size.of(1, 2),
        disturbances: size.of(2, 3),
        of_a_kind: &[(Kind::Crash, 3), (Kind::LateAlarm, 1), (Kind::EarlyWake, 1)],
        ..quiet()
    }
}

/// Replies whose answer is lost, which show later, or never.
fn unknown_posts(size: Size) -> Bounds {
    let same = Circumstances { words: Words::Same, ..Circumstances::default() };
    Bounds {
        name: "unknown posts",
        circumstances: vec![
            same.clone(),
            Circumstances { late_posts: LatePosts::WithinSettle, skew: 2, tempo: 0, ..same },
        ],
        messages: 2,
        disturbances: size.of(1, 2),
        of_a_kind: &[(Kind::Fault, 3), (Kind::Crash, 1), (Kind::Duplicate, 1)],
        troubles: |call| match call {
            Call::Post { .. } => &[
                Trouble::Fate(Fate::Failed(Effect::None)),
                Trouble::Fate(Fate::Failed(Effect::Done)),
                Trouble::Fate(Fate::Failed(Effect::Later)),
                Trouble::Fate(Fate::Refused(Refusal::RateLimited)),
                Trouble::Fate(Fate::Garbled),
                Trouble::Break(Break::AtOnce),
                Trouble::Break(Break::AtTheLimit),
            ],
            Call::Read => &[
                Trouble::Fate(Fate::Stale),
                Trouble::Fate(Fate::Failed(Effect::None)),
                Trouble::Fate(Fate::Refused(Refusal::Unauthorised)),
            ],
            _other_calls => &[],
        },
        ..quiet()
    }
}

/// Questions whose answer is lost, is none, or comes while nobody waits; sessions that are lost.
fn questions(size: Size) -> Bounds {
    Bounds {
        name: "questions",
        circumstances: vec![patient(Begins::WithSession), patient(Begins::Verified)],
        messages: 1,
        disturbances: size.of(2, 3),
        of_a_kind: &[
            (Kind::Fault, 3),
            (Kind::Crash, 1),
            (Kind::Forgetting, 1),
            (Kind::LateAlarm, 1),
            (Kind::Slow, 1),
            (Kind::Redaction, 1),
        ],
        troubles: with_the_ai,
        ..quiet()
    }
}

/// As before, while the customer goes on writing.
fn overtaken_questions(size: Size) -> Bounds {
    Bounds {
        name: "overtaken questions",
        circumstances: vec![patient(Begins::WithSession), patient(Begins::Verified)],
        messages: 2,
        disturbances: size.of(0, 1),
        of_a_kind: &[(Kind::Fault, 1), (Kind::Crash, 1), (Kind::Forgetting, 1)],
        troubles: with_the_ai,
        ..quiet()
    }
}

/// A deadline that leaves time to ask again, and words that do not tell a question from an earlier one.
fn patient(begins: Begins) -> Circumstances {
    Circumstances {
        policy: Policy { answer_deadline: Millis::from_seconds(250), ..policy() },
        words: Words::Same,
        begins,
        merging: Merging::ByTime,
        ..Circumstances::default()
    }
}

fn with_the_ai(call: &Call) -> &'static [Trouble] {
    match call {
        Call::Ask { .. } => &[
            Trouble::Fate(Fate::Working),
            Trouble::Fate(Fate::Failed(Effect::None)),
            Trouble::Fate(Fate::Failed(Effect::Done)),
            Trouble::Fate(Fate::Garbled),
            Trouble::Fate(Fate::NoAnswer(NoAnswer::AnError)),
            Trouble::Fate(Fate::NoAnswer(NoAnswer::Nothing)),
            Trouble::Fate(Fate::Refused(Refusal::RateLimited)),
            Trouble::Fate(Fate::Refused(Refusal::Unauthorised)),
            Trouble::Fate(Fate::Refused(Refusal::NotFound)),
            Trouble::Fate(Fate::Refused(Refusal::MethodNotAllowed)),
            Trouble::Break(Break::AtOnce),
            Trouble::Break(Break::AtTheLimit),
        ],
        Call::ReadSession(_) => &[
            Trouble::Fate(Fate::Failed(Effect::None)),
            Trouble::Fate(Fate::Refused(Refusal::NotFound)),
            Trouble::Fate(Fate::Refused(Refusal::Unacceptable)),
        ],
        Call::OpenSession | Call::Discard(_) => {
            &[Trouble::Fate(Fate::Failed(Effect::Done)), Trouble::Break(Break::AtOnce)]
        }
        _other_calls => &[],
    }
}

/// Words are taken back, parts disappear, the conversation is deleted.
fn taken_back(size: Size) -> Bounds {
    Bounds {
        name: "taken back",
        circumstances: vec![Circumstances { ..Circumstances::default() }],
        messages: 2,
        disturbances: size.of(1, 2),
        of_a_kind: &[(Kind::Redaction, 2), (Kind::Removal, 1), (Kind::Deletion, 1), (Kind::Crash, 1), (Kind::Fault, 1)],
        troubles: |call| match call {
            Call::Post { .. } => &[Trouble::Break(Break::AtOnce), Trouble::Fate(Fate::Failed(Effect::Later))],
            Call::Ask { .. } => &[Trouble::Fate(Fate::Refused(Refusal::Unacceptable))],
            _other_calls => &[],
        },
        ..quiet()
    }
}

/// A teammate is to be told, and that fails too.
fn hand_overs(size: Size) -> Bounds {
    Bounds {
        name: "hand-overs",
        circumstances: vec![Circumstances { policy: with_message(), ..Circumstances::default() }],
        messages: size.of(1, 2),
        disturbances: 3,
        of_a_kind: &[(Kind::Fault, 4), (Kind::Crash, 1), (Kind::LateAlarm, 1), (Kind::Act, 1)],
        acts: &[Act::Teammate(Deed::Assigned)],
        troubles: |call| match call {
            Call::Ask { .. } => &[Trouble::Fate(Fate::Refused(Refusal::Unacceptable))],
            Call::Post { .. } => &[Trouble::Fate(Fate::Refused(Refusal::Unacceptable)), Trouble::Break(Break::AtOnce)],
            Call::Read | Call::SeekGrant => &[Trouble::Fate(Fate::Failed(Effect::None))],
            Call::Assign | Call::WriteNote { .. } => &[
                Trouble::Fate(Fate::Refused(Refusal::Unacceptable)),
                Trouble::Fate(Fate::Failed(Effect::Done)),
                Trouble::Fate(Fate::Garbled),
                Trouble::Break(Break::AtOnce),
            ],
            _other_calls => &[],
        },
    }
}

/// Conversations that are not ours to answer, or not in public.
fn not_ours(size: Size) -> Bounds {
    let with = |policy: Policy| Circumstances { policy, begins: Begins::New, ..Circumstances::default() };
    Bounds {
        name: "not ours, or not in public",
        circumstances: vec![
            with(Policy { mode: ReplyMode::Note, ..policy() }),
            with(Policy { mode: ReplyMode::Off, ..policy() }),
            with(Policy { audience: Audience::Testers(vec![]), ..policy() }),
            with(Policy { rollout_percent: 0, ..policy() }),
            Circumstances { channel: "email", ..with(policy()) },
            Circumstances { opens: AppId::new("another").unwrap(), ..with(policy()) },
        ],
        messages: size.of(1, 2),
        disturbances: size.of(1, 2),
        of_a_kind: &[(Kind::Crash, 1), (Kind::Fault, 2), (Kind::Duplicate, 1)],
        troubles: |call| match call {
            Call::Post { posted: Posted::Note, .. } => &[
                Trouble::Fate(Fate::Failed(Effect::Done)),
                Trouble::Fate(Fate::Failed(Effect::Later)),
                Trouble::Break(Break::AtOnce),
            ],
            Call::Verify => &[Trouble::Fate(Fate::Refused(Refusal::Unauthorised)), Trouble::Break(Break::AtTheLimit)],
            _other_calls => &[],
        },
        ..quiet()
    }
}

/// A few of all of these in one world.
fn anything(size: Size) -> Bounds {
    Bounds {
        name: "anything",
        circumstances: vec![Circumstances { begins: Begins::Verified, ..Circumstances::default() }],
        messages: size.of(1, 2),
        disturbances: size.of(1, 2),
        of_a_kind: &[
            (Kind::Crash, 2),
            (Kind::LateAlarm, 1),
            (Kind::EarlyWake, 1),
            (Kind::Duplicate, 1),
            (Kind::Loss, 2),
            (Kind::Sweep, 1),
            (Kind::Fault, 2),
            (Kind::Slow, 1),
            (Kind::Act, 2),
            (Kind::Redaction, 1),
            (Kind::Removal, 1),
            (Kind::Deletion, 1),
            (Kind::Forgetting, 1),
        ],
        acts: EVERYBODY,
        troubles: |call| match call {
            Call::Read => &[
                Trouble::Fate(Fate::Stale),
                Trouble::Fate(Fate::Refused(Refusal::NotFound)),
                Trouble::Fate(Fate::Refused(Refusal::Unacceptable)),
                Trouble::Break(Break::AtTheLimit),
            ],
            _every_other_call => &[
                Trouble::Fate(Fate::Refused(Refusal::Unauthorised)),
                Trouble::Fate(Fate::Refused(Refusal::NotFound)),
                Trouble::Fate(Fate::Refused(Refusal::RateLimited)),
                Trouble::Fate(Fate::Refused(Refusal::Unacceptable)),
                Trouble::Fate(Fate::Failed(Effect::None)),
                Trouble::Fate(Fate::Failed(Effect::Done)),
                Trouble::Fate(Fate::Garbled),
                Trouble::Break(Break::AtOnce),
                Trouble::Break(Break::AtTheLimit),
            ],
        },
    }
}
