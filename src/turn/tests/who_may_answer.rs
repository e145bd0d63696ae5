//! Who may answer, as a specification: a situation, what is decided, and why. In each the customer has just written `m1`, 10
//! seconds after the beginning, and the first read shows the entries of the situation.

// shows: G3

use super::fixture::*;
use crate::intercom::ids::{AdminId, ContactId};
use crate::intercom::thread::{
    AiAgent, AiVoice, Assignee, Attachment, Author, Entry, EntryKind, Redaction, Resolution, Thread,
};
use crate::time::Millis;
use crate::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use crate::turn::policy::{Attachments, Audience, OtherBot, Policy, ReplyMode, RuleAssignments, Takeover, Tester};
use crate::turn::state::{Open, Phase, Stage, Waiting};

/// What becomes of the customer's message.
#[derive(Debug, PartialEq, Eq)]
enum Decided {
    /// The AI is asked.
    Asked,
    /// It is left to others.
    LeftTo(StandDownReason),
    /// It is looked at again.
    Held(Waiting),
    /// A person is fetched, without the AI being asked.
    Fetched(HandOverReason),
}

use Decided::{Asked, Fetched, Held, LeftTo};

// shows: G3
#[test]
fn who_may_answer() {
    use StandDownReason::{Channel, ModeOff, NotATester, Rollout, RuleAssigned, Teammate};
    let hour = 3_600;
    for (situation, entries, policy, decided) in [
        // Nobody else has it.
        row("only the customer wrote", [m1()], as_is, Asked),
        row("a teammate left a note", [note(5, "Looks like a bug"), m1()], as_is, Asked),
        row("a team was assigned", [assigned(5, Assignee::Team), m1()], as_is, Asked),
        row("Operator greeted", [bot(5, AiVoice::None, "Give the team a way to reach you"), m1()], as_is, Asked),
        row("Intercom wrote itself", [automatic(5), m1()], as_is, Asked),
        row(
            "we ourselves wrote before",
            [customer("m0", 1, "Hi"), ours("r0", 5, "Hello."), m1()],
            known(&["r0"]),
            Asked,
        ),
        row("a customer commands", [customer("m0", 5, "/bot off"), m1()], as_is, Asked),
        row("we quote a command in a note", [our_note(5, "/bot off"), m1()], as_is, Asked),
        // A teammate has it.
        row("a teammate replied", [says(5, EntryKind::Comment), m1()], as_is, LeftTo(Teammate)),
        row("a first reply is an assignment", [says(5, to(human())), m1()], as_is, LeftTo(Teammate)),
        row("a reply reopened it", [says(5, EntryKind::Open), m1()], as_is, LeftTo(Teammate)),
        row("a reply closed it", [says(5, EntryKind::Close), m1()], as_is, LeftTo(Teammate)),
        row("a reply of a kind yet unknown", [says(5, EntryKind::Snooze), m1()], as_is, LeftTo(Teammate)),
        row("a teammate was assigned by a person", [assigned(5, human()), m1()], as_is, LeftTo(Teammate)),
        row("a rule assigned a teammate", [by_rule(5), m1()], as_is, LeftTo(RuleAssigned)),
        row("a rule did, and rules do not count", [by_rule(5), m1()], ignoring_rules, Asked),
        row("a person did, and rules do not count", [assigned(5, human()), m1()], ignoring_rules, LeftTo(Teammate)),
        row("it was closed before the message", [does(5, EntryKind::Close), m1()], as_is, Asked),
        row("it was closed after the message", [m1(), does(11, EntryKind::Close)], as_is, LeftTo(Teammate)),
        row("it was snoozed after the message", [m1(), does(11, EntryKind::Snooze)], as_is, LeftTo(Teammate)),
        row("a teammate replied after the message", [m1(), says(11, EntryKind::Comment)], as_is, LeftTo(Teammate)),
        row("a teammate's word that was taken back", [m1(), redacted(says(11, EntryKind::Comment))], as_is, Asked),
        // It is sticky.
        row("unassigned again", [assigned(4, human()), assigned(5, Assignee::Other), m1()], as_is, LeftTo(Teammate)),
        row(
            "given to a team again",
            [says(4, EntryKind::Comment), assigned(5, Assignee::Team), m1()],
            as_is,
            LeftTo(Teammate),
        ),
        row(
            "reopened without words",
            [says(4, EntryKind::Close), does(5, EntryKind::Open), m1()],
            as_is,
            LeftTo(Teammate),
        ),
        // It ends.
        row("12 hours without a word", [says(0, EntryKind::Comment), later(12 * hour)], as_is, Asked),
        row("a second less", [says(0, EntryKind::Comment), later(12 * hour - 1)], as_is, LeftTo(Teammate)),
        row(
            "a new word begins anew",
            [says(0, EntryKind::Comment), says(hour, EntryKind::Comment), later(12 * hour)],
            as_is,
            LeftTo(Teammate),
        ),
        row("for ever", [says(0, EntryKind::Comment), later(999 * hour)], for_ever, LeftTo(Teammate)),
        row("/bot on", [says(4, EntryKind::Comment), note(5, "/bot on"), m1()], as_is, Asked),
        row(
            "/bot on, and a word after it",
            [note(4, "/bot on"), says(5, EntryKind::Comment), m1()],
            as_is,
            LeftTo(Teammate),
        ),
        row(
            "/bot on, and an assignment after it",
            [note(4, "/bot on"), assigned(5, human()), m1()],
            as_is,
            LeftTo(Teammate),
        ),
        row(
            "given to us by a person",
            [says(4, EntryKind::Comment), assigned(5, Assignee::Ourselves), m1()],
            as_is,
            Asked,
        ),
        row(
            "given to us by a rule",
            [says(4, EntryKind::Comment), rule(5, Assignee::Ourselves), m1()],
            as_is,
            LeftTo(Teammate),
        ),
        row(
            "the phrase in a note",
            [says(4, EntryKind::Comment), note(5, "ok, Sofia will jump in."), m1()],
            phrases,
            Asked,
        ),
        row(
            "the phrase in a reply",
            [says(4, EntryKind::Comment), replies(5, "Sofia will jump in!"), m1()],
            phrases,
            Asked,
        ),
        row(
            "the phrase of a customer",
            [says(4, EntryKind::Comment), customer("m0", 5, "Sofia will jump in"), m1()],
            phrases,
            LeftTo(Teammate),
        ),
        row(
            "only part of the phrase",
            [says(4, EntryKind::Comment), replies(5, "Sofia will jump into it"), m1()],
            phrases,
            LeftTo(Teammate),
        ),
        row(
            "a phrase that is not set",
            [says(4, EntryKind::Comment), replies(5, "Sofia will jump in!"), m1()],
            as_is,
            LeftTo(Teammate),
        ),
        row(
            "the waiting message, given back",
            [m1(), says(11, EntryKind::Comment), customer("m2", 12, "But?"), note(13, "/bot on")],
            as_is,
            Asked,
        ),
        // A note begins it.
        row("/bot off", [note(5, "/bot off"), m1()], as_is, LeftTo(Teammate)),
        row("/bot off after the message", [m1(), note(11, "/bot off")], as_is, LeftTo(Teammate)),
        row("/bot off and on again", [note(4, "/bot off"), note(5, "/bot on"), m1()], as_is, Asked),
        row("/bot on and off again", [note(4, "/bot on"), note(5, "/bot off"), m1()], as_is, LeftTo(Teammate)),
        row(
            "the takeover phrase in a note",
            [note(5, "I\u{2019}ll take this, thanks."), m1()],
            phrases,
            LeftTo(Teammate),
        ),
        row("both in one note", [note(5, "/bot on\n/bot off"), m1()], as_is, LeftTo(Teammate)),
        row("a note that was taken back", [redacted(note(5, "/bot off")), m1()], as_is, Asked),
        row(
            "within one second, on after the word",
            [says(5, EntryKind::Comment), note(5, "/bot on"), m1()],
            as_is,
            Asked,
        ),
        row(
            "within one second, a word after on",
            [note(5, "/bot on"), says(5, EntryKind::Comment), m1()],
            as_is,
            LeftTo(Teammate),
        ),
        // The customer wants a person.
        row("asks for a person", [asks("Can I talk to a human?")], asking, Fetched(HandOverReason::CustomerAsked)),
        row(
            "asks in an earlier message of the turn",
            [customer("m0", 9, "Talk to a  HUMAN"), m1()],
            asking,
            Fetched(HandOverReason::CustomerAsked),
        ),
        // Only a person can see it.
        row("nothing but a picture", [picture(10)], as_is, Asked),
        row("and pictures are people's", [picture(10)], teammates_look, Fetched(HandOverReason::OnlyAttachments)),
        row(
            "two, one of them in the words",
            [drawn(9), picture(10)],
            teammates_look,
            Fetched(HandOverReason::OnlyAttachments),
        ),
        row("a picture and words", [customer("m0", 9, "Is this right?"), picture(10)], teammates_look, Asked),
        row("words alone", [m1()], teammates_look, Asked),
        row("a picture, and a teammate gave it back", [picture(10), note(11, "/bot on")], teammates_look, Asked),
        row(
            "a picture while a teammate has it",
            [says(5, EntryKind::Comment), picture(10)],
            teammates_look,
            LeftTo(Teammate),
        ),
        row(
            "a picture with a mail's signature",
            [customer("m1", 10, "<img><p>Sent from my iPhone</p>")],
            also(teammates_look, by_mail),
            Fetched(HandOverReason::OnlyAttachments),
        ),
        row(
            "an earlier mail asks",
            [asks("ok</p><blockquote>talk to a human</blockquote><p>")],
            also(asking, by_mail),
            Asked,
        ),
        row("a false friend", [asks("I like to talk to a humanoid")], asking, Asked),
        row("asked, and a teammate gave it back", [asks("talk to a human"), note(11, "/bot on")], asking, Asked),
        row(
            "asked while a teammate has it",
            [says(5, EntryKind::Comment), asks("talk to a human")],
            asking,
            LeftTo(Teammate),
        ),
        // Fin.
        row("Fin is answering", [m1()], fin(None), Held(Waiting::OtherBot)),
        row("Fin asks back", [m1(), bot(11, AiVoice::Sent, "Which one?")], fin(None), Held(Waiting::OtherBot)),
        row(
            "Fin has answered",
            [m1(), bot(11, AiVoice::Answer, "Like this")],
            fin(None),
            LeftTo(StandDownReason::OtherBot),
        ),
        row("Fin thinks that it is done", [m1()], fin(Some(Resolution::Assumed)), LeftTo(StandDownReason::OtherBot)),
        row(
            "the customer agreed with Fin",
            [m1()],
            fin(Some(Resolution::Confirmed)),
            LeftTo(StandDownReason::OtherBot),
        ),
        row("Fin escalated", [bot(5, AiVoice::Sent, "One moment"), m1()], fin(Some(Resolution::Escalated)), Asked),
        row("a procedure handed off", [m1()], fin(Some(Resolution::ProcedureHandoff)), Asked),
        row(
            "not content with Fin's answer",
            [m1(), bot(11, AiVoice::Answer, "Like this")],
            fin(Some(Resolution::NegativeFeedback)),
            Asked,
        ),
        row("a state that is yet unknown", [m1()], fin(Some(Resolution::Other)), Held(Waiting::OtherBot)),
        row(
            "Fin answered yesterday",
            [bot(0, AiVoice::Answer, "Like this"), later(12 * hour)],
            fin(Some(Resolution::Assumed)),
            Asked,
        ),
        row("Fin is answering, take turns", [m1()], turns(fin(None)), Asked),
        row(
            "Fin has answered, take turns",
            [m1(), bot(11, AiVoice::Answer, "So")],
            turns(fin(None)),
            LeftTo(StandDownReason::OtherBot),
        ),
        row(
            "the next one, take turns",
            [customer("m0", 1, "A?"), bot(5, AiVoice::Answer, "So"), m1()],
            turns(fin(None)),
            Asked,
        ),
        row(
            "a person is asked for beside Fin",
            [asks("talk to a human")],
            also(fin(None), asking),
            Held(Waiting::OtherBot),
        ),
        // Who is served at all.
        row("mode off", [m1()], mode(ReplyMode::Off), LeftTo(ModeOff)),
        row("mode note", [m1()], mode(ReplyMode::Note), Asked),
        row("another channel", [m1()], channel("email"), LeftTo(Channel)),
        row("no tester", [m1()], testers("c9"), LeftTo(NotATester)),
        row("a tester", [m1()], testers("c1"), Asked),
        row("outside of the roll-out", [m1()], rollout(0), LeftTo(Rollout)),
        row(
            "a teammate before everything else",
            [says(5, EntryKind::Comment), m1()],
            mode(ReplyMode::Off),
            LeftTo(Teammate),
        ),
        row("the channel before a wish", [asks("talk to a human")], also(channel("email"), asking), LeftTo(Channel)),
        // The day's cap.
        row("one reply below the cap", [replied(1, 0), m1()], cap(2, &["r1"]), Asked),
        row("the cap", [replied(1, 0), replied(2, 1), m1()], cap(2, &["r1", "r2"]), Fetched(HandOverReason::DailyCap)),
        row("a day later", [replied(1, 0), replied(2, 1), later(24 * hour + 1)], cap(2, &["r1", "r2"]), Asked),
    ] {
        let mut setting = Circumstances { policy: super::fixture::policy(), thread: thread([]), sent: vec![] };
        setting.thread.entries = entries;
        setting.thread.contacts = vec![ContactId::new("c1").unwrap()];
        policy(&mut setting);
        assert_eq!(decide(setting), decided, "{situation}");
    }
}

