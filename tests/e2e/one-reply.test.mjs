// One reply for each turn, when nothing fails: duplicates, bursts, messages and teammates that come in between.
//
// shows: G1, G3

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { JOHN, OURSELVES } from "./harness/settings.mjs";
import { ourAssignments, ourNotes } from "./harness/counting.mjs";
import { isQuestion, startWorld } from "./harness/world.mjs";

describe("one reply", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld();
  });
  after(async () => {
    try {
      await world?.assertOneQuestionAtATime();
    } finally {
      await world?.stop();
    }
  });

  test("a message is answered once, and the next one in the same session", async () => {
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    await talk.says(second);
    await talk.answered(second);
    await talk.assertEnded("replied", "replied");
    await talk.assertReplies(first, second);
    assert.equal((await world.sessionOf(first)).uuid, (await world.sessionOf(second)).uuid);
  });

  test("the whole text reaches the AI, and the whole answer the customer", async () => {
    const question = await world.question();
    await world.sandbox.script({ contains: question.mark, answer: `${question.answer}\n\nÜber "café" & 1 < 2 ☕ it says **bold**.` });
    const talk = await world.open(question, { body: `<p>Caf&eacute; &amp; ☕?<br>${question.words}</p>` });
    await talk.answered(question);
    const asked = (await world.sessionOf(question)).messages.find(({ query }) => query.includes(question.mark));
    assert.match(asked.query, /Café & ☕\?\n+How do I export/u);
    const [reply] = (await talk.record()).parts.filter((part) => part.body?.includes(question.answer));
    assert.match(reply.body, /Über (?:"|&quot;)café(?:"|&quot;) &amp; 1 &lt; 2 ☕ it says <b>bold<\/b>\./u);
    assert.equal(reply.author.id.toString(), OURSELVES);
    assert.equal(reply.part_type, "comment");
  });

  test("ten duplicates that arrive at once are one message", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    const statuses = await world.sandbox.deliver(talk.opening.notification_id, 10);
    assert.deepEqual(statuses, Array(10).fill(200));
    await talk.answered(question);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("three quick messages are one question and one reply", async () => {
    const burst = [await world.question(), await world.question(), await world.question()];
    const talk = await world.open(burst[0], { webhook: "none" });
    const said = [talk.opening, await talk.says(burst[1], { webhook: "none" }), await talk.says(burst[2], { webhook: "none" })];
    for (const { notification_id } of said) assert.deepEqual(await world.sandbox.deliver(notification_id), [200]);
    await talk.answered(burst[2]);
    const asked = (await world.sessionOf(burst[0])).messages;
    assert.equal(asked.length, 1);
    const places = burst.map(({ mark }) => asked[0].query.indexOf(mark));
    assert.ok(places.every((place) => place >= 0) && places[0] < places[1] && places[1] < places[2], asked[0].query);
    await talk.assertStays(burst[2]);
  });

  test("a message that comes while the AI thinks is answered in the one reply", async () => {
    const slow = await world.question({ delay_ms: 4_000 });
    const talk = await world.open(slow);
    await talk.asking(slow);
    const added = await world.question();
    await talk.says(added);
    await talk.answered(added);
    await talk.assertStays(added);

    const session = await world.sessionOf(added);
    const query = session.messages.find((message) => message.query.includes(added.mark)).query;
    assert.ok(query.includes(slow.mark), `the question that was answered holds both messages: ${query}`);
    const superseded = session.messages.filter((message) => !message.query.includes(added.mark) && message.query.includes(slow.mark));
    assert.deepEqual(superseded, [], "the superseded answer is deleted from the session");
  });

  const acts = {
    "replies while the AI thinks is not spoken over": (talk) => talk.teammate("reply", { body: "<p>I am on it.</p>" }),
    "is assigned while the AI thinks, which only the read shows, is not spoken over": (talk) => talk.teammate("assign", { assignee_id: JOHN, webhook: "none" }),
  };
  for (const [what, happens] of Object.entries(acts)) {
    test(`a teammate who ${what}`, async () => {
      const question = await world.question({ delay_ms: 4_000 });
      const talk = await world.open(question);
      await talk.asking(question);
      await happens(talk);
      await talk.madeUp(question);
      await talk.assertEnded("stood_down");
      await world.meanwhile();
      await talk.assertReplies();
      await talk.assertEnded("stood_down");
    });
  }
});

describe("figures", () => {
  /** The session is looked at before each question but its first: how else would a lost answer be told from an old one? */
  const EACH_TURN = { "intercom.read": 2, "intercom.reply": 1, question: 1, "gpt_trainer.messages": 1 };
  /** Kept: the session for the conversation; whose token it is, and what the chatbot says when it is asked too often, for the workspace. */
  const ONCE = { "gpt_trainer.create_session": 1, "intercom.me": 1, "gpt_trainer.chatbot": 1 };

  test("a settled turn makes at most 2 reads, 1 question, 1 reply, and 1 session at first; none of them before the webhook's 200", async (t) => {
    const world = await startWorld();
    t.after(() => world.stop());
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    const calls = await world.sandbox.calls();
    await talk.says(second);
    await talk.answered(second);
    // The turn of another conversation leaves this one time for calls that it should not make.
    await world.meanwhile();
    const later = (await world.sandbox.calls(calls.at(-1).n)).filter(belongsTo(talk.id, (await world.sessionOf(second)).uuid));

    assertAtMost(counted(calls), { ...EACH_TURN, ...ONCE });
    assertAtMost(counted(later), EACH_TURN);

    const [delivery] = await world.sandbox.deliveries();
    assert.equal(delivery.status, 200);
    const early = calls.filter((call) => call.at_ms < delivery.at_ms + delivery.ms);
    assert.deepEqual(early, [], "calls before the webhook was answered");
    t.diagnostic(`webhook answered after ${delivery.ms} ms; calls of the first turn ${JSON.stringify(counted(calls))}, of the next ${JSON.stringify(counted(later))}`);
    const record = await talk.record();
    assert.deepEqual([ourNotes(record), ourAssignments(record)], [[], []]);
  });

  function belongsTo(conversation, session) {
    return (call) => String(call.conversation_id) === conversation || call.session === session;
  }

  function assertAtMost(counts, most) {
    for (const [call, count] of Object.entries(counts)) assert.ok(count <= (most[call] ?? 0), `${call}: ${JSON.stringify(counts)}`);
  }

  function counted(calls) {
    const counts = {};
    for (const call of calls) {
      const name = isQuestion(call) ? "question" : call.call;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }
});
