// What happened in a run, in numbers.

import { ourNotes, ourReplies } from "../harness/counting.mjs";
import { messages, outcomeOf } from "./audit.mjs";

/** A landing this late is one that the worker did not wait for. */
const LATE_MS = 10_000;

/** @typedef {Record<string, number | Record<string, number>>} Figures */

/** @param {import("./audit.mjs").Facts} facts @returns {Figures} */
export function figuresOf(facts, { turns, killed, begun_ms }) {
  const asked = facts.conversations.flatMap((conversation) => messages(conversation).map((message) => ({ conversation, message })));
  const ended = counted(asked, ({ conversation, message }) => outcomeOf(conversation, message) ?? "none");
  const heard = counted(facts.deliveries.filter(({ status }) => status === 200), ({ notification_id }) => notification_id);
  const posts = facts.calls.filter(({ call, acted }) => call === "intercom.reply" && acted);
  const landing = (reply, conversation) => posts.find(({ conversation_id, body }) => String(conversation_id) === conversation.id && body.body === reply.body);
  const late = facts.conversations.flatMap((conversation) => ourReplies(conversation).filter((reply) => reply.created_ms - landing(reply, conversation).at_ms > LATE_MS));
  return {
    turns,
    messages: asked.length,
    conversations: facts.conversations.length,
    kills: killed.length,
    "kills by what was under way": counted(killed.flatMap(({ during }) => (during.length > 0 ? [...new Set(during)] : ["no call"])), (call) => call),
    faults: facts.calls.filter(({ fault }) => fault).length,
    "faults by kind": counted(facts.calls.filter(({ fault }) => fault), ({ fault }) => fault),
    "duplicates taken": Object.values(heard).reduce((sum, times) => sum + times - 1, 0),
    "deliveries not acknowledged": facts.deliveries.filter(({ status }) => status !== 200).length,
    "messages never acknowledged": asked.filter(({ message }) => !heard[facts.webhooks.get(message.id)]).length,
    calls: facts.calls.length,
    replies: facts.conversations.flatMap(ourReplies).length,
    "replies that landed late": late.length,
    "hand-overs": facts.conversations.filter((conversation) => ourNotes(conversation).length > 0).length,
    "messages by outcome": ended,
    seconds: Math.round((Date.now() - begun_ms) / 1000),
  };
}

/** In lines for people. @param {Figures} figures */
export function inWords(figures) {
  const value = (figure) => (typeof figure === "number" ? figure : Object.entries(figure).sort(([, a], [, b]) => b - a).map(([name, n]) => `${name} ${n}`).join(", ") || "none");
  return Object.entries(figures).map(([name, figure]) => `${name.padEnd(28)} ${value(figure)}`);
}

function counted(list, key) {
  const counts = {};
  for (const each of list) counts[key(each)] = (counts[key(each)] ?? 0) + 1;
  return counts;
}
