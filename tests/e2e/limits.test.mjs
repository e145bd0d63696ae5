// The spend guards and the pause switch: turns wait and are never dropped.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ourNotes } from "./harness/counting.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { assertStaysSwept } from "./harness/sweeping.mjs";
import { until } from "./harness/until.mjs";
import { startWorld } from "./harness/world.mjs";

/** @param {Record<string, string>} settings */
async function world(t, settings) {
  const world = await startWorld({ settings: { CONSOLE_TOKEN, ...settings } });
  t.after(() => world.stop());
  return world;
}

/** The turn of this conversation waits for the workspace. */
function waits(talk) {
  return talk.until(() => hasWaited(talk), `the turn of conversation ${talk.id} to wait`);
}

function hasWaited(talk) {
  return talk.world.worker.logs.some(({ message }) => message.includes('"turn_waits"') && message.includes(talk.id));
}

describe("the workspace", { concurrency: 3 }, () => {
  test("MAX_REPLIES_PER_MINUTE: what is more waits, and is answered", async (t) => {
    const it = await world(t, { MAX_REPLIES_PER_MINUTE: "1" });
    const first = await it.question();
    const talk = await it.open(first);
    await talk.answered(first);
    const second = await it.question();
    const other = await it.open(second);
    await waits(other);
    assert.equal(await it.timesAsked(second), 0, "nothing is paid for yet");
    await other.answered(second, 90_000);
    await other.assertReplies(second);
  });

  test("MAX_REPLIES_PER_HOUR: it pauses itself, says so, stays so, and goes on when it is resumed", async (t) => {
    const it = await world(t, { MAX_REPLIES_PER_HOUR: "2" });
    const talks = [];
    for (let n = 0; n < 2; n++) {
      const question = await it.question();
      const talk = await it.open(question);
      await talk.answered(question);
      talks.push(talk);
    }
    const third = await it.question();
    const talk = await it.open(third);
    await waits(talk);
    const { status, text } = await it.worker.healthz();
    assert.equal(status, 503);
    assert.ok(text.includes("paused_by_hourly_limit"), text);
    // A restart is no way around it.
    await it.restart({ CONSOLE_TOKEN, MAX_REPLIES_PER_HOUR: "2" });
    assert.equal((await it.worker.healthz()).status, 503);
    await talk.assertReplies();

    assert.deepEqual((await it.worker.api("POST", "/resume")).json, { paused: false });
    assert.equal((await it.worker.healthz()).status, 200);
    await talk.answered(third, 60_000);
    await talk.assertReplies(third);
  });

  test("POST /api/pause holds every turn, also one whose answer is there, and POST /api/resume lets them go on", async (t) => {
    const it = await world(t, {});
    const thinking = await it.question({ delay_ms: 3_000 });
    const talk = await it.open(thinking);
    await talk.asking(thinking);
    const paused = await it.worker.api("POST", "/pause");
    assert.deepEqual([paused.status, paused.json.paused, paused.json.by], [200, true, "operator"]);
    const late = await it.question();
    const other = await it.open(late);
    await waits(other);
    await waits(talk);
    assert.equal(await it.timesAsked(late), 0);
    assert.ok((await it.worker.healthz()).text.includes("paused_by_operator"));
    await talk.assertReplies();
    assert.deepEqual((await it.worker.api("POST", "/pause")).json, paused.json, "it stays as it was");

    await it.worker.api("POST", "/resume");
    await talk.answered(thinking, 60_000);
    await other.answered(late, 60_000);
    await talk.assertReplies(thinking);
    await other.assertReplies(late);
    assert.equal(await it.timesAsked(thinking), 1, "what was paid for is used");
  });

  test("a pause for longer than MAX_ANSWER_AGE_MINUTES: what is young at its end is answered, what is too old is noted, all of it once", async (t) => {
    const it = await world(t, { INGEST: "polling", BACKLOG_MINUTES: "10", MAX_ANSWER_AGE_MINUTES: "1" });
    assert.equal((await it.worker.api("POST", "/pause")).status, 200);
    const begun = async (ago_s) => {
      const question = await it.question();
      return { question, talk: await it.open(question, { webhook: "none", ago_s }) };
    };
    const [longAgo, ageing, young] = [await begun(300), await begun(50), await begun(0)];
    const allWait = () => [longAgo, ageing, young].every(({ talk }) => hasWaited(talk));
    await it.sweepUntil(allWait, "all turns to wait for the end of the pause");
    // Its source stands first.
    const { created_ms } = (await ageing.talk.record()).parts[0];
    await until(() => Date.now() > created_ms + 61_000, { what: "the message to be older than a minute" });
    for (const { question } of [longAgo, ageing, young]) assert.equal(await it.timesAsked(question), 0);

    assert.deepEqual((await it.worker.api("POST", "/resume")).json, { paused: false });
    await young.talk.answered(young.question, 60_000);
    for (const { talk, question } of [longAgo, ageing]) {
      await talk.assertEnded("noted");
      assert.equal(ourNotes(await talk.record()).filter(({ body }) => body.includes(question.answer)).length, 1);
      await assertStaysSwept(talk);
    }
    await assertStaysSwept(young.talk, young.question);
    for (const { question } of [longAgo, ageing, young]) assert.equal(await it.timesAsked(question), 1);
  });
});
