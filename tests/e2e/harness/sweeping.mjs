// Worlds in which the cron finds messages, and what it takes to say that each was answered once.

import assert from "node:assert/strict";
import { describeRecord, ourReplies } from "./counting.mjs";
import { CONSOLE_TOKEN } from "./settings.mjs";
import { until } from "./until.mjs";
import { startWorld } from "./world.mjs";

/** Half an hour of backlog, so that a message told as some minutes old is not from before the first run. */
const SWEEPS = { INGEST: "both", BACKLOG_MINUTES: "30", CONSOLE_TOKEN };

/** Its webhooks failed both times: what is younger is left to them. */
export const UNTOLD = { webhook: "none", ago_s: 120 };

/** A world that ends with the test. @returns {Promise<import("./world.mjs").World>} */
export async function sweepingWorld(t, settings = {}, more = {}) {
  const world = await startWorld({ settings: { ...SWEEPS, ...settings }, ...more });
  t.after(() => world.stop());
  return world;
}

/** The same settings again, for a restart. */
export function sweeps(settings = {}) {
  return { ...SWEEPS, ...settings };
}

/** Lets minutes pass until the customer has this answer. @param {import("./world.mjs").Talk} talk */
export async function sweptUp(talk, question, deadline_ms) {
  const said = async () => ourReplies(await talk.record()).some((part) => part.body.includes(question.answer));
  await talk.world.sweepUntil(said, `the answer to ${question.mark} in conversation ${talk.id}`, deadline_ms);
}

/** As `assertStays`, where nothing but the sweep tells of the later message. @param {import("./world.mjs").Talk} talk */
export async function assertStaysSwept(talk, ...questions) {
  await talk.assertReplies(...questions);
  const later = await talk.world.question();
  await talk.says(later, { webhook: "none" });
  await sweptUp(talk, later);
  await talk.assertReplies(...questions, later);
}

/** The searches that the sweep made; those of an audit, which one minute of the night begins, ask for closed conversations too. @param {import("./world.mjs").World} world */
export async function searches(world, after = 0) {
  return (await world.sandbox.calls(after)).filter(({ call, body }) => call === "intercom.search" && body.query.operator === "AND");
}

/** What `GET /api/workspace` says. @param {import("./world.mjs").World} world */
export async function figures(world) {
  const { status, json, text } = await world.worker.api("GET", "/workspace");
  assert.equal(status, 200, text);
  return json;
}

/**
 * Lets minutes pass until so many conversations that were begun together have ended in an outcome that can be seen in Intercom.
 * @param {import("./world.mjs").World} world @param {string[]} ids @param {(records: import("./counting.mjs").Conversation[]) => boolean} ended
 */
export async function sweepAll(world, ids, ended, deadline_ms = 180_000) {
  const swept = async () => {
    assert.equal(await world.worker.cron(), "ok");
    return ended(await recordsOf(world, ids));
  };
  await until(swept, { what: `${ids.length} conversations to have ended`, deadline_ms, poll_ms: 500, tell: () => world.worker.tell() });
}

/** @returns {Promise<import("./counting.mjs").Conversation[]>} */
export async function recordsOf(world, ids) {
  const wanted = new Set(ids.map(String));
  return (await world.sandbox.get("/conversations")).filter(({ id }) => wanted.has(String(id)));
}

export const isReplied = (record) => ourReplies(record).length > 0;

/** Each of these has exactly one answer. @param {import("./world.mjs").World} world @param {string[]} ids */
export async function assertOnceEach(world, ids) {
  const records = await recordsOf(world, ids);
  assert.equal(records.length, ids.length);
  const wrong = records.filter((record) => ourReplies(record).length !== 1);
  assert.deepEqual(wrong.map(describeRecord), [], `${wrong.length} of ${ids.length} were not answered exactly once`);
}
