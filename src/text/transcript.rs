//! What was said before, for a session that knows nothing of it.

use super::PlainText;
use super::cut::{head, length};

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The AI, or another bot.
    Assistant,
    /// A human teammate.
    Teammate,
}

/// One line for each entry, oldest first, with at most `most` characters in all. Where that is too little the oldest
/// entries are left out, and if not even the newest fits, it is cut.
pub fn transcript(entries: &[(Speaker, &PlainText)], most: usize) -> PlainText {
    let mut lines: Vec<String> = Vec::new();
    let mut room = most;
    for (speaker, text) in entries.iter().rev().filter(|(_, text)| !text.0.trim().is_empty()) {
        let line = format!("{}: {}", name_of(*speaker), text.0.trim());
        let taken = length(&line) + usize::from(!lines.is_empty());
        if taken <= room {
            room -= taken;
            lines.push(line);
        } else {
            if lines.is_empty() {
                lines.extend(head(&line, most.saturating_sub(2)).map(|head| format!("{head} …")).filter(|_| most > 2));
            }
            break;
        }
    }
    lines.reverse();
    PlainText(lines.join("\n"))
}

/// The question with what was said before it; the question alone where nothing was.
pub fn with_transcript(transcript: &PlainText, question: &PlainText) -> PlainText {
    if transcript.0.is_empty() {
        return question.clone();
    }
    PlainText(format!("{BEFORE}{}{NOW}{}", transcript.0, question.0))
}

/// The question that [`with_transcript`] was given.
pub fn without_transcript(asked: &PlainText) -> PlainText {
    let asked = &asked.0;
    let question = asked.strip_prefix(BEFORE).and_then(|rest| rest.split_once(NOW)).map_or(&**asked, |(_, now)| now);
    PlainText(question.to_owned())
}

const BEFORE: &str = "Earlier in this conversation:\n";
const NOW: &str = "\n\nThe customer now writes:\n";

fn name_of(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Customer => "Customer",
        Speaker::Assistant => "Assistant",
        Speaker::Teammate => "Teammate",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(entries: &[(Speaker, &str)], most: usize) -> String {
        let texts: Vec<_> = entries.iter().map(|(speaker, text)| (*speaker, PlainText((*text).to_owned()))).collect();
        transcript(&texts.iter().map(|(speaker, text)| (*speaker, text)).collect::<Vec<_>>(), most).0
    }

    const SAID: &[(Speaker, &str)] = &[
        (Speaker::Customer, "Hi"),
        (Speaker::Assistant, "Hello!\nHow can I help?"),
        (Speaker::Teammate, " "),
        (Speaker::Customer, "Where is it?"),
    ];

    #[test]
    fn everything_that_fits_is_kept_in_order() {
        let all = "Customer: Hi\nAssistant: Hello!\nHow can I help?\nCustomer: Where is it?";
        assert_eq!(write(SAID, 1_000), all);
        assert_eq!(write(SAID, all.len()), all);
        assert_eq!(write(&[], 1_000), "");
    }

    #[test]
    fn the_oldest_goes_first() {
        assert_eq!(write(SAID, 60), "Assistant: Hello!\nHow can I help?\nCustomer: Where is it?");
        assert_eq!(write(SAID, 25), "Customer: Where is it?");
    }

    #[test]
    fn the_newest_is_cut_where_it_does_not_fit() {
        assert_eq!(write(SAID, 18), "Customer: Where …");
        for most in 0..30 {
            assert!(length(&write(SAID, most)) <= most, "{most}");
        }
    }

    #[test]
    fn a_question_without_a_past_stands_alone() {
        let question = PlainText("Hi".to_owned());
        assert_eq!(with_transcript(&PlainText(String::new()), &question), question);
        assert_eq!(
            with_transcript(&PlainText("Customer: A".to_owned()), &question).0,
            "Earlier in this conversation:\nCustomer: A\n\nThe customer now writes:\nHi"
        );
    }

    #[test]
    fn a_question_is_found_again_behind_its_transcript() {
        let question = PlainText("Hi\n\nThe customer now writes:\nthis".to_owned());
        for transcript in ["", "Customer: A"] {
            let asked = with_transcript(&PlainText(transcript.to_owned()), &question);
            assert_eq!(without_transcript(&asked), question);
        }
    }
}
