//! What teammates are told: internal notes.

use super::answer::{write_answer, write_plain};
use super::html::{NoteHtml, Writer};
use super::source::{Source, write_sources};
use super::{CustomerHtml, PlainText, Reply, customer_html_to_text};

/// A note that hands a conversation over. `unsent` is an answer of which it is not known that the customer got it.
/// The last line names the turn, by which [`carries_turn`] recognises the note.
pub fn handover_note(reason: &str, question: Option<&PlainText>, unsent: Option<&Reply>, turn_key: &str) -> NoteHtml {
    let mut writer = Writer::default();
    title(&mut writer, "OneReply handed this conversation over to your team.");
    writer.text(" ");
    writer.text(reason);
    if let Some(question) = question {
        title(&mut writer, "The question:");
        write_plain(&mut writer, &question.0);
    }
    if let Some(unsent) = unsent {
        title(&mut writer, "Draft answer (may or may not have been sent):");
        write_answer(&mut writer, unsent.words());
    }
    writer.paragraph();
    writer.italic();
    writer.text(&marker(turn_key));
    writer.into_note()
}

/// A note with an answer that is not given in public, and why.
pub fn answer_note(answer: &Reply, sources: &[Source], why: &str) -> NoteHtml {
    let mut writer = Writer::default();
    title(&mut writer, "OneReply's answer, for teammates only.");
    writer.text(" ");
    writer.text(why);
    writer.end_paragraph();
    write_answer(&mut writer, answer.words());
    write_sources(&mut writer, sources);
    writer.into_note()
}

/// Whether a part's body is a hand-over note of this turn. Only its end tells, because before it come the words of others.
pub fn carries_turn(body: &CustomerHtml, turn_key: &str) -> bool {
    customer_html_to_text(body).0.ends_with(&marker(turn_key))
}

/// Whether a part's body is a hand-over note, of whatever turn.
pub fn hands_over(body: &CustomerHtml) -> bool {
    let note = customer_html_to_text(body).0;
    let last_line = note.rsplit('\n').next().unwrap_or_default();
    last_line.starts_with(MARKER) && last_line.ends_with(']')
}

const MARKER: &str = "[OneReply turn ";

/// In brackets, so that no key is the beginning of another.
fn marker(turn_key: &str) -> String {
    format!("{MARKER}{turn_key}]")
}

fn title(writer: &mut Writer, title: &str) {
    writer.end_paragraph();
    writer.paragraph();
    writer.bold();
    writer.text(title);
    writer.end_inline();
}

#[cfg(test)]
mod tests {
    use super::super::AnswerText;
    use super::*;

    fn plain(text: &str) -> PlainText {
        PlainText(text.to_owned())
    }

    fn answer(text: &str) -> Reply {
        Reply::of(AnswerText(text.to_owned())).expect("something of it is seen")
    }

    #[test]
    fn a_hand_over_tells_why_what_was_asked_and_what_was_not_sent() {
        let note = handover_note(
            "The AI did not answer in time.",
            Some(&plain("Is <this> right?\n\nPlease")),
            Some(&answer("**Yes.**")),
            "215-3",
        );
        assert_eq!(
            note.as_str(),
            "<p><b>OneReply handed this conversation over to your team.</b> The AI did not answer in time.</p>\
             <p><b>The question:</b></p><p>Is &lt;this&gt; right?</p><p>Please</p>\
             <p><b>Draft answer (may or may not have been sent):</b></p><p><b>Yes.</b></p>\
             <p><i>[OneReply turn 215-3]</i></p>"
        );
    }

    #[test]
    fn a_hand_over_may_have_nothing_but_a_reason() {
        assert_eq!(
            handover_note("The customer asked for a person.", None, None, "215-3").as_str(),
            "<p><b>OneReply handed this conversation over to your team.</b> The customer asked for a person.</p>\
             <p><i>[OneReply turn 215-3]</i></p>"
        );
    }

    #[test]
    fn a_note_is_recognised_by_its_turn_and_by_no_other() {
        let note = handover_note("Because.", None, Some(&answer("```\nopen fence")), "a&b-1");
        let body = CustomerHtml(note.as_str().to_owned());
        assert!(carries_turn(&body, "a&b-1"));
        assert!(!carries_turn(&body, "a&b-"));
        assert!(!carries_turn(&body, "a&b-11"));
        assert!(hands_over(&body));
        let note = handover_note("Because.", Some(&plain("[OneReply turn 2]")), None, "1");
        assert!(!carries_turn(&CustomerHtml(note.as_str().to_owned()), "2"));
        let answer = answer_note(&answer("[OneReply turn 2] is a name"), &[], "Because.");
        assert!(!hands_over(&CustomerHtml(answer.as_str().to_owned())));
    }

    #[test]
    fn an_answer_for_teammates_says_why() {
        assert_eq!(
            answer_note(&answer("- One\n- Two"), &[], "The question is old.").as_str(),
            "<p><b>OneReply's answer, for teammates only.</b> The question is old.</p><ul><li>One</li><li>Two</li></ul>"
        );
    }
}
