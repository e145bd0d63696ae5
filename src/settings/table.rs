//! Every setting once: its name, its default and what it means. Parsing and documentation take them from here.

/// One variable or secret of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the environment.
    pub name: &'static str,
    /// What holds where it is unset.
    pub presence: Presence,
    /// What it is for, in one phrase. The worker itself never says it, so it is not carried along.
    #[cfg(not(target_arch = "wasm32"))]
    pub meaning: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

/// What holds where a setting is unset, empty or blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Nothing works without it.
    Required,
    /// The worker does without.
    Optional,
    /// This value, read in the same way as one that was set.
    Default(&'static str),
}

use Presence::{Default, Optional, Required};

macro_rules! settings {
    ($($name:ident $secret:literal $presence:expr, $meaning:expr;)*) => {
        $(pub(super) const $name: Setting =
            Setting {
                name: stringify!($name),
                presence: $presence,
                #[cfg(not(target_arch = "wasm32"))]
                meaning: $meaning,
                secret: $secret,
            };)*

        /// All settings, in the order in which an operator meets them.
        pub const SETTINGS: &[Setting] = &[$($name),*];
    };
}

settings! {
    INTERCOM_ACCESS_TOKEN true Required, "the access token of your Intercom app";
    INTERCOM_CLIENT_SECRET true Optional, "the client secret that signs webhooks; required unless INGEST is polling";
    INTERCOM_CLIENT_SECRET_PREVIOUS true Optional, "the client secret before the last rotation, accepted as well";
    GPT_TRAINER_API_KEY true Required, "the API key of your GPT Trainer account";
    CONSOLE_TOKEN true Optional, "the password of the console and its API; without it there is neither";
    ALERT_WEBHOOK_URL true Optional, "where alerts about problems are sent";
    INTERCOM_ADMIN_ID false Required, "the teammate that answers";
    INTERCOM_APP_ID false Optional, "the workspace that the access token must belong to";
    CHATBOT_UUID false Required, "the GPT Trainer chatbot";
    INTERCOM_API_URL false Default("https://api.intercom.io"),
        "Intercom's API; EU https://api.eu.intercom.io, AU https://api.au.intercom.io";
    INTERCOM_VERSION false Default("2.16"), "the Intercom-Version header";
    GPT_TRAINER_API_URL false Default("https://app.gpt-trainer.com/api/v1"),
        "GPT Trainer's API; resellers use other hosts";
    INGEST false Default("both"), "how messages come in: webhook, polling or both";
    BACKLOG_MINUTES false Default("0"),
        "how far back the first sweep answers; older messages are left to your team";
    REPLY_MODE false Default("reply"),
        "reply, note (an internal note instead) or off (no answers)";
    QUIET_SECONDS false Default("4"), "how long a customer must have been quiet before OneReply answers";
    QUIET_CAP_SECONDS false Default("20"), "after this long OneReply answers even if the customer is still writing";
    SETTLE_SECONDS false Default("30"), "how long an unconfirmed reply may still arrive";
    ANSWER_DEADLINE_SECONDS false Default("600"),
        "how long OneReply keeps trying while the AI or Intercom is down, before it hands over to a teammate";
    MAX_ANSWER_AGE_MINUTES false Default("60"), "a message older than this gets a note instead of a reply";
    TAKEOVER_HOURS false Default("12"), "how long a teammate's reply keeps the bot quiet; 0 means forever";
    TAKEOVER_PHRASE false Optional, "a phrase in a teammate's note that stops the bot, like /bot off";
    RESUME_PHRASE false Optional, "a phrase in a teammate's note or reply that starts the bot again, like /bot on in a note";
    RULE_ASSIGNMENTS false Default("count"), "count or ignore: whether an assignment by a rule keeps the bot out";
    OTHER_BOT false Default("stand_down"), "when Fin or a workflow is answering: stand_down or take_turns";
    ATTACHMENTS false Default("ask"),
        "images or files without text: ask (the AI gets a description) or hand_over (to a teammate)";
    CONTEXT false Optional,
        "what the chatbot gets to know about the customer in a new session: name, email, page";
    CITATIONS false Default("strip"),
        "strip removes source markers from answers; links also lists the web pages under the answer";
    HANDOVER_PHRASES false Default(
        "talk to a human, speak to a human, speak with a human, human agent, human support, real human, live agent, \
         real person, talk to a person, speak to a person, speak with a person, talk to someone, speak to someone, \
         speak with someone, talk to an agent, speak to an agent, speak with an agent"
    ), "phrases with which a customer asks for a person (whole words); none for no phrases";
    HANDOVER_ANSWERS false Default(
        // GPT Trainer's documented defaults of a human-escalation agent: how the two texts begin.
        "Your request to speak with a human agent has been received\n\
         AI has been disabled. You are now chatting with a human"
    ), "answers with which the AI asks for a person, one per line; none for no answers";
    HANDOVER_MESSAGE false Default("Thank you for your message. I am passing it on to a teammate, who will answer you here."),
        "the message to the customer when a teammate takes over";
    HANDOVER_TEAM_ID false Optional, "the team that gets conversations that are handed over";
    MAX_REPLIES_PER_CONVERSATION_PER_DAY false Default("15"), "beyond this, the conversation is handed over";
    MAX_REPLIES_PER_MINUTE false Default("60"), "beyond this, replies wait";
    MAX_REPLIES_PER_HOUR false Default("600"), "beyond this, replies pause until an operator resumes them";
    CHANNELS false Default("messenger"), "the channels that are answered, as Intercom names them";
    TESTERS false Optional, "contact IDs or e-mail domains; if set, only these customers get answers";
    ROLLOUT_PERCENT false Default("100"),
        "the share of conversations that OneReply answers; each stays in or out";
    RETENTION_DAYS false Default("30"), "after this long without a message, the stored data of a conversation is deleted";
}
