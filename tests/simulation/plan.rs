//! What a seed wants: settings, clocks, what people do and when, and how bad the weather is.

use crate::deed::{Act, Answers, Beginning, Deed, Place, USUAL_RATE};
use crate::dice::{Dice, dice};
use crate::weather::{Chances, Loss, Outage};
use crate::world::acts::Scope;
use crate::world::program::{Configured, Program};
use crate::world::{HOUR, MINUTE, SECOND};
use fastrand::Rng;
use onereply_sandbox::call::Call;
use onereply_sandbox::fault::{Calls, Kind};
use onereply_sandbox::intercom::{StartedBy, Verb};

pub struct Plan {
    /// What the operator set.
    pub settings: Vec<(&'static str, String)>,
    /// How far Intercom's clock is ahead of ours, in milliseconds.
    pub skew: i64,
    /// One way through the network, in milliseconds.
    pub latency: u64,
    /// How long the AI thinks, in milliseconds.
    pub answer_delay: u64,
    /// Topics that begin so are not delivered.
    pub unticked: Option<&'static str>,
    /// Of topics that begin so, nobody understands the inside.
    pub bare: Option<&'static str>,
    /// How far Intercom's search lags behind, in milliseconds.
    pub search_lag: u64,
    /// How many conversations it puts on a page.
    pub page_size: u32,
    pub chances: Chances,
    /// With their times after the beginning, in milliseconds.
    pub outages: Vec<Outage>,
    pub losses: Vec<Loss>,
    pub deeds: Vec<(u64, Deed)>,
    /// From here on everything goes well.
    pub calm_at: u64,
}

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut planner =
            Planner { dice: dice(seed, "plan", 0, 0), deeds: Vec::new(), outages: Vec::new(), losses: Vec::new() };
        planner.plan()
    }
}

struct Planner {
    dice: Rng,
    deeds: Vec<(u64, Deed)>,
    outages: Vec<Outage>,
    losses: Vec<Loss>,
}

/// How long a quiet time between two bursts may be.
const PAUSES: [(u64, u64); 6] = [
    (15 * SECOND, 3 * MINUTE),
    (15 * SECOND, 3 * MINUTE),
    (5 * MINUTE, 40 * MINUTE),
    (50 * MINUTE, 3 * HOUR),
    (11 * HOUR, 14 * HOUR),
    (20 * HOUR, 80 * HOUR),
];

impl Planner {
    fn plan(&mut self) -> Plan {
        let settings = self.settings();
        let set = |name: &str| settings.iter().find(|(of, _)| *of == name).map(|(_, value)| value.clone());
        let email_too = set("CHANNELS").is_some();
        let testers = set("TESTERS").is_some();
        let nobody = set("ROLLOUT_PERCENT").is_some();

        let conversations = self.dice.one_of(&[1, 1, 1, 1, 2, 2, 3, 4, 5]);
        for place in 0..conversations {
            let beginning = self.beginning(email_too, testers, nobody);
            self.conversation(Place(place), beginning);
        }
        let end = self.deeds.iter().map(|(at, _)| *at).max().unwrap_or(0);
        self.troubles(end);
        self.deeds.sort_by_key(|(at, _)| *at);
        let bare = self.sometimes(0.1).then(|| self.dice.one_of(&["conversation.user", "conversation.admin", ""]));
        // Whether a read shows a message that has no name cannot be seen: then a read that lags behind is not noticed.
        let stale = if bare.is_some() { 0.0 } else { 0.2 };
        let mut plan = Plan {
            settings,
            skew: if self.dice.bool() { 0 } else { self.dice.i64(-6_000..6_000) },
            latency: self.dice.one_of(&[20, 60, 100, 250, 800]),
            answer_delay: self.dice.one_of(&[300, 2_000, 8_000, 20_000]),
            unticked: self.sometimes(0.15).then_some("conversation.admin"),
            bare,
            search_lag: self.dice.one_of(&[0, 0, 5 * SECOND, 40 * SECOND, 2 * MINUTE, 4 * MINUTE]),
            page_size: self.dice.one_of(&[1, 1, 2, 50]),
            chances: Chances {
                call: self.dice.one_of(&[0.0, 0.0, 0.02, 0.1, 0.3]),
                death: self.dice.one_of(&[0.0, 0.0, 0.005, 0.02, 0.08]),
                storage: self.dice.one_of(&[0.0, 0.0, 0.0, 0.005, 0.03]),
                delivery: self.dice.one_of(&[0.0, 0.1, 0.4]),
                inner: self.dice.one_of(&[0.0, 0.0, 0.02, 0.2]),
                alarm: self.dice.one_of(&[0.0, 0.0, 0.01, 0.1]),
                stale,
            },
            outages: std::mem::take(&mut self.outages),
            losses: std::mem::take(&mut self.losses),
            deeds: std::mem::take(&mut self.deeds),
            calm_at: end + self.dice.u64(0..20 * MINUTE),
        };
        for outage in &mut plan.outages {
            outage.until = outage.until.min(plan.calm_at);
        }
        for loss in &mut plan.losses {
            loss.until = loss.until.min(plan.calm_at);
        }
        plan
    }

