// Intercom allows so many calls in ten seconds and says how many are left: the worker waits before it is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { UNTOLD, assertOnceEach, isReplied, sweepAll, sweepingWorld } from "./harness/sweeping.mjs";
import { until } from "./harness/until.mjs";

const LIMIT = 20;
/** Turns wait for windows here, and are not to be given up over it. */
const PATIENT = { ANSWER_DEADLINE_SECONDS: "300", MAX_REPLIES_PER_MINUTE: "1000", QUIET_SECONDS: "0" };

/** As Intercom counts: windows begin at multiples of ten seconds. @param {import("./harness/sandbox.mjs").Call} call */
const windowOf = ({ at_ms }) => Math.floor(at_ms / 10_000);

/** Begins just after a window has begun, so that what happens at once happens in one. */
function windowBegins() {
  return until(() => Date.now() % 10_000 < 1_000, { what: "a window to begin" });
}

test("turns at the same time and a sweep, where few calls are allowed: hardly any is refused, and every turn is answered once", async (t) => {
  const world = await sweepingWorld(t, PATIENT);
  // The workspace is known, so that the first calls are those of turns.
  await world.meanwhile();
  await world.sandbox.script({ contains: "How do I", answer: "By the button." });
  await world.sandbox.intercom({ rate_limit: LIMIT });
  await windowBegins();
  const told = await world.sandbox.openMany(6, { body: "<p>How do I export {n}?</p>", ago_s: 120 });
  const lost = await world.sandbox.openMany(4, { body: "<p>How do I import {n}?</p>", ...UNTOLD });
  await sweepAll(world, [...told, ...lost], (records) => records.every(isReplied));
  await assertOnceEach(world, [...told, ...lost]);
  const calls = (await world.sandbox.calls()).filter(({ api }) => api === "intercom");
  const refused = calls.filter(({ status }) => status === 429);
  const windows = new Set(calls.map(windowOf)).size;
  t.diagnostic(`${calls.length} calls in ${windows} windows of ${LIMIT}, ${refused.length} refused`);
  assert.ok(calls.length > LIMIT && windows >= 2, "there was more to do than a window allows");
  assert.ok(refused.length <= 1, `${refused.length} calls were refused`);
});
