// The judge. It reads what the make-believe Intercom shows, and what went over the wire; never what the worker has stored, logged
// or claimed.
//
// A customer's message is told by its words, and a reply covers the messages whose words it holds: the make-believe AI repeats the
// question in its answer.
//
// - *double*: two public replies of ours cover one message; or one covers none, and so was called for by nothing.
// - *lost*: a message that was acknowledged, and that has no reply, of which no note or assignment of ours tells, and that no
//   teammate took. A message whose webhook was never answered with 2xx was not acknowledged.
// - *over a human*: a post was begun although the read made directly before it showed that a teammate has the conversation.
// - *two questions*: in one session, at the same time.

import { ourAssignments, ourNotes, ourReplies } from "../harness/counting.mjs";
import { OURSELVES } from "../harness/settings.mjs";
import { MOST_BEHIND } from "./faults.mjs";

/**
 * @typedef {import("../harness/sandbox.mjs").Conversation} Conversation
 * @typedef {import("../harness/sandbox.mjs").Part} Part
 * @typedef {import("../harness/sandbox.mjs").Call} Call
 * @typedef {{ conversations: Conversation[], calls: Call[], deliveries: import("../harness/sandbox.mjs").Delivery[],
 *   sessions: import("../harness/sandbox.mjs").Session[], webhooks: Map<string, string> }} Facts `webhooks`: by part
 * @typedef {{ wrong: "double" | "lost" | "over a human" | "two questions", conversation: string, because: string }} Violation
 */

/** Every broken promise. @param {Facts} facts @returns {Violation[]} */
export function audit(facts) {
  const callsOf = grouped(facts.calls, ({ conversation_id }) => String(conversation_id));
  const acknowledged = new Set(facts.deliveries.filter(({ status }) => status >= 200 && status < 300).map(({ notification_id }) => notification_id));
  return facts.conversations.flatMap((conversation) => {
    const wrong = (what) => (because) => ({ wrong: what, conversation: conversation.id, because });
    return [
      ...doubles(conversation).map(wrong("double")),
      ...messages(conversation)
        .filter((message) => acknowledged.has(facts.webhooks.get(message.id)) && outcomeOf(conversation, message) === undefined)
        .map((message) => wrong("lost")(`${text(message)} has neither a reply nor a hand-over`)),
      ...overHumans(conversation, callsOf.get(conversation.id) ?? []).map(wrong("over a human")),
      ...twoQuestions(conversation, facts.sessions).map(wrong("two questions")),
    ];
  });
}

/** What became of a message, as its customer and the teammates see it. @returns {"replied" | "told" | "taken" | undefined} */
export function outcomeOf(conversation, message) {
  const at = conversation.parts.indexOf(message);
  const later = conversation.parts.slice(at + 1);
  if (ourReplies(conversation).some((reply) => later.includes(reply) && covers(reply, message))) return "replied";
  // Who has a conversation, or was told of it, has it for hours.
  if (conversation.parts.some(takesOver) || later.some(closesOrSnoozes)) return "taken";
  if (ourNotes(conversation).length + ourAssignments(conversation).length > 0) return "told";
  return undefined;
}

/** The customer's messages. @param {Conversation} conversation @returns {Part[]} */
export function messages(conversation) {
  return conversation.parts.filter((part) => isCustomer(part) && (part.body || part.attachments.length > 0) && !part.redacted);
}

/** Whether a reply stands for a message. */
export function covers(reply, message) {
  return text(reply).includes(text(message));
}

function doubles(conversation) {
  const replies = ourReplies(conversation);
  const asked = messages(conversation);
  const twice = asked.filter((message) => replies.filter((reply) => covers(reply, message)).length > 1);
  const groundless = replies.filter((reply) => !before(conversation, reply).some((part) => asked.includes(part) && covers(reply, part)));
  return [
    ...twice.map((message) => `${text(message)} has ${replies.filter((reply) => covers(reply, message)).length} replies`),
    ...groundless.map((reply) => `part ${reply.id} answers nothing: ${text(reply)}`),
  ];
}

/** @param {Conversation} conversation @param {Call[]} calls */
function overHumans(conversation, calls) {
  return calls.filter(({ call }) => call === "intercom.reply").flatMap((post) => {
    const last = calls.filter(({ n }) => n < post.n).at(-1);
    if (last?.call !== "intercom.read" || !isReadable(last)) return [`post ${post.n} was begun without a read directly before`];
    const human = standing(shown(conversation, last));
    return human ? [`post ${post.n} was begun although read ${last.n} showed part ${human.id} (${human.part_type} by ${human.author.name})`] : [];
  });
}

/** The act by which a teammate has the conversation, by these parts. */
function standing(parts) {
  const lastWord = parts.findLastIndex(isCustomer);
  return parts.find(takesOver) ?? parts.slice(lastWord + 1).find(closesOrSnoozes);
}

/** What a read surely showed: what was there before it, but for the newest parts if it was stale. */
function shown(conversation, read) {
  const there = conversation.parts.filter(({ created_ms }) => created_ms < read.at_ms);
  return read.fault === "stale_read" ? there.slice(0, Math.max(1, there.length - MOST_BEHIND)) : there;
}

function isReadable({ status, fault }) {
  return status === 200 && [undefined, "late", "stale_read"].includes(fault);
}

function twoQuestions(conversation, sessions) {
  const words = messages(conversation).map(text);
  const busy = sessions.filter(({ most_questions_in_flight }) => most_questions_in_flight > 1);
  return busy.filter((session) => session.messages.some(({ query }) => words.some((word) => query.includes(word)))).map(({ uuid }) => `in session ${uuid}`);
}

/** A teammate wrote to the customer, or was assigned. */
function takesOver(part) {
  const assigned = part.assigned_to?.type === "admin" && String(part.assigned_to.id) !== OURSELVES && String(part.assigned_to.id) !== "0";
  return isTeammate(part) && (assigned || (part.part_type !== "note" && Boolean(part.body) && !part.redacted));
}

/** A teammate closed or snoozed the conversation. */
function closesOrSnoozes(part) {
  return isTeammate(part) && ["close", "snoozed"].includes(part.part_type);
}

function isTeammate({ author }) {
  return author.type === "admin" && String(author.id) !== OURSELVES;
}

function isCustomer({ author }) {
  return ["user", "lead", "contact", "visitor"].includes(author.type);
}

function before(conversation, part) {
  return conversation.parts.slice(0, conversation.parts.indexOf(part));
}

function text(part) {
  return (part.body ?? "").replace(/<[^>]*>/g, " ").trim();
}

function grouped(list, key) {
  const groups = new Map();
  for (const each of list) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}