    fn settings(&mut self) -> Vec<(&'static str, String)> {
        let dice = &mut self.dice;
        let quiet = dice.one_of(&[0, 1, 4, 4, 10]);
        let settle = dice.one_of(&[1, 5, 30, 30, 60]);
        let deadline = settle + dice.one_of(&[10, 60, 120, 570, 1_800]);
        let mut settings = vec![
            ("QUIET_SECONDS", quiet.to_string()),
            ("QUIET_CAP_SECONDS", (quiet + dice.one_of(&[0, 3, 16])).to_string()),
            ("SETTLE_SECONDS", settle.to_string()),
            ("ANSWER_DEADLINE_SECONDS", deadline.to_string()),
            ("MAX_ANSWER_AGE_MINUTES", dice.one_of(&[2, 10, 60, 60, 600]).to_string()),
            ("TAKEOVER_HOURS", dice.one_of(&[0, 1, 12, 12]).to_string()),
            (
                "REPLY_MODE",
                dice.one_of(&[
                    "reply", "reply", "reply", "reply", "reply", "reply", "reply", "reply", "reply", "note", "note",
                    "off",
                ])
                .to_owned(),
            ),
            ("INGEST", dice.one_of(&["both", "both", "both", "polling", "webhook"]).to_owned()),
            ("RULE_ASSIGNMENTS", dice.one_of(&["count", "ignore"]).to_owned()),
        ];
        let mut now_and_then = |name, value: &str, chance| {
            if dice.comes(chance) {
                settings.push((name, value.to_owned()));
            }
        };
        now_and_then("HANDOVER_TEAM_ID", "814865", 0.5);
        now_and_then("INTERCOM_APP_ID", "abc123def", 0.3);
        now_and_then("CHANNELS", "messenger,email", 0.2);
        now_and_then("TESTERS", TESTERS, 0.1);
        now_and_then("ROLLOUT_PERCENT", "0", 0.04);
        now_and_then("OTHER_BOT", "take_turns", 0.3);
        now_and_then("HANDOVER_PHRASES", "c0w1, c1w0", 0.2);
        now_and_then("HANDOVER_ANSWERS", "About c0w0", 0.1);
        now_and_then("MAX_REPLIES_PER_CONVERSATION_PER_DAY", "1", 0.2);
        now_and_then("MAX_REPLIES_PER_MINUTE", "1", 0.2);
        now_and_then("CITATIONS", "links", 0.2);
        now_and_then("CONTEXT", "name, email, page", 0.2);
        settings
    }

