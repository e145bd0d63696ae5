//! What the console's door needs: the count of wrong tokens, and the salt of sessions.

use super::object::Workspace;
use super::rows::SALT;
use crate::console::attempts::Verdict;
use crate::console::session::Salt;
use crate::objects::ask::Answers;
use crate::objects::calls::workspace::{GetSalt, JudgeAttempt};
use crate::objects::host::{Host, Result};

impl<H: Host> Answers<JudgeAttempt> for Workspace<H> {
    async fn answer(&self, JudgeAttempt { client, token }: JudgeAttempt) -> Result<Verdict> {
        Ok(self.attempts.borrow_mut().judge(&client, token, self.host.now()))
    }
}

impl<H: Host> Answers<GetSalt> for Workspace<H> {
    async fn answer(&self, GetSalt { or_new }: GetSalt) -> Result<Option<Salt>> {
        let kept = self.kept(SALT)?;
        if kept.is_some() || !or_new {
            return Ok(kept);
        }
        let salt = Salt::new(self.host.random()?);
        self.keep(SALT, &salt)?;
        Ok(Some(salt))
    }
}
