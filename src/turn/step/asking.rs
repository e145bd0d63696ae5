//! From a question to its answer. A question costs money and has no idempotency key, so one whose fate is unknown is looked
//! for in the session before it is put again.

use super::sourcing::{Sources, send_answer};
use super::{Retry, Step, count_failure, doubled};
use crate::fault::{FarSide, Fault, Silence};
use crate::gpt_trainer::citations::sources;
use crate::gpt_trainer::exchanges::{Exchange, Found, find_answer, is_same_query, last_message};
use crate::gpt_trainer::ids::{MessageUuid, SessionUuid};
use crate::gpt_trainer::requests::ANSWER_LIMIT;
use crate::gpt_trainer::said::{Answer, Endpoint};
use crate::gpt_trainer::variables::Variables;
use crate::text::{AnswerText, PlainText, says};
use crate::time::{Millis, UnixMillis};
use crate::turn::command::{Announcement, Once};
use crate::turn::outcome::{HandOverReason, Outcome, StandDownReason};
use crate::turn::state::{
    Asked, Call, Ended, NotFound, Progress, Question, Service, Session, SessionIs, SessionLoss, Stage, Superseded, Turn,
};

/// How many questions one turn puts at most: the first, and two more when the customer goes on writing meanwhile.
pub(super) const MAX_QUESTIONS: u8 = 3;

/// A question whose process was ended.
pub(super) fn recover_unanswered(asked: Asked, now: UnixMillis) -> Stage {
    Stage::RecoveringAnswer(Progress::Due(now), asked, Ended::Unanswered)
}

