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
  stood_down: "left to others",
  failed: "failed",
};

/** Who wrote the reply of a turn that was answered. */
export const REPLIED_BY = {
  us: "The customer has the answer.",
  us_late: "The reply had been given up and has arrived all the same. The customer has it.",
  another_program: "Another program answered under the same teammate’s name. Switch that program off.",
};

/** Why a teammate was told. @type {Record<string, Explained>} */
export const HAND_OVER_REASONS = {
  ai_unavailable: { what: "GPT Trainer did not answer in time.", todo: "Answer the customer. If it lasts, look at GPT Trainer’s status; then try again." },
  ai_refused: { what: "GPT Trainer refused the question.", todo: "Answer the customer. Look into the chatbot’s settings and its plan." },
  empty_answer: { what: "GPT Trainer said nothing.", todo: "Answer the customer, or try again." },
  reply_refused: { what: "Intercom refused the reply.", todo: "Answer the customer. The answer stands in the note." },
  reply_unknown: {
    what: "Intercom never confirmed the reply, so it may still arrive.",
    todo: "Look into the conversation. Answer only if no reply is there; the unsent answer stands in the note.",
  },
  intercom_unavailable: { what: "Intercom could not be read or failed, until the deadline.", todo: "Answer the customer, or try again when Intercom works." },
  customer_asked: { what: "The customer asked for a person.", todo: "Answer the customer." },
  ai_asked: { what: "GPT Trainer said that a person is needed.", todo: "Answer the customer." },
  daily_cap: { what: "The day’s replies in this conversation are spent.", todo: "Answer the customer. MAX_REPLIES_PER_CONVERSATION_PER_DAY is the limit." },
  other_bot_silent: { what: "Fin has the conversation and said nothing until the deadline.", todo: "Answer the customer. Look at Fin’s workflow." },
  grant_unavailable: { what: "Whether everything is paused could not be learnt.", todo: "Answer the customer, or try again." },
  only_attachments: { what: "The customer sent images or files without words.", todo: "Look at them, and answer the customer." },
  operator: { what: "It was handed over by hand.", todo: "Answer the customer." },
};

/** Why a turn is not ours to answer. @type {Record<string, Explained>} */
export const STAND_DOWN_REASONS = {
  teammate: { what: "A teammate has it.", todo: "" },
  rule_assigned: { what: "A rule assigned it to a teammate.", todo: "If your inbox hands everything out by rule, set RULE_ASSIGNMENTS=ignore." },
  other_bot: { what: "Fin has answered.", todo: "" },
  handed_over: { what: "A teammate was told before, and has not given it back.", todo: "Write /bot on in a note to give it back." },
  mode_off: { what: "The mode is off.", todo: "" },
  channel: { what: "Its channel is not one of CHANNELS.", todo: "" },
  not_a_tester: { what: "TESTERS is set, and this customer is none.", todo: "" },
  rollout: { what: "It is outside ROLLOUT_PERCENT.", todo: "" },
  vanished: { what: "The message was taken back, or cannot be found.", todo: "" },
  foreign_workspace: { what: "The webhook came from another workspace than the token opens.", todo: "Look at the app’s webhook URL in that workspace." },
};

/** Why nobody could be told. @type {Record<string, Explained>} */
export const FAILURE_REASONS = {
  conversation_gone: { what: "The conversation does not exist any more.", todo: "Nothing, if it was deleted on purpose." },
  intercom_refused: { what: "Intercom refused both the assignment and the note, so nobody was told.", todo: "Answer the customer. Look at the app’s permissions." },
};

/** What goes on in a conversation. */
export const PHASES = {
  idle: "nothing is open",
  gathering: "waiting until the customer has finished writing",
  verifying: "comparing the workspace with the token",
  reading: "reading the conversation",
  seeking_grant: "asking whether it may go on",
  opening_session: "opening a session with GPT Trainer",
  reading_session: "reading the session with GPT Trainer",
  discarding: "taking an outdated answer out of the session",
  asking: "waiting for GPT Trainer’s answer",
  recovering_answer: "looking for the answer in the session",
  reading_sources: "looking for the answer’s sources in the session",
  renewing_grant: "asking once more whether it may go on",
  rechecking: "reading the conversation again before the reply",
  posting: "posting the reply",
  settling: "looking whether the reply has arrived",
  handing_over: "telling a teammate",
  deleted: "deleted in Intercom",
  held: "messages are stored, and cannot be taken in yet",
  unreachable: "its object does not answer, so nobody knows",
};

/** Why a conversation cannot go on. */
export const HELD = {
  settings: "Settings are wrong.",
  unreadable_state: "Its state cannot be read; most likely a newer version wrote it.",
};

