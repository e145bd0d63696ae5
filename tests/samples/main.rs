//! The project's own webhook samples: made-up people, the shapes of Intercom's webhooks from version 1 to 2.17.
//!
//! `ONEREPLY_WRITE_SAMPLES=1 cargo test --test samples` writes them again; then `python3 tests/samples/sign.py` computes the
//! signatures with another implementation of HMAC than the one that is tested.

#![allow(clippy::unwrap_used)]

mod generator;
mod read;
mod robust;

use generator::{SECRET, samples};
use onereply::intercom::events::{Act, AssignedTo, ConversationEvent, ConversationEvents};
use onereply::intercom::ids::{AdminId, AppId, ConversationId, PartId, TeamId};
use onereply::intercom::signature::{RawWebhook, SignatureError, SignedWith, WebhookSecrets};
use onereply::intercom::webhook::{About, Nothing, Topic, Webhook};
use onereply::secret::Secret;
use onereply::time::UnixSeconds;
use read::{recorded_signature, recorded_signatures, sample, webhooks};

#[test]
fn the_files_are_what_the_generator_makes() {
    if std::env::var_os("ONEREPLY_WRITE_SAMPLES").is_some() {
        for (name, text) in samples() {
            std::fs::write(webhooks().join(name), text).unwrap();
        }
    }
    let mut made: Vec<_> = samples().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let mut files: Vec<_> = std::fs::read_dir(webhooks())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .map(|name| (name.clone(), String::from_utf8(sample(&name)).unwrap()))
        .collect();
    made.sort();
    files.sort();
    assert_eq!(files, made);
}

#[test]
fn every_sample_verifies_with_its_recorded_signature_and_no_other() {
    let all = recorded_signatures();
    assert_eq!(all.len(), samples().len());
    for (name, signature) in &all {
        assert_eq!(verify(&sample(name), signature), Ok(SignedWith::Current), "{name}");
        for (other, _) in all.iter().filter(|(other, _)| other != name) {
            assert_eq!(verify(&sample(other), signature), Err(SignatureError::Mismatch), "{name} for {other}");
        }
    }
}

#[test]
fn three_escapings_of_one_payload_are_signed_differently_and_read_alike() {
    let escapings = ["user_replied.utf8.json", "user_replied.ascii.json", "user_replied.rails.json"];
    let signatures = escapings.map(recorded_signature);
    assert!(signatures[0] != signatures[1] && signatures[1] != signatures[2] && signatures[0] != signatures[2]);
    assert_eq!(parse(escapings[1]), parse(escapings[0]));
    assert_eq!(parse(escapings[2]), parse(escapings[0]));
}

#[test]
fn a_new_conversation_is_its_source() {
    let created = parse("user_created.json");
    assert_eq!(created.topic, Topic::UserCreated);
    assert_eq!(created.app_id, AppId::new("shop7demo"));
    assert_eq!(created.id.as_ref().unwrap().as_str(), "notif_00000000-0000-4000-8000-000000000001");
    assert_eq!((created.created_at, created.delivery_attempts), (Some(UnixSeconds(1_790_000_002)), 1));
    assert_eq!(events(created), [wrote("5500010001", 1_790_000_000)]);
}

#[test]
fn a_reply_is_the_part_and_not_the_source() {
    assert_eq!(events(parse("user_replied.utf8.json")), [wrote("88000000101", 1_790_000_300)]);
}

#[test]
fn a_retry_tells_the_same() {
    let (first, retry) = (parse("user_replied.utf8.json"), parse("user_replied.retry.json"));
    assert_eq!((first.delivery_attempts, retry.delivery_attempts), (1, 2));
    assert_eq!(Webhook { delivery_attempts: 1, ..retry }, first);
}

#[test]
fn a_reopening_message_counts() {
    assert_eq!(events(parse("user_replied.reopens.json")), [wrote("88000000102", 1_790_090_000)]);
}

#[test]
fn plain_text_bodies_count() {
    assert_eq!(events(parse("user_replied.plain_text.json")), [wrote("88000000101", 1_790_000_300)]);
}

#[test]
fn several_parts_are_all_told() {
    assert_eq!(
        events(parse("user_replied.several_parts.json")),
        [wrote("88000000103", 1_790_000_310), wrote("88000000104", 1_790_000_311), wrote("88000000105", 1_790_000_312)]
    );
}

#[test]
fn ids_as_numbers_null_and_zero_are_read() {
    let loose = parse("user_replied.loose_ids.json");
    assert_eq!(loose.app_id, AppId::new("shop7demo"));
    assert_eq!(loose.id, None);
    assert_eq!(events(loose), [wrote("88000000101", 1_790_000_300)]);
}

