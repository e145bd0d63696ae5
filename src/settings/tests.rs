#![allow(clippy::unwrap_used)]

use super::*;
use crate::gpt_trainer::requests::GptTrainerAccount;
use crate::intercom::ids::{AppId, ContactId, TeamId};
use crate::text::PlainLine;
use crate::turn::policy::{
    Attachments, Audience, Citations, CredentialsPrint, Fact, OtherBot, ReplyMode, RuleAssignments, Takeover, Tester,
};
use std::collections::BTreeMap;

const REQUIRED: &[(&str, &str)] = &[
    ("INTERCOM_ACCESS_TOKEN", "sandbox-access-token"),
    ("INTERCOM_CLIENT_SECRET", "sandbox-client-secret"),
    ("GPT_TRAINER_API_KEY", "sandbox-gpt-key"),
    ("INTERCOM_ADMIN_ID", "3156780"),
    ("CHATBOT_UUID", "14fb60fa7c6c44638d8c01abc90336e2"),
];

/// The required settings, with these on top.
fn parse(changes: &[(&str, &str)]) -> Result<Settings, Vec<Problem>> {
    let set: BTreeMap<_, _> = REQUIRED.iter().chain(changes).copied().collect();
    Settings::parse(|name| set.get(name).map(|value| (*value).to_owned()))
}

/// What is wrong, as the operator reads it.
fn complaints(changes: &[(&str, &str)]) -> Vec<String> {
    parse(changes).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn wrong_variables(changes: &[(&str, &str)]) -> Vec<&'static str> {
    parse(changes).err().unwrap_or_default().iter().map(|problem| problem.variable).collect()
}

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let settings = parse(&[]).unwrap();
    let handover_phrases = settings.policy.handover_phrases.clone();
    let expected = Settings {
        intercom: Account {
            api_url: "https://api.intercom.io".to_owned(),
            version: "2.16".to_owned(),
            token: Secret::new("sandbox-access-token").unwrap(),
            admin: AdminId::new("3156780").unwrap(),
        },
        gpt_trainer: GptTrainerAccount {
            api_url: "https://app.gpt-trainer.com/api/v1".to_owned(),
            key: Secret::new("sandbox-gpt-key").unwrap(),
            chatbot: ChatbotUuid("14fb60fa7c6c44638d8c01abc90336e2".to_owned()),
        },
        ingest: Ingest::Both,
        backlog: Millis(0),
        retention: Millis::from_hours(30 * 24),
        policy: Policy {
            ourselves: AdminId::new("3156780").unwrap(),
            mode: ReplyMode::Reply,
            quiet: Millis::from_seconds(4),
            quiet_cap: Millis::from_seconds(20),
            settle: Millis::from_seconds(30),
            answer_deadline: Millis::from_seconds(600),
            max_answer_age: Millis::from_minutes(60),
            takeover: Takeover::For(Millis::from_hours(12)),
            takeover_phrase: None,
            resume_phrase: None,
            rule_assignments: RuleAssignments::Count,
            other_bot: OtherBot::StandDown,
            attachments: Attachments::Ask,
            context: vec![],
            citations: Citations::Strip,
            handover_phrases: handover_phrases.clone(),
            handover_answers: vec![
                "Your request to speak with a human agent has been received".to_owned(),
                "AI has been disabled. You are now chatting with a human".to_owned(),
            ],
            handover_message: PlainLine::of(
                "Thank you for your message. I am passing it on to a teammate, who will answer you here.",
            ),
            handover_team: None,
            max_replies_per_conversation_per_day: 15,
            max_replies_per_minute: 60,
            max_replies_per_hour: 600,
            channels: vec!["messenger".to_owned()],
            audience: Audience::Everyone,
            rollout_percent: 100,
            app_id: None,
            credentials: CredentialsPrint("bd5d107c".to_owned()),
        },
        console_token: None,
        alert_url: None,
    };
    assert_eq!(settings, expected);
    assert!(handover_phrases.contains(&"real person".to_owned()));
    assert!(handover_phrases.iter().all(|phrase| phrase.trim() == phrase && !phrase.is_empty()));
}

#[test]
fn every_default_of_the_table_can_be_written_out_and_changes_nothing() {
    let written: Vec<_> = SETTINGS
        .iter()
        .filter_map(|setting| match setting.presence {
            Presence::Default(default) => Some((setting.name, default)),
            Presence::Required | Presence::Optional => None,
        })
        .collect();
    assert_eq!(parse(&written), parse(&[]));
}

#[test]
fn every_setting_of_the_table_is_read_and_no_other() {
    let asked = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let problems = Settings::parse(|name| {
        asked.borrow_mut().insert(name.to_owned());
        None
    })
    .unwrap_err();
    let names: std::collections::BTreeSet<_> = SETTINGS.iter().map(|setting| setting.name.to_owned()).collect();
    assert_eq!(asked.into_inner(), names);
    let missing: Vec<_> = problems.iter().map(|problem| (problem.variable, problem.value.clone())).collect();
    assert_eq!(
        missing,
        [
            ("INTERCOM_ACCESS_TOKEN", ShownValue::Unset),
            ("GPT_TRAINER_API_KEY", ShownValue::Unset),
            ("INTERCOM_ADMIN_ID", ShownValue::Unset),
            ("CHATBOT_UUID", ShownValue::Unset),
            ("INTERCOM_CLIENT_SECRET", ShownValue::Unset),
        ]
    );
}

