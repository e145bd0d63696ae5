// One reply for each turn, when nothing fails: duplicates, bursts, messages and teammates that come in between.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { OURSELVES } from "./harness/settings.mjs";
import { ourAssignments, ourNotes } from "./harness/counting.mjs";
import { isQuestion, startWorld } from "./harness/world.mjs";

describe("one reply", { concurrency: 6 }, () => {
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
    await talk.assertStays(first, second);
    await talk.assertEnded("replied", "replied", "replied");
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

  test("a reply whose connection was cut is proved by its own notification, without another look", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "act_then_cut" });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.answered(question);
    await talk.assertEnded("replied");
    await world.meanwhile();
    await talk.assertReplies(question);
    assert.equal((await talk.calls("intercom.read")).length, 2);
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

  test("a duplicate that arrives after the answer changes nothing", async () => {
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id, 3), [200, 200, 200]);
    await world.meanwhile();
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("three quick messages are one question and one reply", async () => {
    const burst = [await world.question(), await world.question(), await world.question()];
    const talk = await world.open(burst[0]);
    await talk.says(burst[1]);
    await talk.says(burst[2]);
    await talk.answered(burst[2]);
    const asked = (await world.sessionOf(burst[0])).messages;
    assert.equal(asked.length, 1);
    const places = burst.map(({ mark }) => asked[0].query.indexOf(mark));
    assert.ok(places.every((place) => place >= 0) && places[0] < places[1] && places[1] < places[2], asked[0].query);
    await talk.assertStays(burst[2]);
  });

  test("notifications that arrive in the wrong order are one turn, asked in the order of the conversation", async () => {
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first, { webhook: "none" });
    const later = await talk.says(second, { webhook: "none" });
    await world.sandbox.deliver(later.notification_id);
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.answered(second);
    const { query } = (await world.sessionOf(first)).messages[0];
    assert.ok(query.indexOf(first.mark) < query.indexOf(second.mark), query);
    await talk.assertStays(second);
  });

  test("a message that comes while the AI thinks is answered in the one reply", async () => {
    const slow = await world.question({ delay_ms: 2_500 });
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

  test("a customer who goes on writing is answered all the same: after the third question, and what came later in the next reply", async () => {
    const questions = [];
    for (let i = 0; i < 4; i += 1) questions.push(await world.question({ delay_ms: 1_200 }));
    const talk = await world.open(questions[0]);
    for (const [i, next] of questions.slice(1).entries()) {
      await talk.asking(questions[i]);
      await talk.says(next);
    }
    await talk.answered(questions[3]);
    await talk.assertStays(questions[2], questions[3]);
    const { messages } = await world.sessionOf(questions[3]);
    const kept = messages.map(({ query }) => questions.filter(({ mark }) => query.includes(mark)).length);
    assert.deepEqual(kept.slice(0, 2), [3, 1], "the session holds what the customer saw");
  });

  test("an attachment without words is a message", async () => {
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    await talk.says(second, { body: undefined, attachments: [{ name: `${second.mark}.png`, url: "https://example.com/a.png", content_type: "image/png" }] });
    await talk.answered(second);
    await talk.assertStays(first, second);
  });

  test("a message that only the second read shows is answered in the one reply", async () => {
    const slow = await world.question({ delay_ms: 1_500 });
    const talk = await world.open(slow);
    await talk.asking(slow);
    const added = await world.question();
    await talk.says(added, { webhook: "none" });
    await talk.answered(added);
    await talk.assertStays(added);
  });

  test("a message that reopens a closed conversation is answered", async () => {
    const first = await world.question();
    const talk = await world.open(first);
    await talk.answered(first);
    // Closed by ourselves, as an older system on the same teammate does: no person has taken over.
    await talk.teammate("close", { admin_id: OURSELVES });
    const second = await world.question();
    const { part_id } = await talk.says(second);
    assert.equal((await talk.record()).parts.find((part) => part.id === part_id).part_type, "open");
    await talk.answered(second);
    await talk.assertStays(first, second);
  });

  test("nothing but customers starts a turn", async () => {
    const talk = await world.open(await world.question(), { started_by: "teammate" });
    await talk.teammate("note", { body: "<p>A note.</p>" });
    await talk.teammate("reply", { body: "<p>From ourselves, through something else.</p>", admin_id: OURSELVES });
    await world.meanwhile();
    assert.deepEqual(await talk.calls("intercom.reply"), []);
  });

  describe("a teammate in between", { concurrency: true }, () => {
    const acts = {
      "replies": (talk, webhook) => talk.teammate("reply", { body: "<p>I am on it.</p>", webhook }),
      "is assigned": (talk, webhook) => talk.teammate("assign", { assignee_id: "9608799", assignee_type: "admin", webhook }),
      "closes": (talk, webhook) => talk.teammate("close", { webhook }),
      "snoozes": (talk, webhook) => talk.teammate("snooze", { webhook }),
    };
    for (const [act, happens] of Object.entries(acts)) {
      for (const webhook of ["send", "none"]) {
        test(`who ${act} while the AI thinks is not spoken over (${webhook === "send" ? "and we are notified" : "only the read shows it"})`, async () => {
          const question = await world.question({ delay_ms: 1_500 });
          const talk = await world.open(question);
          await talk.asking(question);
          await happens(talk, webhook);
          await talk.madeUp(question);
          await talk.assertEnded("stood_down");
          await world.meanwhile();
          await talk.assertReplies();
          await talk.assertEnded("stood_down");
        });
      }
    }

    test("whose first reply is a part of type `assignment` is not spoken over", async () => {
      const question = await world.question({ delay_ms: 1_500 });
      const talk = await world.open(question);
      await talk.asking(question);
      const { part_id } = await talk.teammate("reply", { body: "<p>I am on it.</p>", webhook: "none" });
      assert.equal((await talk.record()).parts.find((part) => part.id === part_id).part_type, "assignment");
      await talk.madeUp(question);
      await talk.assertEnded("stood_down");
      await world.meanwhile();
      await talk.assertReplies();
    });

    test("who only writes a note does not stop the answer", async () => {
      const question = await world.question({ delay_ms: 1_500 });
      const talk = await world.open(question);
      await talk.asking(question);
      await talk.teammate("note", { body: "<p>Interesting.</p>" });
      await talk.answered(question);
      await talk.assertStays(question);
    });
  });
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
