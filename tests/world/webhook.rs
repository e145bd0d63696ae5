//! Notifications in flight, and the worker's door for them: nothing is acknowledged before it is on disk.

use crate::world::crash::{Alive, Moment};
use crate::world::fate::{Copy, Way};
use crate::world::object::{HOLD_PAUSE, Taken, events_of};
use crate::world::program::Configured;
use crate::world::settings::{CLIENT_SECRET, secrets};
use crate::world::sweep::Nudge;
use crate::world::variant::Variant;
use crate::world::workspace::BETWEEN_OBJECTS;
use crate::world::{Happening, World};
use onereply::intercom::notice::Notice;
use onereply::intercom::notification::About;
use onereply::intercom::signature::RawNotification;
use onereply::time::UnixMillis;
use onereply::workspace::watch::{self, Standing, Stored};
use onereply_sandbox::notification::{Escaping, Notification, sign};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub struct Webhooks {
    /// Every notification that Intercom ever made.
    pub all: Vec<Notification>,
    /// How many times each is delivered at first.
    pub copies: u32,
    /// How long each is under way, in milliseconds.
    pub latency: u64,
    /// Topics that begin so are not delivered: nobody ticked them in the Developer Hub.
    pub unticked: Option<&'static str>,
    /// Of topics that begin so, the inside has a shape that the worker does not know.
    pub bare: Option<&'static str>,
    /// Conversations of another workspace.
    pub foreign: BTreeSet<String>,
    /// What the worker said to each delivery, in their order.
    pub deliveries: Vec<(String, Reaction)>,
    /// What the sweep told.
    pub nudges: Vec<Nudge>,
    /// Which customer message a notification tells of.
    pub message_of: BTreeMap<String, String>,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            copies: 1,
            latency: 300,
            unticked: None,
            bare: None,
            foreign: BTreeSet::new(),
            deliveries: Vec::new(),
            nudges: Vec::new(),
            message_of: BTreeMap::new(),
        }
    }
}

/// What Intercom hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// 2xx.
    Acknowledged,
    /// Nothing, or anything else.
    NotAcknowledged,
}

/// What the object's door says, and what is on disk then.
pub struct Door {
    pub reaction: Reaction,
    pub stored: Option<Stored>,
}

impl Door {
    fn said(reaction: Reaction) -> Self {
        Self { reaction, stored: None }
    }
}

/// What foreign notifications name as their workspace.
const ANOTHER_WORKSPACE: &str = "another12";

/// Intercom tries once more, after a minute ("Handling Webhook notifications").
const RETRY_AFTER: u64 = 60_000;

impl World {
    /// Sends off what Intercom has to tell.
    pub fn dispatch_notifications(&mut self) {
        for mut notification in self.far_side.intercom.take_notifications() {
            let unticked = self.webhooks.unticked.is_some_and(|start| notification.topic.name().starts_with(start));
            if notification.conversation_id.as_ref().is_some_and(|id| self.webhooks.foreign.contains(id)) {
                notification.app_id = ANOTHER_WORKSPACE.to_owned();
            }
            self.webhooks.all.push(notification);
            let nth = self.webhooks.all.len() - 1;
            if unticked {
                continue;
            }
            match self.fate_of_delivery(nth, 1) {
                Some(copies) => self.deliver_copies(nth, 1, &copies),
                None => self.deliver_again(nth, self.webhooks.copies),
            }
        }
    }

    fn fate_of_delivery(&mut self, notification: usize, attempt: u32) -> Option<Vec<Copy>> {
        let about = self.webhooks.all[notification].conversation_id.as_deref();
        let number = about.map_or(0, |conversation| self.number(conversation));
        let kind = if attempt == 1 { "first delivery" } else { "second delivery" };
        self.fate.delivery(self.points.next(number, kind), attempt, self.now)
    }

    /// Sends a notification as often again, byte for byte.
    pub fn deliver_again(&mut self, notification: usize, copies: u32) {
        let latency = |copy| self.webhooks.latency + u64::from(copy) * 40;
        let copies: Vec<_> = (0..copies).map(|copy| Copy { latency: latency(copy), way: Way::There }).collect();
        self.deliver_copies(notification, 1, &copies);
    }

    fn deliver_copies(&mut self, notification: usize, attempt: u32, copies: &[Copy]) {
        for Copy { latency, way } in copies {
            self.push(self.now + latency, Happening::Delivery { notification, attempt, way: *way });
        }
    }

