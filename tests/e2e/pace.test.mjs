// Intercom allows so many calls in ten seconds and says how many are left: the worker waits before it is refused, and customers' turns
// go before the sweep.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UNTOLD, assertOnceEach, isReplied, recordsOf, searches, sweepAll, sweepingWorld } from "./harness/sweeping.mjs";
import { until } from "./harness/until.mjs";

const LIMIT = 20;
/** Turns wait for windows here, and are not to be given up over it. */
const PATIENT = { ANSWER_DEADLINE_SECONDS: "300", MAX_REPLIES_PER_MINUTE: "1000", QUIET_SECONDS: "0" };

/** As Intercom counts: windows begin at multiples of ten seconds. @param {import("./harness/sandbox.mjs").Call} call */
const windowOf = ({ at_ms }) => Math.floor(at_ms / 10_000);

/** The calls to Intercom, with how many there were in the window before each. */
async function intercomCalls(world) {
  const calls = (await world.sandbox.calls()).filter(({ api }) => api === "intercom");
  return calls.map((call, n) => ({ ...call, before: calls.slice(0, n).filter((earlier) => windowOf(earlier) === windowOf(call)).length }));
}

/** Begins just after a window has begun, so that what happens at once happens in one. */
function windowBegins() {
  return until(() => Date.now() % 10_000 < 1_000, { what: "a window to begin", deadline_ms: 11_000 });
}

describe("a low limit of calls", { concurrency: 2 }, () => {
  test("turns at the same time and a sweep: hardly any call is refused, and every turn is answered once", async (t) => {
    const world = await sweepingWorld(t, PATIENT);
    // The workspace is known, so that the first calls are those of turns.
    await world.meanwhile();
    await world.sandbox.script({ contains: "How do I", answer: "By the button." });
    await world.sandbox.intercom({ rate_limit: LIMIT });
    await windowBegins();
    const told = await world.sandbox.openMany(8, { body: "<p>How do I export {n}?</p>", ago_s: 120 });
    const lost = await world.sandbox.openMany(6, { body: "<p>How do I import {n}?</p>", ...UNTOLD });
    await sweepAll(world, [...told, ...lost], (records) => records.every(isReplied), 120_000);
    await assertOnceEach(world, [...told, ...lost]);
    const calls = await intercomCalls(world);
    const refused = calls.filter(({ status }) => status === 429);
    t.diagnostic(`${calls.length} calls in ${new Set(calls.map(windowOf)).size} windows of ${LIMIT}, ${refused.length} refused`);
    assert.ok(new Set(calls.map(windowOf)).size >= 3, "there was more to do than a window allows");
    assert.ok(refused.length <= 1, `${refused.length} calls were refused`);
  });

  test("the sweep leaves half of each window to turns", async (t) => {
    const world = await sweepingWorld(t, PATIENT);
    await world.meanwhile();
    await world.sandbox.script({ contains: "How do I", answer: "By the button." });
    await world.sandbox.intercom({ rate_limit: LIMIT });
    await windowBegins();
    const began = (await world.sandbox.calls()).length;
    const told = await world.sandbox.openMany(5, { body: "<p>How do I export {n}?</p>", ago_s: 120 });
    // Three calls for each: more than half of the window is gone then.
    const answered = async () => (await recordsOf(world, told)).every(isReplied);
    await until(answered, { what: "the turns to be answered in the window", tell: () => world.worker.tell() });
    const [lost] = await world.sandbox.openMany(1, { body: "<p>How do I import {n}?</p>", ...UNTOLD });
    const end = (await intercomCalls(world)).filter(({ n }) => n > began).at(-1);
    assert.ok(end.before >= LIMIT / 2, `${end.before} calls were made in this window`);
    assert.equal(await world.worker.cron(), "ok");
    assert.deepEqual(await searches(world, began), [], "the sweep waits, though calls are left");
    await until(async () => (await recordsOf(world, [lost])).every(isReplied), { what: "the sweep to go on by itself", tell: () => world.worker.tell() });
    const search = (await intercomCalls(world)).find(({ call, n }) => n > began && call === "intercom.search");
    assert.ok(windowOf(search) > windowOf(end), "in a later window");
    for (const { before } of (await intercomCalls(world)).filter(({ call, n }) => n > began && call === "intercom.search")) {
      assert.ok(before <= LIMIT / 2, `a search after ${before} calls of its window`);
    }
    assert.deepEqual((await intercomCalls(world)).filter(({ status }) => status === 429), []);
  });
});
