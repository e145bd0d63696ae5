//! What people do. Every customer message is one word of its own, by which a reply shows that it answers it.

use crate::world::World;
use crate::world::record::Part;
use onereply_sandbox::intercom::{CustomerWords, Start, TeammateAct};
use serde_json::json;

impl World {
    /// A customer begins a conversation.
    pub fn begins(&mut self, word: &str) {
        let start = Start { body: format!("<p>{word}</p>"), ..Start::default() };
        let acted = self.far_side.intercom.start(start, self.now).unwrap();
        self.webhooks.message_of.insert(acted.notification_id.unwrap(), acted.part_id);
        self.dispatch_notifications();
    }

    /// The customer goes on writing in the only conversation.
    pub fn writes(&mut self, word: &str) {
        let words = CustomerWords { body: Some(format!("<p>{word}</p>")), ..CustomerWords::default() };
        let id = self.conversation();
        let acted = self.far_side.intercom.customer_says(&id, words, self.now).unwrap();
        self.webhooks.message_of.insert(acted.notification_id.unwrap(), acted.part_id);
        self.dispatch_notifications();
    }

    /// A teammate acts in the only conversation (`reply`, `note`, `assign`, `close`, `snooze`).
    pub fn teammate(&mut self, action: &str) {
        let mut act = json!({"action": action});
        match action {
            "reply" | "note" => act["body"] = json!("<p>I will look into it myself.</p>"),
            "assign" => act["assignee_id"] = json!("9608801"),
            _without_words => {}
        }
        let act: TeammateAct = serde_json::from_value(act).unwrap();
        let id = self.conversation();
        self.far_side.intercom.teammate_acts(&id, act, self.now).unwrap();
        self.dispatch_notifications();
    }

    /// The only conversation.
    pub fn conversation(&self) -> String {
        self.far_side.intercom.records().first().unwrap().id.clone()
    }

    /// The conversation as a reader of the inbox sees it: who did what, in order.
    pub fn seen(&self) -> Vec<String> {
        self.records()
            .into_iter()
            .next()
            .map(|record| record.parts.iter().map(Part::line).collect())
            .unwrap_or_default()
    }

    /// The words of our public replies.
    pub fn replies(&self) -> Vec<String> {
        self.seen().into_iter().filter_map(|line| line.strip_prefix("bot: ").map(str::to_owned)).collect()
    }
}
