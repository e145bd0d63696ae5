// Beside Fin: never two bots at once, and nobody waits for a bot that is silent.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startWorld } from "./harness/world.mjs";

describe("while Fin answers, OTHER_BOT=stand_down", { concurrency: 8 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { ANSWER_DEADLINE_SECONDS: "12" } });
  });
  after(() => world?.stop());

  /** A conversation in which Fin takes part before we hear of it. */
  async function besideFin(resolution) {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fin(resolution);
    await world.sandbox.deliver(talk.opening.notification_id);
    return { question, talk };
  }

  const looked = (talk) => talk.called("intercom.read");

  test("the turn is held, and ours when Fin hands off without telling", async () => {
    const { question, talk } = await besideFin(null);
    await looked(talk);
    await talk.assertReplies();
    await talk.fin("escalated");
    await talk.answered(question, 30_000);
    await talk.assertStays(question);
  });

  for (const resolution of ["escalated", "negative_feedback", "procedure_handoff"]) {
    test(`${resolution} frees the turn`, async () => {
      const { question, talk } = await besideFin(resolution);
      await talk.answered(question);
    });
  }

  for (const resolution of ["assumed_resolution", "confirmed_resolution"]) {
    test(`${resolution} counts as answered`, async () => {
      const { question, talk } = await besideFin(resolution);
      await talk.assertEnded("stood_down");
      await talk.assertReplies();
      assert.equal(await world.timesAsked(question), 0);
    });
  }

  test("Fin's answer ends the turn", async () => {
    const { question, talk } = await besideFin(null);
    await looked(talk);
    await talk.bot("By the button.", { is_ai_answer: true, from_ai_agent: true });
    await talk.assertEnded("stood_down");
    await talk.assertReplies();
    assert.equal(await world.timesAsked(question), 0);
  });

  test("Fin's answer that comes while our AI thinks stops ours", async () => {
    const question = await world.question({ delay_ms: 2_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    await talk.bot("By the button.", { is_ai_answer: true, from_ai_agent: true, webhook: "none" });
    await talk.assertEnded("stood_down");
    await talk.assertReplies();
  });

  test("a person is told when Fin says nothing until the deadline", async () => {
    const { talk } = await besideFin(null);
    const [note] = await talk.handedOver(40_000);
    assert.ok(note.body.includes("Another bot has this conversation"), note.body);
    await talk.assertReplies();
  });

  test("a greeting of Operator is no answer", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.bot("Give the team a way to reach you", { as_admin_replied: true });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.answered(question);
  });
});

test("OTHER_BOT=take_turns: Fin's answer is one, and the next message is ours", async (t) => {
  const world = await startWorld({ settings: { OTHER_BOT: "take_turns" } });
  t.after(() => world.stop());
  const [first, second] = [await world.question(), await world.question()];
  const talk = await world.open(first, { webhook: "none" });
  await talk.fin(null);
  await talk.bot("By the button.", { is_ai_answer: true, from_ai_agent: true, webhook: "none" });
  await world.sandbox.deliver(talk.opening.notification_id);
  await talk.assertEnded("stood_down");
  await talk.says(second);
  await talk.answered(second);
  await talk.assertReplies(second);
  assert.equal(await world.timesAsked(first), 0);
});
