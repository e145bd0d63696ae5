//! A program finds what an earlier one stored, in every stage, and goes on to the turn's outcome.
//!
//! The rows of each version are kept as they were written. When the version changes, `ONEREPLY_WRITE_STATES=1 cargo test
//! --test promise upgrades` writes those of the new one, and [`VERSIONS`] takes them in; the old ones stay.

use crate::world::audit::assert_kept;
use crate::world::object::Object;
use crate::world::program::Program;
use crate::world::settings::ACCESS_TOKEN;
use crate::world::webhook::Reaction;
use crate::world::{HOUR, MINUTE, SECOND, START, Went, World};
use onereply::turn::outcome::Outcome;
use onereply::turn::state::{Phase, Stage, State};
use onereply::turn::stored::{self, STATE_VERSION};
use onereply_sandbox::fault::Kind;
use onereply_sandbox::http::Request;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The kept rows of every version, by the stage's name: when it was written, and the row itself.
const VERSIONS: [(u32, &str); 2] = [
    (1, include_str!("../../src/turn/tests/states_v1.json")),
    (2, include_str!("../../src/turn/tests/states_v2.json")),
];

/// What the world was like when the row of a stage was written.
struct Past {
    stage: &'static str,
    /// What goes wrong on the way there, or is done.
    way: fn(&mut World),
    /// What the customer wrote.
    messages: &'static [&'static str],
    session: Session,
    replied: Replied,
    /// How the turn ends.
    outcome: &'static str,
}

#[derive(PartialEq, Eq)]
enum Session {
    None,
    Open,
}

#[derive(PartialEq, Eq)]
enum Replied {
    Yes,
    No,
}

fn pasts() -> Vec<Past> {
    let past = |stage, way: fn(&mut World)| Past {
        stage,
        way,
        messages: &["alpha"],
        session: Session::Open,
        replied: Replied::No,
        outcome: "replied",
    };
    let before_the_session = |stage| Past { session: Session::None, ..past(stage, |_| {}) };
    let handed_over = |stage, way| Past { outcome: "handed_over", ..past(stage, way) };
    vec![
        Past { session: Session::Open, replied: Replied::Yes, ..past("idle", |_| {}) },
        before_the_session("gathering"),
        before_the_session("verifying"),
        before_the_session("reading"),
        before_the_session("seeking_grant"),
        before_the_session("opening_session"),
        past("reading_session", |world| world.fault("gpt_trainer.stream", 1, Kind::RateLimited { reset_in_s: 5 })),
        Past { messages: &["alpha", "bravo"], ..past("discarding", |_| {}) },
        past("asking", |_| {}),
        past("checking_session", |world| {
            world.fault("gpt_trainer.stream", 1, Kind::FailBefore { status: 404, json: true });
        }),
        past("recovering_answer", |world| world.fault("gpt_trainer.stream", 1, Kind::CutBefore {})),
        past("renewing_grant", |_| {}),
        past("rechecking", |_| {}),
        handed_over("posting", |_| {}),
        handed_over("settling", |world| world.fault("intercom.reply", 1, Kind::CutBefore {})),
        handed_over("handing_over", |world| {
            world.fault("gpt_trainer.stream", 1, Kind::FailBefore { status: 422, json: true });
        }),
        Past {
            outcome: "failed",
            ..past("deleted", |world| {
                world.at(6 * SECOND, |world| {
                    let id = world.conversation();
                    world.far_side.intercom.delete(&id, world.now).unwrap();
                });
            })
        },
    ]
}

/// When the customer wrote their messages.
const WRITTEN: [u64; 2] = [0, 6 * SECOND];

/// Plays until the stage is on disk, by the program of today.
fn written_today(past: &Past) -> Value {
    let mut world = World::new();
    (past.way)(&mut world);
    world.begins(past.messages[0]);
    for (word, at) in past.messages.iter().zip(WRITTEN).skip(1) {
        world.at(at, |world| world.writes(word));
    }
    let conversation = world.conversation();
    loop {
        let state = world.state_of(&conversation);
        let had_a_turn = |state: &State| state.phase != Phase::Idle || !state.settled.is_empty();
        if let Some(state) = state.filter(|state| state.phase.name() == past.stage && had_a_turn(state)) {
            let row: Value = serde_json::from_str(&stored::write(&state)).unwrap();
            return json!({"at": world.now, "row": row});
        }
        assert_eq!(world.go(), Went::On, "{} is never reached", past.stage);
    }
}

/// The world as it was, with the row on disk, and an alarm.
fn resumed(past: &Past, kept: &Value) -> World {
    let mut world = World::new();
    world.webhooks.copies = 0;
    world.begins(past.messages[0]);
    for (word, at) in past.messages.iter().zip(WRITTEN).skip(1) {
        world.now = START + at;
        world.writes(word);
    }
    let conversation = world.conversation();
    // The earlier program had acknowledged them.
    world.webhooks.deliveries =
        world.webhooks.message_of.keys().map(|id| (id.clone(), Reaction::Acknowledged)).collect();
    world.now = kept["at"].as_u64().unwrap();
    if past.session == Session::Open {
        open_session(&mut world);
    }
    if past.replied == Replied::Yes {
        reply(&mut world, &conversation);
    }
    if past.stage == "deleted" {
        world.far_side.intercom.delete(&conversation, world.now).unwrap();
    }
    world.dispatch_notifications();
    world.webhooks.copies = 1;
    let mut object = Object::default();
    object.disk.state = Some(kept["row"].to_string());
    object.disk.alarm = stored::read(&kept["row"].to_string()).unwrap().wake_at().map(|at| at.0);
    world.objects.insert(conversation, object);
    world.ledger_since = world.now + 1;
    world
}

