//! What an operator sees of the workspace, and what they change, over the real rows.

use crate::world::audit::assert_kept;
use crate::world::{MINUTE, SECOND, World};
use onereply::objects::ask::TheWorkspace;
use onereply::objects::calls::workspace::{
    GetFigures, GetHealth, GetMetrics, ListTurns, PageAnswer, PauseTurns, Report, ReportMended, ResumeTurns, SetMode,
    ShowTrends,
};
use onereply::settings::Ingest;
use onereply::turn::outcome::{Outcome, StandDownReason};
use onereply::turn::policy::ReplyMode;
use onereply::workspace::controls::{By, Control, Deed};
use onereply::workspace::trouble::Trouble;
use serde_json::{Value, json};

fn figures(world: &mut World) -> Value {
    world.ask(&TheWorkspace, GetFigures).unwrap().figures
}

fn page(page: PageAnswer) -> Value {
    match page {
        PageAnswer::Text(text) => serde_json::from_str(&text).unwrap(),
        PageAnswer::BadParameter(wrong) => json!({ "wrong": wrong }),
        PageAnswer::Unknown => panic!("the workspace is known"),
    }
}

fn turns(world: &mut World, query: &str) -> Value {
    page(world.ask(&TheWorkspace, ListTurns(format!("https://onereply.example/api/turns{query}"))).unwrap())
}

fn by_operator(deed: &Deed) -> Control {
    Control::new(deed, &By::LIMIT)
}

/// Two messages of one conversation were answered.
fn answered_twice() -> World {
    let mut world = World::new();
    world.every_minute(Ingest::Both);
    world.at(SECOND, |world| world.begins("alpha"));
    world.at(10 * MINUTE, |world| world.writes("bravo"));
    world.run();
    assert_eq!(world.replies(), ["About alpha.", "About bravo."]);
    world
}

#[test]
fn figures_pages_trends_and_metrics_count_the_same_turns() {
    let mut world = answered_twice();
    let shown = figures(&mut world);
    assert_eq!(shown["turns"]["last_hour"]["replied"], 2);
    assert_eq!((&shown["open_conversations"], &shown["pause"]), (&json!(0), &Value::Null));

    let first = turns(&mut world, "?limit=1");
    let next = first["next"].as_str().unwrap();
    let second = turns(&mut world, &format!("?limit=1&before={next}"));
    let last = turns(&mut world, &format!("?limit=1&before={}", second["next"].as_str().unwrap_or(next)));
    assert!(first["turns"][0]["at"].as_u64() > second["turns"][0]["at"].as_u64(), "{first} {second}");
    assert_ne!(first["turns"][0]["turn"], second["turns"][0]["turn"]);
    assert_eq!(last["next"], Value::Null);
    assert_eq!(turns(&mut world, "?outcome=failed")["turns"], json!([]));
    assert!(turns(&mut world, "?limit=0")["wrong"].as_str().unwrap().contains("limit"));

    let trends = world.ask(&TheWorkspace, ShowTrends("https://onereply.example/api/trends".to_owned())).unwrap();
    assert_eq!(page(trends)["total"]["replied"], 2);
    let metrics = world.ask(&TheWorkspace, GetMetrics).unwrap().unwrap();
    assert!(metrics.contains("onereply_turns{window=\"hour\",outcome=\"replied\"} 2\n"), "{metrics}");
}

#[test]
fn figures_outlive_the_process() {
    let mut world = answered_twice();
    let before = figures(&mut world)["turns"].clone();
    world.crash();
    world.run();
    assert_eq!(figures(&mut world)["turns"], before);
}

#[test]
fn a_mode_that_an_operator_sets_holds_until_it_is_set_back_and_is_listed_with_other_acts() {
    let mut world = answered_twice();
    let set = |world: &mut World, mode| {
        world.ask(&TheWorkspace, SetMode { mode, control: by_operator(&Deed::ModeSet(mode)) }).unwrap()
    };
    assert_eq!(set(&mut world, Some(ReplyMode::Off))["in_force"], "off");
    world.writes("charlie");
    world.run();
    let ended = world.state_of(&world.conversation()).unwrap().settled.pop().unwrap().outcome;
    assert_eq!(ended, Outcome::StoodDown(StandDownReason::ModeOff));
    assert_eq!(set(&mut world, None)["in_force"], "reply");
    world.writes("delta");
    world.run();
    assert_eq!(world.replies().len(), 3);
    let acts = figures(&mut world)["controls"].as_array().unwrap().len();
    assert_eq!(acts, 2);
}

#[test]
fn a_pause_shows_until_it_is_over_and_both_are_listed_the_newest_first() {
    let mut world = answered_twice();
    world.ask(&TheWorkspace, PauseTurns(by_operator(&Deed::Paused))).unwrap();
    assert!(world.ask(&TheWorkspace, GetHealth).unwrap().contains(&Trouble::PausedByOperator));
    assert!(figures(&mut world)["pause"].is_object());
    world.ask(&TheWorkspace, ResumeTurns(by_operator(&Deed::Resumed))).unwrap();
    assert!(!world.ask(&TheWorkspace, GetHealth).unwrap().contains(&Trouble::PausedByOperator));
    let shown = figures(&mut world);
    let listed: Vec<_> = shown["controls"].as_array().unwrap().iter().map(|control| control["what"].clone()).collect();
    assert_eq!((listed, &shown["pause"]), (vec![json!("resumed"), json!("paused")], &Value::Null));
}

#[test]
fn a_reported_problem_shows_until_it_is_mended() {
    let mut world = answered_twice();
    let is_shown =
        |world: &mut World| world.ask(&TheWorkspace, GetHealth).unwrap().contains(&Trouble::WorkspaceMismatch);
    assert!(!is_shown(&mut world));
    world.ask(&TheWorkspace, Report(Trouble::WorkspaceMismatch)).unwrap();
    assert!(is_shown(&mut world));
    world.ask(&TheWorkspace, ReportMended(Trouble::WorkspaceMismatch)).unwrap();
    assert!(!is_shown(&mut world));
    assert_kept(&world);
}
