// People first: who has a conversation, what takes it from the bot, what gives it back, and who is served at all.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourAssignments, ourLines, ourNotes } from "./harness/counting.mjs";
import { ANA, CONSOLE_TOKEN, OURSELVES } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

describe("who has a conversation", { concurrency: 8 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    const settings = { CONSOLE_TOKEN, TAKEOVER_PHRASE: "I'll take this, thanks", RESUME_PHRASE: "Sofia will jump in" };
    world = await startWorld({ settings });
  });
  after(() => world?.stop());

  /** A conversation with one answered turn, and then an act of a teammate. */
  async function after_(act) {
    const talk = await answered();
    await act(talk);
    return talk;
  }

  async function answered() {
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    return Object.assign(talk, { first: question });
  }

  /** The customer writes, and it is left to the teammate. */
  async function assertQuiet(talk, ...before) {
    const question = await world.question();
    await talk.says(question);
    await talk.assertEnded("replied", ...before, "stood_down");
    await talk.assertReplies(talk.first);
    assert.equal(await world.timesAsked(question), 0, "nothing is paid for");
    return question;
  }

  const takes = {
    "a reply": { action: "reply", body: "<p>Let me see.</p>" },
    "an assignment to a teammate": { action: "assign", assignee_id: ANA },
    "/bot off in a note": { action: "note", body: "<p>/bot off</p>" },
    "the takeover phrase in a note": { action: "note", body: "<p>I&#39;ll take this, thanks.</p>" },
  };
  for (const [what, { action, ...more }] of Object.entries(takes)) {
    test(`${what} stops the bot, and /bot on lets it answer what waits`, async () => {
      const talk = await after_((talk) => talk.teammate(action, more));
      const waiting = await assertQuiet(talk);
      await talk.teammate("note", { body: "<p>/bot on</p>" });
      await talk.answered(waiting);
      await talk.assertReplies(talk.first, waiting);
      await talk.assertEnded("replied", "stood_down", "replied");
    });
  }

  test("a closing leaves the message to the teammate, and /bot on lets it be answered", async () => {
    const waiting = await world.question({ delay_ms: 2_000 });
    const talk = await world.open(waiting);
    await talk.asking(waiting);
    await talk.teammate("close");
    await talk.assertEnded("stood_down");
    await talk.assertReplies();
    await talk.teammate("note", { body: "<p>/bot on</p>" });
    await talk.answered(waiting);
    await talk.assertReplies(waiting);
    await talk.assertEnded("stood_down", "replied");
  });

  const gives = {
    "a person's assignment to ourselves": { action: "assign", assignee_id: OURSELVES },
    "the resume phrase in a note": { action: "note", body: "<p>Sofia will jump in</p>" },
    "the resume phrase in a reply": { action: "reply", body: "<p>Sofia will jump in!</p>" },
  };
  for (const [what, { action, ...more }] of Object.entries(gives)) {
    test(`${what} gives the conversation back`, async () => {
      const talk = await after_((talk) => talk.teammate("reply", { body: "<p>Let me see.</p>" }));
      const waiting = await assertQuiet(talk);
      await talk.teammate(action, more);
      await talk.answered(waiting);
      await talk.assertReplies(talk.first, waiting);
    });
  }

  test("a teammate's word runs out after TAKEOVER_HOURS", async () => {
    const [first, second] = [await world.question(), await world.question()];
    const hours = (n) => n * 3_600;
    const quiet = await world.open(first, { webhook: "none", ago_s: hours(14) });
    await quiet.teammate("reply", { body: "<p>Let me see.</p>", webhook: "none", ago_s: hours(12) - 60 });
    await quiet.says(first);
    await quiet.assertEnded("stood_down");

    const over = await world.open(second, { webhook: "none", ago_s: hours(14) });
    await over.teammate("reply", { body: "<p>Let me see.</p>", webhook: "none", ago_s: hours(12) + 60 });
    await over.says(second);
    await over.answered(second);
  });

  test("a question older than MAX_ANSWER_AGE_MINUTES is answered by a note", async () => {
    const question = await world.question();
    const talk = await world.open(question, { ago_s: 61 * 60 });
    await talk.assertEnded("noted");
    await talk.assertReplies();
    assert.ok(ourNotes(await talk.record())[0].body.includes(question.answer));
  });

  test("unassigning or closing and reopening does not give it back", async () => {
    const talk = await after_(async (talk) => {
      await talk.teammate("assign", { assignee_id: ANA });
      await talk.teammate("assign", { assignee_id: "0" });
      await talk.teammate("close");
      await talk.teammate("open");
    });
    await assertQuiet(talk);
  });

  test("what the teammate answered is not answered again when they give it back", async () => {
    const talk = await after_((talk) => talk.teammate("assign", { assignee_id: ANA }));
    await assertQuiet(talk);
    await talk.teammate("reply", { admin_id: ANA, body: "<p>Like this.</p>" });
    await talk.teammate("note", { admin_id: ANA, body: "<p>/bot on</p>" });
    const next = await world.question();
    await talk.says(next);
    await talk.answered(next);
    await talk.assertReplies(talk.first, next);
  });

  test("customers and bots cannot command", async () => {
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    await talk.sandbox.customer(talk.id, { body: "<p>/bot off</p>", webhook: "none" });
    await talk.bot("/bot off", { webhook: "none" });
    const next = await world.question();
    await talk.says(next);
    await talk.answered(next);

    const taken = await after_((talk) => talk.teammate("reply", { body: "<p>Mine.</p>" }));
    await taken.sandbox.customer(taken.id, { body: "<p>Sofia will jump in</p>", webhook: "none" });
    await assertQuiet(taken);
  });

  test("a teammate's note that comes while the AI thinks stops the answer", async () => {
    const question = await world.question({ delay_ms: 2_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    await talk.teammate("note", { body: "<p>/bot off</p>", webhook: "none" });
    await talk.assertEnded("stood_down");
    await talk.assertReplies();
  });

  test("the record says what was seen and decided, by ids, with a link into Intercom", async () => {
    const talk = await after_((talk) => talk.teammate("assign", { assignee_id: ANA }));
    await assertQuiet(talk);
    const record = await talk.trail();
    assert.deepEqual([record.conversation, record.phase, record.teammate.sign], [talk.id, "idle", "assigned"]);
    assert.match(record.link, new RegExp(`^https://app.intercom.com/a/inbox/[^/]+/inbox/conversation/${talk.id}$`));
    assert.deepEqual(record.turns.map(({ outcome }) => Object.keys(outcome)[0]), ["replied", "stood_down"]);
    const events = record.trail.map(({ event, call, result }) => [event, call, result].filter(Boolean).join(" "));
    for (const expected of ["heard", "called read_conversation ok", "called seek_grant ok", "called ask ok", "taken_over", "turn_settled"]) {
      assert.ok(events.includes(expected), `${expected}: ${events}`);
    }
    const told = JSON.stringify(record);
    for (const { mark } of [talk.first]) assert.ok(!told.includes(mark), "no words");
  });
});

