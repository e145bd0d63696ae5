// The sweep finds what webhooks have lost, and never makes a second reply of it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ourNotes } from "./harness/counting.mjs";
import { UNTOLD, assertStaysSwept, figures, searches, sweeps, sweepingWorld, sweptUp } from "./harness/sweeping.mjs";

/** Conversations with a question each. @returns {Promise<{ talk: import("./harness/world.mjs").Talk, question: import("./harness/world.mjs").Question }[]>} */
async function opened(world, count, how = () => UNTOLD) {
  const open = async (_, n) => {
    const question = await world.question();
    return { question, talk: await world.open(question, how(n)) };
  };
  return Promise.all(Array.from({ length: count }, open));
}

describe("INGEST=both", { concurrency: 3 }, () => {
  test("all webhooks are lost: each message is found, and answered once", async (t) => {
    const world = await sweepingWorld(t);
    const several = await opened(world, 4);
    const [first, second] = [await world.question(), await world.question()];
    const twice = await world.open(first, { webhook: "none", ago_s: 300 });
    await twice.says(second, UNTOLD);
    for (const { talk, question } of several) await sweptUp(talk, question);
    await sweptUp(twice, second);
    const { query } = (await world.sessionOf(second)).messages.find((message) => message.query.includes(second.mark));
    assert.ok(query.includes(first.mark), `both messages are one turn: ${query}`);
    await Promise.all([...several.map(({ talk, question }) => talk.assertStays(question)), twice.assertStays(second)]);
    assert.equal((await figures(world)).turns.last_day.found_by_sweep, 5);
  });

  test("half of the webhooks are lost: nobody is left out, and nobody answered twice", async (t) => {
    const world = await sweepingWorld(t);
    const several = await opened(world, 6, (n) => (n % 2 === 0 ? UNTOLD : { ago_s: 120 }));
    for (const { talk, question } of several) await sweptUp(talk, question);
    await Promise.all(several.map(({ talk, question }) => talk.assertStays(question)));
    for (const { question } of several) assert.equal(await world.timesAsked(question), 1);
  });

  test("webhooks that come twice, and the sweep at the same time, are one message", async (t) => {
    const world = await sweepingWorld(t);
    const several = await opened(world, 3);
    const told = several.map(({ talk }) => world.sandbox.deliver(talk.opening.notification_id, 2));
    const outcomes = await Promise.all([world.worker.cron(), ...told, world.worker.cron()]);
    assert.deepEqual(outcomes.flat(), ["ok", 200, 200, 200, 200, 200, 200, "ok"]);
    for (const { talk, question } of several) await sweptUp(talk, question);
    await Promise.all(several.map(({ talk, question }) => talk.assertStays(question)));
    for (const { question } of several) assert.equal(await world.timesAsked(question), 1);
  });

  test("a sweep in the middle of a turn, while the AI thinks, changes nothing", async (t) => {
    const world = await sweepingWorld(t);
    const question = await world.question({ delay_ms: 2_000 });
    const talk = await world.open(question, { ago_s: 120 });
    await talk.asking(question);
    assert.equal(await world.worker.cron(), "ok");
    const { last } = (await figures(world)).sweep;
    assert.deepEqual([last.found, last.told], [1, 1], "the object was told while it asked");
    await talk.assertReplies();
    await sweptUp(talk, question);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("a message is left to its webhook for 90 seconds", async (t) => {
    const world = await sweepingWorld(t);
    const [young] = await opened(world, 1, () => ({ webhook: "none", ago_s: 75 }));
    const [old] = await opened(world, 1, () => ({ webhook: "none", ago_s: 95 }));
    assert.equal(await world.worker.cron(), "ok");
    const { last } = (await figures(world)).sweep;
    assert.deepEqual([last.found, last.told], [2, 1]);
    await old.talk.answered(old.question);
    assert.deepEqual(await young.talk.calls(), []);
    assert.deepEqual(await world.sandbox.deliver(young.talk.opening.notification_id), [200]);
    await young.talk.answered(young.question);
    await young.talk.assertStays(young.question);
  });

  test("what was answered is not told again: each object knows how far it has read, also after a restart", async (t) => {
    const world = await sweepingWorld(t);
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first, { webhook: "none", ago_s: 180 });
    // A later part, so that the search goes on finding the conversation after the reply.
    await talk.says(second, UNTOLD);
    await sweptUp(talk, second);
    await talk.assertEnded("replied");
    const known = async () => {
      const { last } = (await figures(world)).sweep;
      return last.found === 1 && last.told === 0;
    };
    await world.sweepUntil(known, "a sweep that finds the conversation and need not tell it");
    await world.restart(sweeps());
    assert.equal(await world.worker.cron(), "ok");
    assert.ok(await known(), JSON.stringify((await figures(world)).sweep));
    await talk.assertStays(second);
  });
});

describe("INGEST=polling", { concurrency: 3 }, () => {
  const POLLING = { INGEST: "polling", BACKLOG_MINUTES: "0", INTERCOM_CLIENT_SECRET: undefined };

  test("needs no client secret; what comes is found and answered, and webhooks are not believed", async (t) => {
    const world = await sweepingWorld(t, POLLING);
    assert.equal(await world.worker.cron(), "ok");
    const { status, text } = await world.worker.healthz();
    assert.deepEqual([status, JSON.parse(text).status], [200, "ok"], text);
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [500]);
    await sweptUp(talk, question);
    await assertStaysSwept(talk, question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("a message that lands between the last read and the post is answered in the next reply", async (t) => {
    const world = await sweepingWorld(t, POLLING);
    assert.equal(await world.worker.cron(), "ok");
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "late", ms: 2_000, acts_first: false });
    await world.sweepUntil(async () => (await talk.posts()).length > 0, "the post to be under way");
    await talk.says(second, { webhook: "none" });
    await talk.answered(first);
    const { parts } = await talk.record();
    const at = (question) => parts.findIndex(({ body }) => body?.includes(question.mark) && !body.includes(question.answer));
    const reply = parts.findIndex(({ body }) => body?.includes(first.answer));
    assert.ok(at(first) < at(second) && at(second) < reply, "the second message stands before the reply to the first");
    await sweptUp(talk, second);
    await assertStaysSwept(talk, first, second);
    assert.equal(await world.timesAsked(first), 1);
  });

  test("several messages while the sweep goes round all the time: one turn after another, each once", async (t) => {
    const world = await sweepingWorld(t, POLLING);
    assert.equal(await world.worker.cron(), "ok");
    const several = await opened(world, 4, () => ({ webhook: "none" }));
    for (const { talk, question } of several) await sweptUp(talk, question);
    for (const { talk, question } of several) await assertStaysSwept(talk, question);
  });

  test("an index that lags hides a message only for a while, and shows nothing as new that was answered", async (t) => {
    const world = await sweepingWorld(t, POLLING);
    await world.sandbox.intercom({ search_lag_ms: 3_000 });
    assert.equal(await world.worker.cron(), "ok");
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    assert.equal(await world.worker.cron(), "ok");
    assert.equal((await figures(world)).sweep.last.found, 0, "the index does not know of it yet");
    await sweptUp(talk, question);
    await assertStaysSwept(talk, question);
    assert.equal(await world.timesAsked(question), 1);
  });
});

test("INGEST=webhook: the cron makes no search", async (t) => {
  const world = await sweepingWorld(t, { INGEST: "webhook" });
  const [lost] = await opened(world, 1);
  for (let n = 0; n < 3; n++) assert.equal(await world.worker.cron(), "ok");
  assert.deepEqual(await searches(world), []);
  await world.meanwhile();
  assert.deepEqual(await lost.talk.calls(), []);
  assert.ok((await figures(world)).cron.last_at > 0);
  assert.equal((await figures(world)).sweep, null);
});

describe("the first run", { concurrency: 3 }, () => {
  test("leaves to people what waited before, and so do all that follow, whatever BACKLOG_MINUTES says by then", async (t) => {
    const world = await sweepingWorld(t, { BACKLOG_MINUTES: undefined, INGEST: "polling" });
    const waited = await opened(world, 3, (n) => ({ webhook: "none", ago_s: [30, 120, 1_200][n] }));
    assert.equal(await world.worker.cron(), "ok");
    const [later] = await opened(world, 1, () => ({ webhook: "none" }));
    await sweptUp(later.talk, later.question);
    await world.restart(sweeps({ INGEST: "polling" }));
    await assertStaysSwept(later.talk, later.question);
    for (const { talk } of waited) assert.deepEqual(await talk.calls(), []);
  });

  test("BACKLOG_MINUTES=30 answers what waited less, and leaves what waited longer", async (t) => {
    const world = await sweepingWorld(t);
    const [inside, outside] = await opened(world, 2, (n) => ({ webhook: "none", ago_s: [28 * 60, 32 * 60][n] }));
    await sweptUp(inside.talk, inside.question);
    await inside.talk.assertStays(inside.question);
    assert.equal(await world.worker.cron(), "ok");
    assert.deepEqual(await outside.talk.calls(), []);
    assert.equal(await world.timesAsked(outside.question), 0);
  });

  test("what is older than MAX_ANSWER_AGE_MINUTES is answered by a note", async (t) => {
    const world = await sweepingWorld(t, { MAX_ANSWER_AGE_MINUTES: "10" });
    const [old] = await opened(world, 1, () => ({ webhook: "none", ago_s: 15 * 60 }));
    assert.equal(await world.worker.cron(), "ok");
    await old.talk.assertEnded("noted");
    assert.ok(ourNotes(await old.talk.record()).some(({ body }) => body.includes(old.question.answer)));
    await old.talk.assertReplies();
    assert.equal(await world.worker.cron(), "ok");
    await old.talk.assertStays();
    assert.equal(ourNotes(await old.talk.record()).length, 1);
  });
});
