// The storage of the real object fails at each step of a turn, and nothing is lost or said twice. It is made to fail from outside,
// in two ways, which workerd reports differently:
//
// - *locked*: another process holds the write lock of the object's SQLite file. Each statement that writes is refused at once.
// - *full*: no file of workerd can grow. The statements succeed, and what fails is the commit behind them.
//
// A write that was made although its answer was lost cannot be had in this way: SQLite's answer never leaves the process. For
// the world outside it is the same as a process that ends right after its commit, which `crash.test.mjs` shows. A read that fails
// cannot be had either: pages that were read before are not read from the file again.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { CAN_BE_FILLED, Disk } from "./harness/disk.mjs";
import { startWorld } from "./harness/world.mjs";

const refusedReply = { call: "intercom.reply", kind: "fail_before", status: 400 };

const ways = {
  locked: { skip: false, fail: (disk, conversation) => disk.lock(conversation) },
  full: { skip: cannotLimit(), fail: (disk) => disk.fill() },
};

/** What the object stores after the call at which the storage fails, and how the turn ends when it works again. */
const steps = {
  "that the turn begins": { ends: "answered" },
  "whose workspace it is": { call: "intercom.me", ends: "answered" },
  "what was read": { call: "intercom.read", ends: "answered" },
  "the session": { call: "gpt_trainer.create_session", ends: "answered" },
  "the AI's answer": { call: "gpt_trainer.stream", ends: "answered" },
  "the intent to post": { call: "intercom.read", skip: 1, ends: "answered" },
  "that the reply was posted": { call: "intercom.reply", ends: "answered" },
  "that a lost reply was found": { before: { call: "intercom.reply", kind: "act_then_cut" }, call: "intercom.read", skip: 2, ends: "answered" },
  "that no teammate has the conversation": { before: refusedReply, call: "intercom.read", skip: 2, ends: "handed over" },
  "that it was assigned": { before: refusedReply, call: "intercom.parts", ends: "handed over" },
  "that a teammate was told": { before: refusedReply, call: "intercom.note", ends: "handed over" },
};

for (const [way, { skip, fail }] of Object.entries(ways)) {
  describe(`storage that is ${way}`, { concurrency: 6, skip }, () => {
    test("a message that cannot be stored is answered 500, and answered when Intercom sends it again", async (t) => {
      const world = await startWorld({ workerEnv: CAN_BE_FILLED });
      t.after(() => world.stop());
      const [first, second] = [await world.question(), await world.question()];
      const talk = await world.open(first);
      await talk.answered(first);
      await talk.assertEnded("replied");

      const mend = fail(new Disk(world.worker), talk.id);
      const { notification_id } = await talk.says(second, { webhook: "none" });
      assert.deepEqual(await world.sandbox.deliver(notification_id, 2), [500, 500]);
      mend();
      assert.deepEqual(await world.sandbox.deliver(notification_id), [200]);
      await talk.answered(second);
      await talk.assertStays(first, second);
      assert.equal(await world.timesAsked(second), 1);
    });

    for (const [what, { before, call, skip = 0, ends }] of Object.entries(steps)) {
      test(`${what} cannot be stored: when it can, the turn goes on and is ${ends}`, async (t) => {
        const world = await startWorld({ ownActs: "untold", workerEnv: CAN_BE_FILLED });
        t.after(() => world.stop());
        const disk = new Disk(world.worker);
        const question = await world.question();
        const talk = await world.open(question, { webhook: "none" });
        if (before) await talk.fault(before);
        // Long enough for storage to fail while the call is under way: its result is what cannot be stored.
        if (call) await world.sandbox.fault({ call, skip, kind: "late", ms: 1_000 });
        assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
        const underWay = async () => (await world.sandbox.calls()).some((made) => made.call === call && made.fault === "late");
        if (call) await talk.until(underWay, `${call} to be under way`);

        const mend = fail(disk, talk.id);
        await talk.until(() => hasFailed(world.worker), "storage to fail");
        mend();

        if (ends === "answered") await talk.answered(question, 40_000);
        else await talk.handedOver(40_000);
        await talk.until(() => disk.alarms() === 0, "the turn to end", 40_000);
        assert.equal((await talk.posts()).length, 1);
        assert.equal(await world.timesAsked(question), 1);
        if (ends === "answered") await talk.assertStays(question);
        else await talk.assertReplies();
      });
    }
  });
}

describe("an object whose storage fails", { concurrency: true }, () => {
  test("when it begins works as soon as its storage does", async (t) => {
    const world = await startWorld();
    t.after(() => world.stop());
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    await talk.assertEnded("replied");
    await world.worker.kill();
    const disk = new Disk(world.worker);
    // As a version left it that did not have this table yet: whoever opens it must write.
    disk.run(talk.id, "DROP TABLE held");
    const mend = disk.lock(talk.id);
    await world.restart();

    const { notification_id } = await talk.says(second, { webhook: "none" });
    assert.deepEqual(await world.sandbox.deliver(notification_id), [500]);
    mend();
    assert.deepEqual(await world.sandbox.deliver(notification_id), [200]);
    await talk.answered(second);
    await talk.assertStays(first, second);
  });

  test("for long waits by itself: the runtime's few retries are not used up", async (t) => {
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
    await talk.assertStays(question);
  });
});

/** Whether the worker has met with a failure of its storage. The object's own line is missing where the commit fails behind it. */
function hasFailed({ logs }) {
  return logs.some(({ level, message }) => level === "error" && /SQLITE_|outputGateBroken/.test(message));
}

function cannotLimit() {
  const { status } = spawnSync("prlimit", ["--version"]);
  return status === 0 ? false : "prlimit, a part of Linux's util-linux, is missing";
}