#[test]
fn a_wrong_value_in_any_setting_but_free_text_is_a_problem_with_its_name() {
    let free_text = ["TAKEOVER_PHRASE", "RESUME_PHRASE", "HANDOVER_PHRASES", "HANDOVER_ANSWERS", "HANDOVER_MESSAGE"];
    for setting in SETTINGS {
        let wrong = if free_text.contains(&setting.name) { &"x".repeat(2_000) } else { "w r ö n g" };
        assert_eq!(wrong_variables(&[(setting.name, wrong)]), [setting.name]);
    }
}

#[test]
fn every_problem_is_reported_not_only_the_first() {
    assert_eq!(
        complaints(&[
            ("INTERCOM_ADMIN_ID", "Sofia"),
            ("QUIET_SECONDS", "-1"),
            ("INGEST", "push"),
            ("ROLLOUT_PERCENT", "101"),
        ]),
        [
            "INTERCOM_ADMIN_ID is \"Sofia\". It must be the ID of a teammate: digits only.",
            "INGEST is \"push\". It must be webhook, polling or both.",
            "QUIET_SECONDS is \"-1\". It must be a whole number from 0 to 60.",
            "ROLLOUT_PERCENT is \"101\". It must be a whole number from 0 to 100.",
        ]
    );
}

#[test]
fn blank_counts_as_unset() {
    assert_eq!(parse(&[("QUIET_SECONDS", " \n"), ("TESTERS", ""), ("CONSOLE_TOKEN", "  ")]), parse(&[]));
}

#[test]
fn the_client_secret_is_needed_unless_messages_are_only_polled() {
    assert_eq!(wrong_variables(&[("INTERCOM_CLIENT_SECRET", "")]), ["INTERCOM_CLIENT_SECRET"]);
    assert_eq!(wrong_variables(&[("INTERCOM_CLIENT_SECRET", ""), ("INGEST", "webhook")]), ["INTERCOM_CLIENT_SECRET"]);
    let polling = parse(&[("INTERCOM_CLIENT_SECRET", ""), ("INGEST", "POLLING")]).unwrap();
    assert_eq!(polling.ingest, Ingest::Polling);
}

#[test]
fn times_that_go_together_are_checked_together() {
    assert_eq!(
        complaints(&[
            ("QUIET_SECONDS", "30"),
            ("SETTLE_SECONDS", "60"),
            ("ANSWER_DEADLINE_SECONDS", "60"),
            ("TAKEOVER_PHRASE", "Mine"),
            ("RESUME_PHRASE", "mine"),
            ("OTHER_BOT", "fight"),
        ]),
        [
            "OTHER_BOT is \"fight\". It must be stand_down or take_turns.",
            "QUIET_CAP_SECONDS is \"20\". It must be at least as large as QUIET_SECONDS, which is 30.",
            "ANSWER_DEADLINE_SECONDS is \"60\". It must be larger than SETTLE_SECONDS, which is 60.",
            "RESUME_PHRASE is \"mine\". It must be different from TAKEOVER_PHRASE.",
        ]
    );
}

#[test]
fn small_times_are_allowed() {
    let settings = parse(&[
        ("QUIET_SECONDS", "0"),
        ("QUIET_CAP_SECONDS", "0"),
        ("SETTLE_SECONDS", "1"),
        ("ANSWER_DEADLINE_SECONDS", "2"),
        ("TAKEOVER_HOURS", "0"),
    ])
    .unwrap();
    let policy = settings.policy;
    assert_eq!((policy.quiet, policy.quiet_cap), (Millis(0), Millis(0)));
    assert_eq!((policy.settle, policy.answer_deadline), (Millis(1_000), Millis(2_000)));
    assert_eq!(policy.takeover, Takeover::ForEver);
}

#[test]
fn testers_are_contacts_or_domains() {
    let settings = parse(&[("TESTERS", "6762f0ad1bb69f9f2193bb62, @Example.org\nmail.example.com,")]).unwrap();
    assert_eq!(
        settings.policy.audience,
        Audience::Testers(vec![
            Tester::Contact(ContactId::new("6762f0ad1bb69f9f2193bb62").unwrap()),
            Tester::EmailDomain("example.org".to_owned()),
            Tester::EmailDomain("mail.example.com".to_owned()),
        ])
    );
    for wrong in ["ana@example.org", "example..org", "@", ",", "0", "a b"] {
        assert_eq!(wrong_variables(&[("TESTERS", wrong)]), ["TESTERS"], "{wrong}");
    }
}