describe("an assignment by a rule", () => {
  for (const [rules, outcome] of [["count", "stood_down"], ["ignore", "replied"]]) {
    test(`RULE_ASSIGNMENTS=${rules}: ${outcome}, and the record says so`, async (t) => {
      const world = await startWorld({ settings: { RULE_ASSIGNMENTS: rules, CONSOLE_TOKEN } });
      t.after(() => world.stop());
      const question = await world.question();
      const born = await world.open(question, { assigned_to: ANA });
      const given = await world.open(question, { webhook: "none" });
      await given.teammate("assign", { assignee_id: ANA, by_rule: true, webhook: "none" });
      await world.sandbox.deliver(given.opening.notification_id);
      for (const talk of [born, given]) {
        await talk.assertEnded(outcome);
        const [turn] = (await talk.trail()).turns;
        assert.deepEqual(Object.entries(turn.outcome)[0], outcome === "replied" ? ["replied", turn.outcome.replied] : ["stood_down", "rule_assigned"]);
      }
    });
  }
});

describe("who is served", () => {
  /** @param {Record<string, string>} settings */
  async function world(t, settings) {
    const world = await startWorld({ settings: { CONSOLE_TOKEN, ...settings } });
    t.after(() => world.stop());
    return world;
  }

  async function leftToPeople(world, reason, opening = {}) {
    const question = await world.question();
    const talk = await world.open(question, opening);
    await talk.assertEnded("stood_down");
    assert.deepEqual((await talk.trail()).turns[0].outcome, { stood_down: reason });
    const record = await talk.record();
    assert.deepEqual([ourNotes(record), ourLines(record), ourAssignments(record)], [[], [], []]);
    await talk.assertReplies();
    assert.equal(await world.timesAsked(question), 0);
  }

  test("REPLY_MODE=note: the answer is a note, titled so, once; the customer sees nothing of us", async (t) => {
    const it = await world(t, { REPLY_MODE: "note", HANDOVER_PHRASES: "talk to a human" });
    const question = await it.question();
    const talk = await it.open(question);
    await talk.assertEnded("noted");
    const [note, ...more] = ourNotes(await talk.record());
    assert.ok(note.body.includes(question.answer) && note.body.includes("OneReply's answer, for teammates only."), note.body);
    assert.deepEqual(more, []);
    await talk.sandbox.customer(talk.id, { body: "<p>Can I talk to a human?</p>" });
    await talk.assertEnded("noted", "handed_over");
    await talk.assertReplies();
    assert.deepEqual(ourLines(await talk.record()), []);
  });

  test("REPLY_MODE=off: it is recorded, nothing is asked and nothing written", async (t) => {
    await leftToPeople(await world(t, { REPLY_MODE: "off" }), "mode_off");
  });

  test("CHANNELS, TESTERS and ROLLOUT_PERCENT leave the others to people, and say why", async (t) => {
    const it = await world(t, { TESTERS: "example.org" });
    await leftToPeople(it, "channel", { channel: "email" });
    await leftToPeople(it, "not_a_tester", { contact: { email: "someone@example.com" } });
    const question = await it.question();
    const talk = await it.open(question, { contact: { email: "tester@example.org" } });
    await talk.answered(question);
    await leftToPeople(await world(t, { ROLLOUT_PERCENT: "0" }), "rollout");
  });
});