#[test]
fn version_1_still_wakes_its_conversation() {
    assert_eq!(
        events(parse("user_created.v1.json")),
        [ConversationEvent::CustomerWrote { part: None, at: UnixSeconds(1_790_000_002) }]
    );
    assert_eq!(events(parse("user_replied.v1.json")), [wrote("88000000101", 1_790_000_300)]);
}

#[test]
fn a_teammates_first_reply_speaks_and_assigns() {
    let acted = |act: Act| ConversationEvent::TeammateActed {
        part: PartId::new("88000000201"),
        at: UnixSeconds(1_790_000_400),
        admin: AdminId::new("7100002"),
        act,
    };
    let to = AssignedTo::Admin { id: AdminId::new("7100002").unwrap() };
    assert_eq!(events(parse("admin_replied.first_reply.json")), [acted(Act::Spoke), acted(Act::Assigned { to })]);
}

#[test]
fn what_teammates_do_is_told() {
    let acted = |part: &str, act: Act| {
        [ConversationEvent::TeammateActed {
            part: PartId::new(part),
            at: UnixSeconds(1_790_000_400),
            admin: AdminId::new("7100002"),
            act,
        }]
    };
    assert_eq!(events(parse("admin_noted.json")), acted("88000000202", Act::Noted));
    assert_eq!(events(parse("admin_closed.json")), acted("88000000203", Act::Closed));
    let to = AssignedTo::Team { id: TeamId::new("640001") };
    assert_eq!(events(parse("admin_assigned.team.json")), acted("88000000204", Act::Assigned { to }));
}

#[test]
fn an_assignment_by_a_rule_is_told_as_one() {
    assert_eq!(
        events(parse("admin_assigned.by_rule.json")),
        [ConversationEvent::RuleAssigned {
            part: PartId::new("88000000205"),
            at: UnixSeconds(1_790_000_400),
            to: AssignedTo::Admin { id: AdminId::new("7100002").unwrap() },
        }]
    );
}

#[test]
fn fins_answer_is_told_and_operators_greeting_is_not() {
    let spoke = [ConversationEvent::OtherBotSpoke { part: PartId::new("88000000301"), at: UnixSeconds(1_790_000_005) }];
    assert_eq!(events(parse("operator_replied.fin.json")), spoke);
    assert_eq!(parse("operator_replied.automatic.json").about, About::Nothing(Nothing::OnlyAutomatic));
}

#[test]
fn a_bots_reply_under_an_admin_topic_is_a_bots() {
    let spoke = [ConversationEvent::OtherBotSpoke { part: PartId::new("88000000301"), at: UnixSeconds(1_790_000_005) }];
    assert_eq!(events(parse("admin_replied.by_bot.json")), spoke);
}

#[test]
fn a_deletion_names_its_conversation_in_another_place() {
    assert_eq!(events(parse("deleted.json")), [ConversationEvent::Deleted]);
}

#[test]
fn a_redaction_names_the_part() {
    assert_eq!(events(parse("redacted.json")), [ConversationEvent::Redacted { part: PartId::new("88000000101") }]);
}

#[test]
fn a_ping_and_unwanted_topics_ask_for_nothing() {
    let ping = parse("ping.json");
    assert_eq!((ping.topic, ping.id, ping.about), (Topic::Ping, None, About::Nothing(Nothing::Ping)));
    let read = parse("read.json");
    assert_eq!(read.topic, Topic::Other("conversation.read".to_owned()));
    assert_eq!(read.about, About::Nothing(Nothing::UnwantedTopic));
}

fn secrets() -> WebhookSecrets {
    WebhookSecrets { current: Secret::new(SECRET).unwrap(), previous: None }
}

fn verify(bytes: &[u8], signature: &str) -> Result<SignedWith, SignatureError> {
    let raw = RawWebhook { bytes: bytes.to_vec(), header: Some(signature.to_owned()) };
    raw.verify(&secrets()).map(|verified| verified.signed_with())
}

fn parse(name: &str) -> Webhook {
    let raw = RawWebhook { bytes: sample(name), header: Some(recorded_signature(name)) };
    raw.verify(&secrets()).unwrap().parse().unwrap()
}

fn events(webhook: Webhook) -> Vec<ConversationEvent> {
    let About::Conversation(ConversationEvents { app_id, conversation, events }) = webhook.about else {
        panic!("something to do: {webhook:?}");
    };
    assert_eq!(Some(app_id), AppId::new("shop7demo"));
    assert_eq!(Some(conversation), ConversationId::new("300100200300400"));
    events
}

fn wrote(part: &str, at: u64) -> ConversationEvent {
    ConversationEvent::CustomerWrote { part: PartId::new(part), at: UnixSeconds(at) }
}