/// What a situation consists of besides its entries.
struct Circumstances {
    policy: Policy,
    thread: Thread,
    sent: Vec<&'static str>,
}

type Change = Box<dyn Fn(&mut Circumstances)>;

fn decide(setting: Circumstances) -> Decided {
    let mut conversation = Fixture::with_session();
    conversation.policy = setting.policy;
    conversation.state.sent = setting.sent.iter().map(|id| part(id)).collect();
    let newest = setting.thread.entries.iter().rfind(|entry| entry.author == Author::Customer).unwrap();
    conversation.now = newest.at.to_millis();
    for entry in setting.thread.entries.iter().filter(|entry| entry.author == Author::Customer) {
        conversation.reported(wrote(entry.id.as_str(), entry.at.0 - START));
    }
    conversation.sleep();
    conversation.read(setting.thread);
    match &conversation.state.phase {
        Phase::Open(Open { stage: Stage::ReadingSession, .. }) => Asked,
        Phase::Open(Open { stage: Stage::HandingOver(hand_over), .. }) => Fetched(hand_over.reason),
        Phase::Open(open) => Held(open.turn.waiting.expect("a turn that is neither asked nor handed over waits")),
        Phase::Idle => match conversation.state.settled.last().map(|settled| &settled.outcome) {
            Some(Outcome::StoodDown(reason)) => LeftTo(*reason),
            other => panic!("{other:?}"),
        },
        Phase::Deleted => panic!("deleted"),
    }
}

