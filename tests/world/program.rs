//! Which program runs. Deploys replace it, sometimes by an older one that finds a newer one's rows.

use crate::world::World;
use onereply::turn::state::State;
use onereply::turn::stored::{self, STATE_VERSION, Unreadable};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The one under test.
    AsBuilt,
    /// The next one: it writes the next version, and reads both.
    Newer,
}

/// Whether the operator's settings can be worked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Configured {
    Right,
    Wrong,
}

impl Program {
    pub fn write(self, state: &State) -> String {
        let text = stored::write(state);
        match self {
            Self::AsBuilt => text,
            Self::Newer => with_version(&text, STATE_VERSION, STATE_VERSION + 1).unwrap_or(text),
        }
    }

    pub fn read(self, text: &str) -> Result<State, Unreadable> {
        match self {
            Self::AsBuilt => stored::read(text),
            Self::Newer => match with_version(text, STATE_VERSION + 1, STATE_VERSION) {
                Some(text) => stored::read(&text),
                None => stored::read(text),
            },
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::AsBuilt => "as built",
            Self::Newer => "newer",
        }
    }
}

fn with_version(text: &str, from: u32, to: u32) -> Option<String> {
    let rest = text.strip_prefix(&format!(r#"{{"version":{from},"#))?;
    Some(format!(r#"{{"version":{to},{rest}"#))
}

impl World {
    /// The process is replaced, whatever it was doing.
    pub fn deploy(&mut self, program: Program) {
        self.note(|| format!("deploy: the program {} runs from here", program.name()));
        self.crash();
        self.program = program;
    }

    /// The operator changes settings, which replaces the process too.
    pub fn configure(&mut self, configured: Configured) {
        self.note(|| format!("the settings are {configured:?} from here"));
        self.crash();
        self.configured = configured;
    }
}
