//! Which program runs. Deploys replace it, sometimes by an older one that finds a newer one's rows.

use crate::world::World;
use onereply::settings::{Problem, Settings};
use onereply::turn::stored::STATE_VERSION;
use std::rc::Rc;

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
    /// A state as this program stores it.
    pub fn writes(self, text: &str) -> String {
        let newer = (self == Self::Newer).then(|| with_version(text, STATE_VERSION, STATE_VERSION + 1)).flatten();
        newer.unwrap_or_else(|| text.to_owned())
    }

    /// A stored state as this program understands it.
    pub fn reads(self, text: String) -> String {
        let newer = (self == Self::Newer).then(|| with_version(&text, STATE_VERSION + 1, STATE_VERSION)).flatten();
        newer.unwrap_or(text)
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

/// Everything that is wrong where nothing is set.
pub fn wrong_settings() -> Rc<Vec<Problem>> {
    Rc::new(Settings::parse(|_| None).unwrap_err())
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
