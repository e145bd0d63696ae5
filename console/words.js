// Every name that the worker tells, in words: one table for each kind of name. A name without words is shown as it is, so that what
// a newer worker tells is never hidden. A test reads the names from the worker's sources and fails where one has no words.

/** @typedef {{ what: string, todo: string }} Explained what it is, and what to do about it ("" for nothing) */

/**
 * The words for a name, or the name itself.
 * @template {string | Explained} T @param {Record<string, T>} table @param {string} name @returns {T | string}
 */
export function words(table, name) {
  return Object.hasOwn(table, name) ? table[name] : String(name);
}

/** The same where a table explains. @param {Record<string, Explained>} table @param {string} name @returns {Explained} */
export function explained(table, name) {
  return Object.hasOwn(table, name) ? table[name] : { what: String(name), todo: "" };
}

/** A name's words at the beginning of a sentence. @param {string} text */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How turns end. */
export const OUTCOMES = {
  replied: "answered",
  noted: "answered by a note",
  handed_over: "handed over",
  stood_down: "not ours",
  failed: "failed",
};

/** `stood_down` where no reason stands beside it. */
export const NOT_OURS = "not ours: a teammate or Fin has it, or your settings exclude it";

/** Who wrote the reply of a turn that was answered. */
export const REPLIED_BY = {
  us: "The customer has the answer.",
  us_late: "OneReply had given up on this reply, but it arrived late. The customer has it.",
  another_program: "Another program answered under the same teammate’s name. Switch that program off.",
};

/** Why a teammate was told. @type {Record<string, Explained>} */
export const HAND_OVER_REASONS = {
  ai_unavailable: { what: "GPT Trainer did not answer in time.", todo: "Answer the customer. If this keeps happening, check GPT Trainer’s status, then try again." },
  ai_refused: { what: "GPT Trainer refused the question.", todo: "Answer the customer. Check the chatbot’s settings and plan in GPT Trainer." },
  empty_answer: { what: "GPT Trainer returned an empty answer.", todo: "Answer the customer, or try again." },
  reply_refused: { what: "Intercom refused the reply.", todo: "Answer the customer. The draft answer is in the note." },
  reply_unknown: {
    what: "Intercom never confirmed the reply, so it may still arrive.",
    todo: "Open the conversation. If the reply is not there, answer the customer; the draft answer is in the note.",
  },
  intercom_unavailable: { what: "Intercom was unavailable until the deadline.", todo: "Answer the customer, or try again once Intercom works." },
  customer_asked: { what: "The customer asked for a person.", todo: "Answer the customer." },
  ai_asked: { what: "GPT Trainer said a person is needed.", todo: "Answer the customer." },
  daily_cap: { what: "This conversation has reached its daily limit of replies.", todo: "Answer the customer. The limit is MAX_REPLIES_PER_CONVERSATION_PER_DAY." },
  other_bot_silent: { what: "Fin has the conversation but did not answer in time.", todo: "Answer the customer. Check Fin’s workflow." },
  grant_unavailable: { what: "OneReply could not check whether replies are paused.", todo: "Answer the customer, or try again." },
  only_attachments: { what: "The customer sent images or files without text.", todo: "Look at the files and answer the customer." },
  operator: { what: "An operator handed it over.", todo: "Answer the customer." },
};

/** Why a turn is not ours to answer. @type {Record<string, Explained>} */
export const STAND_DOWN_REASONS = {
  teammate: { what: "A teammate has it.", todo: "" },
  rule_assigned: { what: "A rule assigned it to a teammate.", todo: "If rules assign every conversation in your inbox, set RULE_ASSIGNMENTS=ignore." },
  other_bot: { what: "Fin has answered.", todo: "" },
  handed_over: { what: "It was handed over earlier, and your team still has it.", todo: "To give it back to the bot, write /bot on in a note." },
  mode_off: { what: "Replies are switched off.", todo: "" },
  channel: { what: "OneReply does not answer on this channel (see CHANNELS).", todo: "" },
  not_a_tester: { what: "Only the customers in TESTERS get answers, and this one is not among them.", todo: "" },
  rollout: { what: "This conversation is outside the share that OneReply answers (ROLLOUT_PERCENT).", todo: "" },
  vanished: { what: "The message was deleted or could not be found.", todo: "" },
  foreign_workspace: { what: "The webhook came from another Intercom workspace than the access token.", todo: "Check the app’s webhook URL in that workspace." },
};

