// What becomes of a reply whose post failed, or whose outcome nobody knows: exactly one in public, or a person is told.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourReplies } from "./harness/counting.mjs";
import { startWorld } from "./harness/world.mjs";

describe("the outcome of a reply", { concurrency: 8 }, () => {
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

  /** A conversation whose reply fails so, and its notification only then. */
  async function withReplyFault(fault) {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", ...fault });
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    return { question, talk };
  }

  const sentAndFound = {
    "posted, and the connection cut": { kind: "act_then_cut" },
    "posted, and 500 in Intercom's own format": { kind: "act_then_500" },
    "posted, and 500 with a page": { kind: "act_then_500", json: false },
    "posted, and 502 with a page": { kind: "act_then_502" },
    "posted, and 200 with a page": { kind: "html_200" },
    "posted, and half a JSON text": { kind: "malformed" },
    "posted, and half a body": { kind: "half_body" },
    "posted, and answered after 12 s": { kind: "late", ms: 12_000 },
    "posted, and never answered": { kind: "never_answer", acts: true },
  };
  for (const [what, fault] of Object.entries(sentAndFound)) {
    test(`${what}: it is found, and not posted again`, async () => {
      const { question, talk } = await withReplyFault(fault);
      await talk.answered(question);
      await talk.until(async () => (await readsAfterReply(talk)) > 0, "a read after the reply", 30_000);
      // A customer who goes on gets the next answer, and only that.
      await talk.assertStays(question);
      await talk.assertEnded("replied", "replied");
      assert.equal((await talk.calls("intercom.reply")).length, 2);
      assert.equal(await world.timesAsked(question), 1);
    });
  }

  const postedAgain = {
    "500 in Intercom's own format, without effect": { kind: "fail_before", status: 500 },
    "500 in Intercom's own format, without effect, twice": { kind: "fail_before", status: 500, times: 2 },
    "503 in Intercom's own format, without effect": { kind: "fail_before", status: 503 },
    "429, and the window ends in 2 s": { kind: "rate_limited", reset_in_s: 2 },
  };
  for (const [what, fault] of Object.entries(postedAgain)) {
    test(`${what}: it is posted again`, async () => {
      const { question, talk } = await withReplyFault(fault);
      await talk.answered(question, 30_000);
      const attempts = await talk.calls("intercom.reply");
      assert.equal(attempts.length, 1 + (fault.times ?? 1));
      if (fault.kind === "rate_limited") assert.ok(attempts[1].at_ms - attempts[0].at_ms >= 1_000, "the window was waited for");
      await talk.assertStays(question);
      assert.equal(await world.timesAsked(question), 1);
    });
  }

  const neverKnown = {
    "502 with a page, without effect": { kind: "fail_before", status: 502, json: false },
    "500 with a page, without effect": { kind: "fail_before", status: 500, json: false },
    "408, without effect": { kind: "fail_before", status: 408 },
    "the connection cut, without effect": { kind: "cut_before" },
    "never answered, without effect": { kind: "never_answer", acts: false },
  };
  for (const [what, fault] of Object.entries(neverKnown)) {
    test(`${what}: it could still land, so a person is told and nothing is posted again`, async () => {
      const { question, talk } = await withReplyFault(fault);
      const notes = await talk.handedOver(45_000);
      assert.ok(notes.some((note) => note.body.includes(question.answer)), `the note holds the unsent answer: ${JSON.stringify(notes)}`);
      await world.meanwhile();
      await talk.assertReplies();
      await talk.assertEnded("handed_over");
      assert.equal((await talk.calls("intercom.reply")).length, 1);
      assert.equal(await world.timesAsked(question), 1);
    });
  }

  test("a post that lands long after its connection was cut is the only one", async () => {
    const { question, talk } = await withReplyFault({ kind: "late", ms: 14_000, acts_first: false });
    await talk.handedOver(45_000);
    await talk.answered(question, 30_000);
    await world.meanwhile();
    await talk.assertReplies(question);
    assert.equal((await talk.calls("intercom.reply")).length, 1);
  });

  for (const status of [422, 400]) {
    test(`refused with ${status}: a person is told, and nothing is posted again`, async () => {
      const { question, talk } = await withReplyFault({ kind: "fail_before", status, times: 0 });
      const notes = await talk.handedOver(30_000);
      assert.ok(notes.some((note) => note.body.includes(question.answer)), `the note holds the unsent answer: ${JSON.stringify(notes)}`);
      await world.meanwhile();
      await talk.assertReplies();
      await talk.assertEnded("handed_over");
      assert.equal((await talk.posts()).length, 1);
    });
  }

  test("a token that is refused keeps the reply until it is mended", async () => {
    const { question, talk } = await withReplyFault({ kind: "fail_before", status: 401 });
    await talk.answered(question, 120_000);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("a teammate who speaks while an unknown reply is looked for is not spoken over", async () => {
    const { question, talk } = await withReplyFault({ kind: "fail_before", status: 500 });
    await talk.called("intercom.reply");
    await talk.teammate("reply", { body: "<p>I am on it.</p>" });
    await talk.until(async () => (await readsAfterReply(talk)) > 0, "a read after the reply", 30_000);
    await talk.assertEnded("stood_down");
    await world.meanwhile();
    await talk.assertReplies();
    assert.equal(await world.timesAsked(question), 1);
  });

  test("a note or assignment that fails is made good", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "fail_before", status: 422, times: 0 });
    await talk.fault({ call: "intercom.parts", kind: "fail_before", status: 500 });
    await talk.fault({ call: "intercom.note", kind: "fail_before", status: 502, json: false });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.handedOver(60_000);
    await world.meanwhile();
    assert.deepEqual(ourReplies(await talk.record()), []);
  });

  async function readsAfterReply(talk) {
    const calls = await talk.calls();
    const reply = calls.find((call) => call.call === "intercom.reply");
    return calls.filter((call) => call.call === "intercom.read" && call.status === 200 && call.n > (reply?.n ?? Infinity)).length;
  }
});
