//! What becomes of calls: they arrive, take effect, and are given up.

use crate::budget::Kind;
use crate::calls::{Adrift, Break, Call, Effect, Fate, Flight, Leg, NoAnswer, Posted, Refusal, Response, failed};
use crate::circumstances::LatePosts;
use crate::intercom::{Existence, What, id};
use crate::play::Play;
use crate::trainer::Ending;
use crate::world::Freshness;
use onereply::fault::{Fault, Silence};
use onereply::gpt_trainer::requests::ANSWER_LIMIT;
use onereply::time::{Millis, UnixSeconds};
use onereply::turn::grant::Grant;

/// A read lags by no more.
pub const LAG_SECONDS: u64 = 5;

impl Play<'_> {
    /// The process waits no more; the call may take effect all the same.
    pub fn cast_off(&mut self, flight: Flight) {
        let Flight { call, since, leg, .. } = flight;
        if let Call::Post { covers, posted: Posted::Reply, .. } = &call {
            self.world.seen.unanswered = self.world.seen.unanswered.with(*covers);
        }
        if !call.has_effect() || matches!(leg, Leg::Back(_)) {
            return;
        }
        let until = match &call {
            Call::Ask { .. } => Some(since.after(ANSWER_LIMIT)),
            Call::Post { .. } => match self.circumstances.late_posts {
                LatePosts::WithinSettle => Some(since.after(self.circumstances.policy.settle)),
                LatePosts::WhileHandedOver => self.hold().map(|hold| since.after(hold)),
            },
            _other_calls => None,
        };
        if until.is_none_or(|until| until > self.world.now) {
            self.world.adrift.push(Adrift { call, leg, until });
        }
    }

    pub fn break_off(&mut self, how: Break) {
        let flight = self.world.handler.take().unwrap();
        if how == Break::AtTheLimit {
            self.pass_until(flight.since.after(flight.call.limit()));
        }
        let returning = Flight { leg: Leg::Back(Response::Fault(how.fault())), ..flight.clone() };
        self.cast_off(flight);
        self.world.handler = Some(returning);
        self.return_to_handler();
    }

    pub fn arrive(&mut self, fate: Fate) {
        if fate != Fate::Done {
            self.spend(Kind::Fault);
        }
        let call = self.world.handler.as_ref().unwrap().call.clone();
        let leg = match fate {
            Fate::Done => Leg::Back(self.land(&call)),
            Fate::Stale => Leg::Back(self.read(Some(LAG_SECONDS))),
            Fate::Working => match self.put(&call) {
                Ok(message) => Leg::Working(message),
                Err(fault) => Leg::Back(Response::Fault(fault)),
            },
            Fate::Refused(refusal) => Leg::Back(Response::Fault(refusal.fault())),
            Fate::Paused => Leg::Back(Response::Grant(Grant::Paused)),
            Fate::Failed(Effect::None) => Leg::Back(Response::Fault(failed())),
            Fate::Failed(Effect::Done) => {
                self.land(&call);
                Leg::Back(Response::Fault(failed()))
            }
            Fate::Failed(Effect::Later) => {
                // A read made after the wait shows it, so it is there before reads that lag could miss it.
                let wait = Millis(self.circumstances.policy.settle.0 - LAG_SECONDS * 1_000);
                let until = Some(self.world.now.after(wait));
                self.world.adrift.push(Adrift { call, leg: Leg::Out, until });
                Leg::Back(Response::Fault(failed()))
            }
            Fate::Garbled => {
                self.land(&call);
                Leg::Back(Response::Fault(Fault::Unanswered(Silence::Garbled)))
            }
            Fate::NoAnswer(none) => Leg::Back(match self.put(&call) {
                Ok(message) => {
                    let ending = match none {
                        NoAnswer::Nothing => Ending::Nothing,
                        NoAnswer::AnError => Ending::AnError,
                    };
                    self.world.trainer.finish(message, ending).map_or_else(gone, Response::Answer)
                }
                Err(fault) => Response::Fault(fault),
            }),
        };
        self.world.handler.as_mut().unwrap().leg = leg;
    }

    pub fn finish(&mut self) {
        let flight = self.world.handler.as_mut().unwrap();
        let Leg::Working(message) = flight.leg else { unreachable!("only a question is worked on") };
        let answer = self.world.trainer.finish(message, Ending::Words);
        flight.leg = Leg::Back(answer.map_or_else(gone, Response::Answer));
    }

    pub fn land_adrift(&mut self, at: usize) {
        let adrift = self.world.adrift.remove(at);
        match adrift.leg {
            Leg::Working(message) => drop(self.world.trainer.finish(message, Ending::Words)),
            Leg::Out => drop(self.land(&adrift.call)),
            Leg::Back(_) => unreachable!("what was dealt with is not adrift"),
        }
    }

    /// The far side does what the call asks for.
    fn land(&mut self, call: &Call) -> Response {
        if call.is_intercoms() && self.world.intercom.existence == Existence::Deleted {
            return Response::Fault(Fault::NotFound);
        }
        match call {
            Call::Verify => Response::App(self.circumstances.opens.clone()),
            Call::Read => self.read(None),
            Call::Assign => {
                self.add(What::AssignedByUs);
                Response::Done
            }
            Call::WriteNote { key } => {
                let place = self.add(What::HandOverNote { key: key.clone() });
                Response::Made(id(place))
            }
            Call::Post { posted, text, key, covers } => {
                let (key, covers) = (key.clone(), *covers);
                let place = self.add(match posted {
                    Posted::Reply => What::Reply { key, covers, body: text.clone() },
                    Posted::Note => What::AnswerNote { key, covers },
                    Posted::HandOverMessage => What::Message { key, covers },
                });
                Response::Made(id(place))
            }
            Call::OpenSession => Response::Session(self.world.trainer.open_session()),
            Call::ReadSession(session) if !self.world.trainer.has(session) => Response::Fault(Fault::NotFound),
            Call::ReadSession(_) => Response::Exchanges(self.world.trainer.exchanges.clone()),
            Call::SeekGrant => Response::Grant(Grant::Given),
            Call::Discard(message) => {
                self.world.trainer.discard(message);
                Response::Done
            }
            Call::Ask { .. } => match self.put(call) {
                Ok(message) => self.world.trainer.finish(message, Ending::Words).map_or_else(gone, Response::Answer),
                Err(fault) => Response::Fault(fault),
            },
        }
    }

    fn read(&mut self, lag: Option<u64>) -> Response {
        if self.world.intercom.existence == Existence::Deleted {
            return Response::Fault(Fault::NotFound);
        }
        self.world.seen.read_since_answer = Freshness::Read;
        let younger_than = lag.map(|lag| UnixSeconds(self.intercoms_now().0 - lag));
        Response::Shown(self.world.intercom.shown(younger_than))
    }

    fn put(&mut self, call: &Call) -> Result<u8, Fault> {
        let Call::Ask { session, text, key, covers } = call else { unreachable!("only questions are put") };
        if !self.world.trainer.has(session) {
            return Err(Refusal::NotFound.fault());
        }
        Ok(self.world.trainer.put(text.clone(), key.clone(), *covers))
    }
}

/// A question that was taken out of its session before its answer was there.
fn gone() -> Response {
    Response::Fault(Fault::NotFound)
}