fn row<const N: usize>(
    situation: &'static str,
    entries: [Entry; N],
    policy: impl Fn(&mut Circumstances) + 'static,
    decided: Decided,
) -> (&'static str, Vec<Entry>, Change, Decided) {
    (situation, entries.into(), Box::new(policy), decided)
}

// Entries, by when.

fn m1() -> Entry {
    customer("m1", 10, "Hi")
}

fn asks(words: &str) -> Entry {
    customer("m1", 10, words)
}

fn picture(at: u64) -> Entry {
    let attachments = vec![Attachment { name: "bill.png".into(), content_type: Some("image/png".into()) }];
    Entry { attachments, ..entry("m1", at, Author::Customer, EntryKind::Comment, None) }
}

fn drawn(at: u64) -> Entry {
    customer("m0", at, "<img src=\"https://example.org/bill.png\">")
}

fn later(at: u64) -> Entry {
    customer("m1", at, "Hi")
}

fn says(at: u64, kind: EntryKind) -> Entry {
    teammate(&format!("t{at}"), at, kind, Some("I take this"))
}

fn replies(at: u64, words: &str) -> Entry {
    teammate(&format!("t{at}"), at, EntryKind::Comment, Some(words))
}

fn does(at: u64, kind: EntryKind) -> Entry {
    teammate(&format!("t{at}"), at, kind, None)
}

