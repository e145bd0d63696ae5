//! What the chatbot is told of the customer never costs an answer.

// shows: G2

use crate::world::World;
use crate::world::acts::Scope;
use crate::world::audit::assert_kept;
use crate::world::settings::settings_with;
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::Kind;
use onereply_sandbox::intercom::{ContactDetails, Start};
use serde_json::json;

fn telling() -> World {
    let mut world = World::new();
    world.settings = settings_with(|name| match name {
        "CONTEXT" => Some("name, email, page".to_owned()),
        "INGEST" => Some("webhook".to_owned()),
        _unset => None,
    });
    world
}

#[test]
fn a_new_session_is_told_of_the_customer() {
    let mut world = telling();
    let (name, email) = (Some("Ana & Co".to_owned()), Some("ana@example.org".to_owned()));
    let contact = ContactDetails { name, email, ..ContactDetails::default() };
    world.begins_as(0, "alpha", Start { contact, ..Start::default() }, Scope::Ours);
    world.run();
    let told = world.far_side.gpt_trainer.records(world.now).remove(0).initial_variables.unwrap();
    let page = "https://shop.example.com/help";
    assert_eq!(told, json!({"user_name": "Ana & Co", "user_email": "ana@example.org", "page_url": page}));
    assert_eq!(world.replies(), ["About alpha."]);
    assert_kept(&world);
}

#[test]
fn where_it_is_refused_the_customer_is_answered_all_the_same() {
    for status in [400, 422] {
        let mut world = telling();
        world.fault("gpt_trainer.create_session", 1, Kind::FailBefore { status, json: true });
        world.begins("alpha");
        world.run();
        assert_eq!(world.far_side.gpt_trainer.records(world.now).remove(0).initial_variables, None);
        assert_eq!(world.replies(), ["About alpha."]);
        assert_eq!(world.far_side.arrived(Call::CreateSession), 2);
        assert_kept(&world);
    }
}
