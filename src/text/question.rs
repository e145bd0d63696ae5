//! What the AI is asked: the messages of a turn as one text.

use super::cut::{head, length, name};
use super::{CustomerHtml, PlainText, customer_html_to_text};

/// A question has at most so many characters. GPT Trainer documents no limit, but the smallest models have a context of
/// 4,000 tokens, which a longer question would fill.
pub const QUESTION_CAP: usize = 6_000;

/// One message of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerMessage<'a> {
    /// Its words, if any.
    pub body: Option<&'a CustomerHtml>,
    /// The file names of what came with it.
    pub attachments: Vec<&'a str>,
}

/// The messages in their order, separated by empty lines, attachments as `[attachment: name]`. Never empty: a message of
/// which nothing can be read says so. Of too long a turn the longest messages are cut, so that a short last one such as
/// "What does this mean?" stays whole; a cut message says that it is cut.
pub fn question(messages: &[CustomerMessage<'_>]) -> PlainText {
    let mut texts: Vec<String> = messages.iter().map(text_of).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        return PlainText(UNREADABLE.to_owned());
    }
    let most = fair_share(&texts);
    for text in &mut texts {
        if let Some(head) = head(text, most) {
            *text = format!("{head}{CUT}");
        }
    }
    let joined = texts.join(GAP);
    // Only a turn of hundreds of messages is still too long: then its end goes.
    let room = QUESTION_CAP - length(CUT);
    PlainText(match head(&joined, QUESTION_CAP).and_then(|_| head(&joined, room)) {
        Some(head) => format!("{head}{CUT}"),
        None => joined,
    })
}

const UNREADABLE: &str = "[a message without text]";
const CUT: &str = " […] [The message is longer and was cut here.]";
const GAP: &str = "\n\n";

fn text_of(message: &CustomerMessage<'_>) -> String {
    let body = message.body.map(|body| customer_html_to_text(body).0).filter(|text| !text.is_empty());
    let attachments = message.attachments.iter().map(|file| match name(file) {
        file if file.is_empty() => "[attachment]".to_owned(),
        file => format!("[attachment: {file}]"),
    });
    body.into_iter().chain(attachments).collect::<Vec<_>>().join("\n")
}

/// The most characters that each text may keep, so that all of them fit. Texts below it stay whole.
fn fair_share(texts: &[String]) -> usize {
    let mut lengths: Vec<usize> = texts.iter().map(|text| length(text)).collect();
    lengths.sort_unstable();
    let mut room = QUESTION_CAP.saturating_sub(GAP.len() * (texts.len() - 1));
    for (n, length) in lengths.iter().enumerate() {
        let share = room / (lengths.len() - n);
        if *length > share {
            return share.saturating_sub(self::length(CUT));
        }
        room -= length;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(bodies: &[&str]) -> String {
        let bodies: Vec<_> = bodies.iter().map(|body| CustomerHtml((*body).to_owned())).collect();
        let messages: Vec<_> =
            bodies.iter().map(|body| CustomerMessage { body: Some(body), attachments: vec![] }).collect();
        question(&messages).0
    }

    #[test]
    fn messages_stand_in_their_order_with_an_empty_line_between() {
        assert_eq!(ask(&["<p>Hi</p>", "<p>Are you <b>open</b>?</p>"]), "Hi\n\nAre you open?");
    }

    #[test]
    fn attachments_are_named() {
        let body = CustomerHtml("<p>See this</p>".to_owned());
        let messages = [
            CustomerMessage { body: Some(&body), attachments: vec!["a.png", "b\n[c].pdf"] },
            CustomerMessage { body: None, attachments: vec!["  "] },
        ];
        assert_eq!(question(&messages).0, "See this\n[attachment: a.png]\n[attachment: b [c].pdf]\n\n[attachment]");
    }

    #[test]
    fn a_question_is_never_empty() {
        assert_eq!(ask(&[]), UNREADABLE);
        assert_eq!(ask(&["<script>x</script>", " "]), UNREADABLE);
    }

    #[test]
    fn a_long_message_is_cut_and_says_so_and_a_short_one_after_it_stays() {
        let asked = ask(&["wörd ".repeat(5_000).as_str(), "What does this mean?"]);
        assert!(length(&asked) <= QUESTION_CAP && length(&asked) > QUESTION_CAP - 50, "{}", length(&asked));
        assert!(asked.ends_with(&format!("wörd{CUT}\n\nWhat does this mean?")));
    }

    #[test]
    fn a_turn_of_very_many_messages_fits() {
        let messages = vec!["<p>some words in a message</p>"; 2_000];
        let asked = ask(&messages);
        assert!(length(&asked) <= QUESTION_CAP);
        assert!(asked.ends_with(CUT));
    }

    #[test]
    fn a_turn_that_just_fits_is_not_cut() {
        let message = "x".repeat(QUESTION_CAP);
        assert_eq!(ask(&[&message]), message);
        let half = "x".repeat(QUESTION_CAP / 2 - 1);
        assert_eq!(ask(&[&half, &half]), format!("{half}\n\n{half}"));
    }
}