/** Why nobody could be told. @type {Record<string, Explained>} */
export const FAILURE_REASONS = {
  conversation_gone: { what: "The conversation no longer exists.", todo: "If it was deleted on purpose, there is nothing to do." },
  intercom_refused: { what: "Intercom refused both the assignment and the note, so no teammate was notified.", todo: "Answer the customer. Check the app’s permissions in Intercom." },
};

/** What goes on in a conversation. */
export const PHASES = {
  idle: "no message is waiting",
  gathering: "waiting for the customer to finish writing",
  verifying: "checking the Intercom workspace",
  reading: "reading the conversation",
  seeking_grant: "checking whether replies are paused",
  opening_session: "starting a GPT Trainer session",
  reading_session: "reading the GPT Trainer session",
  discarding: "removing an outdated answer from the session",
  asking: "waiting for GPT Trainer’s answer",
  recovering_answer: "looking for the answer in the session",
  reading_sources: "looking up the answer’s sources",
  renewing_grant: "checking again whether replies are paused",
  rechecking: "reading the conversation again before replying",
  posting: "posting the reply",
  settling: "checking whether the reply arrived",
  handing_over: "handing over to a teammate",
  deleted: "deleted in Intercom",
  held: "messages are stored but cannot be handled yet",
  unreachable: "status unknown: its storage does not answer",
};

/** Why a conversation cannot go on. */
export const HELD = {
  settings: "Settings are wrong.",
  unreadable_state: "Its stored data cannot be read, most likely because a newer version wrote it.",
};

/** What a turn waits for, other than a call. */
export const WAITS = {
  other_bot: "Waiting: Fin is answering.",
  paused: "Waiting: replies are paused.",
  budget: "Waiting: the limit of replies per minute is reached.",
};

/** The calls that a turn makes: what it says when one has succeeded, and what each is called. @type {Record<string, { done: string, name: string }>} */
export const CALLS = {
  verify_workspace: { done: "Checked the Intercom workspace.", name: "checking the Intercom workspace" },
  read_conversation: { done: "Read the conversation.", name: "reading the conversation" },
  seek_grant: { done: "Checked whether replies are paused.", name: "checking whether replies are paused" },
  open_session: { done: "Started a GPT Trainer session.", name: "starting a GPT Trainer session" },
  read_session: { done: "Read the GPT Trainer session.", name: "reading the GPT Trainer session" },
  discard_exchange: { done: "Removed an outdated answer from the session.", name: "removing an outdated answer from the session" },
  ask: { done: "GPT Trainer answered.", name: "asking GPT Trainer" },
  post: { done: "Posted in Intercom.", name: "posting in Intercom" },
  assign: { done: "Assigned the conversation.", name: "assigning the conversation" },
  write_note: { done: "Wrote a note for your team.", name: "writing a note" },
};

/** The same calls, where one has failed and is tried again. */
export const TRIES = {
  verify_workspace: "Checking the Intercom workspace",
  read_conversation: "Reading the conversation",
  seek_grant: "Checking whether replies are paused",
  open_session: "Starting a GPT Trainer session",
  read_session: "Reading the GPT Trainer session",
  discard_exchange: "Removing an outdated answer from the session",
  ask: "Asking GPT Trainer",
  post: "Posting in Intercom",
  assign: "Assigning the conversation",
  write_note: "Writing a note",
};