fn note(at: u64, words: &str) -> Entry {
    teammate(&format!("n{at}"), at, EntryKind::Note, Some(&words.replace('\n', "</p><p>")))
}

fn our_note(at: u64, words: &str) -> Entry {
    entry(&format!("n{at}"), at, Author::Ourselves, EntryKind::Note, Some(words))
}

fn replied(n: u64, at: u64) -> Entry {
    ours(&format!("r{n}"), at, "Hello.")
}

fn human() -> Assignee {
    Assignee::Teammate(AdminId::new("9608799").unwrap())
}

fn to(whom: Assignee) -> EntryKind {
    EntryKind::Assignment(Some(whom))
}

fn assigned(at: u64, whom: Assignee) -> Entry {
    does(at, to(whom))
}

fn rule(at: u64, whom: Assignee) -> Entry {
    entry(&format!("a{at}"), at, Author::OtherBot, to(whom), None)
}

fn by_rule(at: u64) -> Entry {
    // Intercom names an admin as the author of some of them.
    does(at, EntryKind::RuleAssignment(Some(human())))
}

fn automatic(at: u64) -> Entry {
    entry(&format!("b{at}"), at, Author::OtherBot, EntryKind::Automatic, Some("We reply soon"))
}

fn bot(at: u64, ai: AiVoice, words: &str) -> Entry {
    Entry { ai, ..entry(&format!("b{at}"), at, Author::OtherBot, EntryKind::Comment, Some(words)) }
}

