//! How one object asks another. Each call is a type that says to whom it goes, what comes back and how long that may take.

use super::host::{Error, Result};
use crate::intercom::ids::{AppId, ConversationId};
use crate::json;
use crate::time::Millis;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One kind of call to an object.
pub trait Ask: Serialize {
    /// The objects that answer it.
    type To: Clone + Into<Address>;
    /// What comes back.
    type Answer: Serialize + DeserializeOwned;
    /// The form in which it travels: one of all the calls that these objects answer.
    type Envelope: Serialize + From<Self>
    where
        Self: Sized;

    /// The caller does not wait longer. What was asked may still be done.
    const LIMIT: Millis = Millis::from_seconds(10);
}

/// An object that answers a kind of call.
#[allow(async_fn_in_trait, reason = "objects live on one thread")]
pub trait Answers<A: Ask> {
    /// The answer. An error means that nothing, or not all of it, is known to be done.
    async fn answer(&self, ask: A) -> Result<A::Answer>;
}

/// A caller that can reach objects.
#[allow(async_fn_in_trait, reason = "objects live on one thread")]
pub trait Asker {
    /// Brings a call to an object and its answer back, both as JSON, within this time.
    async fn call(&self, to: &Address, call: String, limit: Millis) -> Result<Vec<u8>>;

    /// Asks an object.
    ///
    /// # Errors
    /// It did not answer in time, or failed. Whether it did what was asked is unknown.
    async fn ask<A: Ask>(&self, to: &A::To, ask: A) -> Result<A::Answer> {
        let call = serde_json::to_string(&A::Envelope::from(ask))?;
        let answer = self.call(&to.clone().into(), call, A::LIMIT).await?;
        Ok(json::read(&answer)?)
    }
}

/// Which object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A conversation's.
    Conversation(ConversationName),
    /// The workspace's.
    Workspace,
}

/// The object of the configured workspace: one worker serves one workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TheWorkspace;

/// The name of a conversation's object. Ids of conversations are unique only within a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ConversationName {
    /// The workspace.
    pub app: AppId,
    /// The conversation.
    pub conversation: ConversationId,
}

impl ConversationName {
    /// Reads `{app_id}:{conversation_id}`.
    ///
    /// # Errors
    /// It is another text.
    pub fn read(name: &str) -> Result<Self> {
        let halves = name.split_once(':');
        let ids = halves.and_then(|(app, conversation)| AppId::new(app).zip(ConversationId::new(conversation)));
        let (app, conversation) = ids.ok_or_else(|| Error::new("not the name of a conversation's object"))?;
        Ok(Self { app, conversation })
    }
}

impl fmt::Display for ConversationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.app, self.conversation)
    }
}

impl From<ConversationName> for String {
    fn from(name: ConversationName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for ConversationName {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        Self::read(&name)
    }
}

impl From<ConversationName> for Address {
    fn from(name: ConversationName) -> Self {
        Self::Conversation(name)
    }
}

impl From<TheWorkspace> for Address {
    fn from(_workspace: TheWorkspace) -> Self {
        Self::Workspace
    }
}

/// Lists the calls that an object answers: `ENVELOPE to ADDRESS { Call -> Answer, … }`. A call may have a limit of its own.
macro_rules! calls {
    ($(#[$doc:meta])* $envelope:ident to $to:ty { $($call:ident -> $answer:ty $(, within $limit:expr)?;)* }) => {
        $(#[$doc])*
        #[derive(serde::Serialize, serde::Deserialize)]
        #[allow(missing_docs, reason = "each call has its own")]
        pub enum $envelope {
            $($call($call),)*
        }

        $(
            impl From<$call> for $envelope {
                fn from(call: $call) -> Self {
                    Self::$call(call)
                }
            }

            impl $crate::objects::ask::Ask for $call {
                type To = $to;
                type Answer = $answer;
                type Envelope = $envelope;
                $(const LIMIT: $crate::time::Millis = $limit;)?
            }
        )*

        impl $envelope {
            /// Has an object answer what came in, and writes its answer.
            ///
            /// # Errors
            /// It is none of these calls, or the object fails.
            pub async fn answer_by<O>(object: &O, call: &[u8]) -> $crate::objects::host::Result<String>
            where
                O: $($crate::objects::ask::Answers<$call> +)*
            {
                use $crate::objects::ask::Answers;
                Ok(match $crate::json::read(call)? {
                    $(Self::$call(call) => serde_json::to_string(&Answers::<$call>::answer(object, call).await?)?,)*
                })
            }
        }
    };
}
pub(super) use calls;
