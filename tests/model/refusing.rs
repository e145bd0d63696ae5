//! Results as they would be if nobody told a call without an answer from one that was refused.

use onereply::fault::Fault;
use onereply::turn::event::{CommandResult, Event};

pub fn with_post_as_if_refused(event: Event) -> Event {
    match event {
        Event::Finished(attempt, CommandResult::Posted(Err(Fault::Unanswered(_)))) => {
            Event::Finished(attempt, CommandResult::Posted(Err(Fault::RateLimited { until: None })))
        }
        event => event,
    }
}

pub fn with_question_as_if_refused(event: Event) -> Event {
    match event {
        Event::Finished(attempt, CommandResult::Answer(Err(Fault::Unanswered(_)))) => {
            Event::Finished(attempt, CommandResult::Answer(Err(Fault::RateLimited { until: None })))
        }
        event => event,
    }
}
