//! What the workspace's ledger says, beside what the conversations' objects remember of how their turns ended. This is the one
//! thing that is judged by what is stored: it is about nothing else.

use crate::world::World;
use crate::world::audit::Violation;
use crate::world::shared::FORGOTTEN;
use onereply::time::UnixMillis;
use onereply::turn::outcome::{Outcome, Settled, TurnKey};
use onereply::turn::state::SETTLED_REMEMBERED;
use onereply::workspace::ledger::LedgerEntry;

/// One turn, as both sides must tell it.
type Account = (UnixMillis, TurnKey, Outcome);

/// Where both sides differ. What an object has forgotten only the ledger knows.
pub fn differences(world: &World) -> Vec<Violation> {
    let ledger = world.ledger();
    let mut differences = Vec::new();
    for conversation in world.conversations() {
        let Some(state) = world.state_of(&conversation) else { continue };
        if nobody_knows_of_its_lost_alarm(world, &conversation) {
            continue;
        }
        let remembered = sorted(state.settled.iter().map(of_settled));
        let entered = ledger.iter().filter(|entry| entry.conversation == state.conversation);
        let entered = sorted(entered.map(of_entry));
        let forgets = state.settled.len() >= SETTLED_REMEMBERED || world.tally.of("maintenance", FORGOTTEN) > 0;
        let lately = if forgets { entered.len().saturating_sub(remembered.len()) } else { 0 };
        if !entered[lately..].iter().eq(&remembered) {
            differences.push(Violation::LedgerDiffers { conversation });
        }
    }
    differences
}

/// Nobody comes by where also the word was lost that would have put it on the list. Of a customer who waits the sweep knows;
/// a report waits for the conversation's next event.
pub fn nobody_knows_of_its_lost_alarm(world: &World, conversation: &str) -> bool {
    let is_lost = world.disk_of(conversation).is_some_and(|disk| disk.alarm_lost_at.is_some());
    is_lost && !world.is_listed(conversation)
}

fn sorted(accounts: impl Iterator<Item = Account>) -> Vec<Account> {
    let mut accounts: Vec<_> = accounts.collect();
    accounts.sort_by(|(at, key, _), (other_at, other_key, _)| (at, key.as_str()).cmp(&(other_at, other_key.as_str())));
    accounts
}

fn of_settled(turn: &Settled) -> Account {
    (turn.at, turn.key.clone(), turn.outcome.clone())
}

fn of_entry(entry: &LedgerEntry) -> Account {
    (entry.at, entry.turn.clone(), entry.outcome.clone())
}
