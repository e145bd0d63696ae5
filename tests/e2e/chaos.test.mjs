// A small run of `npm run chaos`; and its judge, who must see what is planted.
//
// shows: G1, G2, G3, G4

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "./chaos/audit.mjs";
import { inWords } from "./chaos/figures.mjs";
import { planOf } from "./chaos/plan.mjs";
import { run } from "./chaos/run.mjs";
import { ask, openSession, postNote, postPart, postReply, read } from "./harness/direct.mjs";
import { startSandbox } from "./harness/sandbox.mjs";
import { HANDOVER_TEAM, JOHN } from "./harness/settings.mjs";

test("24 turns and 4 kills: nothing double, nothing lost, nothing over a human", async (t) => {
  const { violations, figures } = await run(planOf({ seed: 2, turns: 24, kills: 4 }), { concurrency: 12 });
  t.diagnostic(inWords(figures).map((line) => line.replace(/ +/g, " ")).join("; "));
  assert.deepEqual(violations.map(({ wrong }) => wrong), [], violations.map(({ wrong, because, story }) => `${wrong}: ${because}\n${story}`).join("\n\n"));
  assert.equal(figures.turns, 24);
  assert.equal(figures.kills, 4);
  assert.ok(figures.replies > 0 && figures.faults > 0 && figures["duplicates taken"] > 0, JSON.stringify(figures));
});

describe("the plan", () => {
  test("follows from the seed alone", () => {
    const plan = (seed) => planOf({ seed, turns: 50, kills: 5 });
    assert.deepEqual(plan(7), plan(7));
    assert.notDeepEqual(plan(7), plan(8));
  });

  test("has the turns and kills that were asked for, and every word only once", () => {
    const { customers, kills } = planOf({ seed: 1, turns: 300, kills: 30 });
    const turns = customers.flatMap((customer) => customer.turns);
    assert.deepEqual([turns.length, kills.length], [300, 30]);
    const marks = turns.flatMap(({ messages }) => messages.map(({ mark }) => mark));
    assert.equal(new Set(marks).size, marks.length);
    assert.ok(kills.every(({ afterTurns }) => afterTurns <= 300));
  });
});

