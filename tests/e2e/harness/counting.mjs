// What the customer was told, and by whom; and the one assertion that everything here is about.

import assert from "node:assert/strict";
import { HANDOVER_LINE, OURSELVES } from "./settings.mjs";

/** @typedef {import("./sandbox.mjs").Conversation} Conversation @typedef {import("./sandbox.mjs").Part} Part */

/** What we answered in public, whatever Intercom calls the part. @param {Conversation} record @returns {Part[]} */
export function ourReplies(record) {
  return ourPublicParts(record).filter((part) => !isLine(part));
}

/** What we told the customer of a hand-over. @param {Conversation} record @returns {Part[]} */
export function ourLines(record) {
  return ourPublicParts(record).filter(isLine);
}

/** @param {Conversation} record @returns {Part[]} */
export function ourNotes(record) {
  return byOurselves(record).filter((part) => part.part_type === "note");
}

/** @param {Conversation} record @returns {Part[]} */
export function ourAssignments(record) {
  return byOurselves(record).filter((part) => part.part_type.includes("assign"));
}

/**
 * Fails unless our public parts are exactly these answers, in this order, each in a part of its own, and besides at most one line
 * for each hand-over.
 * @param {Conversation} record @param {string[]} answers @param {string} [story] what to print; the record, if nothing else
 */
export function assertReplies(record, answers, story = describeRecord(record)) {
  const replies = ourReplies(record);
  const right = replies.length === answers.length && replies.every((part, i) => part.body.includes(answers[i]));
  const [lines, handOvers] = [ourLines(record).length, ourNotes(record).length];
  if (lines > handOvers) assert.fail(`there are ${lines} lines of ${handOvers} hand-overs\n${story}`);
  if (right) return;
  assert.fail(`expected ${answers.length} public parts of ours, ${JSON.stringify(answers)}; there are ${replies.length}\n${story}`);
}

/** @param {Conversation} record */
export function describeRecord(record) {
  const lines = record.parts.map(
    (part) => `  ${part.created_ms} ${part.id} ${part.part_type} by ${part.author.type} ${part.author.id}${part.redacted ? " redacted" : ""}: ${part.body}`,
  );
  return [`--- conversation ${record.id}, ${record.state}, admin ${record.admin_assignee_id}, team ${record.team_assignee_id}`, ...lines].join("\n");
}

function ourPublicParts(record) {
  return byOurselves(record).filter((part) => part.body && part.part_type !== "note" && !part.redacted);
}

/** Whether this is the line of a hand-over, and no answer. @param {{ body: string | null }} part */
export function isLine(part) {
  return part.body === `<p>${HANDOVER_LINE}</p>`;
}

function byOurselves(record) {
  return record.parts.filter((part) => part.author.type === "admin" && String(part.author.id) === OURSELVES);
}
