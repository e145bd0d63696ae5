// Many conversations wait at once: the sweep goes through pages, is refused in between or killed, and each customer is answered once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ourAssignments, ourNotes, ourReplies } from "./harness/counting.mjs";
import { UNTOLD, assertOnceEach, figures, isReplied, recordsOf, searches, sweepAll, sweeps, sweepingWorld } from "./harness/sweeping.mjs";
import { until } from "./harness/until.mjs";

/** A thousand take more time than the tests of every day have. */
const MANY = Number(process.env.ONEREPLY_MANY ?? 120);

const LIMITS = { MAX_REPLIES_PER_MINUTE: "10000", MAX_REPLIES_PER_HOUR: "10000", QUIET_SECONDS: "0" };
/** Within the half hour of the first run, and far from its edge. */
const WAITING = { body: "<p>How do I export {n}?</p>", ...UNTOLD, ago_s: 300 };

async function world(t, settings = {}) {
  const it = await sweepingWorld(t, { ...LIMITS, ...settings });
  await it.sandbox.script({ contains: "How do I export", answer: "By the button." });
  return it;
}

/** Every one of them was put to the AI once, as itself. */
async function assertAskedOnceEach(world, count) {
  const queries = (await world.sandbox.sessions()).flatMap(({ messages }) => messages.map(({ query }) => query));
  const wanted = Array.from({ length: count }, (_, n) => `How do I export ${n + 1}?`);
  assert.deepEqual(queries.toSorted(), wanted.toSorted());
}

test(`${MANY} conversations wait, and the search is refused for a while in between: each is answered once, and none is dropped`, async (t) => {
  const it = await world(t);
  const ids = await it.sandbox.openMany(MANY, WAITING);
  await it.sandbox.fault({ call: "intercom.search", kind: "rate_limited", reset_in_s: 2, skip: 2 });
  const began = performance.now();
  await sweepAll(it, ids, (records) => records.every(isReplied), 180_000 + MANY * 1_000);
  t.diagnostic(`${MANY} conversations were answered ${Math.round((performance.now() - began) / 1_000)} s after the first cron`);
  const made = await searches(it);
  assert.deepEqual(made.slice(0, 4).map(({ status }) => status), [200, 200, 429, 200]);
  assert.ok(made[3].at_ms - made[2].at_ms >= 1_000, "it waited for the window to end");
  assert.ok(made.filter(({ body }) => body.pagination.starting_after !== undefined).length >= MANY / 50 - 1, "there were pages");
  assert.equal(await it.worker.cron(), "ok");
  await assertOnceEach(it, ids);
  await assertAskedOnceEach(it, MANY);
  const counted = async () => {
    const { last_hour } = (await figures(it)).turns;
    return last_hour.replied === MANY && last_hour.found_by_sweep === MANY;
  };
  // The last ones may not be reported yet.
  await until(counted, { what: "all turns to be in the ledger", tell: () => it.worker.tell() });
});

test("SIGKILL in the middle of a sweep: it goes on, and each conversation ends once", async (t) => {
  const it = await world(t);
  const count = 100;
  const ids = await it.sandbox.openMany(count, WAITING);
  // It will not live to answer this one.
  const cron = it.worker.cron().catch(() => "killed");
  const some = async () => (await recordsOf(it, ids)).filter(isReplied).length > 10;
  await until(some, { what: "some to be answered", poll_ms: 20, deadline_ms: 180_000, tell: () => it.worker.tell() });
  await it.worker.kill();
  await cron;
  const before = (await recordsOf(it, ids)).filter(isReplied).length;
  assert.ok(before < count, `${before} of ${count} were answered before the kill`);
  const asked = (await it.sandbox.calls()).filter(({ call }) => call === "gpt_trainer.stream").length;
  await it.restart(sweeps(LIMITS));

  const ended = (record) => isReplied(record) || (ourNotes(record).length > 0 && ourAssignments(record).length > 0);
  await sweepAll(it, ids, (records) => records.every(ended));
  assert.equal(await it.worker.cron(), "ok");
  const records = await recordsOf(it, ids);
  assert.deepEqual(records.filter((record) => ourReplies(record).length > 1).map(({ id }) => id), [], "answered twice");
  // A post or a question whose fate the kill hid may be a teammate's now; everybody else is answered. How many these are depends on
  // the machine.
  const handedOver = records.filter((record) => ourReplies(record).length === 0);
  t.diagnostic(`${before} of ${count} were answered before the kill; ${handedOver.length} were handed over after it`);
  assert.ok(handedOver.length <= asked - before, `${handedOver.length} were handed over, and ${asked - before} had been asked and not answered`);
  // The last ones may not be reported yet.
  const reported = async () => (await figures(it)).turns.last_hour.turns >= count;
  await until(reported, { what: "all turns to be in the ledger", tell: () => it.worker.tell() });
  const { turns } = await figures(it);
  assert.deepEqual([turns.last_hour.turns, turns.last_hour.replied], [count, count - handedOver.length]);
});
