//! What the make-believe AI says.

use crate::clock::Millis;
use serde::Deserialize;
use serde_json::Value;

/// A rule: to which questions, what, how slowly and how often.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptRule {
    /// Only questions that hold this text.
    #[serde(default)]
    pub contains: Option<String>,
    /// The answer; the usual one where nothing is said.
    #[serde(default)]
    pub answer: Option<String>,
    /// What its markers such as `[1.2]` refer to: `{"1.2": {"title", "url", …}}`. The usual answer has these markers at its end.
    #[serde(default)]
    pub citations: Option<Value>,
    /// How long it takes, in milliseconds; the account's delay where nothing is said.
    #[serde(default)]
    pub delay_ms: Option<Millis>,
    /// How often; for ever where nothing is said.
    #[serde(default)]
    pub times: Option<u32>,
}

/// An answer and how long it takes.
pub(super) struct Scripted {
    pub text: String,
    pub citations: Option<Value>,
    pub delay: Millis,
}

/// The rules, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    rules: Vec<ScriptRule>,
}

impl Script {
    pub(super) fn add(&mut self, rule: ScriptRule) {
        self.rules.push(rule);
    }

    pub(super) fn answer(&mut self, query: &str, usual_delay: Millis) -> Scripted {
        let matching = self.rules.iter_mut().rev().find(|rule| rule.matches(query));
        let rule = matching.map(|rule| {
            rule.times = rule.times.map(|times| times - 1);
            rule.clone()
        });
        let rule = rule.unwrap_or_default();
        let markers = rule.citations.as_ref().map_or_else(String::new, markers);
        Scripted {
            citations: rule.citations,
            text: rule.answer.unwrap_or_else(|| usual_answer(query) + &markers),
            delay: rule.delay_ms.unwrap_or(usual_delay),
        }
    }
}

impl ScriptRule {
    fn matches(&self, query: &str) -> bool {
        self.times != Some(0) && self.contains.as_ref().is_none_or(|text| query.contains(text))
    }
}

/// Friendly, about the question, and with nothing in it that could be taken for markup.
fn usual_answer(query: &str) -> String {
    // Before these words the worker may tell what was said earlier.
    let query = query.rsplit("The customer now writes:").next().unwrap_or_default();
    let plain =
        |character: char| if character.is_alphanumeric() || " ,.?!'".contains(character) { character } else { ' ' };
    let words: Vec<String> =
        query.chars().map(plain).collect::<String>().split_whitespace().map(str::to_owned).collect();
    let quoted = words.iter().take(14).cloned().collect::<Vec<_>>().join(" ");
    let ellipsis = if words.len() > 14 { " …" } else { "" };
    format!(
        "Thanks for asking about “{quoted}{ellipsis}”.\n\nHere is what I know: **it works out of the box**, and you can \
         change it at any time under Settings. If that does not help, tell me a little more and I will look again."
    )
}

fn markers(citations: &Value) -> String {
    citations.as_object().into_iter().flatten().map(|(marker, _)| format!(" [{marker}]")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(script: &mut Script, query: &str) -> (String, Millis) {
        let scripted = script.answer(query, 100);
        (scripted.text, scripted.delay)
    }

    #[test]
    fn the_newest_matching_rule_wins_until_it_is_used_up() {
        let mut script = Script::default();
        script.add(ScriptRule { answer: Some("always".into()), ..ScriptRule::default() });
        let once = ScriptRule { contains: Some("price".into()), answer: Some("once".into()), ..ScriptRule::default() };
        script.add(ScriptRule { times: Some(1), delay_ms: Some(7), ..once });
        assert_eq!(says(&mut script, "the weather"), ("always".into(), 100));
        assert_eq!(says(&mut script, "the price"), ("once".into(), 7));
        assert_eq!(says(&mut script, "the price"), ("always".into(), 100));
    }

    #[test]
    fn the_usual_answer_quotes_the_question_without_markup() {
        let (text, _) = says(&mut Script::default(), "How <b>do</b> I [export](x) *my* report?");
        assert!(text.starts_with("Thanks for asking about “How b do b I export x my report?”."), "{text}");
        let (text, _) = says(&mut Script::default(), "Earlier: x\n\nThe customer now writes:\nAnd then?");
        assert!(text.starts_with("Thanks for asking about “And then?”."), "{text}");
    }

    #[test]
    fn the_usual_answer_cites_what_its_rule_names() {
        let mut script = Script::default();
        let citations = Some(serde_json::json!({"1.2": {}, "3.4": {}}));
        script.add(ScriptRule { citations, ..ScriptRule::default() });
        assert!(says(&mut script, "the price").0.ends_with("again. [1.2] [3.4]"));
    }
}