    fn beginning(&mut self, email_too: bool, testers: bool, nobody: bool) -> Beginning {
        let by_email = self.sometimes(0.1);
        let is_tester = self.dice.bool();
        let foreign = self.sometimes(0.03);
        let scope = if foreign {
            Scope::AnotherWorkspace
        } else if by_email && !email_too || testers && !is_tester || nobody {
            Scope::Left
        } else {
            Scope::Ours
        };
        Beginning {
            started_by: match self.dice.u8(0..32) {
                0 => StartedBy::Teammate,
                1 => StartedBy::Bot,
                _usually => StartedBy::Customer,
            },
            assigned: self.sometimes(0.05),
            channel: if by_email { "email" } else { "messenger" },
            email: if is_tester { "ana@tester.example" } else { "bob@customer.example" },
            scope,
        }
    }

    /// Some bursts of messages, and what happens around them.
    fn conversation(&mut self, place: Place, beginning: Beginning) {
        let mut at = if place.0 == 0 { 0 } else { self.dice.u64(0..10 * MINUTE) };
        self.deed(at, Deed::Begins(place, beginning));
        let mut messages = 1;
        for burst in 0..self.dice.u64(1..5) {
            if burst > 0 {
                let (least, most) = self.dice.one_of(&PAUSES);
                at += self.dice.u64(least..most);
                self.deed(at, Deed::Writes(place, messages));
                messages += 1;
            }
            let began = at;
            for _ in 0..self.dice.one_of(&[0, 0, 0, 1, 1, 2, 4]) {
                at += self.dice.u64(100..9_000);
                self.deed(at, Deed::Writes(place, messages));
                messages += 1;
            }
            self.others(place, began, at, messages);
        }
    }

    /// What teammates, bots and Intercom do around a burst.
    fn others(&mut self, place: Place, began: u64, ended: u64, messages: usize) {
        for _ in 0..self.dice.one_of(&[0, 0, 0, 0, 1, 1, 2]) {
            let wait = self.dice.one_of(&[15 * SECOND, 40 * SECOND, 40 * SECOND, 10 * MINUTE]);
            let at = self.dice.u64(began..=ended + wait);
            let act = match self.dice.u8(0..32) {
                0..=3 => Act::Teammate(Verb::Reply),
                4..=5 => Act::Teammate(Verb::Note),
                6..=7 => Act::Teammate(Verb::Close),
                8..=9 => Act::Teammate(Verb::Snooze),
                10 => Act::Teammate(Verb::Open),
                11..=12 => Act::AssignsTo(self.dice.one_of(&Act::ASSIGNEES)),
                13 => Act::RuleAssigns,
                14 => Act::AnotherProgramAnswers,
                15..=16 => Act::OtherBotSpeaks,
                17..=18 => Act::Redacts(self.dice.usize(0..messages)),
                19 => Act::Deletes,
                20..=21 => Act::ForgetsSession,
                22..=24 => Act::Commands("/bot on"),
                25..=26 => Act::Commands("/bot off"),
                27..=28 => {
                    Act::Fin(self.dice.one_of(&Act::RESOLUTIONS), self.dice.one_of(&[Answers::Yes, Answers::No]))
                }
                29..=30 => Act::DeliveredAgain,
                _operator => Act::OperatorHandsOver,
            };
            self.deed(at, Deed::Does(place, act));
        }
    }

