//! Faults that can be switched on: rules as plain data, and the counting of when they strike.

use crate::call::{Call, Target};
use crate::rules::{Counted, Rules};
use serde::Deserialize;

/// A rule: which calls, how often, and what goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which calls.
    pub calls: Calls,
    /// Only calls about this conversation (calls to GPT Trainer name none, and so never match).
    pub conversation_id: Option<String>,
    /// How often the rule strikes; 0 for ever.
    pub times: u32,
    /// How many matching calls are let through first.
    pub skip: u32,
    /// What goes wrong.
    pub kind: Kind,
}

/// Which calls a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// `*`
    All,
    /// `intercom.*`
    Intercom,
    /// `gpt_trainer.*`
    GptTrainer,
    /// `gpt_trainer.questions`: both ways of asking.
    Questions,
    /// A name such as `intercom.read`.
    One(Call),
}

impl Calls {
    /// Reads `*`, `intercom.*`, `gpt_trainer.*`, `gpt_trainer.questions` or the name of a call.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "*" => Some(Self::All),
            "intercom.*" => Some(Self::Intercom),
            "gpt_trainer.*" => Some(Self::GptTrainer),
            "gpt_trainer.questions" => Some(Self::Questions),
            name => Call::ALL.into_iter().find(|call| call.name() == name).map(Self::One),
        }
    }

    /// Whether a call is one of them.
    pub fn contains(self, call: Call) -> bool {
        match self {
            Self::All => true,
            Self::Intercom => call.name().starts_with("intercom."),
            Self::GptTrainer => call.name().starts_with("gpt_trainer."),
            Self::Questions => matches!(call, Call::Stream | Call::NonStream),
            Self::One(one) => one == call,
        }
    }

    /// The text that [`Calls::parse`] reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "*",
            Self::Intercom => "intercom.*",
            Self::GptTrainer => "gpt_trainer.*",
            Self::Questions => "gpt_trainer.questions",
            Self::One(call) => call.name(),
        }
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// No effect; an error is answered.
    FailBefore {
        /// The status code.
        status: u16,
        /// In the API's own error format, or as an HTML page of something in between.
        #[serde(default = "yes")]
        json: bool,
    },
    /// The effect, then the connection is closed without an answer.
    ActThenCut {},
    /// The effect, then 500.
    #[serde(rename = "act_then_500")]
    ActThen500 {
        /// In the API's own error format, or as an HTML page of something in between.
        #[serde(default = "yes")]
        json: bool,
    },
    /// The effect, then 502 with an HTML page. A question is still being answered meanwhile.
    #[serde(rename = "act_then_502")]
    ActThen502 {},
    /// No effect; the connection is closed without an answer.
    CutBefore {},
    /// The connection is held until the client goes.
    NeverAnswer {
        /// Whether there is an effect.
        acts: bool,
    },
    /// The answer comes late.
    Late {
        /// How late, in milliseconds.
        ms: u64,
        /// The effect at once, or only when the delay is over, even if the client has gone.
        #[serde(default = "yes")]
        acts_first: bool,
    },
    /// 429; no effect.
    RateLimited {
        /// When the window ends, in seconds from now (`X-RateLimit-Reset`).
        reset_in_s: u64,
    },
    /// The effect and 200, but the body is half a JSON text; a stream's holds bytes that are no UTF-8.
    Malformed {},
    /// The effect and 200, but less is sent than was declared, then the connection is closed.
    HalfBody {},
    /// GPT Trainer: 200 with this text as the answer.
    AnswerText {
        /// The text.
        text: String,
    },
    /// The effect; 200 with an HTML page.
    #[serde(rename = "html_200")]
    Html200 {},
    /// GPT Trainer: 200 with an empty answer.
    Empty {},
    /// `intercom.read`: the newest parts are missing.
    StaleRead {
        /// How many.
        behind: usize,
    },
    /// A following page of `intercom.search`: it begins further on than it should, and what lies between is missed.
    SkipItems {
        /// How many conversations are missed.
        count: usize,
    },
    /// A following page of `intercom.search`: it begins with the last conversations of the page before.
    RepeatItems {
        /// How many conversations come again.
        count: usize,
    },
    /// A following page of `intercom.search`: 400, the cursor is not taken.
    BadCursor {},
}

