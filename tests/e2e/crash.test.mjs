// The whole process group is killed in each phase of a turn, and started again on the same storage.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startWorld } from "./harness/world.mjs";

describe("SIGKILL", { concurrency: 3 }, () => {
  /** A turn, a kill when `reached` says so, a restart. */
  async function killed(t, { delay_ms, prepare = async () => {}, reached }) {
    const world = await startWorld({ ownActs: "untold" });
    t.after(() => world.stop());
    const question = await world.question({ delay_ms });
    const talk = await world.open(question, { webhook: "none" });
    await prepare(talk, world);
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    await reached(talk, question, world);
    await world.worker.kill();
    const before = (await world.sandbox.calls()).length;
    await world.worker.restart();
    return { world, question, talk, before };
  }

  test("right after the 200, before the alarm: it is answered", async (t) => {
    const { question, talk, before } = await killed(t, { reached: async () => {} });
    assert.equal(before, 0, "the kill came before anything was called");
    await talk.answered(question, 30_000);
    await talk.assertStays(question);
  });

  test("right after the 200, and the notification comes again after the restart: it is one message", async (t) => {
    const { world, question, talk } = await killed(t, { reached: async () => {} });
    await world.sandbox.deliver(talk.opening.notification_id, 5);
    await talk.answered(question, 30_000);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("while messages are gathered: all are answered in one reply", async (t) => {
    const added = [];
    const { world, question, talk } = await killed(t, {
      reached: async (talk, _, world) => {
        added.push(await world.question());
        const { notification_id } = await talk.says(added[0], { webhook: "none" });
        await world.sandbox.deliver(notification_id);
      },
    });
    await talk.answered(added[0], 30_000);
    const { query } = (await world.sessionOf(added[0])).messages.find((message) => message.query.includes(added[0].mark));
    assert.ok(query.includes(question.mark), query);
    await talk.assertStays(added[0]);
  });

  test("while the conversation is read: it is answered", async (t) => {
    const { question, talk } = await killed(t, {
      prepare: (talk) => talk.fault({ call: "intercom.read", kind: "never_answer", acts: false }),
      reached: (talk) => talk.called("intercom.read"),
    });
    await talk.answered(question, 30_000);
    await talk.assertStays(question);
  });

  test("while the session is made: it is answered", async (t) => {
    const { world, question, talk } = await killed(t, {
      prepare: (_, world) => world.sandbox.fault({ call: "gpt_trainer.create_session", kind: "never_answer", acts: true }),
      reached: async (talk, _, world) => {
        await talk.until(async () => (await world.sandbox.calls()).some(({ call }) => call === "gpt_trainer.create_session"), "a session to be made");
      },
    });
    await talk.answered(question, 40_000);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("while the AI is asked: the answer that it makes meanwhile is used, and it is asked once only", async (t) => {
    const { world, question, talk } = await killed(t, { delay_ms: 1_000, reached: (talk, question) => talk.asking(question) });
    await talk.answered(question, 30_000);
    assert.equal(await world.timesAsked(question), 1);
    await talk.assertStays(question);
    await world.assertOneQuestionAtATime();
  });

  test("when the AI has answered, before anything is posted: the paid answer is used", async (t) => {
    const { world, question, talk } = await killed(t, {
      prepare: (talk) => talk.fault({ call: "intercom.read", kind: "never_answer", acts: false, skip: 1 }),
      reached: (talk) => talk.called("intercom.read", (read) => read.fault === "never_answer"),
    });
    await talk.answered(question, 30_000);
    assert.equal(await world.timesAsked(question), 1);
    await talk.assertStays(question);
  });

  test("while the reply is posted, and it was: it is found and not posted again", async (t) => {
    const { world, question, talk } = await killed(t, {
      prepare: (talk) => talk.fault({ call: "intercom.reply", kind: "never_answer", acts: true }),
      reached: (talk) => talk.called("intercom.reply", (reply) => reply.acted),
    });
    await talk.until(async () => (await talk.calls("intercom.read")).length > 2, "a read after the restart", 30_000);
    await world.meanwhile();
    await talk.assertStays(question);
    assert.equal((await talk.calls("intercom.reply")).length, 2);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("while the reply is posted, and it was not: it could still land, so a person is told", async (t) => {
    const { world, question, talk } = await killed(t, {
      prepare: (talk) => talk.fault({ call: "intercom.reply", kind: "never_answer", acts: false }),
      reached: (talk) => talk.called("intercom.reply"),
    });
    const notes = await talk.handedOver(40_000);
    assert.ok(notes.some((note) => note.body.includes(question.answer)), JSON.stringify(notes));
    await world.meanwhile();
    await talk.assertReplies();
    await talk.assertEnded("handed_over");
    assert.equal((await talk.calls("intercom.reply")).length, 1);
  });

  test("while the reply is posted, and it lands after the restart: it stays the only one", async (t) => {
    const { world, question, talk } = await killed(t, {
      prepare: (talk) => talk.fault({ call: "intercom.reply", kind: "late", ms: 9_000, acts_first: false }),
      reached: (talk) => talk.called("intercom.reply"),
    });
    await talk.answered(question, 40_000);
    await talk.until(async () => (await talk.calls("intercom.read")).length > 2, "a read after the restart", 30_000);
    await world.meanwhile();
    await talk.assertReplies(question);
    assert.equal((await talk.calls("intercom.reply")).length, 1);
  });

  test("before the webhook came: Intercom sends it again, and it is answered", async (t) => {
    const world = await startWorld({ ownActs: "untold" });
    t.after(() => world.stop());
    await world.worker.kill();
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [null]);
    await world.worker.restart();
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    await talk.answered(question, 30_000);
    await talk.assertStays(question);
  });

  test("again and again through one turn: it is answered once", async (t) => {
    const world = await startWorld({ ownActs: "untold" });
    t.after(() => world.stop());
    const question = await world.question({ delay_ms: 500 });
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.read", kind: "never_answer", acts: false });
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    await world.worker.restart();
    // While a read hangs the worker is certainly not about to ask: a question of which nobody knows whether it left is not asked again soon.
    await talk.called("intercom.read");
    await world.worker.restart();
    await talk.asking(question);
    await world.worker.restart();
    await talk.answered(question, 40_000);
    await world.worker.restart();
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });
});