    /// What goes wrong for longer than a moment.
    fn troubles(&mut self, end: u64) {
        for _ in 0..self.dice.one_of(&[0, 0, 1, 1, 2, 3]) {
            let from = self.begin_of_trouble();
            let length = self.dice.one_of(&[30 * SECOND, 5 * MINUTE, 20 * MINUTE, 20 * MINUTE, 90 * MINUTE]);
            let until = from + self.dice.u64(1..length);
            match self.dice.u8(0..20) {
                0..=4 => {
                    let outage = self.outage(from, until);
                    self.outages.push(outage);
                }
                5 => {
                    self.deed(from, Deed::IntercomTokenWrong);
                    self.deed(until, Deed::IntercomTokenRight);
                }
                6 => {
                    self.deed(from, Deed::GptTrainerKeyWrong);
                    self.deed(until, Deed::GptTrainerKeyRight);
                }
                7 => {
                    let calls = self.dice.u32(0..4);
                    self.deed(from, Deed::RateLimit(calls));
                    self.deed(until, Deed::RateLimit(USUAL_RATE));
                }
                8..=9 => {
                    self.deed(from, Deed::Configures(Configured::Wrong));
                    self.deed(until, Deed::Configures(Configured::Right));
                }
                10..=11 => {
                    self.deed(from, Deed::Deploys(Program::Newer));
                    self.deed(from + (until - from) / 2, Deed::Deploys(Program::AsBuilt));
                    self.deed(until, Deed::Deploys(Program::Newer));
                }
                12 => self.deed(from, Deed::Crashes),
                13 => {
                    self.deed(from, Deed::Pauses);
                    self.deed(until, Deed::Resumes);
                }
                14 => {
                    self.deed(from, Deed::WorkspaceFallsSilent);
                    self.deed(until, Deed::Resumes);
                }
                15..=16 => {
                    let share = self.dice.one_of(&[0.5, 1.0]);
                    self.losses.push(Loss { from, until: from + HOUR, share });
                }
                17 => {
                    self.deed(from, Deed::Pauses);
                    self.deed(from + HOUR, Deed::Resumes);
                }
                18 => {
                    let at = self.begin_of_trouble();
                    self.deed(at, Deed::LosesAlarms);
                }
                _spurious => {
                    for _ in 0..self.dice.u64(1..4) {
                        let at = from + self.dice.u64(0..20 * SECOND);
                        self.deed(at, Deed::AlarmsWithoutNeed);
                    }
                }
            }
        }
        // Whatever was out of order is mended in the end.
        for mended in [
            Deed::IntercomTokenRight,
            Deed::GptTrainerKeyRight,
            Deed::RateLimit(USUAL_RATE),
            Deed::Configures(Configured::Right),
            Deed::Resumes,
        ] {
            self.deed(end.max(self.last()) + 1, mended);
        }
        if self.deeds.iter().any(|(_, deed)| matches!(deed, Deed::Deploys(_))) {
            self.deed(self.last() + 1, Deed::Deploys(Program::Newer));
        }
    }

    /// Trouble is of interest where something goes on.
    fn begin_of_trouble(&mut self) -> u64 {
        let nth = self.dice.usize(..self.deeds.len());
        self.deeds[nth].0.saturating_sub(2 * SECOND) + self.dice.u64(0..40 * SECOND)
    }

    fn outage(&mut self, from: u64, until: u64) -> Outage {
        let down = [
            Kind::FailBefore { status: 500, json: true },
            Kind::FailBefore { status: 503, json: false },
            Kind::CutBefore {},
            Kind::NeverAnswer { acts: false },
            Kind::NeverAnswer { acts: true },
            Kind::ActThen500 { json: true },
            Kind::ActThenCut {},
            Kind::RateLimited { reset_in_s: 20 },
            Kind::FailBefore { status: 422, json: true },
            Kind::Html200 {},
        ];
        let calls = [
            Calls::Intercom,
            Calls::Intercom,
            Calls::GptTrainer,
            Calls::GptTrainer,
            Calls::All,
            Calls::One(Call::Search),
            Calls::One(Call::Read),
            Calls::One(Call::Reply),
            Calls::One(Call::Stream),
            Calls::One(Call::Parts),
            Calls::One(Call::Note),
        ];
        Outage { from, until, calls: self.dice.one_of(&calls), kind: down[self.dice.usize(..down.len())].clone() }
    }

    fn last(&self) -> u64 {
        self.deeds.iter().map(|(at, _)| *at).max().unwrap_or(0)
    }

    fn deed(&mut self, at: u64, deed: Deed) {
        self.deeds.push((at, deed));
    }

    fn sometimes(&mut self, chance: f64) -> bool {
        self.dice.comes(chance)
    }
}

/// Which customers are answered where `TESTERS` is set.
const TESTERS: &str = "@tester.example";