fn yes() -> bool {
    true
}

impl Kind {
    /// The name under which it is switched on, and by which the log of calls shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::FailBefore { .. } => "fail_before",
            Self::ActThenCut {} => "act_then_cut",
            Self::ActThen500 { .. } => "act_then_500",
            Self::ActThen502 {} => "act_then_502",
            Self::CutBefore {} => "cut_before",
            Self::NeverAnswer { .. } => "never_answer",
            Self::Late { .. } => "late",
            Self::RateLimited { .. } => "rate_limited",
            Self::Malformed {} => "malformed",
            Self::HalfBody {} => "half_body",
            Self::AnswerText { .. } => "answer_text",
            Self::Html200 {} => "html_200",
            Self::Empty {} => "empty",
            Self::StaleRead { .. } => "stale_read",
            Self::SkipItems { .. } => "skip_items",
            Self::RepeatItems { .. } => "repeat_items",
            Self::BadCursor {} => "bad_cursor",
        }
    }

    /// Whether only a page that follows another one can go wrong so.
    fn needs_cursor(&self) -> bool {
        matches!(self, Self::SkipItems { .. } | Self::RepeatItems { .. } | Self::BadCursor {})
    }

    /// How many conversations further on a page begins ([`crate::intercom::Reading::shift`]).
    pub fn shift(&self) -> isize {
        match self {
            Self::SkipItems { count } => isize::try_from(*count).unwrap_or(isize::MAX),
            Self::RepeatItems { count } => isize::try_from(*count).map_or(isize::MIN, isize::wrapping_neg),
            _others_begin_where_they_should => 0,
        }
    }
}

/// The rules that are switched on.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Rules<Rule>,
}

impl Faults {
    /// Switches a rule on.
    pub fn add(&mut self, rule: Rule) {
        self.add_as(String::new(), rule);
    }

    /// Switches a rule on that will be asked for by this id.
    pub fn add_as(&mut self, id: String, rule: Rule) {
        let (times, skip) = (rule.times, rule.skip);
        self.rules.add(Counted::new(id, rule, times, skip));
    }

    /// Switches everything off.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// Switches one rule off. Nothing where there is none.
    pub fn remove(&mut self, id: &str) -> Option<()> {
        self.rules.remove(id)
    }

    /// What goes wrong with this call ([`Rules::strike`]).
    pub fn strike(&mut self, target: &Target) -> Option<Kind> {
        self.rules.strike(|rule| rule.is_about(target)).map(|rule| rule.kind)
    }

    /// What is switched on, and how often it has struck.
    pub fn all(&self) -> impl Iterator<Item = &Counted<Rule>> {
        self.rules.all()
    }
}

impl Rule {
    fn is_about(&self, target: &Target) -> bool {
        let conversation_fits = self.conversation_id.is_none() || self.conversation_id == target.conversation_id;
        self.calls.contains(target.call) && conversation_fits && (target.continues || !self.kind.needs_cursor())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rule(call: &str, times: u32, skip: u32, kind: Kind) -> Rule {
        Rule { calls: Calls::parse(call).unwrap(), conversation_id: None, times, skip, kind }
    }

    fn strikes(faults: &mut Faults, call: Call, count: usize) -> Vec<Option<&'static str>> {
        let target = Target { call, conversation_id: Some("1".into()), session: None, continues: false };
        (0..count).map(|_| faults.strike(&target).map(|kind| kind.name())).collect()
    }