fn open_session(world: &mut World) {
    let path = format!("/chatbot/{}/session/create", world.far_side.gpt_trainer.account.chatbot);
    let key = format!("Bearer {}", world.far_side.gpt_trainer.account.api_key);
    let request = Request { method: "POST", path: &path, authorization: Some(&key), ..Request::default() };
    assert_eq!(world.far_side.gpt_trainer.handle(&request, world.now).status, 200);
}

fn reply(world: &mut World, conversation: &str) {
    let body =
        json!({"message_type": "comment", "type": "admin", "admin_id": "3156780", "body": "<p>About alpha.</p>"});
    let (path, body) = (format!("/conversations/{conversation}/reply"), body.to_string());
    let token = format!("Bearer {ACCESS_TOKEN}");
    let request = Request {
        method: "POST",
        path: &path,
        authorization: Some(&token),
        body: body.as_bytes(),
        ..Request::default()
    };
    assert_eq!(world.far_side.intercom.handle(&request, world.now).status, 200);
}

fn rows(version: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(version).unwrap()
}

/// Every kept row, with what the world was like.
fn kept() -> Vec<(u32, Past, Value)> {
    let of_version = |(version, text): (u32, &str)| {
        let with_past = |(stage, row): (String, Value)| {
            let past = pasts().into_iter().find(|past| past.stage == stage);
            (version, past.unwrap_or_else(|| panic!("no story for {stage}")), row)
        };
        rows(text).into_iter().map(with_past).collect::<Vec<_>>()
    };
    VERSIONS.into_iter().flat_map(of_version).collect()
}

#[test]
fn every_stage_has_a_row_of_this_version() {
    if std::env::var_os("ONEREPLY_WRITE_STATES").is_some() {
        let rows: BTreeMap<_, _> = pasts().iter().map(|past| (past.stage, written_today(past))).collect();
        let file = format!("src/turn/tests/states_v{STATE_VERSION}.json");
        let text = serde_json::to_string_pretty(&rows).unwrap() + "\n";
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(file), text).unwrap();
    }
    let (newest, kept) = VERSIONS.last().unwrap();
    assert_eq!(*newest, STATE_VERSION);
    let mut stages: Vec<_> = pasts().iter().map(|past| past.stage.to_owned()).collect();
    stages.sort();
    assert_eq!(rows(kept).into_keys().collect::<Vec<_>>(), stages);
}

/// The compiler asks here for a story about each further stage.
#[test]
fn every_stage_has_a_story() {
    for past in pasts() {
        let row = written_today(&past)["row"].to_string();
        let phase = stored::read(&row).unwrap().phase;
        match &phase {
            Phase::Idle | Phase::Deleted => {}
            Phase::Open { stage, .. } => match stage {
                Stage::Gathering { .. }
                | Stage::Verifying(_)
                | Stage::Reading(_)
                | Stage::SeekingGrant(..)
                | Stage::OpeningSession(..)
                | Stage::ReadingSession(..)
                | Stage::Discarding(..)
                | Stage::Asking(_)
                | Stage::CheckingSession(..)
                | Stage::RecoveringAnswer(..)
                | Stage::RenewingGrant(..)
                | Stage::Rechecking(..)
                | Stage::Posting(_)
                | Stage::Settling(..)
                | Stage::HandingOver(..) => {}
            },
        }
        assert_eq!(phase.name(), past.stage);
    }
}

#[test]
fn a_stored_turn_of_every_version_and_stage_goes_on_to_its_outcome() {
    for (version, past, row) in kept() {
        let mut world = resumed(&past, &row);
        world.run();
        let outcomes: Vec<_> = world.outcomes().iter().map(Outcome::name).collect();
        assert_eq!(outcomes, [past.outcome], "{} of version {version}", past.stage);
        assert_kept(&world);
    }
}

#[test]
fn the_next_message_after_a_stored_turn_of_every_version_and_stage_is_answered() {
    for (version, past, row) in kept().into_iter().filter(|(_, past, _)| past.stage != "deleted") {
        let mut world = resumed(&past, &row);
        // A hand-over lasts until somebody gives the conversation back.
        world.at(12 * HOUR, |world| world.teammate("give back"));
        world.at(13 * HOUR, |world| world.writes("charlie"));
        world.run();
        let last = world.replies().pop();
        assert_eq!(last.as_deref(), Some("About charlie."), "{} of version {version}", past.stage);
        assert_kept(&world);
    }
}

#[test]
fn a_reply_that_an_earlier_program_was_posting_is_found() {
    let mut found = 0;
    for (_, past, row) in kept().into_iter().filter(|(_, past, _)| ["posting", "settling"].contains(&past.stage)) {
        let mut world = resumed(&Past { replied: Replied::Yes, ..past }, &row);
        world.run();
        assert_eq!(world.seen(), ["customer: alpha", "bot: About alpha."]);
        assert_kept(&world);
        found += 1;
    }
    assert_eq!(found, 2 * VERSIONS.len());
}

#[test]
fn a_stored_turn_waits_for_its_program_through_a_roll_back() {
    for (version, past, row) in kept() {
        let mut world = resumed(&past, &row);
        world.deploy(Program::Newer);
        world.at(10 * MINUTE, |world| world.deploy(Program::AsBuilt));
        world.at(20 * MINUTE, |world| world.deploy(Program::Newer));
        world.run();
        let outcomes: Vec<_> = world.outcomes().iter().map(Outcome::name).collect();
        assert_eq!(outcomes, [past.outcome], "{} of version {version}", past.stage);
        assert_kept(&world);
    }
}
