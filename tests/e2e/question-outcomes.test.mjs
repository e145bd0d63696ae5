// What becomes of a question to the AI that ends as only a real connection does. Faults of GPT Trainer know no conversation, so
// these run one after another.
//
// shows: G2

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { CHATBOT, secrets } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

describe("the outcome of a question", () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld();
  });
  afterEach(() => world?.sandbox.mend());
  after(async () => {
    try {
      await world?.assertOneQuestionAtATime();
    } finally {
      await world?.stop();
    }
  });

  async function withFault(fault) {
    await world.sandbox.fault({ call: "gpt_trainer.stream", ...fault });
    const question = await world.question();
    return { question, talk: await world.open(question) };
  }

  const paidAlready = {
    "answered, and the connection cut": { kind: "act_then_cut" },
    "answered, and only half the body arrived": { kind: "half_body" },
    "answered, and the bytes are no UTF-8": { kind: "malformed" },
  };
  for (const [what, fault] of Object.entries(paidAlready)) {
    test(`${what}: the answer is looked up, and asked for once only`, async () => {
      const { question, talk } = await withFault(fault);
      await talk.answered(question);
      assert.equal(await world.timesAsked(question), 1);
      await talk.assertReplies(question);
    });
  }

  test("429: it is asked again", async () => {
    const { question, talk } = await withFault({ kind: "rate_limited", reset_in_s: 1 });
    await talk.answered(question);
    assert.equal(await world.timesAsked(question), 1);
    await talk.assertReplies(question);
  });

  test("the stream endpoint is missing: non-stream is asked", async () => {
    const { question, talk } = await withFault({ kind: "fail_before", status: 404, times: 0 });
    await talk.answered(question);
    const calls = await world.sandbox.calls();
    assert.ok(calls.some((call) => call.call === "gpt_trainer.non_stream" && call.body?.query?.includes(question.mark)));
    assert.equal(await world.timesAsked(question), 1);
    await talk.assertReplies(question);
  });

  test("an answer that is only GPT Trainer's rate limit message is never posted", async () => {
    const chatbot = await (await fetch(`${world.sandbox.url}/gpt-trainer/api/v1/chatbot/${CHATBOT}`, { headers: { authorization: `Bearer ${secrets.GPT_TRAINER_API_KEY}` } })).json();
    const message = chatbot.meta.rate_limit_message;
    assert.ok(message, JSON.stringify(chatbot));
    const { question, talk } = await withFault({ kind: "answer_text", text: message });
    await talk.answered(question);
    await talk.assertReplies(question);
    assert.ok(!(await talk.record()).parts.some((part) => part.body?.includes(message)));
  });
});

test("an AI that is down until the deadline: nothing is posted, and a person is told", async (t) => {
  const world = await startWorld({ settings: { ANSWER_DEADLINE_SECONDS: "6" } });
  t.after(() => world.stop());
  await world.sandbox.fault({ call: "gpt_trainer.*", kind: "fail_before", status: 500, times: 0 });
  const question = await world.question();
  const talk = await world.open(question);
  await talk.handedOver();
  await talk.assertEnded("handed_over");
  await talk.assertReplies();
});
