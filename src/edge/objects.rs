//! The way to the objects.

use super::environment::{CONVERSATIONS, WORKSPACE, WORKSPACE_NAME};
use super::request;
use crate::objects::ask::{Address, Asker};
use crate::objects::host::{Error, Result};
use crate::time::Millis;
use worker::Env;

/// Reaches the objects of this worker.
pub(super) struct Objects<'a>(pub(super) &'a Env);

impl Asker for Objects<'_> {
    async fn call(&self, to: &Address, call: String, limit: Millis) -> Result<Vec<u8>> {
        let (class, name) = match to {
            Address::Conversation(name) => (CONVERSATIONS, name.to_string()),
            Address::Workspace => (WORKSPACE, WORKSPACE_NAME.to_owned()),
        };
        let stub = self.0.durable_object(class)?.get_by_name(&name)?;
        let request = request::make("POST", "https://object/", &[], Some(&call), Some(limit))?;
        let mut response = stub.fetch_with_request(request).await?;
        match response.status_code() {
            200 => Ok(response.bytes().await?),
            status => Err(Error::new(format!("the object answered {status}"))),
        }
    }
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<Error> for worker::Error {
    fn from(error: Error) -> Self {
        Self::from(error.to_string())
    }
}
