//! The sources of an answer stand under it, and never cost it.

// shows: G2

use crate::world::audit::assert_kept;
use crate::world::settings::settings_with;
use crate::world::{MINUTE, World};
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;
use onereply_sandbox::gpt_trainer::ScriptRule;
use serde_json::json;

const SOURCE: &str = "https://example.org/alpha";

/// The chatbot cites a page, and the operator wants it shown.
fn citing() -> World {
    let mut world = World::new();
    world.settings = settings_with(|name| match name {
        "CITATIONS" => Some("links".to_owned()),
        "INGEST" => Some("webhook".to_owned()),
        _unset => None,
    });
    let citations = Some(json!({"1.2": {"title": "All of alpha", "file_name": SOURCE}}));
    world.far_side.gpt_trainer.add_rule(ScriptRule { citations, ..ScriptRule::default() });
    world.fault("gpt_trainer.stream", 1, Kind::AnswerText { text: "About alpha [1.2].".to_owned() });
    world
}

fn bodies(world: &World) -> String {
    let parts = world.far_side.intercom.records().into_iter().flat_map(|record| record.parts);
    parts.filter(|part| part.by_api && part.part_type == "comment").filter_map(|part| part.body).collect()
}

#[test]
fn an_answer_has_its_sources_below_it() {
    let mut world = citing();
    world.begins("alpha");
    world.run();
    assert_eq!(bodies(&world), format!("<p>About alpha.</p><p><a href=\"{SOURCE}\">All of alpha</a></p>"));
    assert_eq!(world.far_side.arrived(Call::Messages), 1);
    assert_kept(&world);
}

#[test]
fn an_answer_whose_sources_cannot_be_read_goes_out_without() {
    for kind in [
        Kind::FailBefore { status: 500, json: true },
        Kind::FailBefore { status: 404, json: true },
        Kind::FailBefore { status: 401, json: true },
        Kind::CutBefore {},
        Kind::ActThenCut {},
        Kind::NeverAnswer { acts: true },
        Kind::Malformed {},
        Kind::Html200 {},
    ] {
        let mut world = citing();
        world.fault("gpt_trainer.messages", 0, kind.clone());
        world.begins("alpha");
        world.run();
        assert_eq!(bodies(&world), "<p>About alpha.</p>", "{kind:?}");
        assert_eq!(world.far_side.gpt_trainer.records(world.now)[0].messages.len(), 1, "{kind:?}");
        assert_kept(&world);
    }
}

#[test]
fn a_crash_while_the_sources_are_read_costs_neither_the_answer_nor_a_second_question() {
    let mut world = citing();
    world.begins("alpha");
    world.on(Call::Messages, 1, |world| world.crash());
    world.at(MINUTE, |world| assert_eq!(bodies(world), "<p>About alpha.</p>"));
    world.run();
    assert_eq!(world.far_side.arrived(Call::Stream), 1);
    assert_kept(&world);
}
