//! Words in, words out: what the AI reads and what the customer sees. Each kind of text has its own type.

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

/// An answer as a customer sees it: HTML of our own making.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReplyHtml(String);

impl ReplyHtml {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn stand_in(html: &str) -> Self {
        Self(html.to_owned())
    }
}

/// A note as teammates see it: HTML of our own making.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NoteHtml(String);

impl NoteHtml {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn stand_in(html: &str) -> Self {
        Self(html.to_owned())
    }
}
