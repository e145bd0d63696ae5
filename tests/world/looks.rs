//! What whoever judges may see of what is stored.

use crate::world::World;
use crate::world::disk::Disk;
use crate::world::host::WORKSPACE;
use crate::world::shared::conversation_of;
use onereply::objects::host::Value;
use onereply::time::UnixSeconds;
use onereply::turn::outcome::Outcome;
use onereply::turn::state::State;
use onereply::turn::stored;
use onereply::workspace::ledger::LedgerEntry;
use onereply::workspace::sweep::Sweep;

impl World {
    /// The workspace's id.
    pub fn app(&self) -> String {
        self.far_side.intercom.workspace.app_id.clone()
    }

    /// Every conversation that has an object.
    pub fn conversations(&self) -> Vec<String> {
        let names = self.disks.keys().filter(|name| &***name != WORKSPACE);
        names.map(|name| conversation_of(name).to_owned()).collect()
    }

    pub fn disk_of(&self, conversation: &str) -> Option<&Disk> {
        let is_its = |name: &str| name != WORKSPACE && conversation_of(name) == conversation;
        self.disks.iter().find(|(name, _)| is_its(name)).map(|(_, disk)| disk)
    }

    /// The alarm of a conversation is lost.
    pub fn lose_alarm_of(&mut self, conversation: &str) {
        let name = self.disks.keys().find(|name| conversation_of(name) == conversation).cloned();
        if let Some(name) = name {
            self.lose_alarm(&name);
        }
    }

    pub fn workspace(&self) -> Option<&Disk> {
        self.disks.get(WORKSPACE)
    }

    /// What is stored of a conversation, where this program can read it.
    pub fn state_of(&self, conversation: &str) -> Option<State> {
        let row = self.disk_of(conversation)?.look("SELECT state FROM conversation").pop()?;
        stored::read(&self.program.reads(text(row))).ok()
    }

    /// How the turns of the only conversation ended, by its own record.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let state = self.conversations().first().and_then(|conversation| self.state_of(conversation)).unwrap();
        state.settled.into_iter().map(|settled| settled.outcome).collect()
    }

    /// How turns ended, as the workspace was told.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        let rows = self.workspace().map(|disk| disk.look("SELECT entry FROM ledger ORDER BY at_ms, turn"));
        rows.into_iter().flatten().map(|row| serde_json::from_str(&text(row)).unwrap()).collect()
    }

    /// Whether the workspace looks after a conversation.
    pub fn is_listed(&self, conversation: &str) -> bool {
        let listed = self.workspace().map(|disk| disk.look("SELECT object FROM open")).unwrap_or_default();
        listed.into_iter().any(|row| conversation_of(&text(row)) == conversation)
    }

    /// What customers wrote before is left to people: the first run of the sweep began here.
    pub fn swept_from(&self) -> Option<UnixSeconds> {
        let row = self.workspace()?.look("SELECT value FROM kept WHERE name = 'sweep'").pop()?;
        Some(serde_json::from_str::<Sweep>(&text(row)).unwrap().first_from)
    }

    /// Whether a handler runs.
    pub fn is_at_work(&self) -> bool {
        !self.executor.tasks.is_empty()
    }
}

fn text(row: Vec<Value>) -> String {
    match row.into_iter().next() {
        Some(Value::Text(text)) => text,
        other => panic!("no text: {other:?}"),
    }
}
