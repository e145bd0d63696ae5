//! How much may go wrong in a world. Every disturbance costs one of its kind and one of the total, so a world ends.

/// The kinds of disturbances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The process dies.
    Crash,
    /// An alarm goes off far too late.
    LateAlarm,
    /// The object is woken although its alarm is not due.
    EarlyWake,
    /// A webhook comes once more.
    Duplicate,
    /// A delivery fails. Intercom tries twice.
    Loss,
    /// The sweep nudges the object.
    Sweep,
    /// The operator wants the last turn tried again.
    Retry,
    /// The operator hands the conversation over.
    HandOver,
    /// A call goes wrong.
    Fault,
    /// An answer takes longer than a read may be old.
    Slow,
    /// Somebody other than the customer acts.
    Act,
    /// Words are taken back.
    Redaction,
    /// A part disappears.
    Removal,
    /// The conversation is deleted.
    Deletion,
    /// GPT Trainer loses the session.
    Forgetting,
    /// Nothing happens for so long that nobody's hold on the conversation lasts.
    Silence,
}

const KINDS: usize = Kind::Silence as usize + 1;

/// What may still happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    pub messages: u8,
    disturbances: u8,
    of_a_kind: [u8; KINDS],
}

impl Budget {
    /// At most so many messages, and so many disturbances in all, of each kind no more than named.
    pub fn new(messages: u8, disturbances: u8, of_a_kind: &[(Kind, u8)]) -> Self {
        let mut budget = Self { messages, disturbances, of_a_kind: [0; KINDS] };
        for (kind, most) in of_a_kind {
            budget.of_a_kind[*kind as usize] = *most;
        }
        budget
    }

    pub fn allows(&self, kind: Kind) -> bool {
        self.disturbances > 0 && self.of_a_kind[kind as usize] > 0
    }

    pub fn spend(&mut self, kind: Kind) {
        self.disturbances -= 1;
        self.of_a_kind[kind as usize] -= 1;
        if self.disturbances == 0 {
            // What cannot be spent any more must not tell worlds apart.
            self.of_a_kind = [0; KINDS];
        }
    }
}