impl Step<'_> {
    /// Leads to the question by the grant that was just given: through a new session, or through the old one's last messages.
    pub(super) fn prepare_session(&mut self, turn: Turn, question: Question) {
        let due = Progress::Due(self.free_at());
        let stage = match self.state.session {
            Some(_) => Stage::ReadingSession(due, question),
            None => Stage::OpeningSession(due, question),
        };
        self.open(turn, stage);
    }

    /// When nothing can be under way in the session any more: an earlier turn may have given its question up.
    pub(super) fn free_at(&self) -> UnixMillis {
        let busy_until = self.state.session.as_ref().and_then(|session| session.busy_until);
        busy_until.map_or(self.now, |until| until.max(self.now))
    }

    /// The question has ended, whatever came of it.
    fn free_session(&mut self) {
        if let Some(session) = &mut self.state.session {
            session.busy_until = None;
        }
    }

    pub(super) fn session_opened(&mut self, mut turn: Turn, question: Question, result: Result<SessionUuid, Fault>) {
        match result {
            Ok(uuid) => {
                self.succeeded(&mut turn, Call::OpenSession);
                self.state.session = Some(Session { uuid, endpoint: Endpoint::Stream, busy_until: None });
                turn.superseded = None;
                turn.session_is = SessionIs::OfThisTurn;
                turn.about = Variables::default();
                self.ask(turn, question, None);
            }
            // It may not know these variables, and nobody waits for an answer because of them.
            Err(fault @ Fault::Refused { status: BAD_REQUEST | UNPROCESSABLE, .. }) if !turn.about.is_empty() => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                turn.about = Variables::default();
                self.open(turn, Stage::OpeningSession(Progress::Due(self.now), question));
            }
            Err(fault @ Fault::Refused { .. }) => self.ai_refused(turn, question, fault),
            Err(fault) => self.ai_failed(turn, question, Call::OpenSession, fault),
        }
    }

    pub(super) fn session_read(&mut self, mut turn: Turn, question: Question, result: Result<Vec<Exchange>, Fault>) {
        let exchanges = match result {
            Ok(exchanges) => exchanges,
            Err(Fault::NotFound) => {
                let due = Progress::Due(self.now);
                return self.open(turn, Stage::CheckingSession(due, question, NotFound::Messages));
            }
            // The list only prepares for a lost answer; the question can do without it.
            Err(fault @ Fault::Refused { .. }) => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                return self.ask(turn, question, None);
            }
            Err(fault) => return self.ai_failed(turn, question, Call::ReadSession, fault),
        };
        self.succeeded(&mut turn, Call::ReadSession);
        match unseen_exchange(&turn, &exchanges) {
            Some(superseded) => {
                self.open(turn, Stage::Discarding(Progress::Due(self.now), question, superseded));
            }
            None => {
                let last = last_message(&exchanges).cloned();
                self.ask(turn, question, last);
            }
        }
    }

    /// An unseen answer that cannot be taken out of the session does no harm: the next question stands behind it.
    pub(super) fn discarded(
        &mut self,
        turn: Turn,
        question: Question,
        superseded: Superseded,
        result: Result<(), Fault>,
    ) {
        let after = match result {
            Ok(()) | Err(Fault::NotFound) => superseded.after,
            Err(fault) => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                Some(superseded.message)
            }
        };
        self.ask(turn, question, after);
    }

    /// Puts the question. From here on it may be with GPT Trainer.
    fn ask(&mut self, mut turn: Turn, question: Question, after: Option<MessageUuid>) {
        turn.superseded = None;
        let busy_until = self.now.after(ANSWER_LIMIT);
        let session =
            self.state.session.as_mut().expect("a question is put in a session that was opened or read before");
        session.busy_until = Some(busy_until);
        let session = session.clone();
        let attempt = self.next_attempt();
        let (text, known) = (question.text.clone(), turn.known_texts.clone());
        self.run_once(attempt, Once::Ask { session: session.uuid, endpoint: session.endpoint, text, known });
        self.open(turn, Stage::Asking(Asked { question, after, since: self.now, heard: None }));
    }

    pub(super) fn answered(&mut self, mut turn: Turn, asked: Asked, result: Result<Answer, Fault>) {
        let fault = match result {
            Ok(answer) => return self.answer_heard(turn, asked, answer, None),
            Err(fault) => fault,
        };
        if fault.far_side() != FarSide::MayStillAct {
            self.free_session();
        }
        match fault {
            Fault::NotFound => {
                let due = Progress::Due(self.now);
                self.open(turn, Stage::CheckingSession(due, asked.question, NotFound::Ask));
            }
            Fault::Refused { status: METHOD_NOT_ALLOWED, .. } => self.endpoint_missing(turn, asked.question, fault),
            Fault::Refused { .. } => self.ai_refused(turn, asked.question, fault),
            Fault::Unauthorised { .. } | Fault::RateLimited { .. } => {
                self.ai_failed(turn, asked.question, Call::Ask, fault);
            }
            Fault::Failed { .. } | Fault::Unanswered(_) => {
                let ended = match fault.far_side() {
                    FarSide::MayStillAct => Ended::Unanswered,
                    FarSide::DidNotAct | FarSide::MayHaveActed => Ended::Answered,
                };
                count_failure(&mut turn, Call::Ask);
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                self.open(turn, Stage::RecoveringAnswer(Progress::Due(self.now), asked, ended));
            }
        }
    }

    /// `session` is what the session holds, where it was read to find the answer.
    fn answer_heard(&mut self, turn: Turn, asked: Asked, answer: Answer, session: Option<&[Exchange]>) {
        self.free_session();
        match answer {
            Answer::Said(answer) if self.asks_for_a_person(&answer) => {
                self.hand_over(turn, HandOverReason::AiAsked, Some(asked.question), Some(answer.shortened()));
            }
            Answer::Said(answer) if crate::text::answer_to_reply(&answer, &[]).is_some() => {
                self.answer_said(turn, asked, answer, session);
            }
            Answer::Said(_) | Answer::Nothing => {
                self.hand_over(turn, HandOverReason::EmptyAnswer, Some(asked.question), None);
            }
            Answer::NotAnAnswer(_) => self.ai_spoke_no_answer(turn, asked.question),
        }
    }

    /// Whether the AI says that a person is needed (`HANDOVER_ANSWERS`).
    fn asks_for_a_person(&self, answer: &AnswerText) -> bool {
        let answer = PlainText(answer.0.clone());
        self.policy.handover_answers.iter().any(|known| says(&answer, known))
    }

    fn answer_said(&mut self, mut turn: Turn, asked: Asked, answer: AnswerText, session: Option<&[Exchange]>) {
        self.succeeded(&mut turn, Call::Ask);
        turn.answers = turn.answers.saturating_add(1);
        let answer = answer.shortened();
        let newer = self.state.awaited.iter().any(|awaited| match &awaited.part {
            Some(part) => !asked.question.covers.parts.contains(part),
            None => false,
        });
        if newer && turn.answers < MAX_QUESTIONS {
            return self.supersede(turn, asked.question);
        }
        let stage = match (self.wants_sources(&answer), session) {
            (Sources::Wanted, None) => {
                let asked = Asked { heard: Some(answer), ..asked };
                Stage::RecoveringAnswer(Progress::Due(self.now), asked, Ended::Answered)
            }
            (Sources::Wanted, Some(exchanges)) => {
                let sources = sources(&answer, exchanges);
                send_answer(asked.question, answer, sources, self.now)
            }
            (Sources::None, _) => send_answer(asked.question, answer, Vec::new(), self.now),
        };
        self.open(turn, stage);
    }

    /// The customer wrote again: all their messages are asked together, and nobody sees this answer.
    pub(super) fn supersede(&mut self, mut turn: Turn, question: Question) {
        self.announce(Announcement::Superseded);
        turn.superseded = Some(question.text);
        self.gather(turn);
    }

    /// GPT Trainer is there and gave one of its error texts in an answer's place.
    fn ai_spoke_no_answer(&mut self, mut turn: Turn, question: Question) {
        turn.superseded = Some(question.text.clone());
        let fault = Fault::Unanswered(Silence::Garbled);
        self.ai_failed(turn, question, Call::Ask, fault);
    }

    /// Tries again from the grant on, or tells a teammate when the time for that is over.
    fn ai_failed(&mut self, mut turn: Turn, question: Question, call: Call, fault: Fault) {
        match self.retry(&mut turn, call, fault) {
            Retry::At(at) => self.seek_grant(turn, at, question),
            Retry::GiveUp => self.hand_over(turn, HandOverReason::AiUnavailable, Some(question), None),
        }
    }

    fn ai_refused(&mut self, turn: Turn, question: Question, fault: Fault) {
        self.announce(Announcement::Failed(Service::GptTrainer, fault));
        self.hand_over(turn, HandOverReason::AiRefused, Some(question), None);
    }

    /// The session is there, so it is the endpoint that is missing.
    fn endpoint_missing(&mut self, turn: Turn, question: Question, fault: Fault) {
        match &mut self.state.session {
            Some(session) if session.endpoint == Endpoint::Stream => {
                session.endpoint = Endpoint::Whole;
                self.seek_grant(turn, self.now, question);
            }
            Some(_) | None => self.ai_refused(turn, question, fault),
        }
    }

    pub(super) fn session_checked(
        &mut self,
        turn: Turn,
        question: Question,
        missing: NotFound,
        result: Result<(), Fault>,
    ) {
        match (result, missing) {
            (Ok(()), NotFound::Messages) => self.ask(turn, question, None),
            (Ok(()), NotFound::Ask) => self.endpoint_missing(turn, question, Fault::NotFound),
            (Err(fault), _) => self.session_not_seen(turn, question, missing, fault),
        }
    }

    fn session_not_seen(&mut self, mut turn: Turn, question: Question, missing: NotFound, fault: Fault) {
        match fault {
            // It was made a moment ago, so it is the endpoints that are missing.
            Fault::NotFound if turn.session_loss == SessionLoss::Lost => {
                self.endpoint_missing(turn, question, Fault::NotFound);
            }
            Fault::NotFound => {
                // Read again: the new session starts with a transcript of the conversation so far.
                self.state.session = None;
                turn.session_loss = SessionLoss::Lost;
                turn.superseded = None;
                self.open(turn, Stage::Reading(Progress::Due(self.now)));
            }
            fault @ Fault::Refused { .. } => self.ai_refused(turn, question, fault),
            fault if missing == NotFound::Messages => self.ai_failed(turn, question, Call::ReadSession, fault),
            // What comes of it leads to a grant; to ask for one now would be to put the question where it was not found.
            fault => match self.retry(&mut turn, Call::ReadSession, fault) {
                Retry::At(at) => self.open(turn, Stage::CheckingSession(Progress::Due(at), question, missing)),
                Retry::GiveUp => self.hand_over(turn, HandOverReason::AiUnavailable, Some(question), None),
            },
        }
    }

    /// Looks for the answer to a question whose fate is unknown, by a list that was asked for at `looked_at`.
    pub(super) fn answer_looked_for(
        &mut self,
        mut turn: Turn,
        asked: Asked,
        ended: Ended,
        looked_at: UnixMillis,
        result: Result<Vec<Exchange>, Fault>,
    ) {
        if let Some(answer) = asked.heard {
            return self.sources_looked_for(turn, asked.question, answer, result);
        }
        let exchanges = match result {
            Ok(exchanges) => exchanges,
            // It cannot be looked for any longer, so it is put again when it cannot be under way any more.
            Err(Fault::NotFound | Fault::Refused { .. })
                if self.now >= asked.since.after(ANSWER_LIMIT) && self.now < turn.deadline =>
            {
                return self.seek_grant(turn, self.now, asked.question);
            }
            Err(fault) => {
                return match self.retry(&mut turn, Call::ReadSession, fault) {
                    Retry::At(at) => self.open(turn, Stage::RecoveringAnswer(Progress::Due(at), asked, ended)),
                    Retry::GiveUp => self.hand_over(turn, HandOverReason::AiUnavailable, Some(asked.question), None),
                };
            }
        };
        // The list may have been made before the question came, at the last moment.
        let may_still_come = ended == Ended::Unanswered && looked_at < asked.since.after(ANSWER_LIMIT);
        match find_answer(&exchanges, &asked.question.text, asked.after.as_ref(), &turn.known_texts) {
            Found::Ended { answer, .. } => self.answer_heard(turn, asked, answer, Some(&exchanges)),
            Found::BeingWritten { .. } | Found::Absent if may_still_come && self.now < turn.deadline => {
                count_failure(&mut turn, Call::Ask);
                let pause = doubled(LOOK_PAUSE, turn.failures, LOOK_PAUSE_CAP);
                let at = self.now.after(pause).min(looking_ends(&turn, &asked));
                self.open(turn, Stage::RecoveringAnswer(Progress::Due(at), asked, ended));
            }
            Found::BeingWritten { .. } | Found::Absent => {
                let fault = Fault::Unanswered(Silence::Timeout);
                self.ai_failed(turn, asked.question, Call::Ask, fault);
            }
        }
    }

    /// A teammate took the conversation while the AI was thinking.
    pub(super) fn stand_down(&mut self, question: &Question, reason: StandDownReason) {
        self.settle(Outcome::StoodDown(reason), Some(&question.covers));
    }
}

/// The pause between two looks for a missing answer; it doubles up to the cap.
const LOOK_PAUSE: Millis = Millis::from_seconds(1);
const LOOK_PAUSE_CAP: Millis = Millis::from_seconds(10);
const BAD_REQUEST: u16 = 400;
const METHOD_NOT_ALLOWED: u16 = 405;
const UNPROCESSABLE: u16 = 422;

/// When looking for a missing answer ends.
fn looking_ends(turn: &Turn, asked: &Asked) -> UnixMillis {
    turn.deadline.min(asked.since.after(ANSWER_LIMIT))
}

/// The exchange whose answer nobody will see, if the session still has it.
fn unseen_exchange(turn: &Turn, exchanges: &[Exchange]) -> Option<Superseded> {
    let text = turn.superseded.as_ref()?;
    let at = exchanges.iter().rposition(|exchange| is_same_query(&exchange.query, text))?;
    let message = exchanges[at].uuid.clone()?;
    let others = exchanges.iter().rev().filter_map(|exchange| exchange.uuid.as_ref());
    let after = others.into_iter().find(|uuid| **uuid != message).cloned();
    Some(Superseded { message, after })
}
