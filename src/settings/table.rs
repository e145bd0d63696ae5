//! Every setting once: its name, its default and what it means. Parsing takes them from here, and `npm run docs` the tables of
//! `docs/settings.md`: the lines `// # …` are their headings, and ranges of numbers are added from where they are read.

/// One variable or secret of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the environment.
    pub name: &'static str,
    /// What holds where it is unset.
    pub presence: Presence,
    /// What it is for, as Markdown. The worker itself never says it, so it is not carried along.
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
    // # Secrets
    INTERCOM_ACCESS_TOKEN true Required, "the access token of your Intercom app";
    INTERCOM_CLIENT_SECRET true Optional, "the client secret that signs webhooks; required unless `INGEST=polling`";
    INTERCOM_CLIENT_SECRET_PREVIOUS true Optional, "the client secret before the last rotation, accepted as well";
    GPT_TRAINER_API_KEY true Required, "the API key of your GPT Trainer account";
    CONSOLE_TOKEN true Optional,
        "opens [the console and the API](operating.md#the-console), which do not exist without it; at least 8 characters";
    ALERT_WEBHOOK_URL true Optional, "the https address that gets [alerts](operating.md#alerts)";
    // # Intercom and GPT Trainer
    INTERCOM_ADMIN_ID false Required, "the id of the teammate under whose name OneReply writes";
    INTERCOM_APP_ID false Optional,
        "the workspace, as in `app.intercom.com/a/apps/<id>`; set, the access token must belong to it";
    CHATBOT_UUID false Required, "the GPT Trainer chatbot";
    INTERCOM_API_URL false Default("https://api.intercom.io"),
        "Intercom's API; in Europe `https://api.eu.intercom.io`, in Australia `https://api.au.intercom.io`";
    INTERCOM_VERSION false Default("2.16"), "the `Intercom-Version` header of our calls";
    GPT_TRAINER_API_URL false Default("https://app.gpt-trainer.com/api/v1"),
        "GPT Trainer's API; resellers use other hosts";
    // # What is answered, and how
    INGEST false Default("both"), "how messages come in: `webhook`, `polling` or `both` ([below](#webhooks-and-polling))";
    BACKLOG_MINUTES false Default("0"),
        "how far back the first sweep looks; older waiting messages are left to teammates";
    REPLY_MODE false Default("reply"),
        "`reply`; `note`: an internal note in place of a reply; `off`: turns are recorded, nothing is asked or written. \
         A mode set in the console wins ([below](#the-mode))";
    CHANNELS false Default("messenger"),
        "the channels that are answered, as Intercom names them, separated by commas";
    TESTERS false Optional,
        "contact ids or e-mail domains, separated by commas; while set, only these customers are answered";
    ROLLOUT_PERCENT false Default("100"), "the share of conversations that is answered; each stays in or out";
    CONTEXT false Optional,
        "what the chatbot learns about the customer: `name`, `email`, `page`, separated by commas ([below](#context))";
    CITATIONS false Default("strip"),
        "`strip` removes the markers of sources from an answer; `links` also lists those that are web pages under it \
         ([below](#sources))";
    // # Times
    QUIET_SECONDS false Default("4"),
        "the quiet window: a turn starts when the customer has written nothing for so long; at most `QUIET_CAP_SECONDS`";
    QUIET_CAP_SECONDS false Default("20"), "a turn starts at the latest so long after its first message";
    SETTLE_SECONDS false Default("30"),
        "how long a post without an answer from Intercom may still arrive; OneReply looks for it after that";
    ANSWER_DEADLINE_SECONDS false Default("600"),
        "how long OneReply retries a turn before a teammate takes over; more than `SETTLE_SECONDS`";
    MAX_ANSWER_AGE_MINUTES false Default("60"), "an older question is answered in an internal note";
    // # Teammates and other bots
    TAKEOVER_HOURS false Default("12"), "how long OneReply stays out after a teammate's last word; `0` is for ever";
    TAKEOVER_PHRASE false Optional, "a phrase in a teammate's note that works like `/bot off`";
    RESUME_PHRASE false Optional, "a phrase in a teammate's note or reply that works like `/bot on`";
    RULE_ASSIGNMENTS false Default("count"),
        "`count`: an assignment by a rule keeps OneReply out like one by a teammate; `ignore`: it does not";
    OTHER_BOT false Default("stand_down"), "while Fin or a workflow is answering: `stand_down` or `take_turns`";
    // # Hand-over
    ATTACHMENTS false Default("ask"),
        "images or attachments without words: `ask` (the AI learns what was sent) or `hand_over`";
    HANDOVER_PHRASES false Default(
        "talk to a human, speak to a human, speak with a human, human agent, human support, real human, live agent, \
         real person, talk to a person, speak to a person, speak with a person, talk to someone, speak to someone, \
         speak with someone, talk to an agent, speak to an agent, speak with an agent"
    ), "what a customer says to ask for a teammate: whole words, separated by commas, or `none`";
    HANDOVER_ANSWERS false Default(
        // GPT Trainer's documented defaults of a human-escalation agent: how the two texts begin.
        "Your request to speak with a human agent has been received\n\
         AI has been disabled. You are now chatting with a human"
    ), "texts in the AI's answer that ask for a teammate, one per line, or `none`";
    HANDOVER_MESSAGE false Default("Thank you for your message. I am passing it on to a teammate, who will answer you here."),
        "the hand-over message: what the customer reads when a teammate takes over";
    HANDOVER_TEAM_ID false Optional, "the team that gets the conversation; unset, nobody in particular";
    // # Limits
    MAX_REPLIES_PER_CONVERSATION_PER_DAY false Default("15"), "beyond this a conversation is handed over";
    MAX_REPLIES_PER_MINUTE false Default("60"), "beyond this replies wait";
    MAX_REPLIES_PER_HOUR false Default("600"), "beyond this everything pauses until an operator resumes it";
    // # Storage
    RETENTION_DAYS false Default("30"),
        "what is stored about a conversation is deleted after so many days without a message";
}