#[test]
fn the_remaining_settings_are_taken_as_written() {
    let settings = parse(&[
        ("INTERCOM_APP_ID", "abc123def"),
        ("INTERCOM_API_URL", "http://127.0.0.1:8010/intercom/"),
        ("INTERCOM_VERSION", "preview"),
        ("CHATBOT_UUID", "14FB60FA7C6C44638D8C01ABC90336E2"),
        ("CONSOLE_TOKEN", "a-console-token"),
        ("ALERT_WEBHOOK_URL", "https://example.org/hook?key=1"),
        ("ALERT_WEBHOOK_URL", "https://example.org/hook?key=1"),
        ("BACKLOG_MINUTES", "15"),
        ("REPLY_MODE", "Note"),
        ("HANDOVER_TEAM_ID", "5017690"),
        ("HANDOVER_PHRASES", "Real Person,Operator"),
        ("HANDOVER_ANSWERS", "One moment, please.\nI cannot help."),
        ("CHANNELS", "Messenger, email"),
        ("CONTEXT", "Name, page"),
        ("CITATIONS", "Links"),
    ])
    .unwrap();
    assert_eq!(settings.policy.app_id, AppId::new("abc123def"));
    assert_eq!(settings.intercom.api_url, "http://127.0.0.1:8010/intercom");
    assert_eq!(settings.intercom.version, "Preview");
    assert_eq!(settings.gpt_trainer.chatbot.0, "14FB60FA7C6C44638D8C01ABC90336E2");
    assert_eq!(settings.console_token, Secret::new("a-console-token"));
    assert_eq!(settings.alert_url, Secret::new("https://example.org/hook?key=1"));
    assert_eq!(settings.backlog, Millis::from_minutes(15));
    assert_eq!(settings.policy.mode, ReplyMode::Note);
    assert_eq!(settings.policy.handover_team, TeamId::new("5017690"));
    assert_eq!(settings.policy.handover_phrases, ["real person", "operator"]);
    assert_eq!(settings.policy.handover_answers, ["One moment, please.", "I cannot help."]);
    assert_eq!(settings.policy.channels, ["messenger", "email"]);
    assert_eq!(settings.policy.context, [Fact::Name, Fact::Page]);
    assert_eq!(settings.policy.citations, Citations::Links);
}

#[test]
fn none_switches_hand_over_phrases_off() {
    let policy = parse(&[("HANDOVER_PHRASES", "none"), ("HANDOVER_ANSWERS", "None")]).unwrap().policy;
    assert_eq!((policy.handover_phrases, policy.handover_answers), (vec![], vec![]));
}

#[test]
fn versions_and_ids_are_checked() {
    for (variable, wrong) in [
        ("INTERCOM_VERSION", "2"),
        ("INTERCOM_VERSION", "2.16.1"),
        ("INTERCOM_VERSION", "v2.16"),
        ("INTERCOM_ADMIN_ID", "0"),
        ("INTERCOM_ADMIN_ID", "007"),
        ("INTERCOM_ADMIN_ID", "+7"),
        ("CHATBOT_UUID", "https://app.gpt-trainer.com/chatbot"),
        ("INTERCOM_APP_ID", "https://app.intercom.com"),
        ("INTERCOM_ACCESS_TOKEN", "two words"),
        ("INTERCOM_CLIENT_SECRET", "sécret"),
        ("CONSOLE_TOKEN", "short"),
        ("SETTLE_SECONDS", "0"),
        ("CHANNELS", ","),
        ("CONTEXT", "name, phone"),
    ] {
        assert_eq!(wrong_variables(&[(variable, wrong)]), [variable], "{wrong}");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let printed = format!("{:?}", parse(&[("CONSOLE_TOKEN", "a-console-token")]).unwrap());
    for secret in ["sandbox-access-token", "sandbox-client-secret", "sandbox-gpt-key", "a-console-token"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}

#[test]
fn wrangler_toml_lists_every_default_as_it_is() {
    let file = include_str!("../../wrangler.toml");
    for setting in SETTINGS.iter().filter(|setting| !setting.secret) {
        let line = match setting.presence {
            Presence::Default(default) if default.contains('\n') => {
                format!("# {} = \"\"\"\n# {}\"\"\"\n", setting.name, default.replace('\n', "\n# "))
            }
            Presence::Default(default) => format!("# {} = \"{default}\"\n", setting.name),
            Presence::Required | Presence::Optional => format!("# {} = \"", setting.name),
        };
        assert!(file.contains(&line), "wrangler.toml lacks {line}");
    }
}

#[test]
fn where_alerts_go_is_known_while_other_settings_are_wrong_and_is_never_shown() {
    let lookup = |name: &str| match name {
        "ALERT_WEBHOOK_URL" => Some(" https://example.org/hook/secret ".to_owned()),
        "QUIET_SECONDS" => Some("many".to_owned()),
        _other => None,
    };
    assert!(Settings::parse(lookup).is_err());
    assert_eq!(alert_url(lookup), Secret::new("https://example.org/hook/secret"));
    let [complaint] = complaints(&[("ALERT_WEBHOOK_URL", "http://example.org/hook/secret")]).try_into().unwrap();
    assert!(!complaint.contains("hook/secret") && complaint.contains("https://"), "{complaint}");
}
