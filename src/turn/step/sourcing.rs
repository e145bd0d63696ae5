//! The sources of an answer, which stand only in the session's messages.

use super::Step;
use crate::fault::Fault;
use crate::gpt_trainer::citations::sources;
use crate::gpt_trainer::exchanges::Exchange;
use crate::text::{AnswerText, Source, citations};
use crate::time::UnixMillis;
use crate::turn::command::Announcement;
use crate::turn::policy::Citations;
use crate::turn::state::{Answered, Progress, Purpose, Question, Service, Stage, Turn};

/// The way of an answer to the customer.
pub(super) fn send_answer(question: Question, answer: AnswerText, sources: Vec<Source>, now: UnixMillis) -> Stage {
    let answered = Answered { question, answer, purpose: Purpose::Answer, sources };
    Stage::RenewingGrant(Progress::Due(now), answered)
}

/// Whether the sources of an answer are to be listed under it.
pub(super) enum Sources {
    Wanted,
    None,
}

impl Step<'_> {
    pub(super) fn wants_sources(&self, answer: &AnswerText) -> Sources {
        match self.policy.citations {
            Citations::Links if !citations(answer).is_empty() => Sources::Wanted,
            Citations::Links | Citations::Strip => Sources::None,
        }
    }

    /// The answer goes out with what was found, or without: it is not worth a second call.
    pub(super) fn sources_looked_for(
        &mut self,
        turn: Turn,
        question: Question,
        answer: AnswerText,
        result: Result<Vec<Exchange>, Fault>,
    ) {
        let found = match result {
            Ok(exchanges) => sources(&answer, &exchanges),
            Err(fault) => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                Vec::new()
            }
        };
        self.open(turn, send_answer(question, answer, found, self.now));
    }
}