describe("the audit", () => {
  /** @type {import("./harness/sandbox.mjs").Sandbox} */
  let sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox?.stop());

  /** A conversation with one message, which counts as acknowledged unless its webhook was `undelivered`. */
  async function asked(word, { undelivered = false } = {}) {
    const { conversation_id, part_id, notification_id } = await sandbox.open({ body: `<p>${word}</p>`, webhook: "none" });
    return { id: conversation_id, webhooks: new Map([[part_id, notification_id]]), deliveries: undelivered ? [] : [{ notification_id, status: 200 }] };
  }

  async function judged({ id, webhooks, deliveries }) {
    const conversations = [await sandbox.conversation(id)];
    const found = audit({ conversations, calls: await sandbox.calls(), sessions: await sandbox.sessions(), deliveries, webhooks });
    return found.map(({ wrong }) => wrong);
  }

  /** As the worker replies: after a read. */
  async function reply(id, text) {
    await read(sandbox, id);
    await postReply(sandbox, id, text);
  }

  test("finds nothing wrong with one reply", async () => {
    const talk = await asked("apple");
    await reply(talk.id, "About “apple”.");
    assert.deepEqual(await judged(talk), []);
  });

  test("sees a second reply, whether it says the same or not", async () => {
    for (const second of ["About “banana”.", "More about banana."]) {
      const talk = await asked("banana");
      await reply(talk.id, "About “banana”.");
      await reply(talk.id, second);
      assert.deepEqual(await judged(talk), ["double"]);
    }
  });

  test("sees a reply to nothing", async () => {
    const talk = await asked("cherry");
    await reply(talk.id, "About “cherry”.");
    await reply(talk.id, "Good morning.");
    assert.deepEqual(await judged(talk), ["double"]);
  });

  test("sees silence, also where another message was answered", async () => {
    const talk = await asked("damson");
    assert.deepEqual(await judged(talk), ["lost"]);
    await reply(talk.id, "About “damson”.");
    const { part_id, notification_id } = await sandbox.customer(talk.id, { body: "<p>elderberry</p>", webhook: "none" });
    talk.webhooks.set(part_id, notification_id);
    talk.deliveries.push({ notification_id, status: 500 });
    assert.deepEqual(await judged(talk), [], "not acknowledged");
    talk.deliveries.push({ notification_id, status: 200 });
    assert.deepEqual(await judged(talk), ["lost"]);
  });

  test("lets silence be where a person was told or has the conversation, or the webhook was lost", async () => {
    const people = {
      "a note of ours": (id) => postNote(sandbox, id, "Please look."),
      "an assignment of ours": (id) => postPart(sandbox, id, { message_type: "assignment", type: "team", assignee_id: HANDOVER_TEAM }),
      "a teammate's reply": (id) => sandbox.teammate(id, { action: "reply", body: "<p>I am on it.</p>", webhook: "none" }),
      "a teammate's assignment": (id) => sandbox.teammate(id, { action: "assign", assignee_id: JOHN, assignee_type: "admin", webhook: "none" }),
      "a teammate who closes": (id) => sandbox.teammate(id, { action: "close", webhook: "none" }),
    };
    for (const [who, acts] of Object.entries(people)) {
      const talk = await asked("fig");
      await acts(talk.id);
      assert.deepEqual(await judged(talk), [], who);
    }
    assert.deepEqual(await judged(await asked("grape", { undelivered: true })), []);
  });

  test("does not take a teammate's note, or a conversation that was closed before, for somebody who has it", async () => {
    const talk = await asked("hazelnut");
    await sandbox.teammate(talk.id, { action: "note", body: "<p>Interesting.</p>", webhook: "none" });
    assert.deepEqual(await judged(talk), ["lost"]);
    await sandbox.teammate(talk.id, { action: "close", webhook: "none" });
    const { part_id, notification_id } = await sandbox.customer(talk.id, { body: "<p>jackfruit</p>", webhook: "none" });
    talk.webhooks.set(part_id, notification_id);
    talk.deliveries.push({ notification_id, status: 200 });
    assert.deepEqual(await judged(talk), ["lost"]);
  });

  test("sees a reply over a teammate whom the read before it showed", async () => {
    const acts = {
      reply: { body: "<p>I am on it.</p>" },
      assign: { assignee_id: JOHN, assignee_type: "admin" },
      close: {},
      snooze: {},
    };
    for (const [action, details] of Object.entries(acts)) {
      const talk = await asked("kiwi");
      await sandbox.teammate(talk.id, { action, ...details, webhook: "none" });
      await laterThanNow();
      await reply(talk.id, "About “kiwi”.");
      assert.deepEqual(await judged(talk), ["over a human"], action);
    }
  });

  test("lets a reply be that was begun when no read had shown the teammate, but not one without a read directly before", async () => {
    const early = await asked("lemon");
    await read(sandbox, early.id);
    await sandbox.teammate(early.id, { action: "reply", body: "<p>I am on it.</p>", webhook: "none" });
    await postReply(sandbox, early.id, "About “lemon”.");
    assert.deepEqual(await judged(early), []);

    const blind = await asked("mango");
    await postReply(sandbox, blind.id, "About “mango”.");
    assert.deepEqual(await judged(blind), ["over a human"]);

    const failed = await asked("nectarine");
    await sandbox.fault({ call: "intercom.read", conversation_id: String(failed.id), kind: "fail_before", status: 500 });
    await assert.rejects(read(sandbox, failed.id));
    await postReply(sandbox, failed.id, "About “nectarine”.");
    assert.deepEqual(await judged(failed), ["over a human"]);
  });

  test("sees two questions at the same time in one session", async () => {
    const talk = await asked("orange");
    const session = await openSession(sandbox);
    await Promise.all([ask(sandbox, session, "orange"), ask(sandbox, session, "orange")]);
    await reply(talk.id, "About “orange”.");
    assert.deepEqual(await judged(talk), ["two questions"]);
  });

  /** Times are in milliseconds: what happened in this one counts as no earlier. */
  async function laterThanNow() {
    const now = Date.now();
    while (Date.now() === now) await new Promise(setImmediate);
  }
});
