// The sweep finds what webhooks have lost, and never makes a second reply of it. Its rules are told natively; this is the round of the
// real cron, and both ways in at once.
//
// shows: G2

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UNTOLD, assertStaysSwept, figures, sweeps, sweepingWorld, sweptUp } from "./harness/sweeping.mjs";

/** Conversations with a question each. @returns {Promise<{ talk: import("./harness/world.mjs").Talk, question: import("./harness/world.mjs").Question }[]>} */
async function opened(world, count, how = () => UNTOLD) {
  const open = async (_, n) => {
    const question = await world.question();
    return { question, talk: await world.open(question, how(n)) };
  };
  return Promise.all(Array.from({ length: count }, open));
}

describe("the sweep", { concurrency: true }, () => {
  test("INGEST=both: each message whose webhook was lost is found and answered once, and one whose webhook comes twice at that moment too", async (t) => {
    const world = await sweepingWorld(t);
    const lost = await opened(world, 3);
    const [first, second] = [await world.question(), await world.question()];
    const twice = await world.open(first, { webhook: "none", ago_s: 300 });
    await twice.says(second, UNTOLD);
    for (const { talk, question } of lost) await sweptUp(talk, question);
    await sweptUp(twice, second);
    const { query } = (await world.sessionOf(second)).messages.find((message) => message.query.includes(second.mark));
    assert.ok(query.includes(first.mark), `both messages are one turn: ${query}`);
    await world.sweepUntil(async () => (await figures(world)).turns.last_day.found_by_sweep === 4, "all turns to be counted");

    const both = await opened(world, 3);
    const told = both.map(({ talk }) => world.sandbox.deliver(talk.opening.notification_id, 2));
    const outcomes = await Promise.all([world.worker.cron(), ...told, world.worker.cron()]);
    assert.deepEqual(outcomes.flat(), ["ok", 200, 200, 200, 200, 200, 200, "ok"]);
    for (const { talk, question } of both) await sweptUp(talk, question);
    await Promise.all([...lost, ...both].map(({ talk, question }) => talk.assertStays(question)));
    for (const { question } of [...lost, ...both]) assert.equal(await world.timesAsked(question), 1);
  });

  test("INGEST=polling: needs no client secret and believes no webhook; what comes is answered, and what waited before the first run is left to people, whatever BACKLOG_MINUTES says later", async (t) => {
    const POLLING = { INGEST: "polling", INTERCOM_CLIENT_SECRET: undefined };
    const world = await sweepingWorld(t, { ...POLLING, BACKLOG_MINUTES: "0" });
    const waited = await opened(world, 3, (n) => ({ webhook: "none", ago_s: [30, 120, 1_200][n] }));
    assert.equal(await world.worker.cron(), "ok");
    const { status, text } = await world.worker.healthz();
    assert.deepEqual([status, JSON.parse(text).status], [200, "ok"], text);
    const [{ talk, question }] = await opened(world, 1, () => ({ webhook: "none" }));
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [500]);
    await sweptUp(talk, question);
    await world.restart(sweeps({ ...POLLING, BACKLOG_MINUTES: "30" }));
    await assertStaysSwept(talk, question);
    assert.equal(await world.timesAsked(question), 1);
    for (const { talk } of waited) assert.deepEqual(await talk.calls(), []);
  });
});
