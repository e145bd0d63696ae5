//! A conversation under test: events go in, the commands come out, and time moves only when it is told to.

use crate::fault::{ErrorCode, Fault, Silence};
use crate::gpt_trainer::citations::CiteData;
use crate::gpt_trainer::exchanges::Exchange;
use crate::gpt_trainer::ids::{MessageUuid, SessionUuid};
use crate::gpt_trainer::said::{AiAnswer, Endpoint, KnownTexts};
use crate::gpt_trainer::variables::Variables;
use crate::intercom::events::{Act, ConversationEvent};
use crate::intercom::ids::{AdminId, AppId, ConversationId, PartId};
use crate::intercom::thread::{AiVoice, Assignee, Author, Customer, Entry, EntryKind, Redaction, Thread};
use crate::text::{AnswerText, CustomerHtml, PlainLine, PlainText, Reply};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::turn::command::{Announcement, Command, Once, Repeatable};
use crate::turn::event::{CommandResult, Event};
use crate::turn::grant::{Grant, GrantAnswer};
use crate::turn::outcome::{HandOverReason, Outcome, Settled};
use crate::turn::policy::{
    Attachments, Audience, Citations, CredentialsPrint, OtherBot, Policy, ReplyMode, RuleAssignments, Takeover,
};
use crate::turn::state::{Attempt, Delivery, HandOver, Open, PartKind, Phase, Stage, State};
use crate::turn::step;

/// When the tests begin, by both clocks.
pub const START: u64 = 1_768_031_789;

/// A conversation, its policy and its clock.
pub struct Fixture {
    pub state: State,
    pub policy: Policy,
    pub now: UnixMillis,
    pub grants: Grants,
}

/// Who says whether a turn may go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Grants {
    /// It is given at once; most tests are about something else.
    AtOnce,
    /// The test says it.
    ByTest,
}

/// Commands without their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    Repeatable(Repeatable),
    Once(Once),
    Announce(Announcement),
}

impl Fixture {
    pub fn new() -> Self {
        Self {
            state: State::new(app(), ConversationId::new("215").unwrap()),
            policy: policy(),
            now: UnixMillis(START * 1_000),
            grants: Grants::AtOnce,
        }
    }

    /// A conversation whose workspace was verified before.
    pub fn verified() -> Self {
        let mut conversation = Self::new();
        conversation.state.workspace =
            crate::turn::state::WorkspaceCheck::Verified(conversation.policy.credentials.clone());
        conversation
    }

    /// A verified one that has a session already.
    pub fn with_session() -> Self {
        let mut conversation = Self::verified();
        conversation.state.session =
            Some(crate::turn::state::Session { uuid: session(), endpoint: Endpoint::Stream, busy_until: None });
        conversation
    }

    pub fn take(&mut self, event: Event) -> Vec<Request> {
        let (state, commands) = step(self.state.clone(), event, self.now, &self.policy);
        self.state = state;
        let mut all: Vec<_> = commands.into_iter().map(request).collect();
        if self.grants == Grants::AtOnce && matches!(all.last(), Some(Request::Repeatable(Repeatable::SeekGrant(_)))) {
            all.pop();
            all.extend(self.granted(Grant::Given));
        }
        all
    }

    pub fn reported(&mut self, event: ConversationEvent) -> Vec<Request> {
        self.take(Event::Reported(event))
    }

    pub fn wake(&mut self) -> Vec<Request> {
        self.take(Event::Woken(Some(self.policy.mode)))
    }

    /// The workspace goes by this mode from now on, and said so at the last wake-up.
    pub fn in_mode(&mut self, mode: ReplyMode) {
        self.policy.mode = mode;
        self.state.last_mode = Some(mode);
    }

    /// What the workspace says when it is asked for a grant.
    pub fn granted(&mut self, grant: Grant) -> Vec<Request> {
        self.find(CommandResult::Grant(Ok(GrantAnswer { grant, mode: self.policy.mode, rate_limit_message: None })))
    }

    /// The running command's result.
    pub fn find(&mut self, finding: CommandResult) -> Vec<Request> {
        self.take(Event::Finished(self.state.attempt, finding))
    }

    pub fn read(&mut self, thread: Thread) -> Vec<Request> {
        self.find(CommandResult::Conversation(Ok(thread), self.now))
    }

    pub fn read_fails(&mut self, fault: Fault) -> Vec<Request> {
        self.find(CommandResult::Conversation(Err(fault), self.now))
    }

    pub fn said(&mut self, answer: &str) -> Vec<Request> {
        self.find(CommandResult::Answer(Ok(AiAnswer::Said(AnswerText(answer.to_owned())))))
    }

    pub fn pass(&mut self, seconds: u64) {
        self.now = self.now.after(Millis::from_seconds(seconds));
    }

