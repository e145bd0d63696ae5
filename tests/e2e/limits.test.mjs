// The spend guards and the pause switch: turns wait and are never dropped.
//
// shows: G3

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

/** @param {Record<string, string>} settings */
async function world(t, settings) {
  const world = await startWorld({ settings: { CONSOLE_TOKEN, ...settings } });
  t.after(() => world.stop());
  return world;
}

/** The turn of this conversation waits for the workspace. */
function waits(talk) {
  const told = () => talk.world.worker.logs.some(({ message }) => message.includes('"turn_waits"') && message.includes(talk.id));
  return talk.until(told, `the turn of conversation ${talk.id} to wait`);
}

describe("the workspace", { concurrency: true }, () => {
  test("MAX_REPLIES_PER_MINUTE: what is more waits for the next minute", async (t) => {
    const it = await world(t, { MAX_REPLIES_PER_MINUTE: "1" });
    const first = await it.question();
    const talk = await it.open(first);
    await talk.answered(first);
    const second = await it.question();
    const other = await it.open(second);
    await waits(other);
    assert.equal(await it.timesAsked(second), 0, "nothing is paid for yet");
    const shown = async () => (await it.worker.api("GET", "/open")).json.open.find(({ conversation }) => conversation === other.id);
    const { wakes_at } = await other.until(async () => (await shown())?.detail.waiting === "budget" && shown(), "it to be shown as waiting");
    assert.ok(wakes_at > Date.now() && wakes_at < Date.now() + 62_000, `${wakes_at - Date.now()} ms`);
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
    await talk.answered(third);
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
    await talk.answered(thinking);
    await other.answered(late);
    await talk.assertReplies(thinking);
    await other.assertReplies(late);
    assert.equal(await it.timesAsked(thinking), 1, "what was paid for is used");
  });
});
