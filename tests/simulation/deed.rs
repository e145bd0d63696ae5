//! What can be done in a simulated world.

use crate::world::World;
use crate::world::acts::{ANA_LIMA, Scope};
use crate::world::cron::HANDED_OVER;
use crate::world::program::{Configured, Program};
use crate::world::settings::{ACCESS_TOKEN, API_KEY};
use onereply::settings::Ingest;
use onereply_sandbox::intercom::{AiAgent, BotWords, ContactDetails, JOHN_DOE, Start, StartedBy, TeammateAct, Verb};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The n-th conversation of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(pub usize);

#[derive(Clone, Debug)]
pub enum Deed {
    Begins(Place, Beginning),
    /// With the message's number in its conversation.
    Writes(Place, usize),
    Does(Place, Act),
    IntercomTokenWrong,
    IntercomTokenRight,
    GptTrainerKeyWrong,
    GptTrainerKeyRight,
    /// So many calls in 10 seconds.
    RateLimit(u32),
    Configures(Configured),
    Deploys(Program),
    Crashes,
    AlarmsWithoutNeed,
    /// Every alarm that is set.
    LosesAlarms,
    Pauses,
    Resumes,
    WorkspaceFallsSilent,
}

/// How a conversation begins.
#[derive(Clone, Copy, Debug)]
pub struct Beginning {
    pub started_by: StartedBy,
    pub assigned: bool,
    pub channel: &'static str,
    pub email: &'static str,
    pub scope: Scope,
}

/// What is done in a conversation by others than its customer.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Teammate(Verb),
    /// A teammate assigns it, to an admin or, with 0, to nobody.
    AssignsTo(u64),
    RuleAssigns,
    AnotherProgramAnswers,
    OtherBotSpeaks,
    /// Fin takes part, and perhaps answers.
    Fin(Option<&'static str>, Answers),
    /// A teammate commands in a note.
    Commands(&'static str),
    /// The n-th message is taken back.
    Redacts(usize),
    Deletes,
    /// GPT Trainer forgets a session.
    ForgetsSession,
    /// Its webhooks come once more.
    DeliveredAgain,
    /// The operator hands it over.
    OperatorHandsOver,
}

/// Whether Fin says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    Yes,
    No,
}

impl Act {
    pub const RESOLUTIONS: [Option<&'static str>; 6] = [
        None,
        Some("assumed_resolution"),
        Some("confirmed_resolution"),
        Some("escalated"),
        Some("negative_feedback"),
        Some("procedure_handoff"),
    ];
    pub const ASSIGNEES: [u64; 4] = [JOHN_DOE.id, ANA_LIMA, OURSELVES, 0];
}

/// Calls in 10 seconds.
pub const USUAL_RATE: u32 = 1_667;

/// Not each wish can be granted; [`HANDED_OVER`] counts those that were.
const OPERATOR_WANTS: &str = "the operator wants a hand-over";

const OURSELVES: u64 = 3_156_780;

/// Every deed, for whoever wants to see that all were done.
pub const NAMES: [&str; 31] = [
    "a customer begins",
    "a teammate begins",
    "a bot begins",
    "a customer writes",
    "a teammate replies",
    "a teammate notes",
    "a teammate closes",
    "a teammate snoozes",
    "a teammate opens",
    "a teammate assigns",
    "a rule assigns",
    "another program answers",
    "another bot speaks",
    "fin takes part",
    "a teammate commands",
    "the workspace is paused",
    "the workspace is silent",
    "a message is taken back",
    "a conversation is deleted",
    "a session is forgotten",
    "webhooks come again",
    OPERATOR_WANTS,
    HANDED_OVER,
    "a token is wrong",
    "a key is wrong",
    "calls are limited",
    "settings are wrong",
    "an older program runs",
    "a newer program runs",
    "an alarm without need",
    "all alarms are lost",
];

/// Where the conversations of a plan are.
#[derive(Clone, Default)]
pub struct Places(Rc<RefCell<BTreeMap<Place, String>>>);

impl Places {
    fn id(&self, place: Place) -> Option<String> {
        self.0.borrow().get(&place).cloned()
    }
}

