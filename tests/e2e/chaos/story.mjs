// The whole story of one conversation, in the order of time, for a person who looks for what went wrong.

import { messages } from "./audit.mjs";

/** @param {string} id @param {import("./audit.mjs").Facts} facts */
export function storyOf(id, facts, { killed, begun_ms, world }) {
  const conversation = facts.conversations.find((each) => each.id === id);
  const marks = messages(conversation).map(({ body }) => body.replace(/<[^>]*>/g, "").trim());
  const isAsked = ({ body }) => marks.some((mark) => body?.query?.includes?.(mark));
  const sessions = new Set(facts.calls.filter(isAsked).map(({ session }) => session));
  const isIts = ({ conversation_id, session }) => String(conversation_id) === id || (session !== undefined && sessions.has(session));
  const [from, to] = [conversation.parts[0].created_ms, Math.max(...facts.calls.filter(isIts).map(({ at_ms }) => at_ms), conversation.parts.at(-1).created_ms)];

  const events = [
    ...conversation.parts.map((part) => [part.created_ms, `part ${part.id} ${part.part_type} by ${part.author.type} ${part.author.name ?? part.author.id}: ${part.body ?? ""}`]),
    ...facts.calls.filter(isIts).map((call) => [call.at_ms, `call ${call.n} ${call.call}: ${call.status ?? "no answer"}${call.acted ? ", acted" : ""}${call.fault ? `, ${call.fault}` : ""} ${call.body ? JSON.stringify(call.body).slice(0, 200) : ""}`]),
    ...facts.deliveries
      .filter(({ conversation_id }) => String(conversation_id) === id)
      .map((each) => [each.at_ms, `delivery of ${each.topic} (${each.notification_id}), attempt ${each.attempt}: ${each.status ?? "no answer"} after ${each.ms} ms`]),
    ...killed.flatMap(({ at_ms, up_ms }) => [[at_ms, "KILLED"], [up_ms, "up again"]]).filter(([at]) => at >= from && at <= to),
    ...world.worker.logs.filter(({ message }) => message.includes(id)).map(({ timestamp, message }) => [timestamp, `log ${message}`]),
  ];
  events.sort(([a], [b]) => a - b);
  return events.map(([at, what]) => `  ${((at - begun_ms) / 1000).toFixed(3).padStart(8)} s  ${what}`).join("\n");
}
