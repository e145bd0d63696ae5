//! The one error of every outward call: whose it is to mend, and whether the far side may have acted.

use crate::time::UnixSeconds;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// Why a call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Fault {
    /// 401 or 403: a token, a scope or a plan is wrong.
    #[error("not authorised")]
    Unauthorised {
        /// The status code.
        status: u16,
        /// The application's own error code.
        code: ErrorCode,
    },
    /// 404: not there, or not there yet.
    #[error("not found")]
    NotFound,
    /// 429: too fast.
    #[error("rate limited")]
    RateLimited {
        /// When the window ends, by the far side's clock (`X-RateLimit-Reset`).
        until: Option<UnixSeconds>,
    },
    /// Any other 4xx except 408: the application read the request and said no.
    #[error("refused")]
    Refused {
        /// The status code.
        status: u16,
        /// The application's own error code.
        code: ErrorCode,
    },
    /// A 5xx in the application's own error format: it may have acted, but has ended.
    #[error("failed at the far side")]
    Failed {
        /// The status code.
        status: u16,
        /// The application's own error code.
        code: ErrorCode,
    },
    /// No answer of the application itself: it may have acted, or may still act.
    #[error("unanswered")]
    Unanswered(Silence),
}

/// In which way an answer stayed away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Silence {
    /// The time limit ran out.
    Timeout,
    /// The connection could not be made, or broke before the whole body was there.
    ConnectionLost,
    /// 408, or a 5xx that is not in the application's own error format (502, 504, a proxy's page), or a redirect.
    Gateway,
    /// A success whose body is not what it must be: HTML, half a JSON text, bytes that are no UTF-8.
    Garbled,
    /// The process that waited for the answer was ended.
    Interrupted,
}

/// Who mends a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The operator: settings, scopes, plan. Waiting does not help.
    Operator,
    /// The far side or the way there. Waiting may help.
    FarSide,
    /// Ours: the request was not acceptable, and will not be when repeated.
    Ours,
}

/// What the far side may have done with a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FarSide {
    /// Certainly nothing: the request may be made again.
    DidNotAct,
    /// Perhaps it acted, and it has ended: a look shows which.
    MayHaveActed,
    /// Perhaps it acted, perhaps it is still about to.
    MayStillAct,
}

impl Fault {
    /// Who mends it.
    pub fn owner(&self) -> Owner {
        match self {
            Self::Unauthorised { .. } => Owner::Operator,
            Self::NotFound | Self::RateLimited { .. } | Self::Failed { .. } | Self::Unanswered(_) => Owner::FarSide,
            Self::Refused { .. } => Owner::Ours,
        }
    }

    /// What the far side may have done.
    pub fn far_side(&self) -> FarSide {
        match self {
            Self::Unauthorised { .. } | Self::NotFound | Self::RateLimited { .. } | Self::Refused { .. } => {
                FarSide::DidNotAct
            }
            Self::Failed { .. } => FarSide::MayHaveActed,
            Self::Unanswered(_) => FarSide::MayStillAct,
        }
    }

    /// A stable name, without anything that the far side wrote.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unanswered(silence) => silence.into(),
            answered => answered.into(),
        }
    }
}

/// An error code of the far side, safe to log: at most 64 of `A-Z a-z 0-9 _ -`, anything else becomes `unrecognised`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(String);

impl ErrorCode {
    /// Takes a code as the far side wrote it.
    pub fn new(code: &str) -> Self {
        let plain = !code.is_empty()
            && code.len() <= 64
            && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        Self(if plain { code } else { "unrecognised" }.to_owned())
    }

    /// Where the far side gave none.
    pub fn none() -> Self {
        Self("none".to_owned())
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
