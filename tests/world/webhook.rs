//! Notifications in flight, and the worker's door for them: nothing is acknowledged before it is on disk.

use crate::world::crash::{Alive, Moment};
use crate::world::settings::{CLIENT_SECRET, secrets};
use crate::world::variant::Variant;
use crate::world::{Happening, World};
use onereply::intercom::notice::Notice;
use onereply::intercom::notification::About;
use onereply::intercom::signature::RawNotification;
use onereply::turn::event::Event;
use onereply_sandbox::notification::{Escaping, Notification, sign};
use serde_json::json;
use std::collections::BTreeMap;

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
    /// What the worker said to each delivery, in their order.
    pub deliveries: Vec<(String, Reaction)>,
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
            deliveries: Vec::new(),
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

/// Intercom tries once more, after a minute ("Handling Webhook notifications").
const RETRY_AFTER: u64 = 60_000;

impl World {
    /// Sends off what Intercom has to tell.
    pub fn dispatch_notifications(&mut self) {
        for notification in self.far_side.intercom.take_notifications() {
            let unticked = self.webhooks.unticked.is_some_and(|start| notification.topic.name().starts_with(start));
            self.webhooks.all.push(notification);
            let copies = if unticked { 0 } else { self.webhooks.copies };
            self.deliver_again(self.webhooks.all.len() - 1, copies);
        }
    }

    /// Sends a notification as often again, byte for byte.
    pub fn deliver_again(&mut self, notification: usize, copies: u32) {
        for copy in 0..copies {
            let at = self.now + self.webhooks.latency + u64::from(copy) * 40;
            self.push(at, Happening::Delivery { notification, attempt: 1 });
        }
    }

    /// The whole way of one delivery: bytes, signature, parser, object, answer.
    pub fn deliver(&mut self, notification: usize, attempt: u32) {
        let sent = &self.webhooks.all[notification];
        let id = sent.id.clone().unwrap();
        let mut bytes = sent.body(Escaping::Utf8, attempt);
        if self.webhooks.bare.is_some_and(|start| sent.topic.name().starts_with(start)) {
            bytes = without_shape(&bytes);
        }
        let header = Some(sign(CLIENT_SECRET, &bytes));
        let verified = RawNotification { bytes, header }.verify(&secrets()).unwrap();
        let reaction = match verified.parse().unwrap().about {
            About::Conversation(notice) => self.take_notice(&id, &notice),
            About::Nothing(_) => Reaction::Acknowledged,
        };
        self.webhooks.deliveries.push((id, reaction));
        if reaction == Reaction::NotAcknowledged && attempt == 1 {
            self.push(self.now + RETRY_AFTER, Happening::Delivery { notification, attempt: 2 });
        }
    }

    /// The object's door: one transaction, then 200.
    pub fn take_notice(&mut self, id: &str, notice: &Notice) -> Reaction {
        if self.variant == Variant::DropSeenNotifications && !self.webhook_sees(id, notice) {
            return Reaction::Acknowledged;
        }
        if self.survives(Moment::NoticeReceived) == Alive::No {
            return match self.variant {
                Variant::AcknowledgeBeforeStoring => Reaction::Acknowledged,
                _stores_first => Reaction::NotAcknowledged,
            };
        }
        let events = notice.news.iter().cloned().map(Event::Notified).collect();
        let commands = self.take_in(notice.conversation.as_str(), events, Some(notice));
        assert!(commands.iter().all(is_announcement), "a notice causes no call");
        match self.survives(Moment::NoticeStored) {
            Alive::Yes => Reaction::Acknowledged,
            Alive::No => Reaction::NotAcknowledged,
        }
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