    #[test]
    fn a_rule_skips_then_strikes_then_is_used_up() {
        let mut faults = Faults::default();
        faults.add(rule("intercom.reply", 2, 1, Kind::CutBefore {}));
        assert_eq!(strikes(&mut faults, Call::Read, 1), [None]);
        assert_eq!(strikes(&mut faults, Call::Reply, 4), [None, Some("cut_before"), Some("cut_before"), None]);
    }

    #[test]
    fn what_was_switched_on_by_an_id_is_counted_and_switched_off_by_it() {
        let mut faults = Faults::default();
        faults.add_as("a".into(), rule("gpt_trainer.questions", 2, 0, Kind::Empty {}));
        faults.add_as("b".into(), rule("intercom.read", 0, 0, Kind::CutBefore {}));
        let counts = |faults: &Faults| -> Vec<(String, u32, Option<u32>)> {
            faults.all().map(|counted| (counted.id.clone(), counted.struck, counted.left())).collect()
        };
        assert_eq!(counts(&faults), [("a".into(), 0, Some(2)), ("b".into(), 0, None)]);
        assert_eq!(strikes(&mut faults, Call::Session, 1), [None]);
        assert_eq!(strikes(&mut faults, Call::NonStream, 1), [Some("empty")]);
        assert_eq!(strikes(&mut faults, Call::Stream, 2), [Some("empty"), None]);
        assert_eq!(strikes(&mut faults, Call::Read, 1), [Some("cut_before")]);
        assert_eq!(counts(&faults), [("b".into(), 1, None), ("a".into(), 2, Some(0))]);
        assert_eq!((faults.remove("b"), faults.remove("b")), (Some(()), None));
        assert_eq!(strikes(&mut faults, Call::Read, 1), [None]);
        assert_eq!(faults.remove("a"), Some(()));
        assert_eq!(counts(&faults), []);
    }

    #[test]
    fn no_times_means_until_cleared() {
        let mut faults = Faults::default();
        faults.add(rule("intercom.*", 0, 0, Kind::Html200 {}));
        assert_eq!(strikes(&mut faults, Call::Me, 3), [Some("html_200"); 3]);
        assert_eq!(strikes(&mut faults, Call::Stream, 1), [None]);
        faults.clear();
        assert_eq!(strikes(&mut faults, Call::Me, 1), [None]);
    }

    #[test]
    fn the_oldest_rule_strikes_first_and_skip_counts_every_matching_call() {
        let mut faults = Faults::default();
        faults.add(rule("*", 1, 0, Kind::CutBefore {}));
        faults.add(rule("*", 1, 0, Kind::Empty {}));
        faults.add(rule("*", 1, 3, Kind::Malformed {}));
        let expected = [Some("cut_before"), Some("empty"), None, Some("malformed"), None];
        assert_eq!(strikes(&mut faults, Call::Stream, 5), expected);
    }

    #[test]
    fn a_rule_for_a_conversation_leaves_others_alone() {
        let mut faults = Faults::default();
        let other = rule("intercom.read", 1, 0, Kind::StaleRead { behind: 1 });
        faults.add(Rule { conversation_id: Some("2".into()), ..other });
        assert_eq!(strikes(&mut faults, Call::Read, 1), [None]);
    }

    #[test]
    fn kinds_are_read_from_json_and_unknown_words_are_refused() {
        let kind = |text| serde_json::from_str::<Kind>(text).map_err(|error| error.to_string());
        assert_eq!(kind(r#"{"kind":"fail_before","status":500}"#), Ok(Kind::FailBefore { status: 500, json: true }));
        assert_eq!(kind(r#"{"kind":"late","ms":5,"acts_first":false}"#), Ok(Kind::Late { ms: 5, acts_first: false }));
        assert_eq!(kind(r#"{"kind":"act_then_502"}"#), Ok(Kind::ActThen502 {}));
        assert!(kind(r#"{"kind":"late"}"#).is_err());
        assert!(kind(r#"{"kind":"cut_before","ms":5}"#).is_err());
        assert_eq!(Calls::parse("intercom.nothing"), None);
    }
}
