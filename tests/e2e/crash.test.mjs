// The whole process group is killed while conversations are in every phase of a turn, and started again on the same storage.
//
// shows: G1, G2, G3, G4

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourAssignments, ourLines, ourNotes } from "./harness/counting.mjs";
import { startWorld } from "./harness/world.mjs";

const SETTINGS = { QUIET_SECONDS: "3", QUIET_CAP_SECONDS: "6", HANDOVER_PHRASES: "talk to a human" };
const hangs = (call, acts, more = {}) => ({ call, kind: "never_answer", acts, ...more });

describe("SIGKILL", { concurrency: true }, () => {
  describe("once, and conversations", { concurrency: true }, () => {
    /** @type {import("./harness/world.mjs").World} */
    let world;
    /** What each is about, by its phase. @type {Record<string, { talk: import("./harness/world.mjs").Talk, question: import("./harness/world.mjs").Question }>} */
    const in_ = {};

    /** A conversation with these faults, of which Intercom has not told. */
    async function opened(phase, { words, delay_ms, faults = [] } = {}) {
      const question = await world.question({ delay_ms });
      const talk = await world.open(question, { webhook: "none", ...(words ? { body: `<p>${words}</p>` } : {}) });
      for (const fault of faults) await talk.fault(fault);
      in_[phase] = { talk, question };
      return talk;
    }

    /** One of which it has. */
    async function begun(phase, how) {
      const talk = await opened(phase, how);
      assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    }

    before(async () => {
      world = await startWorld({ settings: SETTINGS, ownActs: "untold" });
      await world.sandbox.fault(hangs("gpt_trainer.create_session", true));
      await begun("session");
      await in_.session.talk.until(async () => (await world.sandbox.calls()).some(({ fault }) => fault === "never_answer"), "a session to be made");

      await Promise.all([
        begun("reading", { faults: [hangs("intercom.read", false)] }),
        begun("asking", { delay_ms: 8_000 }),
        begun("answered", { faults: [hangs("intercom.read", false, { skip: 1 })] }),
        begun("posted", { faults: [hangs("intercom.reply", true)] }),
        begun("not posted", { faults: [hangs("intercom.reply", false)] }),
        begun("posted later", { faults: [{ call: "intercom.reply", kind: "late", ms: 9_000, acts_first: false }] }),
        begun("assigned", { words: "talk to a human", faults: [hangs("intercom.parts", true)] }),
        begun("not noted", { words: "talk to a human", faults: [hangs("intercom.note", false)] }),
        begun("line said", { words: "talk to a human", faults: [hangs("intercom.reply", true)] }),
      ]);
      await in_.asking.talk.asking(in_.asking.question);
      const stuck = ({ fault }) => fault !== undefined;
      await Promise.all([
        in_.reading.talk.called("intercom.read", stuck), in_.answered.talk.called("intercom.read", stuck),
        ...["posted", "not posted", "posted later", "line said"].map((phase) => in_[phase].talk.called("intercom.reply", stuck)),
        in_.assigned.talk.called("intercom.parts", stuck), in_["not noted"].talk.called("intercom.note", stuck),
      ]);

      const [justTold, gathering] = [await opened("just told"), await opened("gathering")];
      in_.gathering.added = await world.question();
      const added = await gathering.says(in_.gathering.added, { webhook: "none" });
      const said = [justTold.opening, gathering.opening, added].map(({ notification_id }) => world.sandbox.deliver(notification_id));
      assert.deepEqual((await Promise.all(said)).flat(), [200, 200, 200]);
      await world.worker.kill();
      for (const phase of ["just told", "gathering"]) assert.deepEqual(await in_[phase].talk.calls(), [], `${phase}: the kill came before anything was called`);

      const untold = await opened("untold");
      assert.deepEqual(await world.sandbox.deliver(untold.opening.notification_id), [null]);
      await world.restart(SETTINGS);
      await world.sandbox.deliver(in_["just told"].talk.opening.notification_id, 5);
      assert.deepEqual(await world.sandbox.deliver(untold.opening.notification_id), [200]);
    });
    after(async () => {
      try {
        await world?.assertOneQuestionAtATime();
      } finally {
        await world?.stop();
      }
    });

    const answered = {
      "just told": "that was only just acknowledged, and of which Intercom tells five times more, is answered",
      reading: "that was being read is answered",
      session: "whose session was being made is answered",
      asking: "about which the AI was being asked gets the answer that was made meanwhile",
      answered: "whose answer was there gets that answer",
      untold: "of which Intercom could tell only afterwards is answered",
    };
    for (const [phase, what] of Object.entries(answered)) {
      test(`one ${what}, once`, async () => {
        const { talk, question } = in_[phase];
        await talk.answered(question);
        await talk.assertStays(question);
        assert.equal(await world.timesAsked(question), 1);
      });
    }

    test("one whose messages were being gathered has all of them answered in one reply", async () => {
      const { talk, question, added } = in_.gathering;
      await talk.answered(added);
      const { query } = (await world.sessionOf(added)).messages.find((message) => message.query.includes(added.mark));
      assert.ok(query.includes(question.mark), query);
      await talk.assertStays(added);
    });

    test("one whose reply was posted without an answer keeps that one", async () => {
      const { talk, question } = in_.posted;
      await talk.assertEnded("replied");
      await talk.assertStays(question);
      assert.equal((await talk.posts()).length, 2, "that one, and one for the later turn");
      assert.equal(await world.timesAsked(question), 1);
    });

    test("one whose reply may still land is told to a person, and the reply stays away", async () => {
      const { talk, question } = in_["not posted"];
      const notes = await talk.handedOver();
      assert.ok(notes.some((note) => note.body.includes(question.answer)), JSON.stringify(notes));
      await talk.assertEnded("handed_over");
      await world.meanwhile();
      await talk.assertReplies();
      assert.equal((await talk.posts()).length, 1);
    });

    test("one whose reply lands after the restart has no other", async () => {
      const { talk, question } = in_["posted later"];
      await talk.answered(question);
      await talk.until(() => talk.outcomes().length > 0, "the turn to end");
      await world.meanwhile();
      await talk.assertReplies(question);
      assert.equal((await talk.posts()).length, 1);
    });

    for (const phase of ["assigned", "not noted", "line said"]) {
      test(`one that was being handed over (${phase}) is handed over whole, each step once`, async () => {
        const { talk } = in_[phase];
        await talk.lineSaid();
        await talk.assertEnded("handed_over");
        const record = await talk.record();
        assert.deepEqual([ourAssignments(record).length, ourNotes(record).length, ourLines(record).length], [1, 1, 1], await talk.tell());
        await talk.assertReplies();
      });
    }
  });

  test("again and again through one turn: it is answered once", async (t) => {
    const world = await startWorld({ ownActs: "untold" });
    t.after(() => world.stop());
    const question = await world.question({ delay_ms: 500 });
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault(hangs("intercom.read", false));
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    await world.worker.restart();
    // While a read hangs the worker is certainly not about to ask: a question of which nobody knows whether it left is not asked again soon.
    await talk.called("intercom.read");
    await world.worker.restart();
    await talk.asking(question);
    await world.worker.restart();
    await talk.answered(question);
    await world.worker.restart();
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });
});
