// What becomes of a question to the AI that failed, or whose outcome nobody knows. Faults of GPT Trainer know no conversation,
// so these run one after another.

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
    "answered, and 500 in GPT Trainer's own format": { kind: "act_then_500" },
    "answered, and 502 with a page": { kind: "act_then_502" },
    "answered, and 200 with a page": { kind: "html_200" },
    "answered, and only half the body arrived": { kind: "half_body" },
    "answered, and the bytes are no UTF-8": { kind: "malformed" },
  };
  for (const [what, fault] of Object.entries(paidAlready)) {
    test(`${what}: the answer is looked up, and asked for once only`, async () => {
      const { question, talk } = await withFault(fault);
      await talk.answered(question, 30_000);
      assert.equal(await world.timesAsked(question), 1);
      await talk.assertStays(question);
    });
  }

  test("500 in GPT Trainer's own format, without effect: it is asked again", async () => {
    const { question, talk } = await withFault({ kind: "fail_before", status: 500 });
    await talk.answered(question, 30_000);
    assert.equal(await world.timesAsked(question), 1);
    await talk.assertStays(question);
  });

  test("429: it is asked again", async () => {
    const { question, talk } = await withFault({ kind: "rate_limited", reset_in_s: 1 });
    await talk.answered(question, 30_000);
    assert.equal(await world.timesAsked(question), 1);
    await talk.assertStays(question);
  });

  for (const status of [404, 405]) {
    test(`the stream endpoint is missing (${status}): non-stream is asked`, async () => {
      const { question, talk } = await withFault({ kind: "fail_before", status, times: 0 });
      await talk.answered(question);
      const calls = await world.sandbox.calls();
      assert.ok(calls.some((call) => call.call === "gpt_trainer.non_stream" && call.body?.query?.includes(question.mark)));
      assert.equal(await world.timesAsked(question), 1);
      await talk.assertStays(question);
    });
  }

  test("a session that is gone is made anew once, with the conversation so far in front of the question", async () => {
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    const gone = await world.sessionOf(first);
    await world.sandbox.forgetSession(gone.uuid);
    await talk.says(second);
    await talk.answered(second);

    const anew = await world.sessionOf(second);
    assert.notEqual(anew.uuid, gone.uuid);
    const { query } = anew.messages.find((message) => message.query.includes(second.mark));
    const places = [first.words, first.answer, second.words].map((text) => query.indexOf(text));
    assert.ok(places[0] >= 0 && places[0] < places[1] && places[1] < places[2], query);
    await talk.assertStays(first, second);
    const third = (await world.sandbox.sessions()).filter((session) => session.messages.some((message) => message.query.includes(second.mark)));
    assert.equal(third.length, 1, "the session is made anew once");
  });

  test("the session could not be made at first: it is made, and the question answered", async () => {
    await world.sandbox.fault({ call: "gpt_trainer.create_session", kind: "fail_before", status: 500 });
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question, 30_000);
    await talk.assertStays(question);
  });

  test("an answer that is only GPT Trainer's rate limit message is never posted", async () => {
    const chatbot = await (await fetch(`${world.sandbox.url}/gpt-trainer/api/v1/chatbot/${CHATBOT}`, { headers: { authorization: `Bearer ${secrets.GPT_TRAINER_API_KEY}` } })).json();
    const message = chatbot.meta.rate_limit_message;
    assert.ok(message, JSON.stringify(chatbot));
    const { question, talk } = await withFault({ kind: "answer_text", text: message });
    await talk.answered(question, 40_000);
    await talk.assertStays(question);
    assert.ok(!(await talk.record()).parts.some((part) => part.body?.includes(message)));
  });
});

// These take as long as a turn may be retried, so each has a worker of its own and they run side by side.
describe("an AI that has no answer", { concurrency: true }, () => {
  const failing = {
    "answers with nothing": { call: "gpt_trainer.*", kind: "empty" },
    "is down": { call: "gpt_trainer.*", kind: "fail_before", status: 500 },
    "never comes back": { call: "gpt_trainer.stream", kind: "cut_before" },
  };
  for (const [what, fault] of Object.entries(failing)) {
    test(`that ${what}: nothing is posted, and a person is told`, async (t) => {
      const world = await startWorld();
      t.after(() => world.stop());
      await world.sandbox.fault({ ...fault, times: 0 });
      const question = await world.question();
      const talk = await world.open(question);
      await talk.handedOver(60_000);
      await world.sandbox.mend();
      await world.meanwhile();
      await talk.assertReplies();
      await world.assertOneQuestionAtATime();
    });
  }
});