impl Deed {
    pub fn be_done(self, world: &mut World, places: &Places) {
        if let Some(name) = self.name() {
            world.tally.count("deeds", name);
        }
        match self {
            Self::Begins(place, beginning) => {
                let id = world.begins_as(place.0, &word(place, 0), beginning.start(), beginning.scope);
                places.0.borrow_mut().insert(place, id);
            }
            Self::Writes(place, nth) => {
                if let Some(id) = places.id(place) {
                    // Nobody can write where everything was deleted.
                    let _ = world.writes_in(&id, &word(place, nth));
                }
            }
            Self::Does(place, act) => {
                if let Some(id) = places.id(place) {
                    act.be_done(world, &id);
                }
            }
            Self::IntercomTokenWrong => "another".clone_into(&mut world.far_side.intercom.workspace.access_token),
            Self::IntercomTokenRight => ACCESS_TOKEN.clone_into(&mut world.far_side.intercom.workspace.access_token),
            Self::GptTrainerKeyWrong => "another".clone_into(&mut world.far_side.gpt_trainer.account.api_key),
            Self::GptTrainerKeyRight => API_KEY.clone_into(&mut world.far_side.gpt_trainer.account.api_key),
            Self::RateLimit(calls) => world.far_side.intercom.workspace.rate_limit = calls,
            Self::Configures(configured) if world.configured == configured => {}
            Self::Configures(configured) => world.configure(configured),
            Self::Deploys(program) if world.program == program => {}
            Self::Deploys(program) => world.deploy(program),
            Self::Crashes => world.crash(),
            Self::AlarmsWithoutNeed => world.wake_all(),
            Self::LosesAlarms => {
                let all = world.disks.keys().cloned().collect::<Vec<_>>();
                all.iter().for_each(|object| world.lose_alarm(object));
            }
            Self::Pauses => world.pause(),
            Self::WorkspaceFallsSilent => world.is_silent = true,
            Self::Resumes => world.resume(),
        }
    }

    /// Whether it puts right what another deed put wrong, and so cannot be left out.
    pub fn mends(&self) -> bool {
        match self {
            Self::IntercomTokenRight
            | Self::GptTrainerKeyRight
            | Self::Configures(Configured::Right)
            | Self::Resumes => true,
            Self::RateLimit(calls) => *calls >= USUAL_RATE,
            _others => false,
        }
    }

    fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Begins(_, beginning) => match beginning.started_by {
                StartedBy::Customer => "a customer begins",
                StartedBy::Teammate => "a teammate begins",
                StartedBy::Bot => "a bot begins",
            },
            Self::Writes(..) => "a customer writes",
            Self::Does(_, act) => act.name(),
            Self::IntercomTokenWrong => "a token is wrong",
            Self::GptTrainerKeyWrong => "a key is wrong",
            Self::RateLimit(calls) if *calls < USUAL_RATE => "calls are limited",
            Self::Configures(Configured::Wrong) => "settings are wrong",
            Self::Deploys(Program::AsBuilt) => "an older program runs",
            Self::Deploys(Program::Newer) => "a newer program runs",
            Self::AlarmsWithoutNeed => "an alarm without need",
            Self::LosesAlarms => "all alarms are lost",
            Self::Pauses => "the workspace is paused",
            Self::WorkspaceFallsSilent => "the workspace is silent",
            // Crashes are counted by their moments, and mending is no news.
            Self::IntercomTokenRight
            | Self::GptTrainerKeyRight
            | Self::RateLimit(_)
            | Self::Configures(Configured::Right)
            | Self::Resumes
            | Self::Crashes => return None,
        })
    }
}

impl Beginning {
    fn start(self) -> Start {
        Start {
            contact: ContactDetails { email: Some(self.email.to_owned()), ..ContactDetails::default() },
            channel: Some(Some(self.channel.to_owned())),
            assigned_to: self.assigned.then_some(JOHN_DOE.id),
            started_by: self.started_by,
            ..Start::default()
        }
    }
}