    /// Lets time pass until the alarm, and takes it.
    pub fn sleep(&mut self) -> Vec<Request> {
        self.now = self.state.wake_at().expect("something waits");
        self.wake()
    }

    /// The note of a hand-over is written, and the customer of this conversation is told.
    pub fn note_and_message(&mut self, thread: Thread) {
        assert_eq!(self.find(CommandResult::NoteWritten(Ok(part("n1")))), [read()]);
        assert_eq!(self.read(thread), [say_message()]);
        self.find(CommandResult::Posted(Ok(part("l1"))));
    }

    /// The open turn.
    pub fn open(&self) -> &Open {
        let Phase::Open(open) = &self.state.phase else { panic!("{}", self.phase()) };
        open
    }

    pub fn open_mut(&mut self) -> &mut Open {
        let Phase::Open(open) = &mut self.state.phase else { panic!("nothing is open") };
        open
    }

    /// The hand-over that is under way.
    pub fn hand_over(&self) -> &HandOver {
        let Stage::HandingOver(hand_over) = &self.open().stage else { panic!("{}", self.phase()) };
        hand_over
    }

    /// This part is the last of ours that reads should show.
    pub fn knows_ours(&mut self, part: Option<PartId>) {
        self.state.know_instead(PartKind::Ours, part);
    }

    /// The stage's name.
    pub fn phase(&self) -> &'static str {
        self.state.phase.name()
    }

    pub fn outcomes(&self) -> Vec<Outcome> {
        self.state.settled.iter().map(|settled| settled.outcome.clone()).collect()
    }

    /// The last settled turn, as it is announced.
    pub fn last_settled(&self) -> Request {
        Request::Announce(Announcement::Settled(self.state.settled.last().unwrap().clone()))
    }

    pub fn is_idle(&self) -> bool {
        self.state.phase == Phase::Idle && self.state.wake_at().is_none()
    }

    // The way to each stage, so that a test begins where it has something to say.

    /// Up to the first read.
    pub fn reading() -> Self {
        let mut conversation = Self::with_session();
        conversation.reported(wrote("m1", 0));
        conversation.pass(4);
        assert_eq!(conversation.wake(), [read()]);
        conversation
    }

    /// Up to the question.
    pub fn asking() -> Self {
        let mut conversation = Self::reading();
        assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [read_session()]);
        assert_eq!(conversation.find(session_holds(vec![earlier()])), [ask("Hi")]);
        conversation
    }

    /// Up to the second read.
    pub fn rechecking() -> Self {
        let mut conversation = Self::asking();
        assert_eq!(conversation.said("Hello."), [read()]);
        conversation
    }

    /// Up to the post.
    pub fn posting() -> Self {
        let mut conversation = Self::rechecking();
        assert_eq!(conversation.read(thread([customer("m1", 0, "Hi")])), [post("Hello.")]);
        conversation
    }

    /// Up to the look for a reply whose fate is unknown.
    pub fn settling(fault: Fault) -> Self {
        let mut conversation = Self::posting();
        conversation.find(CommandResult::Posted(Err(fault)));
        assert_eq!(conversation.phase(), "settling");
        assert_eq!(conversation.sleep(), [read()]);
        conversation
    }
}

pub fn request(command: Command) -> Request {
    match command {
        Command::Repeatable(_, command) => Request::Repeatable(command),
        Command::Once(_, command) => Request::Once(command),
        Command::Announce(announcement) => Request::Announce(announcement),
    }
}

pub fn app() -> AppId {
    AppId::new("abc123def").unwrap()
}

pub fn ourselves() -> AdminId {
    AdminId::new("3156780").unwrap()
}

pub fn policy() -> Policy {
    Policy {
        ourselves: ourselves(),
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
        handover_phrases: vec![],
        handover_answers: vec![],
        handover_message: PlainLine::of("A teammate will be with you."),
        handover_team: None,
        max_replies_per_conversation_per_day: 15,
        max_replies_per_minute: 60,
        max_replies_per_hour: 600,
        channels: vec!["messenger".into()],
        audience: Audience::Everyone,
        rollout_percent: 100,
        app_id: None,
        credentials: CredentialsPrint("0badc0de".into()),
    }
}

// ConversationEvent.

pub fn wrote(part: &str, at: u64) -> ConversationEvent {
    ConversationEvent::CustomerWrote { part: PartId::new(part), at: second(at) }
}

pub fn teammate_did(act: Act, at: u64) -> ConversationEvent {
    ConversationEvent::TeammateActed {
        part: PartId::new(format!("t{at}")),
        at: second(at),
        admin: AdminId::new("9608799"),
        act,
    }
}

pub fn ourselves_spoke(part: &str, at: u64) -> ConversationEvent {
    ConversationEvent::TeammateActed {
        part: PartId::new(part),
        at: second(at),
        admin: Some(ourselves()),
        act: Act::Spoke,
    }
}

