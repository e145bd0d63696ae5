//! The part of the settings that the turn machine decides by.

use super::kinds::{SettingKind, lines, list, number_id, one_of, or_none, text, whole};
use super::reader::Reader;
use super::table;
use crate::intercom::ids::{AdminId, AppId, ContactId, TeamId};
use crate::text::PlainLine;
use crate::time::Millis;
use crate::turn::policy::{
    Attachments, Audience, Citations, CredentialsPrint, Fact, OtherBot, Policy, ReplyMode, RuleAssignments, Takeover,
    Tester,
};

/// `ourselves` and `credentials` are `None` where their own settings have a problem.
pub(super) fn read(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
    ourselves: Option<AdminId>,
    credentials: Option<CredentialsPrint>,
) -> Option<Policy> {
    let app_id = reader.optional(&table::INTERCOM_APP_ID, app_id());
    let mode = reader.needed(&table::REPLY_MODE, one_of(MODES));
    let quiet = reader.needed(&table::QUIET_SECONDS, whole(0..=60).map(Millis::from_seconds));
    let quiet_cap = reader.needed(&table::QUIET_CAP_SECONDS, whole(0..=600).map(Millis::from_seconds));
    let settle = reader.needed(&table::SETTLE_SECONDS, whole(1..=600).map(Millis::from_seconds));
    let answer_deadline = reader.needed(&table::ANSWER_DEADLINE_SECONDS, whole(2..=86_400).map(Millis::from_seconds));
    let max_answer_age = reader.needed(&table::MAX_ANSWER_AGE_MINUTES, whole(1..=10_080).map(Millis::from_minutes));
    let takeover = reader.needed(&table::TAKEOVER_HOURS, whole(0..=8_760).map(takeover_hours));
    let takeover_phrase = reader.optional(&table::TAKEOVER_PHRASE, text(200));
    let resume_phrase = reader.optional(&table::RESUME_PHRASE, text(200));
    let rule_assignments = reader.needed(&table::RULE_ASSIGNMENTS, one_of(RULE_ASSIGNMENTS));
    let other_bot = reader.needed(&table::OTHER_BOT, one_of(OTHER_BOT));
    let attachments = reader.needed(&table::ATTACHMENTS, one_of(ATTACHMENTS));
    let context = reader.optional(&table::CONTEXT, context());
    let citations = reader.needed(&table::CITATIONS, one_of(CITATIONS));
    let handover_phrases = reader.needed(&table::HANDOVER_PHRASES, phrases());
    let handover_answers = reader.needed(&table::HANDOVER_ANSWERS, answers());
    let handover_message = reader.needed(&table::HANDOVER_MESSAGE, text(1_000));
    let handover_team = reader.optional(&table::HANDOVER_TEAM_ID, number_id("the ID of a team"));
    let per_day = reader.needed(&table::MAX_REPLIES_PER_CONVERSATION_PER_DAY, whole(1..=10_000));
    let per_minute = reader.needed(&table::MAX_REPLIES_PER_MINUTE, whole(1..=10_000));
    let per_hour = reader.needed(&table::MAX_REPLIES_PER_HOUR, whole(1..=100_000));
    let channels = reader.needed(&table::CHANNELS, channels());
    let testers = reader.optional(&table::TESTERS, testers());
    let rollout_percent = reader.needed(&table::ROLLOUT_PERCENT, whole(0..=100));

    contradictions(reader, quiet.zip(quiet_cap), settle.zip(answer_deadline));
    if let (Some(Some(takeover)), Some(Some(resume))) = (&takeover_phrase, &resume_phrase)
        && takeover.to_lowercase() == resume.to_lowercase()
    {
        reader.contradiction(&table::RESUME_PHRASE, resume, "different from TAKEOVER_PHRASE");
    }
    Some(Policy {
        ourselves: ourselves?,
        mode: mode?,
        quiet: quiet?,
        quiet_cap: quiet_cap?,
        settle: settle?,
        answer_deadline: answer_deadline?,
        max_answer_age: max_answer_age?,
        takeover: takeover?,
        takeover_phrase: takeover_phrase?,
        resume_phrase: resume_phrase?,
        rule_assignments: rule_assignments?,
        other_bot: other_bot?,
        attachments: attachments?,
        context: context?.unwrap_or_default(),
        citations: citations?,
        handover_phrases: handover_phrases?,
        handover_answers: handover_answers?,
        handover_message: PlainLine::of(&handover_message?),
        handover_team: handover_team?.and_then(TeamId::new),
        max_replies_per_conversation_per_day: per_day?,
        max_replies_per_minute: per_minute?,
        max_replies_per_hour: per_hour?,
        channels: channels?,
        audience: testers?.map_or(Audience::Everyone, Audience::Testers),
        rollout_percent: rollout_percent?,
        app_id: app_id?,
        credentials: credentials?,
    })
}