/** How a call fails. */
export const FAULTS = {
  unauthorised: "the credentials were refused",
  not_found: "it was not found",
  rate_limited: "too many requests",
  refused: "the request was refused",
  failed: "the service failed",
  unanswered: "no answer came",
  timeout: "no answer came in time",
  connection_lost: "the connection was lost",
  gateway: "a gateway answered instead of the service",
  garbled: "the answer was unreadable",
  interrupted: "the worker restarted",
};

/** The services. */
export const SERVICES = {
  intercom: "Intercom",
  gpt_trainer: "GPT Trainer",
  workspace: "the worker’s own storage",
};

/** What shows that a teammate has a conversation. */
export const SIGNS = {
  spoke: "A teammate replied.",
  assigned: "A teammate was assigned.",
  rule_assigned: "A rule assigned it to a teammate.",
  stopped: "A teammate stopped the bot with a note.",
  closed_or_snoozed: "A teammate closed or snoozed it.",
};

/** How a conversation is given back. */
export const GIVEN_BACK = {
  note: "A teammate gave it back to the bot with a note.",
  reply: "A teammate gave it back to the bot with a reply.",
  assignment: "A teammate assigned it back to the bot.",
};

/** What a notification told. What a teammate did has words of its own. */
export const REPORTS = {
  customer_wrote: "The customer wrote.",
  customer_waits: "The sweep, a check every minute, found this customer waiting.",
  teammate_acted: "A teammate did something.",
  rule_assigned: "A rule assigned the conversation.",
  other_bot_spoke: "Fin or a workflow replied.",
  deleted: "The conversation was deleted.",
  redacted: "A message was redacted.",
  merged: "Another conversation was merged into this one.",
  other: "Intercom reported an event that this version does not know.",
};

/** What a teammate did. The bot writes as a teammate too, and Intercom tells of its own words like this. */
export const ACTS = {
  spoke: "A reply under a teammate’s name appeared.",
  noted: "A note was written.",
  closed: "The conversation was closed.",
  snoozed: "The conversation was snoozed.",
  unsnoozed: "The snooze ended.",
  opened: "The conversation was reopened.",
  assigned: "The conversation was assigned.",
  other: "A teammate did something this version does not know.",
};

/** The other lines of a conversation's history; those with fields are told by `story.js`. */
export const EVENTS = {
  reported: "Intercom reported an event.",
  asked: "Asked GPT Trainer.",
  called: "Made a call.",
  retry_requested: "An operator asked to try again.",
  hand_over_requested: "An operator handed it over.",
  resumed: "Replies were resumed.",
  turn_settled: "The message was handled.",
  taken_over: "A teammate has it now.",
  given_back: "The bot has it again.",
  turn_reopened: "The message is handled again.",
  turn_waits: "The message waits.",
  hand_over_begun: "Handing over to a teammate.",
  answer_superseded: "The customer wrote again. GPT Trainer is asked once more, with all the messages.",
  turn_corrected: "The result was corrected.",
  another_program_answers: "Another program answers under the same teammate’s name. Switch that program off.",
  call_failed: "A call failed and is tried again.",
  credentials_refused: "The credentials were refused. The message waits until they are fixed.",
  credentials_accepted: "The credentials work again.",
  workspace_mismatch: "INTERCOM_APP_ID is not the workspace of the access token. The message waits until that is fixed.",
  stale_read: "Intercom returned an outdated copy of the conversation, so it is read again.",
  nudge_unfounded: "Intercom’s search reported a message that the conversation does not contain.",
  late_result: "A late result of an earlier call was ignored.",
  interrupted: "The worker restarted and continued from here.",
  conversation_forgotten: "The stored data of this conversation was deleted.",
};