fn redacted(entry: Entry) -> Entry {
    Entry { redaction: Redaction::Redacted, ..entry }
}

// Settings.

fn as_is(_: &mut Circumstances) {}

fn ignoring_rules(setting: &mut Circumstances) {
    setting.policy.rule_assignments = RuleAssignments::Ignore;
}

fn for_ever(setting: &mut Circumstances) {
    setting.policy.takeover = Takeover::ForEver;
    setting.policy.max_answer_age = Millis::from_hours(10_000);
}

fn phrases(setting: &mut Circumstances) {
    setting.policy.takeover_phrase = Some("I'll take this, thanks".into());
    setting.policy.resume_phrase = Some("Sofia will jump in".into());
}

fn asking(setting: &mut Circumstances) {
    setting.policy.handover_phrases = vec!["talk to a human".into()];
}

fn teammates_look(setting: &mut Circumstances) {
    setting.policy.attachments = Attachments::HandOver;
}

fn by_mail(setting: &mut Circumstances) {
    setting.policy.channels = vec!["email".into()];
    setting.thread.channel = "email".into();
}

fn known(sent: &'static [&'static str]) -> impl Fn(&mut Circumstances) {
    move |setting| setting.sent = sent.to_vec()
}

fn cap(most: u32, sent: &'static [&'static str]) -> impl Fn(&mut Circumstances) {
    move |setting| {
        setting.policy.max_replies_per_conversation_per_day = most;
        setting.sent = sent.to_vec();
    }
}

fn fin(resolution: Option<Resolution>) -> impl Fn(&mut Circumstances) {
    move |setting| setting.thread.ai_agent = Some(AiAgent { resolution })
}

fn turns(change: impl Fn(&mut Circumstances)) -> impl Fn(&mut Circumstances) {
    move |setting| {
        setting.policy.other_bot = OtherBot::TakeTurns;
        change(setting);
    }
}

fn also(first: impl Fn(&mut Circumstances), second: impl Fn(&mut Circumstances)) -> impl Fn(&mut Circumstances) {
    move |setting| {
        first(setting);
        second(setting);
    }
}

fn mode(mode: ReplyMode) -> impl Fn(&mut Circumstances) {
    move |setting| setting.policy.mode = mode
}

fn channel(name: &'static str) -> impl Fn(&mut Circumstances) {
    move |setting| setting.thread.channel = name.into()
}

fn testers(contact: &'static str) -> impl Fn(&mut Circumstances) {
    move |setting| setting.policy.audience = Audience::Testers(vec![Tester::Contact(ContactId::new(contact).unwrap())])
}

fn rollout(percent: u8) -> impl Fn(&mut Circumstances) {
    move |setting| setting.policy.rollout_percent = percent
}
