//! What GPT Trainer really holds.

use crate::intercom::Parts;
use onereply::gpt_trainer::citations::CiteData;
use onereply::gpt_trainer::exchanges::Exchange;
use onereply::gpt_trainer::ids::{MessageUuid, SessionUuid};
use onereply::gpt_trainer::said::{AiAnswer, AiFailure};
use onereply::text::{AnswerText, PlainText};
use onereply::turn::outcome::TurnKey;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trainer {
    /// The session that was made last, if it is not lost. Earlier ones are asked nothing any more.
    pub session: Option<u8>,
    sessions_made: u8,
    /// In that session, oldest first.
    pub exchanges: Vec<Put>,
    questions: u8,
}

/// A question that arrived.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Put {
    pub message: u8,
    pub query: Arc<str>,
    pub key: TurnKey,
    pub covers: Parts,
    pub ending: Ending,
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    BeingWritten,
    Words,
    Nothing,
    AnError,
}

impl Trainer {
    pub fn new() -> Self {
        Self { session: None, sessions_made: 0, exchanges: vec![], questions: 0 }
    }

    pub fn open_session(&mut self) -> SessionUuid {
        self.sessions_made += 1;
        self.session = Some(self.sessions_made);
        self.exchanges.clear();
        session(self.sessions_made)
    }

    pub fn forget(&mut self) {
        self.session = None;
        self.exchanges.clear();
    }

    pub fn has(&self, uuid: &SessionUuid) -> bool {
        self.session.is_some_and(|live| session(live) == *uuid)
    }

    pub fn put(&mut self, query: Arc<str>, key: TurnKey, covers: Parts) -> u8 {
        self.questions += 1;
        self.exchanges.push(Put { message: self.questions, query, key, covers, ending: Ending::BeingWritten });
        self.questions
    }

    /// `None` where it was taken out of the session meanwhile.
    pub fn finish(&mut self, message: u8, ending: Ending) -> Option<AiAnswer> {
        let put = self.exchanges.iter_mut().find(|put| put.message == message)?;
        put.ending = ending;
        Some(put.answer())
    }

    pub fn discard(&mut self, message: &MessageUuid) {
        self.exchanges.retain(|put| uuid(put.message) != *message);
    }
}

impl Put {
    /// As the machine reads it.
    pub fn exchange(&self) -> Exchange {
        let words = AnswerText(answer_to(&self.query));
        Exchange {
            uuid: Some(uuid(self.message)),
            query: PlainText(self.query.to_string()),
            response: if self.ending == Ending::Words { words } else { AnswerText(String::new()) },
            error: (self.ending == Ending::AnError).then(|| PlainText("It failed.".into())),
            finished: self.ending != Ending::BeingWritten,
            citations: CiteData::default(),
        }
    }

    pub fn is_answered(&self) -> bool {
        self.ending == Ending::Words
    }

    fn answer(&self) -> AiAnswer {
        match self.ending {
            Ending::Words => AiAnswer::Said(AnswerText(answer_to(&self.query))),
            Ending::Nothing | Ending::BeingWritten => AiAnswer::Nothing,
            Ending::AnError => AiAnswer::NotAnAnswer(AiFailure::ErrorText),
        }
    }
}

/// The same question gets the same answer.
fn answer_to(query: &str) -> String {
    format!("About {}", query.replace("\n\n", " and "))
}

fn session(number: u8) -> SessionUuid {
    SessionUuid(format!("s{number}"))
}

fn uuid(message: u8) -> MessageUuid {
    MessageUuid(format!("e{message}"))
}