/** What a turn waits for, other than a call. */
export const WAITS = {
  other_bot: "Fin is answering, so it waits.",
  paused: "Everything is paused, so it waits.",
  budget: "The minute’s replies are spent, so it waits for the next.",
};

/** The calls that a turn makes: what it says when one has succeeded, and what each is called. @type {Record<string, { done: string, name: string }>} */
export const CALLS = {
  verify_workspace: { done: "Compared the workspace with the token.", name: "asking Intercom for its workspace" },
  read_conversation: { done: "Read the conversation.", name: "reading the conversation" },
  seek_grant: { done: "Asked whether it may go on.", name: "asking whether it may go on" },
  open_session: { done: "Opened a session with GPT Trainer.", name: "opening a session with GPT Trainer" },
  read_session: { done: "Read the session with GPT Trainer.", name: "reading the session with GPT Trainer" },
  discard_exchange: { done: "Took an outdated answer out of the session.", name: "taking an outdated answer out of the session" },
  ask: { done: "GPT Trainer answered.", name: "asking GPT Trainer" },
  post: { done: "Posted in Intercom.", name: "posting in Intercom" },
  assign: { done: "Assigned the conversation.", name: "assigning the conversation" },
  write_note: { done: "Wrote a note for the teammates.", name: "writing a note" },
};

/** The same calls, where one has failed and is tried again. */
export const TRIES = {
  verify_workspace: "Asking Intercom for its workspace",
  read_conversation: "Reading the conversation",
  seek_grant: "Asking whether it may go on",
  open_session: "Opening a session with GPT Trainer",
  read_session: "Reading the session with GPT Trainer",
  discard_exchange: "Taking an outdated answer out of the session",
  ask: "Asking GPT Trainer",
  post: "Posting in Intercom",
  assign: "Assigning the conversation",
  write_note: "Writing a note",
};

/** How a call fails. */
export const FAULTS = {
  unauthorised: "the credentials were refused",
  not_found: "it was not found",
  rate_limited: "too many calls just now",
  refused: "it was refused",
  failed: "the service failed",
  unanswered: "no answer came",
  timeout: "no answer came in time",
  connection_lost: "the connection was lost",
  gateway: "a gateway answered in the service’s place",
  garbled: "the answer could not be understood",
  interrupted: "the worker was ended meanwhile",
};

/** The services. */
export const SERVICES = {
  intercom: "Intercom",
  gpt_trainer: "GPT Trainer",
  workspace: "the worker’s own Workspace object",
};

/** What shows that a teammate has a conversation. */
export const SIGNS = {
  spoke: "A teammate replied.",
  assigned: "A teammate was assigned.",
  rule_assigned: "A rule assigned it to a teammate.",
  stopped: "A teammate stopped the bot by a note.",
  closed_or_snoozed: "A teammate closed or snoozed it.",
};

/** How a conversation is given back. */
export const GIVEN_BACK = {
  note: "A teammate gave it back by a note.",
  reply: "A teammate gave it back by a reply.",
  assignment: "A teammate gave it back by assigning it to the bot.",
};

/** What a notification told. What a teammate did has words of its own. */
export const REPORTS = {
  customer_wrote: "The customer wrote.",
  customer_waits: "The sweep found that the customer waits.",
  teammate_acted: "A teammate did something.",
  rule_assigned: "A rule assigned the conversation.",
  other_bot_spoke: "Fin or a workflow spoke.",
  deleted: "The conversation was deleted.",
  redacted: "Words were taken back.",
  merged: "Another conversation was merged into this one.",
  other: "Intercom told of something that this version does not know.",
};

/** What a teammate did. The bot writes as a teammate too, and Intercom tells of its own words like this. */
export const ACTS = {
  spoke: "A reply under a teammate’s name was seen.",
  noted: "A note was written.",
  closed: "The conversation was closed.",
  snoozed: "The conversation was snoozed.",
  unsnoozed: "The conversation was woken.",
  opened: "The conversation was reopened.",
  assigned: "The conversation was assigned.",
  other: "A teammate did something that this version does not know.",
};

/** The other lines of a conversation's history; those with fields are told by `story.js`. */
export const EVENTS = {
  reported: "Intercom told of something.",
  asked: "Asked GPT Trainer.",
  called: "A call was made.",
  retry_requested: "Another try was wanted.",
  hand_over_requested: "A hand-over was wanted.",
  resumed: "The pause ended.",
  turn_settled: "The turn ended.",
  taken_over: "A teammate has it now.",
  given_back: "It is the bot’s again.",
  turn_reopened: "The turn was opened again.",
  turn_waits: "The turn waits.",
  hand_over_begun: "A teammate is going to be told.",
  answer_superseded: "The customer wrote again, so all of it is asked together.",
  turn_corrected: "The record of the turn was corrected.",
  another_program_answers: "Another program answers under the same teammate’s name. Switch that program off.",
  call_failed: "A call failed; it is made again.",
  credentials_refused: "Credentials were refused; the turn waits until they are mended.",
  credentials_accepted: "The credentials work again.",
  workspace_mismatch: "INTERCOM_APP_ID is not the workspace that the token opens; the turn waits.",
  stale_read: "The read lacked what is known to be there, and is made again.",
  nudge_unfounded: "Reads did not show what Intercom’s search had told of.",
  late_result: "The result of an earlier call came late, and was ignored.",
  interrupted: "The worker was ended meanwhile, and went on from here.",
  conversation_forgotten: "What was kept of the conversation was deleted.",
};