    /// The whole way of one delivery: bytes, signature, parser, object, answer.
    pub fn deliver(&mut self, notification: usize, attempt: u32, way: Way) {
        let reaction = match way {
            Way::There => self.receive(notification, attempt),
            Way::AnswerLost => {
                self.receive(notification, attempt);
                Reaction::NotAcknowledged
            }
            Way::Lost => Reaction::NotAcknowledged,
        };
        self.tally.count("deliveries", way.name());
        let (topic, id) =
            (self.webhooks.all[notification].topic, self.webhooks.all[notification].conversation_id.clone());
        self.note(|| {
            let about = id.unwrap_or_default();
            format!("webhook {notification} ({} of {about}), attempt {attempt}, {way:?}: {reaction:?}", topic.name())
        });
        if reaction == Reaction::NotAcknowledged && attempt == 1 {
            let usual = vec![Copy { latency: 0, way: Way::There }];
            let copies = self.fate_of_delivery(notification, 2).unwrap_or(usual);
            let copies: Vec<_> =
                copies.into_iter().map(|copy| Copy { latency: RETRY_AFTER + copy.latency, ..copy }).collect();
            self.deliver_copies(notification, 2, &copies);
        }
    }

    /// What the worker makes of the bytes that arrived.
    fn receive(&mut self, notification: usize, attempt: u32) -> Reaction {
        let sent = &self.webhooks.all[notification];
        let id = sent.id.clone().unwrap();
        let mut bytes = sent.body(Escaping::Utf8, attempt);
        if self.webhooks.bare.is_some_and(|start| sent.topic.name().starts_with(start)) {
            bytes = without_shape(&bytes);
        }
        let header = Some(sign(CLIENT_SECRET, &bytes));
        let verified = RawNotification { bytes, header }.verify(&secrets()).unwrap();
        let reaction = match verified.parse().unwrap().about {
            About::Conversation(notice) => {
                let door = self.take_notice(&id, &notice);
                self.note_delivery(&notice, door.stored);
                door.reaction
            }
            About::Nothing(_) => Reaction::Acknowledged,
        };
        self.webhooks.deliveries.push((id, reaction));
        reaction
    }

    /// The object's door: one transaction, then 200.
    pub fn take_notice(&mut self, id: &str, notice: &Notice) -> Door {
        if self.variant == Variant::DropSeenNotifications && !self.webhook_sees(id, notice) {
            return Door::said(Reaction::Acknowledged);
        }
        if self.survives(notice.conversation.as_str(), Moment::NoticeReceived) == Alive::No {
            return Door::said(match self.variant {
                Variant::AcknowledgeBeforeStoring => Reaction::Acknowledged,
                _stores_first => Reaction::NotAcknowledged,
            });
        }
        let taken = match self.configured {
            Configured::Right => self.take_in(notice.conversation.as_str(), events_of(notice), Some(notice)),
            Configured::Wrong => Ok(Taken::Unreadable),
        };
        let stored = match taken {
            Ok(Taken::In(commands, stored)) => {
                assert!(commands.iter().all(is_announcement), "a notice causes no call");
                Ok(stored)
            }
            Ok(Taken::Unreadable) => {
                let standing = self.standing_held();
                self.hold(notice).map(|()| Stored { notice: watch::Notice::New, standing })
            }
            Err(failed) => Err(failed),
        };
        let Ok(stored) = stored else {
            self.tally.count("notices", "not stored");
            return Door::said(Reaction::NotAcknowledged);
        };
        match self.survives(notice.conversation.as_str(), Moment::NoticeStored) {
            Alive::Yes => Door { reaction: Reaction::Acknowledged, stored: Some(stored) },
            Alive::No => Door::said(Reaction::NotAcknowledged),
        }
    }

    /// Once Intercom has its answer, the workspace is told of what was opened. That may be lost with the process.
    fn note_delivery(&mut self, notice: &Notice, stored: Option<Stored>) {
        let opened = stored.filter(|stored| stored.notice == watch::Notice::New && stored.standing.wakes_at.is_some());
        if let Some(Stored { standing, .. }) = opened {
            let conversation = notice.conversation.to_string();
            self.push(self.now + BETWEEN_OBJECTS, Happening::Opened { conversation, standing });
        }
    }

    pub fn standing_held(&self) -> Standing {
        Standing { wakes_at: Some(UnixMillis(self.now + HOLD_PAUSE)), seen: None }
    }

    fn webhook_sees(&mut self, id: &str, notice: &Notice) -> bool {
        self.objects.entry(notice.conversation.to_string()).or_default().disk.seen.insert(id.to_owned())
    }
}

/// What changed its shape is no list of parts and no source any more.
fn without_shape(bytes: &[u8]) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let item = &mut json["data"]["item"];
    (item["source"], item["conversation_parts"]) = (json!("changed"), json!("changed"));
    json.to_string().into_bytes()
}

fn is_announcement(command: &onereply::turn::command::Command) -> bool {
    matches!(command, onereply::turn::command::Command::Announce(_))
}
