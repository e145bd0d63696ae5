//! What the checker walks through: where a set of worlds begins, and how one follows from another.

use crate::action::Action;
use crate::bounds::Bounds;
use crate::budget::Budget;
use crate::circumstances::{Begins, Circumstances, FIRST_ATTEMPT, START, app, conversation};
use crate::intercom::Intercom;
use crate::merging::Merged;
use crate::play::Play;
use crate::properties;
use crate::trainer::Trainer;
use crate::variant::Variant;
use crate::world::{Disk, Memory, Seen, World};
use onereply::gpt_trainer::said::Endpoint;
use onereply::time::UnixSeconds;
use onereply::turn::state::{Session, State, WorkspaceCheck};
use std::sync::Arc;

/// A set of worlds to be explored.
pub struct Model {
    pub bounds: Bounds,
    pub variant: Variant,
}

impl stateright::Model for Model {
    type State = Merged;
    type Action = Action;

    fn init_states(&self) -> Vec<Merged> {
        (0..self.bounds.circumstances.len()).map(|nth| self.merged(self.beginning(nth))).collect()
    }

    fn actions(&self, state: &Merged, actions: &mut Vec<Action>) {
        crate::action::next(self, &state.world, actions);
    }

    fn next_state(&self, last: &Merged, action: Action) -> Option<Merged> {
        let world = last.world.clone();
        let mut play =
            Play { circumstances: &self.bounds.circumstances[world.circumstances], variant: self.variant, world };
        play.act(action);
        Some(self.merged(play.world))
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        properties::all()
    }
}

impl Model {
    pub fn circumstances(&self, world: &World) -> &Circumstances {
        &self.bounds.circumstances[world.circumstances]
    }

    fn merged(&self, world: World) -> Merged {
        let Circumstances { merging, skew, .. } = *self.circumstances(&world);
        Merged { world, merging, skew }
    }

    fn beginning(&self, nth: usize) -> World {
        let circumstances = &self.bounds.circumstances[nth];
        let mut trainer = Trainer::new();
        let mut state = State::new(app(), conversation());
        state.attempt = FIRST_ATTEMPT;
        if circumstances.begins != Begins::New {
            state.workspace = WorkspaceCheck::Verified(circumstances.policy.credentials.clone());
        }
        if circumstances.begins == Begins::WithSession {
            state.session =
                Some(Session { uuid: trainer.open_session(), endpoint: Endpoint::Stream, busy_until: None });
        }
        World {
            circumstances: nth,
            now: UnixSeconds(START).to_millis(),
            disk: Disk { state: Arc::new(state), alarm: None },
            handler: None,
            adrift: vec![],
            webhooks: vec![],
            intercom: Intercom::new(),
            trainer,
            left: Budget::new(self.bounds.messages, self.bounds.disturbances, self.bounds.of_a_kind),
            seen: Seen::default(),
            memory: Memory::default(),
        }
    }
}