/** What needs the operator. What to do stands in the worker's own message. */
export const PROBLEMS = {
  intercom_refuses_credentials: "Intercom refuses the access token",
  gpt_trainer_refuses_credentials: "GPT Trainer refuses the API key",
  workspace_mismatch: "The token opens another workspace",
  workspace_unverified: "Intercom does not say which workspace this is",
  unreadable_state: "A conversation’s state cannot be read",
  another_program_answers: "Another program answers too",
  paused_by_operator: "Paused by a person",
  paused_by_hourly_limit: "Paused by the hourly limit",
  switched_off_by_operator: "Switched off by a person",
  sweep_stuck: "The sweep is stuck",
  webhooks_silent: "No webhooks come",
  cron_silent: "The cron trigger does not fire",
  storage: "The worker’s storage does not answer, or cannot be read",
};

/** How bad a problem is. */
export const SEVERITIES = {
  problem: "customers are not answered",
  degraded: "answered later, or with less certainty",
};

/** What the audit looks for. @type {Record<string, Explained>} */
export const FINDINGS = {
  unanswered: { what: "Unanswered", todo: "Nobody has answered this customer. Answer them." },
  answered_twice: { what: "Answered twice", todo: "The customer has two public replies. Look into the conversation." },
  over_a_human: { what: "Over a teammate", todo: "The bot replied although a teammate had the conversation. Look into it." },
  ledger_disagrees: { what: "The ledger disagrees", todo: "What the worker noted is not what Intercom shows. Look into the conversation." },
};

/** What the ledger and Intercom tell differently. */
export const DISAGREEMENTS = {
  not_there: "the reply or note that the ledger names is not there",
  not_entered: "a public answer under the bot’s name that the ledger does not know",
  message_not_entered: "people were told of a message that the ledger does not know",
  replied_twice: "the ledger knows two replies to one message",
  nobody_told: "the ledger says handed over, and there is neither note nor assignment",
};

/** Who began an audit. */
export const ASKED_BY = { night: "by itself, as every night", operator: "by a person" };

/** Who paused everything. */
export const PAUSED_BY = { operator: "a person", hourly_limit: "the hourly limit" };

/** What becomes of answers. @type {Record<string, Explained>} */
export const MODES = {
  reply: { what: "Replies", todo: "The customer gets the answer." },
  note: { what: "Notes only", todo: "The answer becomes an internal note. Customers see nothing." },
  off: { what: "Off", todo: "Turns are recorded. Nothing is asked and nobody is answered." },
  configured: { what: "As configured", todo: "What REPLY_MODE says." },
};

/** What was changed in the console or by the API. */
export const CHANGES = {
  paused: "Everything was paused.",
  resumed: "It was resumed.",
  mode_set: "The mode was set.",
  retry: "A turn was tried again.",
  hand_over: "A conversation was handed over.",
  audit_begun: "An audit was begun.",
};

/** By which way a change came. */
export const VIAS = { console: "in the console", api: "by the API", limit: "by the hourly limit" };

/** Why something that was wanted is not done, where the worker's own message is for programs. */
export const REFUSALS = {
  nothing_ended: "No turn has ended here that could be tried again.",
  turn_open: "A turn is open here already; it goes on by itself.",
  answered: "The last turn was answered meanwhile. There is nothing to do.",
  may_repeat: "The reply of the last turn was never confirmed, and may still appear.",
  deleted: "The conversation was deleted.",
  handed_over: "It is handed over already.",
  teammate: "A teammate has it already.",
  left_by_settings: "The settings leave it to people, and keep the upper hand. Answer it in Intercom, or change them and try it again.",
  nothing_here: "No turn is open here, and none has ended that could be handed over.",
  unknown_conversation: "Nothing is kept of this conversation.",
  unreadable: "A newer version of the worker has stored this conversation, or settings are wrong.",
  wrong_token: "That is not the token.",
  too_many_attempts: "Too many attempts.",
  cross_site: "The browser says that this did not come from the console’s own page. Load the page again.",
};

/** What told of a turn first. */
export const FOUND_BY = { webhook: "webhook", sweep: "sweep" };