/** What needs the operator. What to do stands in the worker's own message. */
export const PROBLEMS = {
  intercom_refuses_credentials: "Intercom refuses the access token",
  gpt_trainer_refuses_credentials: "GPT Trainer refuses the API key",
  workspace_mismatch: "The access token belongs to another workspace",
  workspace_unverified: "Intercom does not confirm the workspace",
  unreadable_state: "A conversation’s stored data cannot be read",
  another_program_answers: "Another program answers too",
  paused_by_operator: "Paused by an operator",
  paused_by_hourly_limit: "Paused by the hourly limit",
  switched_off_by_operator: "Switched off by an operator",
  sweep_stuck: "The sweep for missed messages is stuck",
  webhooks_silent: "No webhooks arrive",
  cron_silent: "The cron trigger has stopped",
  storage: "The worker’s storage cannot be read or written",
};

/** How bad a problem is. */
export const SEVERITIES = {
  problem: "customers are not getting answers",
  degraded: "customers are answered later, or less reliably",
};

/** What the audit looks for. @type {Record<string, Explained>} */
export const FINDINGS = {
  unanswered: { what: "Unanswered", todo: "Nobody answered this customer. Answer them." },
  answered_twice: { what: "Answered twice", todo: "The customer got two public replies. Check the conversation." },
  over_a_human: { what: "Answered over a teammate", todo: "The bot replied although a teammate had the conversation. Check it." },
  ledger_disagrees: { what: "Records do not match Intercom", todo: "OneReply’s records differ from what Intercom shows. Check the conversation." },
};

/** What the ledger and Intercom tell differently. */
export const DISAGREEMENTS = {
  not_there: "a recorded reply or note is missing in Intercom",
  not_entered: "Intercom has a public answer under the bot’s name that is not recorded",
  message_not_entered: "a message was handed over, and that is not recorded",
  replied_twice: "two replies to one message are recorded",
  nobody_told: "recorded as handed over, but Intercom has neither a note nor an assignment",
};

/** Who began an audit. */
export const ASKED_BY = { night: "automatically, as every night", operator: "by an operator" };

/** Who paused everything. */
export const PAUSED_BY = { operator: "an operator", hourly_limit: "the hourly limit" };

/** What becomes of answers. @type {Record<string, Explained>} */
export const MODES = {
  reply: { what: "Replies", todo: "Customers get the answer." },
  note: { what: "Notes only", todo: "The answer becomes an internal note. Customers see nothing." },
  off: { what: "Off", todo: "Messages are recorded. GPT Trainer is not asked and customers get no answer." },
  configured: { what: "As configured", todo: "Follows the setting REPLY_MODE." },
};

/** What was changed in the console or by the API. */
export const CHANGES = {
  paused: "Replies were paused.",
  resumed: "Replies were resumed.",
  mode_set: "The mode was changed.",
  retry: "A message was tried again.",
  hand_over: "A conversation was handed over.",
  audit_begun: "An audit was started.",
};

/** By which way a change came. */
export const VIAS = { console: "in the console", api: "through the API", limit: "by the hourly limit" };

/** Why something that was wanted is not done, where the worker's own message is for programs. */
export const REFUSALS = {
  nothing_ended: "There is no handled message here to try again.",
  turn_open: "A message is being handled here right now. It continues automatically.",
  answered: "The last message has been answered in the meantime. There is nothing to do.",
  may_repeat: "Intercom never confirmed the last reply. It may still appear.",
  deleted: "The conversation was deleted.",
  handed_over: "It is already handed over.",
  teammate: "A teammate already has it.",
  left_by_settings: "Your settings exclude this conversation. Answer it in Intercom, or change the settings and try again.",
  nothing_here: "There is no message here to hand over.",
  unknown_conversation: "OneReply has no record of this conversation.",
  unreadable: "A newer version stored this conversation, or settings are wrong.",
  wrong_token: "This token is wrong.",
  too_many_attempts: "Too many attempts.",
  cross_site: "The browser reports that this request did not come from the console. Reload the page.",
};

/** What told of a turn first. */
export const FOUND_BY = { webhook: "webhook", sweep: "sweep" };
