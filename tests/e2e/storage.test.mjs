// The storage of the real object fails, and nothing is lost or said twice. It is made to fail from outside, in two ways, which workerd
// reports differently:
//
// - *locked*: another process holds the write lock of the object's SQLite file. Each statement that writes is refused at once.
// - *full*: no file of workerd can grow. The statements succeed, and what fails is the commit behind them.
//
// Which write of a turn fails, and whether it was made all the same, is told natively for each of them.
//
// shows: G1, G2, G4

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { CAN_BE_FILLED, Disk } from "./harness/disk.mjs";
import { startWorld } from "./harness/world.mjs";

const ways = {
  locked: { skip: false, fail: (disk, conversation) => disk.lock(conversation) },
  full: { skip: cannotLimit(), fail: (disk) => disk.fill() },
};

/** What the object stores after the call at which the storage fails. */
const steps = {
  "the AI's answer": { call: "gpt_trainer.stream" },
  "the intent to post": { call: "intercom.read", skip: 1 },
  "that the reply was posted": { call: "intercom.reply" },
};

describe("storage that fails", { concurrency: true }, () => {
  for (const [way, { skip, fail }] of Object.entries(ways)) {
    test(`storage that is ${way}: a message is answered 500, and answered when Intercom sends it again; a turn goes on when it can, and says nothing twice`, { skip }, async (t) => {
      const world = await startWorld({ ownActs: "untold", workerEnv: CAN_BE_FILLED });
      t.after(() => world.stop());
      const disk = new Disk(world.worker);
      const [first, second] = [await world.question(), await world.question()];
      const talk = await world.open(first);
      await talk.answered(first);
      await talk.assertEnded("replied");

      const mend = fail(disk, talk.id);
      const { notification_id } = await talk.says(second, { webhook: "none" });
      assert.deepEqual(await world.sandbox.deliver(notification_id, 2), [500, 500]);
      mend();
      assert.deepEqual(await world.sandbox.deliver(notification_id), [200]);
      await talk.answered(second);
      await talk.assertReplies(first, second);
      assert.equal(await world.timesAsked(second), 1);

      for (const [what, { call, skip: calls = 0 }] of Object.entries(steps)) {
        await t.test(`${what} cannot be stored`, async () => {
          const question = await world.question();
          const talk = await world.open(question, { webhook: "none" });
          // Long enough for storage to fail while the call is under way: its result is what cannot be stored.
          await world.sandbox.fault({ call, skip: calls, kind: "late", ms: 3_000 });
          const seen = { calls: (await world.sandbox.calls()).at(-1).n, lines: world.worker.logs.length };
          assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
          await talk.until(async () => (await world.sandbox.calls(seen.calls)).some((made) => made.call === call && made.fault === "late"), `${call} to be under way`);

          const mend = fail(disk, talk.id);
          await talk.until(() => hasFailed(world.worker, seen.lines), "storage to fail");
          mend();

          await talk.answered(question);
          await talk.until(() => disk.alarms() === 0, "the turn to end");
          assert.equal((await talk.posts()).length, 1);
          assert.equal(await world.timesAsked(question), 1);
          await talk.assertReplies(question);
        });
      }
    });
  }

  test("an object whose storage fails when it begins works as soon as its storage does; and one whose row a newer program wrote waits, says so at /healthz, and loses nothing", async (t) => {
    const world = await startWorld();
    t.after(() => world.stop());
    const [first, second, third] = [await world.question(), await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    const disk = new Disk(world.worker);
    const atRest = () => talk.until(() => disk.alarms() === 0, "all of it to be on disk");
    await atRest();
    await world.worker.kill();
    // Whoever opens it must write then.
    disk.run(talk.id, "DROP TABLE held");
    const mend = disk.lock(talk.id);
    await world.restart();
    const { notification_id } = await talk.says(second, { webhook: "none" });
    assert.deepEqual(await world.sandbox.deliver(notification_id), [500]);
    mend();
    assert.deepEqual(await world.sandbox.deliver(notification_id), [200]);
    await talk.answered(second);
    await atRest();

    await world.worker.kill();
    const row = disk.read(talk.id);
    const newer = { ...row, version: 99 };
    disk.edit(talk.id, () => newer);
    await world.restart();
    const before = (await talk.calls()).length;
    const later = await talk.says(third, { webhook: "none" });
    assert.deepEqual(await world.sandbox.deliver(later.notification_id), [200]);
    const red = async () => {
      const { status, text } = await world.worker.healthz();
      return status === 503 && text.includes("unreadable_state");
    };
    await talk.until(red, "/healthz to be red");
    assert.deepEqual([disk.read(talk.id), (await talk.calls()).length], [newer, before]);
    // The sweep may have told of the message too.
    assert.ok(disk.held(talk.id) >= 1);

    await world.worker.kill();
    disk.edit(talk.id, () => row);
    await world.restart();
    await talk.answered(third);
    await talk.assertReplies(first, second, third);
  });

  test("an object whose storage fails for long waits by itself: the runtime's few retries are not used up", async (t) => {
    const world = await startWorld();
    t.after(() => world.stop());
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await world.sandbox.deliver(talk.opening.notification_id);
    const mend = new Disk(world.worker).lock(talk.id);
    const failures = () => world.worker.logs.filter(({ message }) => message.includes('"wake_failed"') && message.includes(talk.id)).length;
    await talk.until(() => failures() > 0, "the alarm to fail");
    // Longer than the runtime waits before it calls again, which is first two and then four seconds.
    for (let i = 0; i < 3; i += 1) await world.meanwhile();
    assert.equal(failures(), 1);
    mend();
    await talk.answered(question);
    await talk.assertReplies(question);
  });
});

/** Whether the worker has met with a failure of its storage since this line. The object's own one is missing where the commit fails behind it. */
function hasFailed({ logs }, since) {
  return logs.slice(since).some(({ level, message }) => level === "error" && /SQLITE_|outputGateBroken/.test(message));
}

function cannotLimit() {
  const { status } = spawnSync("prlimit", ["--version"]);
  return status === 0 ? false : "prlimit, a part of Linux's util-linux, is missing";
}
