// An object has something open, and its alarm is lost: the cron finds it.
//
// shows: G2

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { figures, searches, sweeps, sweepingWorld } from "./harness/sweeping.mjs";
import { until } from "./harness/until.mjs";

async function delivered(world, talk) {
  assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
}

/** The workspace's object knows of this conversation as one with something open. */
function listed(world, talk) {
  const disk = new Disk(world.worker);
  const isListed = () => disk.workspaceRows("open").some(({ object }) => object.endsWith(`:${talk.id}`));
  return until(isListed, { what: `conversation ${talk.id} to be on the list of open ones`, tell: () => talk.tell() });
}

/** Somebody saw that its alarm was lost. */
function noticed(talk) {
  return talk.world.worker.logs.some(({ message }) => message.includes('"alarm_lost"') && message.includes(talk.id));
}

/** The worker is killed, the alarm lost, and whatever time must pass before somebody looks has passed. */
async function killedWithoutAlarm(world, talk, settings) {
  await world.worker.kill();
  const disk = new Disk(world.worker);
  disk.dropAlarm(talk.id);
  disk.runOnWorkspace("UPDATE open SET look_at_ms = ?", Date.now());
  assert.equal(disk.alarm(talk.id), undefined);
  await world.restart(settings);
}

describe("an alarm is lost", { concurrency: true }, () => {
  test("in the middle of a turn: the cron has it answered, and makes no search where none is wanted", async (t) => {
    const of = sweeps({ INGEST: "webhook" });
    const world = await sweepingWorld(t, of, { ownActs: "untold" });
    const question = await world.question({ delay_ms: 5_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    await listed(world, talk);
    await killedWithoutAlarm(world, talk, of);
    await talk.madeUp(question);
    assert.deepEqual(await talk.posts(), [], "nobody wakes it");
    assert.equal(await world.worker.cron(), "ok");
    await talk.answered(question);
    assert.ok(noticed(talk));
    assert.equal(await world.timesAsked(question), 1);
    await talk.assertStays(question);
    await world.sweepUntil(async () => (await figures(world)).open_conversations === 0, "nothing to be open");
    assert.deepEqual(await searches(world), []);
  });

  test("and nobody knows that something is open there: the sweep finds the message, and its object has an alarm again", async (t) => {
    const slow = sweeps({ QUIET_SECONDS: "6", QUIET_CAP_SECONDS: "10" });
    const world = await sweepingWorld(t, slow, { ownActs: "untold" });
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none", ago_s: 120 });
    await delivered(world, talk);
    await listed(world, talk);
    await world.worker.kill();
    const disk = new Disk(world.worker);
    disk.dropAlarm(talk.id);
    disk.runOnWorkspace("DELETE FROM open");
    await world.restart(slow);
    assert.equal(await world.worker.cron(), "ok");
    await talk.answered(question);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("of an object with held events, while settings were wrong: it is answered when they are right", async (t) => {
    const wrong = sweeps({ INGEST: "webhook", QUIET_SECONDS: "soon" });
    const world = await sweepingWorld(t, wrong, { ownActs: "untold" });
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await delivered(world, talk);
    await listed(world, talk);
    const disk = new Disk(world.worker);
    assert.equal(disk.held(talk.id), 1);
    // Still wrong: it is looked after, and held on.
    await killedWithoutAlarm(world, talk, wrong);
    assert.equal(await world.worker.cron(), "ok");
    await talk.until(() => world.worker.logs.some(({ message }) => message.includes('"conversation_held"') && message.includes(talk.id)), "the object to say that it is held");
    assert.equal(disk.held(talk.id), 1);
    assert.deepEqual(await talk.calls(), []);

    await killedWithoutAlarm(world, talk, sweeps({ INGEST: "webhook" }));
    assert.equal(await world.worker.cron(), "ok");
    await talk.answered(question);
    await talk.assertStays(question);
    assert.equal(disk.held(talk.id), 0);
  });
});
