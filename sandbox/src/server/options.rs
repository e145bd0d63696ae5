//! What the sandbox is started with.

use crate::clock::Millis;
use crate::gpt_trainer::Account;
use crate::intercom::Workspace;

/// Everything that can be set by flags.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port; 0 for any.
    pub port: u16,
    /// Where webhooks go.
    pub webhook_url: String,
    /// The app's client secret, which signs webhooks.
    pub client_secret: String,
    /// How long after a failed delivery the one retry comes, in milliseconds. Intercom waits a minute.
    pub retry_after: Millis,
    /// The make-believe Intercom.
    pub workspace: Workspace,
    /// The make-believe GPT Trainer.
    pub account: Account,
    /// Whether the process ends when its standard input does.
    pub exit_with_stdin: bool,
    /// Whether who started us kills the worker, and starts it again, when we write that we want it.
    pub asks_for_kills: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 8010,
            webhook_url: "http://127.0.0.1:8000/webhook/intercom".to_owned(),
            client_secret: "sandbox-client-secret".to_owned(),
            retry_after: 60_000,
            workspace: Workspace::default(),
            account: Account::default(),
            exit_with_stdin: false,
            asks_for_kills: false,
        }
    }
}

impl Options {
    /// What `--help` says.
    pub const HELP: &str = "\
A simulated Intercom and GPT Trainer on 127.0.0.1, with a messenger page at /

  --port N              8010; 0 for any free port
  --webhook-url URL     http://127.0.0.1:8000/webhook/intercom (http only)
  --client-secret S     signs the webhooks
  --app-id ID           the workspace's ID
  --admin-id N          the teammate that answers
  --access-token T      for the simulated Intercom
  --gpt-key K           for the simulated GPT Trainer
  --chatbot UUID        the simulated chatbot
  --answer-delay-ms N   how long the AI takes to answer; 1200
  --exit-with-stdin     stops when standard input is closed
  --asks-for-kills      prints \"sandbox wants the worker killed\" when the page asks for it; you kill and restart it
";

    /// Reads flags; the error says in plain words which one is wrong.
    pub fn parse(flags: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut flags = flags;
        while let Some(flag) = flags.next() {
            match flag.as_str() {
                "--exit-with-stdin" => {
                    options.exit_with_stdin = true;
                    continue;
                }
                "--asks-for-kills" => {
                    options.asks_for_kills = true;
                    continue;
                }
                _with_a_value => {}
            }
            let value = flags.next().ok_or_else(|| format!("{flag} is unknown, or its value is missing"))?;
            let number = || format!("{flag} takes a number, not {value}");
            match flag.as_str() {
                "--port" => options.port = value.parse().map_err(|_| number())?,
                "--webhook-url" => options.webhook_url = value,
                "--client-secret" => options.client_secret = value,
                "--app-id" => options.workspace.app_id = value,
                "--admin-id" => options.workspace.admin_id = value.parse().map_err(|_| number())?,
                "--access-token" => options.workspace.access_token = value,
                "--gpt-key" => options.account.api_key = value,
                "--chatbot" => options.account.chatbot = value,
                "--answer-delay-ms" => options.account.answer_delay = value.parse().map_err(|_| number())?,
                _ => return Err(format!("{flag} is unknown")),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(flags: &[&str]) -> Result<Options, String> {
        Options::parse(flags.iter().map(|flag| (*flag).to_owned()))
    }

    #[test]
    fn flags_change_what_they_name() {
        let options = parse(&["--port", "0", "--exit-with-stdin", "--admin-id", "7"]).unwrap();
        assert_eq!((options.port, options.exit_with_stdin, options.workspace.admin_id), (0, true, 7));
    }

    #[test]
    fn a_wrong_flag_is_named() {
        assert_eq!(parse(&["--port", "x"]).unwrap_err(), "--port takes a number, not x");
        assert_eq!(parse(&["--colour", "x"]).unwrap_err(), "--colour is unknown");
    }
}