/// Values that are right one by one and wrong together.
fn contradictions(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
    quiet_and_cap: Option<(Millis, Millis)>,
    settle_and_deadline: Option<(Millis, Millis)>,
) {
    let seconds = |time: Millis| time.0 / 1_000;
    if let Some((quiet, cap)) = quiet_and_cap.filter(|(quiet, cap)| cap < quiet) {
        let allowed = format!("at least as large as QUIET_SECONDS, which is {}", seconds(quiet));
        reader.contradiction(&table::QUIET_CAP_SECONDS, seconds(cap), allowed);
    }
    if let Some((settle, deadline)) = settle_and_deadline.filter(|(settle, deadline)| deadline <= settle) {
        let allowed = format!("larger than SETTLE_SECONDS, which is {}", seconds(settle));
        reader.contradiction(&table::ANSWER_DEADLINE_SECONDS, seconds(deadline), allowed);
    }
}

const MODES: &[(&str, ReplyMode)] = &[("reply", ReplyMode::Reply), ("note", ReplyMode::Note), ("off", ReplyMode::Off)];

const CITATIONS: &[(&str, Citations)] = &[("strip", Citations::Strip), ("links", Citations::Links)];

const RULE_ASSIGNMENTS: &[(&str, RuleAssignments)] =
    &[("count", RuleAssignments::Count), ("ignore", RuleAssignments::Ignore)];

const OTHER_BOT: &[(&str, OtherBot)] = &[("stand_down", OtherBot::StandDown), ("take_turns", OtherBot::TakeTurns)];

const ATTACHMENTS: &[(&str, Attachments)] = &[("ask", Attachments::Ask), ("hand_over", Attachments::HandOver)];

fn takeover_hours(hours: u64) -> Takeover {
    if hours == 0 { Takeover::ForEver } else { Takeover::For(Millis::from_hours(hours)) }
}

fn phrases() -> SettingKind<Vec<String>> {
    or_none(list("phrases of at most 100 characters", |phrase| {
        (phrase.chars().count() <= 100).then(|| phrase.to_lowercase())
    }))
}

fn answers() -> SettingKind<Vec<String>> {
    or_none(lines("texts of at most 500 characters", |answer| {
        (answer.chars().count() <= 500).then(|| answer.to_owned())
    }))
}

fn context() -> SettingKind<Vec<Fact>> {
    or_none(list("name, email or page", |given| {
        FACTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(given)).map(|(_, fact)| *fact)
    }))
}

const FACTS: &[(&str, Fact)] = &[("name", Fact::Name), ("email", Fact::Email), ("page", Fact::Page)];

fn app_id() -> SettingKind<AppId> {
    SettingKind::new("the ID of a workspace: letters and digits, as in app.intercom.com/a/apps/<id>", |value| {
        opaque_id(value).and_then(AppId::new)
    })
}

fn channels() -> SettingKind<Vec<String>> {
    list("names of channels such as messenger", |name| opaque_id(name).map(|name| name.to_lowercase()))
}

fn testers() -> SettingKind<Vec<Tester>> {
    list("contact IDs, or e-mail domains such as example.org", |entry| {
        let domain = entry.strip_prefix('@').unwrap_or(entry);
        if domain.contains('.') {
            return email_domain(domain).map(Tester::EmailDomain);
        }
        opaque_id(entry).and_then(ContactId::new).map(Tester::Contact)
    })
}

fn email_domain(domain: &str) -> Option<String> {
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    domain.split('.').all(label).then(|| domain.to_lowercase())
}

fn opaque_id(id: &str) -> Option<&str> {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    (plain && (1..=64).contains(&id.len())).then_some(id)
}