impl Act {
    fn be_done(self, world: &mut World, id: &str) {
        let now = world.intercom_now();
        // What cannot be done is not: the conversation may have been deleted, a part redacted before.
        match self {
            Self::Teammate(verb) => {
                let words = matches!(verb, Verb::Reply | Verb::Note).then(|| "<p>I will see to it.</p>".to_owned());
                let _ = world.teammate_in(id, TeammateAct { body: words, ..acting(verb) });
            }
            Self::AssignsTo(admin) => {
                let _ = world.teammate_in(id, TeammateAct { assignee_id: Some(admin), ..acting(Verb::Assign) });
            }
            Self::AnotherProgramAnswers => {
                let body = Some("<p>The another program says this.</p>".to_owned());
                let act = TeammateAct { body, admin_id: Some(OURSELVES), ..acting(Verb::Reply) };
                let _ = world.teammate_in(id, act);
            }
            Self::RuleAssigns => {
                let assign = TeammateAct { assignee_id: Some(ANA_LIMA), by_rule: true, ..acting(Verb::Assign) };
                let _ = world.teammate_in(id, assign);
            }
            Self::OtherBotSpeaks => {
                world.note(|| format!("another bot speaks in {id}"));
                let words: BotWords = serde_json::from_value(json!({"body": "<p>Fin says this.</p>"})).unwrap();
                let _ = world.far_side.intercom.bot_says(id, words, now);
            }
            Self::Fin(resolution, answers) => {
                world.note(|| format!("Fin in {id}: {resolution:?}, answers: {answers:?}"));
                let agent = AiAgent { participated: true, resolution_state: resolution.map(str::to_owned) };
                let _ = world.far_side.intercom.ai_agent(id, agent, now);
                if answers == Answers::Yes {
                    let words = json!({"body": "<p>Fin answers.</p>", "is_ai_answer": true, "from_ai_agent": true});
                    let words: BotWords = serde_json::from_value(words).unwrap();
                    let _ = world.far_side.intercom.bot_says(id, words, now);
                }
            }
            Self::Commands(command) => {
                let note = TeammateAct { body: Some(format!("<p>{command}</p>")), ..acting(Verb::Note) };
                let _ = world.teammate_in(id, note);
            }
            Self::Redacts(nth) => world.takes_back(id, nth),
            Self::Deletes => {
                world.note(|| format!("{id} is deleted"));
                let _ = world.far_side.intercom.delete(id, now);
            }
            Self::ForgetsSession => {
                if let Some(session) = world.far_side.gpt_trainer.records(world.now).pop() {
                    world.note(|| "GPT Trainer forgets a session".to_owned());
                    world.far_side.gpt_trainer.forget(&session.uuid);
                }
            }
            Self::OperatorHandsOver => world.operator_hands_over(id),
            Self::DeliveredAgain if world.settings.ingest == Ingest::Polling => {}
            Self::DeliveredAgain => {
                let all = &world.webhooks.all;
                let about = |nth: &usize| all[*nth].conversation_id.as_deref() == Some(id);
                for nth in (0..all.len()).filter(about).collect::<Vec<_>>() {
                    world.deliver_again(nth, 1);
                }
            }
        }
        world.dispatch_webhooks();
    }

    fn name(self) -> &'static str {
        match self {
            Self::Teammate(Verb::Reply) => "a teammate replies",
            Self::Teammate(Verb::Note) => "a teammate notes",
            Self::Teammate(Verb::Close) => "a teammate closes",
            Self::Teammate(Verb::Snooze) => "a teammate snoozes",
            Self::Teammate(Verb::Open) => "a teammate opens",
            Self::Teammate(Verb::Assign) | Self::AssignsTo(_) => "a teammate assigns",
            Self::RuleAssigns => "a rule assigns",
            Self::AnotherProgramAnswers => "another program answers",
            Self::OtherBotSpeaks => "another bot speaks",
            Self::Fin(..) => "fin takes part",
            Self::Commands(_) => "a teammate commands",
            Self::Redacts(_) => "a message is taken back",
            Self::Deletes => "a conversation is deleted",
            Self::ForgetsSession => "a session is forgotten",
            Self::DeliveredAgain => "webhooks come again",
            Self::OperatorHandsOver => OPERATOR_WANTS,
        }
    }
}

fn acting(verb: Verb) -> TeammateAct {
    TeammateAct {
        verb,
        body: None,
        admin_id: None,
        assignee_id: None,
        assignee_type: Default::default(),
        by_rule: false,
    }
}

/// A message's one word, which no other message has.
fn word(place: Place, nth: usize) -> String {
    format!("c{}w{nth}", place.0)
}
