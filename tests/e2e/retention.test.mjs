// What is kept of a conversation is deleted one day, or at once where the conversation was; what the workspace keeps of it are ids.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Questions of yesterday are still answered in public, so that a second answer would be one. */
const SETTINGS = { CONSOLE_TOKEN, RETENTION_DAYS: "1", MAX_ANSWER_AGE_MINUTES: "10000" };

async function world(t, settings = {}) {
  const it = await startWorld({ settings: { ...SETTINGS, ...settings }, ownActs: "untold" });
  t.after(() => it.stop());
  return it;
}

async function answered(it, how = {}) {
  const question = await it.question();
  const talk = await it.open(question, how);
  await talk.answered(question);
  await reported(talk);
  await atRest(talk);
  return { question, talk };
}

/** The workspace knows how its last turn ended. */
function reported(talk, count = 1) {
  const disk = new Disk(talk.world.worker);
  return talk.until(() => ledger(disk, talk).length >= count, `the ledger to know of conversation ${talk.id}`);
}

function ledger(disk, talk) {
  return disk.workspaceRows("ledger").filter(({ conversation }) => conversation === talk.id);
}

/** Nothing is under way in its object any more. */
function atRest(talk) {
  const disk = new Disk(talk.world.worker);
  return talk.until(() => disk.alarm(talk.id) > Date.now() + DAY_MS / 2, `conversation ${talk.id} to have nothing to do before it is forgotten`);
}

/** Makes an object as old as it would be after so long without a word. The worker must be down. */
function age(disk, talk, by_ms) {
  const [{ outbox }] = disk.leftovers(talk.id).rows.conversation;
  const then = JSON.parse(outbox);
  disk.run(talk.id, "UPDATE conversation SET outbox = ?", JSON.stringify({ ...then, touched_at: then.touched_at - by_ms }));
  disk.setAlarm(talk.id, disk.alarm(talk.id) - by_ms);
}

/** Nothing is kept of it any more: no row, no alarm. */
function gone(talk) {
  return talk.until(() => isGone(new Disk(talk.world.worker), talk), `nothing to be left of conversation ${talk.id}`);
}

function isGone(disk, talk) {
  const { rows, alarm_ms } = disk.leftovers(talk.id);
  const filled = Object.entries(rows).filter(([table, rows]) => !/^(sqlite|_cf)_/.test(table) && rows.length > 0);
  return filled.length === 0 && alarm_ms === undefined;
}

/** Nothing of these words is in the files, deleted rows included. */
function assertNoWords(disk, talk, ...words) {
  const bytes = disk.bytes(talk.id);
  for (const word of words) assert.ok(!bytes.includes(word), `${word} is still in a file of conversation ${talk.id}`);
}

describe("RETENTION_DAYS", { concurrency: 3 }, () => {
  test("after so long without a word all is deleted, the alarm too; the workspace keeps ids and outcomes, and no old webhook is answered", async (t) => {
    const it = await world(t);
    const { question, talk } = await answered(it, { ago_s: 60 });
    const disk = new Disk(it.worker);
    await it.worker.kill();
    const alarm = disk.alarm(talk.id);
    assert.ok(Math.abs(alarm - Date.now() - DAY_MS) < 120_000, `its alarm is a day off: ${alarm}`);
    const before = ledger(disk, talk);
    age(disk, talk, DAY_MS);
    await it.restart(SETTINGS);
    await gone(talk);
    assertNoWords(disk, talk, question.mark, talk.opening.part_id);
    assert.equal((await it.worker.api("GET", `/conversations/${talk.id}`)).status, 404);
    assert.deepEqual(ledger(disk, talk), before);
    const entry = JSON.parse(before[0].entry);
    assert.deepEqual([entry.conversation, Object.keys(entry.outcome), entry.parts], [talk.id, ["replied"], [talk.opening.part_id]]);
    assert.ok(!before[0].entry.includes(question.mark));

    assert.deepEqual(await it.sandbox.deliver(talk.opening.notification_id, 2), [200, 200]);
    await it.meanwhile();
    await talk.until(async () => (await talk.history()).phase === "idle", "the old webhook to have ended");
    await talk.assertReplies(question);
    assert.equal(await it.timesAsked(question), 1);
    await talk.assertStays(question);
  });

  test("the ledger forgets what is older too", async (t) => {
    const it = await world(t);
    const { talk } = await answered(it);
    const { talk: other } = await answered(it);
    const disk = new Disk(it.worker);
    assert.equal(await it.worker.cron(), "ok");
    await it.worker.kill();
    disk.runOnWorkspace("UPDATE ledger SET at_ms = at_ms - ? WHERE conversation = ?", DAY_MS, talk.id);
    disk.runOnWorkspace("DELETE FROM kept WHERE name = 'cron'");
    await it.restart(SETTINGS);
    assert.equal(await it.worker.cron(), "ok");
    assert.deepEqual([ledger(disk, talk).length, ledger(disk, other).length], [0, 1]);
  });
});

describe("conversation.deleted", { concurrency: 3 }, () => {
  test("deletes at once what is kept, and a late webhook says nothing in public", async (t) => {
    const it = await world(t);
    const { question, talk } = await answered(it);
    const disk = new Disk(it.worker);
    const before = ledger(disk, talk);
    const { notification_id } = await it.sandbox.delete(talk.id);
    await gone(talk);
    // Intercom may say it twice, and the same instance hears it.
    assert.deepEqual(await it.sandbox.deliver(notification_id), [200]);
    await gone(talk);
    assertNoWords(disk, talk, question.mark, talk.opening.part_id);
    assert.deepEqual(ledger(disk, talk), before);

    assert.deepEqual(await it.sandbox.deliver(talk.opening.notification_id), [200]);
    await it.meanwhile();
    assert.equal((await talk.posts()).length, 1);
    assert.equal(await it.timesAsked(question), 1);
  });
});
