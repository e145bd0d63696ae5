//! Webhooks in flight, and the worker's door for them: nothing is acknowledged before it is on disk.

use crate::world::calls::object_of;
use crate::world::fate::{Copy, Way};
use crate::world::host::WORKSPACE;
use crate::world::settings::{CLIENT_SECRET, secrets};
use crate::world::sweep::Nudge;
use crate::world::variant::Variant;
use crate::world::{Happening, World};
use onereply::intercom::events::ConversationEvents;
use onereply::intercom::signature::RawWebhook;
use onereply::intercom::signature::SignedWith;
use onereply::intercom::webhook::About;
use onereply::objects::ask::{ConversationName, TheWorkspace};
use onereply::objects::calls::conversation::TakeEvents;
use onereply::objects::calls::workspace::NoteDelivery;
use onereply::time::{UnixMillis, UnixSeconds};
use onereply::workspace::watchdog::Receipt;
use onereply::workspace::webhooks::{EXACT, WebhookDelivery};
use onereply_sandbox::webhook::{Escaping, Webhook, sign};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub struct Webhooks {
    /// Every webhook that Intercom ever made.
    pub all: Vec<Webhook>,
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
    /// Which customer message a webhook tells of.
    pub message_of: BTreeMap<String, String>,
    /// Only for [`Variant::DropSeenWebhooks`].
    seen: BTreeSet<String>,
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
            seen: BTreeSet::new(),
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

impl Webhooks {
    /// Whether a conversation has been told that its customer waits since then, or later.
    pub fn is_nudged(&self, conversation: &str, since: UnixSeconds) -> bool {
        self.nudges.iter().any(|nudge| nudge.conversation == conversation && nudge.at >= since)
    }
}

/// What foreign webhooks name as their workspace.
const ANOTHER_WORKSPACE: &str = "another12";

/// Intercom tries once more, after a minute ("Handling Webhook notifications").
const RETRY_AFTER: u64 = 60_000;

impl World {
    /// Sends off what Intercom has to tell.
    pub fn dispatch_webhooks(&mut self) {
        for mut webhook in self.far_side.intercom.take_webhooks() {
            let unticked = self.webhooks.unticked.is_some_and(|start| webhook.topic.name().starts_with(start));
            if webhook.conversation_id.as_ref().is_some_and(|id| self.webhooks.foreign.contains(id)) {
                webhook.app_id = ANOTHER_WORKSPACE.to_owned();
            }
            self.webhooks.all.push(webhook);
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

    fn fate_of_delivery(&mut self, webhook: usize, attempt: u32) -> Option<Vec<Copy>> {
        let about = self.webhooks.all[webhook].conversation_id.as_deref();
        let about = about.unwrap_or("nothing").to_owned();
        let kind = if attempt == 1 { "first delivery" } else { "second delivery" };
        let (at, now) = (self.point(&about, kind), self.now);
        self.fate.delivery(at, attempt, now)
    }

    /// Sends a webhook as often again, byte for byte.
    pub fn deliver_again(&mut self, webhook: usize, copies: u32) {
        let latency = |copy| self.webhooks.latency + u64::from(copy) * 40;
        let copies: Vec<_> = (0..copies).map(|copy| Copy { latency: latency(copy), way: Way::There }).collect();
        self.deliver_copies(webhook, 1, &copies);
    }

    fn deliver_copies(&mut self, webhook: usize, attempt: u32, copies: &[Copy]) {
        for Copy { latency, way } in copies {
            self.push(self.now + latency, Happening::Delivery { webhook, attempt, way: *way });
        }
    }

    /// The whole way of one delivery: bytes, signature, parser, object, answer.
    pub fn deliver(&mut self, webhook: usize, attempt: u32, way: Way) {
        let reaction = match way {
            Way::There => self.receive(webhook, attempt),
            Way::AnswerLost => {
                self.receive(webhook, attempt);
                Reaction::NotAcknowledged
            }
            Way::Lost => Reaction::NotAcknowledged,
        };
        self.tally.count("deliveries", way.name());
        let (topic, id) = (self.webhooks.all[webhook].topic, self.webhooks.all[webhook].conversation_id.clone());
        self.note(|| {
            let about = id.unwrap_or_default();
            format!("webhook {webhook} ({} of {about}), attempt {attempt}, {way:?}: {reaction:?}", topic.name())
        });
        if reaction == Reaction::NotAcknowledged && attempt == 1 {
            let usual = vec![Copy { latency: 0, way: Way::There }];
            let copies = self.fate_of_delivery(webhook, 2).unwrap_or(usual);
            let copies: Vec<_> =
                copies.into_iter().map(|copy| Copy { latency: RETRY_AFTER + copy.latency, ..copy }).collect();
            self.deliver_copies(webhook, 2, &copies);
        }
    }

    /// What the worker makes of the bytes that arrived.
    fn receive(&mut self, webhook: usize, attempt: u32) -> Reaction {
        let sent = &self.webhooks.all[webhook];
        let id = sent.id.clone().unwrap();
        let mut bytes = sent.body(Escaping::Utf8, attempt);
        if self.webhooks.bare.is_some_and(|start| sent.topic.name().starts_with(start)) {
            bytes = without_shape(&bytes);
        }
        let header = Some(sign(CLIENT_SECRET, &bytes));
        let verified = RawWebhook { bytes, header }.verify(&secrets()).unwrap();
        let delivery = WebhookDelivery {
            at: UnixMillis(self.now),
            topic: sent.topic.name().to_owned(),
            signed_with: SignedWith::Current,
        };
        let reaction = match verified.parse().unwrap().about {
            About::Conversation(events) => self.take_events(&id, events, delivery),
            About::Nothing(_) => {
                self.note_delivery(delivery, None);
                Reaction::Acknowledged
            }
        };
        self.webhooks.deliveries.push((id, reaction));
        reaction
    }

    /// The object has it on disk before Intercom hears 200.
    fn take_events(&mut self, id: &str, events: ConversationEvents, delivery: WebhookDelivery) -> Reaction {
        if self.variant == Variant::DropSeenWebhooks && !self.webhooks.seen.insert(id.to_owned()) {
            return Reaction::Acknowledged;
        }
        let name = object_of(events.app_id.as_str(), events.conversation.as_str());
        match self.ask(&name, TakeEvents(events)) {
            Some(stored) => {
                self.note_delivery(delivery, Some((name, stored)));
                Reaction::Acknowledged
            }
            None if self.variant == Variant::AcknowledgeBeforeStoring => Reaction::Acknowledged,
            None => Reaction::NotAcknowledged,
        }
    }

    /// Once Intercom has its answer, the workspace is told: at once where something was opened, else once a minute.
    fn note_delivery(&mut self, delivery: WebhookDelivery, stored: Option<(ConversationName, Receipt)>) {
        let is_open = |stored: &Receipt| stored.is_new && stored.status.wakes_at.is_some();
        let opened = stored.filter(|(_, stored)| is_open(stored)).map(|(name, stored)| (name, stored.status));
        let is_known = self.process.noted_at.get().is_some_and(|at| self.now < at + EXACT.0);
        if is_known && opened.is_none() {
            return;
        }
        self.process.noted_at.set(Some(self.now));
        let about = opened.as_ref().map_or(WORKSPACE.to_owned(), |(name, _)| name.to_string());
        self.tell(&about, &TheWorkspace, NoteDelivery { delivery, opened });
    }
}

/// What changed its shape is no list of parts and no source any more.
fn without_shape(bytes: &[u8]) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let item = &mut json["data"]["item"];
    (item["source"], item["conversation_parts"]) = (json!("changed"), json!("changed"));
    json.to_string().into_bytes()
}
