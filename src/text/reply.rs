//! What may be posted: words of which the customer sees something. They are looked at once, where they are heard or set.

use super::{AnswerText, ReplyHtml, Source, answer_to_reply, plain_reply};
use serde::{Deserialize, Serialize};

/// An answer of the AI.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reply(AnswerText);

impl Reply {
    /// A longer answer is kept no further: far beyond [`ANSWER_CAP`](super::ANSWER_CAP), and far below what a stored row may hold (2 MB).
    const MOST_CHARACTERS: usize = 50_000;

    /// `None` where there is nothing to see.
    pub fn of(mut answer: AnswerText) -> Option<Self> {
        if let Some((at, _)) = answer.0.char_indices().nth(Self::MOST_CHARACTERS) {
            answer.0.truncate(at);
        }
        answer_to_reply(&answer, &[]).is_some().then_some(Self(answer))
    }

    /// The AI's words.
    pub fn words(&self) -> &AnswerText {
        &self.0
    }

    /// As the customer sees it, with these pages below it.
    pub fn to_html(&self, sources: &[Source]) -> ReplyHtml {
        answer_to_reply(&self.0, sources).expect("something was to be seen when it was made")
    }
}

/// A line of the operator's own, without any Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainLine(String);

impl PlainLine {
    /// `None` where there is nothing to see.
    pub fn of(line: &str) -> Option<Self> {
        plain_reply(line).is_some().then(|| Self(line.to_owned()))
    }

    /// As the customer sees it.
    pub fn to_html(&self) -> ReplyHtml {
        plain_reply(&self.0).expect("something was to be seen when it was made")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_reply_something_is_seen() {
        for nothing in ["", " \n", "\u{200b}", "[1.2]", "<!-- -->"] {
            assert_eq!(Reply::of(AnswerText(nothing.to_owned())), None, "{nothing:?}");
        }
        for nothing in ["", " \n", "\u{200b}"] {
            assert_eq!(PlainLine::of(nothing), None, "{nothing:?}");
        }
        assert!(
            Reply::of(AnswerText("Yes.".to_owned())).is_some_and(|reply| reply.to_html(&[]).as_str() == "<p>Yes.</p>")
        );
        assert!(PlainLine::of("*Yes.*").is_some_and(|line| line.to_html().as_str() == "<p>*Yes.*</p>"));
    }

    #[test]
    fn a_reply_is_kept_only_so_far() {
        let reply = Reply::of(AnswerText("ä".repeat(Reply::MOST_CHARACTERS + 1)));
        assert_eq!(reply.map(|reply| reply.words().0.chars().count()), Some(Reply::MOST_CHARACTERS));
    }
}
