//! From a question to its answer. A question costs money and has no idempotency key, so one whose fate is unknown is looked
//! for in the session before it is put again.

use super::{Next, Retry, Step, count_failure, doubled};
use crate::fault::{FarSide, Fault, Silence};
use crate::gpt_trainer::citations::sources;
use crate::gpt_trainer::exchanges::{AnswerSearch, Exchange, find_answer, is_same_query, last_message};
use crate::gpt_trainer::ids::{MessageUuid, SessionUuid};
use crate::gpt_trainer::requests::ANSWER_LIMIT;
use crate::gpt_trainer::said::{AiAnswer, Endpoint};
use crate::gpt_trainer::variables::Variables;
use crate::text::{AnswerText, PlainText, Reply, citations, says};
use crate::time::{Millis, UnixMillis};
use crate::turn::command::{Announcement, Once};
use crate::turn::outcome::HandOverReason;
use crate::turn::policy::Citations;
use crate::turn::state::{Asked, Call, Ended, Open, Progress, Service, Session, SessionIs, Stage, Superseded, Turn};

/// How many questions one turn puts at most: the first, and two more when the customer goes on writing meanwhile.
pub(super) const MAX_QUESTIONS: u8 = 3;

impl Step<'_> {
    /// Leads to the question by the grant that was just given: through a new session, or through the old one's last messages.
    pub(super) fn prepare_session(&self, turn: Turn) -> Next {
        let stage = match self.state.session {
            Some(_) => Stage::ReadingSession,
            None => Stage::OpeningSession,
        };
        turn.due(stage, self.free_at())
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

    pub(super) fn session_opened(&mut self, mut turn: Turn, result: Result<SessionUuid, Fault>) -> Next {
        match result {
            Ok(uuid) => {
                self.succeeded(&mut turn, Call::OpenSession);
                self.state.session = Some(Session { uuid, endpoint: Endpoint::Stream, busy_until: None });
                if turn.session == SessionIs::Older {
                    turn.session = SessionIs::New;
                }
                turn.superseded = None;
                turn.about = Variables::default();
                self.ask(turn, None)
            }
            // It may not know these variables, and nobody waits for an answer because of them.
            Err(fault @ Fault::Refused { status: BAD_REQUEST | UNPROCESSABLE, .. }) if !turn.about.is_empty() => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                Turn { about: Variables::default(), ..turn }.due(Stage::OpeningSession, self.now)
            }
            Err(fault @ Fault::Refused { .. }) => self.ai_refused(turn, fault),
            Err(fault) => self.ai_failed(turn, Call::OpenSession, fault),
        }
    }

    pub(super) fn session_read(&mut self, mut turn: Turn, result: Result<Vec<Exchange>, Fault>) -> Next {
        let exchanges = match result {
            Ok(exchanges) => exchanges,
            Err(Fault::NotFound) if turn.session != SessionIs::Replaced => return self.session_lost(turn),
            // The list only prepares for a lost answer; the question can do without it.
            Err(fault @ (Fault::NotFound | Fault::Refused { .. })) => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                return self.ask(turn, None);
            }
            Err(fault) => return self.ai_failed(turn, Call::ReadSession, fault),
        };
        self.succeeded(&mut turn, Call::ReadSession);
        match unseen_exchange(&turn, &exchanges) {
            Some(superseded) => turn.due(Stage::Discarding(superseded), self.now),
            None => self.ask(turn, last_message(&exchanges).cloned()),
        }
    }

    /// A session that is gone is made anew, once. The conversation is read again: the new one starts with a transcript.
    fn session_lost(&mut self, turn: Turn) -> Next {
        self.state.session = None;
        Turn { session: SessionIs::Replaced, superseded: None, ..turn }.read_at(self.now)
    }

    /// An unseen answer that cannot be taken out of the session does no harm: the next question stands behind it.
    pub(super) fn discarded(&mut self, turn: Turn, superseded: Superseded, result: Result<(), Fault>) -> Next {
        let after = match result {
            Ok(()) | Err(Fault::NotFound) => superseded.after,
            Err(fault) => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                Some(superseded.message)
            }
        };
        self.ask(turn, after)
    }

    /// Puts the question. From here on it may be with GPT Trainer.
    fn ask(&mut self, mut turn: Turn, after: Option<MessageUuid>) -> Next {
        turn.superseded = None;
        let busy_until = self.now.after(ANSWER_LIMIT);
        let session =
            self.state.session.as_mut().expect("a question is put in a session that was opened or read before");
        session.busy_until = Some(busy_until);
        let Session { uuid: session, endpoint, .. } = session.clone();
        let (text, known) = (turn.asked().text.clone(), turn.known_texts.clone());
        let attempt = self.next_attempt();
        self.run_once(attempt, Once::Ask { session, endpoint, text, known });
        let stage = Stage::Asking(Asked { after, since: self.now });
        Next::Open(Open { turn, progress: Progress::Running(self.now), stage })
    }

    pub(super) fn answered(&mut self, mut turn: Turn, asked: Asked, result: Result<AiAnswer, Fault>) -> Next {
        let fault = match result {
            Ok(answer) => return self.answer_received(turn, answer, None),
            Err(fault) => fault,
        };
        if fault.far_side() != FarSide::MayStillAct {
            self.free_session();
        }
        match fault {
            Fault::NotFound if turn.session != SessionIs::Replaced => self.session_lost(turn),
            Fault::NotFound | Fault::Refused { status: METHOD_NOT_ALLOWED, .. } => self.endpoint_missing(turn, fault),
            Fault::Refused { .. } => self.ai_refused(turn, fault),
            Fault::Unauthorised { .. } | Fault::RateLimited { .. } => self.ai_failed(turn, Call::Ask, fault),
            Fault::Failed { .. } | Fault::Unanswered(_) => {
                let ended = Ended::by(&fault);
                count_failure(&mut turn, Call::Ask);
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                turn.due(Stage::RecoveringAnswer(asked, ended), self.now)
            }
        }
    }

    /// `session` is what the session holds, where it was read to find the answer.
    fn answer_received(&mut self, turn: Turn, answer: AiAnswer, session: Option<&[Exchange]>) -> Next {
        self.free_session();
        match answer {
            AiAnswer::Said(answer) if self.asks_for_a_person(&answer) => {
                self.hand_over(turn, HandOverReason::AiAsked, Reply::of(answer))
            }
            AiAnswer::Said(answer) => match Reply::of(answer) {
                Some(reply) => self.answer_said(turn, reply, session),
                None => self.hand_over(turn, HandOverReason::EmptyAnswer, None),
            },
            AiAnswer::Nothing => self.hand_over(turn, HandOverReason::EmptyAnswer, None),
            // GPT Trainer is there and gave one of its error texts in an answer's place.
            AiAnswer::NotAnAnswer(_) => {
                let superseded = Some(turn.asked().text.clone());
                self.ai_failed(Turn { superseded, ..turn }, Call::Ask, Fault::Unanswered(Silence::Garbled))
            }
        }
    }

    /// Whether the AI says that a person is needed (`HANDOVER_ANSWERS`).
    fn asks_for_a_person(&self, answer: &AnswerText) -> bool {
        let answer = PlainText(answer.0.clone());
        self.policy.handover_answers.iter().any(|known| says(&answer, known))
    }

    fn answer_said(&mut self, mut turn: Turn, answer: Reply, session: Option<&[Exchange]>) -> Next {
        self.succeeded(&mut turn, Call::Ask);
        turn.answers = turn.answers.saturating_add(1);
        let parts = &turn.asked().covers.parts;
        let newer =
            self.state.awaited.iter().filter_map(|awaited| awaited.part.as_ref()).any(|part| !parts.contains(part));
        if newer && turn.answers < MAX_QUESTIONS {
            return self.supersede(turn);
        }
        let lists_sources = self.policy.citations == Citations::Links && !citations(answer.words()).is_empty();
        match session {
            None if lists_sources => turn.due(Stage::ReadingSources(answer), self.now),
            Some(exchanges) if lists_sources => {
                let sources = sources(answer.words(), exchanges);
                turn.send(answer, sources, self.now)
            }
            None | Some(_) => turn.send(answer, Vec::new(), self.now),
        }
    }

    /// The answer goes out with what was found, or without: it is not worth a second call.
    pub(super) fn sources_read(&mut self, turn: Turn, answer: Reply, result: Result<Vec<Exchange>, Fault>) -> Next {
        let found = match result {
            Ok(exchanges) => sources(answer.words(), &exchanges),
            Err(fault) => {
                self.announce(Announcement::Failed(Service::GptTrainer, fault));
                Vec::new()
            }
        };
        turn.send(answer, found, self.now)
    }

    /// The customer wrote again: all their messages are asked together, and nobody sees this answer.
    pub(super) fn supersede(&mut self, turn: Turn) -> Next {
        self.announce(Announcement::Superseded);
        let superseded = Some(turn.asked().text.clone());
        Next::Open(self.gather(Turn { superseded, ..turn }))
    }

    /// Tries again from the grant on, or tells a teammate when the time for that is over.
    fn ai_failed(&mut self, mut turn: Turn, call: Call, fault: Fault) -> Next {
        match self.retry(&mut turn, call, fault) {
            Retry::At(at) => self.seek_grant(turn, at),
            Retry::GiveUp => self.hand_over(turn, HandOverReason::AiUnavailable, None),
        }
    }

    fn ai_refused(&mut self, turn: Turn, fault: Fault) -> Next {
        self.announce(Announcement::Failed(Service::GptTrainer, fault));
        self.hand_over(turn, HandOverReason::AiRefused, None)
    }

    /// The other endpoint takes over.
    fn endpoint_missing(&mut self, turn: Turn, fault: Fault) -> Next {
        match &mut self.state.session {
            Some(session) if session.endpoint == Endpoint::Stream => {
                session.endpoint = Endpoint::Whole;
                self.seek_grant(turn, self.now)
            }
            Some(_) | None => self.ai_refused(turn, fault),
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
    ) -> Next {
        // From here on it cannot be under way any more.
        let over_at = asked.since.after(ANSWER_LIMIT);
        let exchanges = match result {
            Ok(exchanges) => exchanges,
            // It cannot be looked for any longer, so it is put again.
            Err(Fault::NotFound | Fault::Refused { .. }) if self.now >= over_at && self.now < turn.deadline => {
                return self.seek_grant(turn, self.now);
            }
            Err(fault) => {
                return match self.retry(&mut turn, Call::ReadSession, fault) {
                    Retry::At(at) => turn.due(Stage::RecoveringAnswer(asked, ended), at),
                    Retry::GiveUp => self.hand_over(turn, HandOverReason::AiUnavailable, None),
                };
            }
        };
        // The list may have been made before the question came, at the last moment.
        let may_still_come = ended == Ended::Unanswered && looked_at < over_at;
        match find_answer(&exchanges, &turn.asked().text, asked.after.as_ref(), &turn.known_texts) {
            AnswerSearch::Ended { answer, .. } => self.answer_received(turn, answer, Some(&exchanges)),
            AnswerSearch::BeingWritten { .. } | AnswerSearch::Absent if may_still_come && self.now < turn.deadline => {
                count_failure(&mut turn, Call::Ask);
                let at = self.now.after(doubled(LOOK_PAUSE, turn.failures, LOOK_PAUSE_CAP));
                let at = at.min(turn.deadline).min(over_at);
                turn.due(Stage::RecoveringAnswer(asked, ended), at)
            }
            AnswerSearch::BeingWritten { .. } | AnswerSearch::Absent => {
                self.ai_failed(turn, Call::Ask, Fault::Unanswered(Silence::Timeout))
            }
        }
    }
}

/// The pause between two looks for a missing answer; it doubles up to the cap.
const LOOK_PAUSE: Millis = Millis::from_seconds(1);
const LOOK_PAUSE_CAP: Millis = Millis::from_seconds(10);
const BAD_REQUEST: u16 = 400;
const METHOD_NOT_ALLOWED: u16 = 405;
const UNPROCESSABLE: u16 = 422;

impl Ended {
    /// How a call ended that failed so.
    pub(super) fn by(fault: &Fault) -> Self {
        match fault.far_side() {
            FarSide::MayStillAct => Self::Unanswered,
            FarSide::DidNotAct | FarSide::MayHaveActed => Self::Answered,
        }
    }
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