// Threads. Times are seconds after the start.

pub fn thread<const N: usize>(entries: [Entry; N]) -> Thread {
    Thread {
        id: ConversationId::new("215").unwrap(),
        created_at: second(0),
        channel: "messenger".into(),
        admin_assignee: None,
        contacts: vec![],
        email_domains: vec![],
        customer: Customer::default(),
        ai_agent: None,
        entries: entries.into(),
    }
}

pub fn customer(id: &str, at: u64, words: &str) -> Entry {
    entry(id, at, Author::Customer, EntryKind::Comment, Some(words))
}

pub fn ours(id: &str, at: u64, words: &str) -> Entry {
    entry(id, at, Author::Ourselves, EntryKind::Comment, Some(words))
}

pub fn teammate(id: &str, at: u64, kind: EntryKind, words: Option<&str>) -> Entry {
    entry(id, at, Author::Teammate(AdminId::new("9608799").unwrap()), kind, words)
}

pub fn assigned_to_teammate() -> EntryKind {
    EntryKind::Assignment(Some(Assignee::Teammate(AdminId::new("9608799").unwrap())))
}

pub fn entry(id: &str, at: u64, author: Author, kind: EntryKind, words: Option<&str>) -> Entry {
    Entry {
        id: part(id),
        at: second(at),
        author,
        ai: AiVoice::None,
        kind,
        body: words.map(|words| CustomerHtml(format!("<p>{words}</p>"))),
        attachments: vec![],
        redaction: Redaction::Shown,
    }
}

pub fn second(at: u64) -> UnixSeconds {
    UnixSeconds(START + at)
}

pub fn part(id: &str) -> PartId {
    PartId::new(id).unwrap()
}

// GPT Trainer.

pub fn session() -> SessionUuid {
    SessionUuid("5e55".into())
}

pub fn message(id: &str) -> MessageUuid {
    MessageUuid(id.into())
}

/// What the session holds before a test's first question.
pub fn earlier() -> Exchange {
    exchange("e0", "Before?", "Yes.")
}

pub fn exchange(id: &str, query: &str, response: &str) -> Exchange {
    Exchange {
        uuid: Some(message(id)),
        query: PlainText(query.into()),
        response: AnswerText(response.into()),
        error: None,
        finished: !response.is_empty(),
        citations: CiteData::default(),
    }
}

pub fn session_holds(exchanges: Vec<Exchange>) -> CommandResult {
    CommandResult::SessionMessages(Ok(exchanges))
}

// Commands.

pub fn read() -> Request {
    Request::Repeatable(Repeatable::ReadConversation)
}

pub fn open_session() -> Request {
    Request::Repeatable(Repeatable::OpenSession(Variables::default()))
}

pub fn read_session() -> Request {
    Request::Repeatable(Repeatable::ReadSession(session()))
}

pub fn ask(text: &str) -> Request {
    ask_by(Endpoint::Stream, text)
}

pub fn ask_by(endpoint: Endpoint, text: &str) -> Request {
    Request::Once(Once::Ask {
        session: session(),
        endpoint,
        text: PlainText(text.into()),
        known: KnownTexts::default(),
    })
}

pub fn reply(answer: &str) -> Reply {
    Reply::of(AnswerText(answer.to_owned())).unwrap()
}

pub fn post(answer: &str) -> Request {
    Request::Once(Once::Post { delivery: Delivery::Reply, answer: reply(answer), sources: vec![] })
}

pub fn announce(announcement: Announcement) -> Request {
    Request::Announce(announcement)
}

pub fn superseded() -> Request {
    announce(Announcement::Superseded)
}

pub fn hands_over(reason: HandOverReason) -> Request {
    announce(Announcement::HandingOver(reason))
}

/// The hand-over message.
pub fn say_message() -> Request {
    Request::Once(Once::HandOverMessage(PlainLine::of("A teammate will be with you.").unwrap()))
}

pub fn settled(turn: &str, outcome: Outcome, at: UnixMillis) -> Settled {
    let key = crate::turn::outcome::TurnKey::new(&ConversationId::new("215").unwrap(), PartId::new(turn).as_ref());
    Settled { key, outcome, at, parts: vec![part(turn)], reopened_at: None }
}

// Faults.

pub fn unanswered() -> Fault {
    Fault::Unanswered(Silence::ConnectionLost)
}

pub fn failed() -> Fault {
    Fault::Failed { status: 500, code: ErrorCode::new("server_error") }
}

pub fn refused() -> Fault {
    Fault::Refused { status: 422, code: ErrorCode::new("parameter_invalid") }
}

pub fn unauthorised() -> Fault {
    Fault::Unauthorised { status: 401, code: ErrorCode::new("unauthorized") }
}

/// A number that no command ever had.
pub const NO_ATTEMPT: Attempt = Attempt(999_999);
