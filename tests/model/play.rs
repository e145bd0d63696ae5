//! What an action does to a world.

use crate::action::{Act, Action, Pace, Punctuality};
use crate::budget::Kind;
use crate::circumstances::{Circumstances, Words};
use crate::intercom::{Existence, Report, Standing, What, id};
use crate::variant::Variant;
use crate::world::{About, Delivery as Try, Memory, Webhook, World};
use onereply::intercom::events::ConversationEvent;
use onereply::time::{Millis, UnixMillis, UnixSeconds};
use onereply::turn::policy::Takeover;

/// One step from a world to the next.
pub struct Play<'m> {
    pub circumstances: &'m Circumstances,
    pub variant: Variant,
    pub world: World,
}

/// Longer than a read may be old, shorter than any time limit.
const SLOW: Millis = Millis::from_seconds(6);

impl Play<'_> {
    pub fn act(&mut self, action: Action) {
        match action {
            Action::CustomerWrites => {
                self.world.left.messages -= 1;
                let body = self.words().into();
                self.somebody_adds(What::Customer { body });
            }
            Action::Somebody(act) => {
                self.spend(Kind::Act);
                self.somebody_adds(match act {
                    Act::Teammate(deed) => What::Teammate(deed),
                    Act::Rule => What::AssignedByRule,
                    Act::OtherBot => What::OtherBot,
                    Act::Fin(did) => What::Fin(did),
                    Act::AnotherProgram => What::AnotherProgram,
                });
            }
            Action::Redacted(place) => {
                self.spend(Kind::Redaction);
                self.world.intercom.parts[place].words = Standing::Redacted;
                self.tell(About::Redaction(place));
            }
            Action::Removed(place) => {
                self.spend(Kind::Removal);
                self.world.intercom.parts[place].words = Standing::Removed;
            }
            Action::Deleted => {
                self.spend(Kind::Deletion);
                self.world.intercom.existence = Existence::Deleted;
                self.tell(About::Deletion);
            }
            Action::TimePasses => {
                self.spend(Kind::Silence);
                self.pass(self.hold().unwrap_or_default());
            }
            Action::Delivered(at) => {
                let webhook = self.world.webhooks.remove(at);
                self.deliver(&webhook);
            }
            Action::Duplicated(at) => {
                self.spend(Kind::Duplicate);
                let webhook = self.world.webhooks[at].clone();
                self.deliver(&webhook);
            }
            Action::Lost(at) => {
                self.spend(Kind::Loss);
                match self.world.webhooks[at].attempt {
                    Try::First => self.world.webhooks[at].attempt = Try::Second,
                    Try::Second => drop(self.world.webhooks.remove(at)),
                }
            }
            Action::Swept(index) => {
                self.spend(Kind::Sweep);
                let at = self.world.intercom.searched(index).expect("there is something to tell");
                self.world.intercom.nudged(at);
                self.report(ConversationEvent::CustomerWaits { at });
            }
            Action::Retried => {
                self.spend(Kind::Retry);
                self.want_retry();
            }
            Action::HandedOver => {
                self.spend(Kind::HandOver);
                self.want_hand_over();
            }
            Action::Alarm(punctuality) => self.alarm(punctuality),
            Action::Crash => {
                self.spend(Kind::Crash);
                self.crash();
            }
            Action::Arrives(fate) => self.arrive(fate),
            Action::Finishes => self.finish(),
            Action::Returns(pace) => {
                if pace == Pace::Slow {
                    self.spend(Kind::Slow);
                    self.pass(SLOW);
                }
                self.return_to_handler();
            }
            Action::Breaks(how) => {
                self.spend(Kind::Fault);
                self.break_off(how);
            }
            Action::Lands(at) => self.land_adrift(at),
            Action::Forgotten => {
                self.spend(Kind::Forgetting);
                self.world.trainer.forget();
            }
        }
    }

    pub fn spend(&mut self, kind: Kind) {
        self.world.left.spend(kind);
    }

    // Time.

    fn pass(&mut self, time: Millis) {
        self.pass_until(self.world.now.after(time));
    }

    /// What could take effect only before this time is lost.
    pub fn pass_until(&mut self, to: UnixMillis) {
        let now = self.world.now.max(to);
        self.world.now = now;
        self.world.adrift.retain(|adrift| adrift.until.is_none_or(|until| until > now));
    }

    /// The time by Intercom's clock.
    pub fn intercoms_now(&self) -> UnixSeconds {
        UnixSeconds((self.world.now.0 / 1_000).saturating_add_signed(self.circumstances.skew))
    }

    /// How long every hold lasts; `None` where it does for ever.
    pub fn hold(&self) -> Option<Millis> {
        match self.circumstances.policy.takeover {
            Takeover::For(hold) => Some(Millis(hold.0 + 10_000)),
            Takeover::ForEver => None,
        }
    }

    // People.

    fn somebody_adds(&mut self, what: What) {
        self.pass(Millis::from_seconds(self.circumstances.tempo));
        self.add(what);
    }

    pub fn add(&mut self, what: What) -> usize {
        let place = self.world.intercom.add(self.intercoms_now(), what);
        if self.world.intercom.parts[place].event(place).is_some() {
            self.tell(About::Part(place));
        }
        place
    }

    fn words(&self) -> String {
        match self.circumstances.words {
            Words::Distinct => format!("word{}", self.world.intercom.parts.len()),
            Words::Same => "yes".to_owned(),
        }
    }

    // Webhooks.

    fn tell(&mut self, about: About) {
        self.world.webhooks.push(Webhook { about, attempt: Try::First });
    }

    fn deliver(&mut self, webhook: &Webhook) {
        let event = match webhook.about {
            About::Part(place) => {
                let part = &mut self.world.intercom.parts[place];
                part.report = Report::Received;
                part.event(place).expect("what reports nothing has no webhook")
            }
            About::Redaction(place) => ConversationEvent::Redacted { part: Some(id(place)) },
            About::Deletion => ConversationEvent::Deleted,
        };
        self.report(event);
    }

    // The object.

    fn alarm(&mut self, punctuality: Punctuality) {
        match punctuality {
            Punctuality::OnTime => self.pass_until(self.world.disk.alarm.unwrap()),
            Punctuality::Late => {
                self.spend(Kind::LateAlarm);
                self.pass_until(self.world.disk.alarm.unwrap());
                self.pass(self.circumstances.lateness);
            }
            Punctuality::Early => self.spend(Kind::EarlyWake),
        }
        self.wake();
    }

    fn crash(&mut self) {
        self.world.memory = Memory::default();
        let flight = self.world.handler.take().unwrap();
        self.cast_off(flight);
    }
}
