// What becomes of a reply whose post ends as only a real connection does: exactly one in public, or a person is told. How each
// status and body is judged is told natively.
//
// shows: G1

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startWorld } from "./harness/world.mjs";

describe("the outcome of a reply", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ ownActs: "untold" });
  });
  after(async () => {
    try {
      await world?.assertOneQuestionAtATime();
    } finally {
      await world?.stop();
    }
  });

  /** A conversation whose reply fails so, and its webhook only then. */
  async function withReplyFault(fault) {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", ...fault });
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    return { question, talk };
  }

  const sentAndFound = {
    "posted, and the connection cut": { kind: "act_then_cut" },
    "posted, and 502 with a page": { kind: "act_then_502" },
    "posted, and half a body": { kind: "half_body" },
    "posted, and never answered": { kind: "never_answer", acts: true },
  };
  for (const [what, fault] of Object.entries(sentAndFound)) {
    test(`${what}: it is found, and not posted again`, async () => {
      const { question, talk } = await withReplyFault(fault);
      await talk.assertEnded("replied");
      // A customer who goes on gets the next answer, and only that.
      await talk.assertStays(question);
      await talk.assertEnded("replied", "replied");
      assert.equal((await talk.posts()).length, 2);
      assert.equal(await world.timesAsked(question), 1);
    });
  }

  test("429, and the window ends in 2 s: it is posted again after that", async () => {
    const { question, talk } = await withReplyFault({ kind: "rate_limited", reset_in_s: 2 });
    await talk.answered(question);
    const attempts = await talk.posts();
    assert.equal(attempts.length, 2);
    assert.ok(attempts[1].at_ms - attempts[0].at_ms >= 1_000, "the window was waited for");
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  const neverKnown = {
    "the connection cut, without effect": { kind: "cut_before" },
    "never answered, without effect": { kind: "never_answer", acts: false },
  };
  for (const [what, fault] of Object.entries(neverKnown)) {
    test(`${what}: it could still land, so a person is told and nothing is posted again`, async () => {
      const { question, talk } = await withReplyFault(fault);
      const notes = await talk.handedOver();
      assert.ok(notes.some((note) => note.body.includes(question.answer)), `the note holds the unsent answer: ${JSON.stringify(notes)}`);
      await talk.assertEnded("handed_over");
      await world.meanwhile();
      await talk.assertReplies();
      assert.equal((await talk.calls("intercom.reply")).length, 1);
      assert.equal(await world.timesAsked(question), 1);
    });
  }
});
