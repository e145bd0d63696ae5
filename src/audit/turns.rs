//! The turns that are judged.

use super::Case;
use crate::intercom::thread::{Author, Entry as Part, EntryKind};
use crate::turn::outcome::TurnKey;

/// Messages of the window that belong together.
pub(super) struct AuditedTurn {
    pub key: TurnKey,
    /// The places of its messages, in Intercom's order; at least one.
    pub messages: Vec<usize>,
}

/// All turns with a message in the window. Messages that no entry knows of make one where nobody spoke between them.
pub(super) fn turns(case: &Case<'_>) -> Vec<AuditedTurn> {
    let mut turns: Vec<AuditedTurn> = Vec::new();
    // Where the last message stands, if no entry knows of it.
    let mut loose: Option<usize> = None;
    let is_message = |part: &Part| part.is_customers();
    for (place, part) in case.parts().iter().enumerate().filter(|(_, part)| is_message(part)) {
        if !case.window.holds(part.at) {
            continue;
        }
        let entry = case.entry_of(&part.id);
        let key = match entry {
            Some(entry) => entry.turn.clone(),
            None => TurnKey::new(&case.thread.id, Some(&part.id)),
        };
        let goes_on = loose.is_some_and(|last| !case.parts()[last..place].iter().any(is_attended_to));
        match turns.iter_mut().find(|turn| turn.key == key) {
            Some(turn) => turn.messages.push(place),
            None => match turns.last_mut().filter(|_| entry.is_none() && goes_on) {
                Some(turn) => {
                    // A turn is named after its last message.
                    turn.key = key;
                    turn.messages.push(place);
                }
                None => turns.push(AuditedTurn { key, messages: vec![place] }),
            },
        }
        loose = entry.is_none().then_some(place);
    }
    turns
}

/// Whether anyone but the customer said something.
fn is_attended_to(part: &Part) -> bool {
    part.author != Author::Customer && (part.is_message() || part.kind == EntryKind::Note)
}
