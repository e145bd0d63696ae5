//! Words in, words out: what the AI reads and what the customer sees. Each kind of text has its own type.

mod address;
#[cfg(test)]
mod allow_list;
mod answer;
#[cfg(test)]
mod browser;
mod customer;
mod cut;
mod elements;
mod html;
mod mail;
mod note;
mod phrase;
#[cfg(test)]
mod properties;
mod question;
mod reply;
mod source;
mod transcript;

pub use answer::{ANSWER_CAP, answer_to_reply, citations, plain_reply};
pub use customer::{Manner, customer_html_to_text, customer_words};
pub use html::{NoteHtml, ReplyHtml};
pub use note::{answer_note, carries_turn, handover_note, hands_over};
pub use phrase::{begins_with_command, says};
pub use question::{Attached, CustomerMessage, QUESTION_CAP, question};
pub use reply::{PlainLine, Reply};
pub use source::Source;
pub use transcript::{Speaker, transcript, with_transcript, without_transcript};

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        // Words of people are never printed.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    };
}

words!(
    /// A body as Intercom's API returns it: HTML that anyone may have written.
    CustomerHtml
);
words!(
    /// Text without markup.
    PlainText
);
words!(
    /// An answer as GPT Trainer wrote it: Markdown, or anything else.
    AnswerText
);
