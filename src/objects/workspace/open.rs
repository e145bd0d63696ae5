//! The list of conversations with something open, as it is shown.

use super::object::WorkspaceCore;
use super::views;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{ListOpen, OpenConversations};
use crate::objects::host::{Host, Result};

impl<H: Host> Answers<ListOpen> for WorkspaceCore<H> {
    async fn answer(&self, ListOpen { most }: ListOpen) -> Result<OpenConversations> {
        let list = views::open_list(&self.host.storage()?, most)?;
        Ok(OpenConversations { total: list.total, objects: list.objects })
    }
}
