//! The state behind all surfaces, and the real clock.

use super::alerts::Alerts;
use super::delivery::DeliveryRule;
use super::log::{CallRecord, DeliveryRecord};
use super::options::Options;
use super::worker::Kills;
use crate::clock::Millis;
use crate::fault::Faults;
use crate::gpt_trainer::GptTrainer;
use crate::intercom::Intercom;
use crate::rules::Rules;
use crate::webhook::{Escaping, Webhook};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast;

/// What every handler is given.
#[derive(Debug)]
pub(super) struct Shared {
    world: Mutex<World>,
    pub events: broadcast::Sender<String>,
    options: Options,
}

/// Everything that can change.
#[derive(Debug)]
pub(super) struct World {
    pub intercom: Intercom,
    pub gpt_trainer: GptTrainer,
    pub faults: Faults,
    pub delivery_faults: Rules<DeliveryRule>,
    /// What the page calls the faults that it has switched on, by their ids.
    pub names: HashMap<String, String>,
    pub webhooks: WebhookSettings,
    pub kept_webhooks: HashMap<String, Kept>,
    pub calls: Vec<CallRecord>,
    pub deliveries: Vec<DeliveryRecord>,
    pub kills: Kills,
    pub alerts: Alerts,
    /// Faults and script rules that were ever added.
    pub rules_added: u64,
    /// How often everything was forgotten: what began before is not to go on.
    pub resets: u64,
}

/// How webhooks are sent.
#[derive(Clone, Debug)]
pub(super) struct WebhookSettings {
    pub url: String,
    pub client_secret: String,
    pub escaping: Escaping,
    pub retry_after: Millis,
}

/// A webhook, spelled as it was when it was caused.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub webhook: Webhook,
    pub escaping: Escaping,
}

/// What an act has caused.
#[derive(Debug)]
pub(super) struct Caused {
    pub kept: Vec<Kept>,
    /// How often everything had been forgotten by then.
    pub resets: u64,
}

impl Kept {
    pub(super) fn body(&self, attempt: u32) -> Vec<u8> {
        self.webhook.body(self.escaping, attempt)
    }
}

impl Shared {
    pub(super) fn new(options: Options) -> Self {
        let (events, _) = broadcast::channel(1024);
        Self { world: Mutex::new(World::new(&options)), events, options }
    }

    /// The state; never held across an await. A panic elsewhere does not make it unusable.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody kills the worker when we ask for it.
    pub(super) fn asks_for_kills(&self) -> bool {
        self.options.asks_for_kills
    }

    /// Tells the page that something changed.
    pub(super) fn tell(&self, event: &Value) {
        // Nobody listening is no error.
        let _ = self.events.send(event.to_string());
    }

    /// Forgets everything, and all settings that were changed since the start.
    pub(super) fn reset(&self) {
        let mut world = self.world();
        let fresh = World::new(&self.options);
        world.intercom.workspace = self.options.workspace.clone();
        world.intercom.reset();
        world.gpt_trainer.reset();
        world.faults = fresh.faults;
        world.delivery_faults = fresh.delivery_faults;
        world.names = fresh.names;
        world.webhooks = fresh.webhooks;
        world.kept_webhooks.clear();
        world.calls.clear();
        world.deliveries.clear();
        world.alerts = fresh.alerts;
        world.resets += 1;
        drop(world);
        self.tell(&serde_json::json!({"kind": "reset"}));
    }
}

impl World {
    fn new(options: &Options) -> Self {
        let seed = now();
        let webhooks = WebhookSettings {
            url: options.webhook_url.clone(),
            client_secret: options.client_secret.clone(),
            escaping: Escaping::default(),
            retry_after: options.retry_after,
        };
        Self {
            intercom: Intercom::new(options.workspace.clone(), seed),
            gpt_trainer: GptTrainer::new(options.account.clone(), seed),
            faults: Faults::default(),
            delivery_faults: Rules::default(),
            names: HashMap::new(),
            webhooks,
            kept_webhooks: HashMap::new(),
            calls: Vec::new(),
            deliveries: Vec::new(),
            kills: Kills::default(),
            alerts: Alerts::default(),
            rules_added: 0,
            resets: 0,
        }
    }

    /// Keeps what was just caused, so that it can be sent, and sent again. To be called before the world is let go: what
    /// one act causes is not for the next one to send.
    pub(super) fn caused(&mut self) -> Caused {
        let escaping = self.webhooks.escaping;
        let caused = self.intercom.take_webhooks();
        let kept: Vec<Kept> = caused.into_iter().map(|webhook| Kept { webhook, escaping }).collect();
        for kept in &kept {
            if let Some(id) = &kept.webhook.id {
                self.kept_webhooks.insert(id.clone(), kept.clone());
            }
        }
        Caused { kept, resets: self.resets }
    }
}

/// The real time.
pub(super) fn now() -> Millis {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock stands after 1970");
    since_1970.as_millis().try_into().expect("milliseconds fit into 64 bits for ages")
}
