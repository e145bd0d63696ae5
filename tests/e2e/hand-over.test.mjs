// A person is fetched: assignment, note, and then one line to the customer.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourAssignments, ourLines, ourNotes } from "./harness/counting.mjs";
import { CONSOLE_TOKEN, HANDOVER_TEAM } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

describe("a hand-over", { concurrency: 8 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    const settings = { CONSOLE_TOKEN, ATTACHMENTS: "hand_over", HANDOVER_PHRASES: "talk to a human, real person", MAX_REPLIES_PER_CONVERSATION_PER_DAY: "2" };
    world = await startWorld({ settings, ownActs: "untold" });
  });
  after(() => world?.stop());

  /** A customer who asks for a person. */
  async function asking(fault) {
    const { conversation_id, notification_id } = await world.sandbox.open({ body: "<p>I want to TALK to&nbsp;a human!</p>", webhook: "none" });
    const talk = await world.talk(conversation_id);
    if (fault) await talk.fault(fault);
    await world.sandbox.deliver(notification_id);
    return talk;
  }

  /** Everything happened once, in this order. */
  async function assertComplete(talk) {
    await talk.assertEnded("handed_over");
    const record = await talk.record();
    const ours = record.parts.filter((part) => [...ourAssignments(record), ...ourNotes(record), ...ourLines(record)].includes(part));
    assert.deepEqual(ours.map(({ part_type }) => part_type), ["assignment", "note", "comment"], await talk.tell());
    assert.equal(String(record.team_assignee_id), HANDOVER_TEAM);
    await talk.assertReplies();
  }

  test("when the customer asks for a person: assignment, note, line, and the AI is not asked", async () => {
    const talk = await asking();
    await talk.lineSaid();
    await assertComplete(talk);
    const [note] = ourNotes(await talk.record());
    for (const words of ["The customer asked for a person.", "TALK to a human", `[OneReply turn ${talk.id}-`]) {
      assert.ok(note.body.includes(words), `${words}: ${note.body}`);
    }
  });

  test("a false friend fetches nobody", async () => {
    const question = await world.question();
    const talk = await world.open({ ...question, words: `Is a surreal person, or a humanoid, behind ${question.mark}?` });
    await talk.answered(question);
    await talk.assertEnded("replied");
  });

  test("when the AI says that a person is needed, with its words in the note", async () => {
    const question = await world.question();
    const answer = `Your request to speak with a human agent has been received. ${question.mark}`;
    await world.sandbox.script({ contains: question.mark, answer });
    const talk = await world.open(question);
    await talk.lineSaid();
    await assertComplete(talk);
    assert.ok(ourNotes(await talk.record())[0].body.includes(answer));
  });

  test("when the customer sends nothing but a picture: the note names it, and the AI is not asked", async () => {
    const [words, picture] = [await world.question(), await world.question()];
    const talk = await world.open(words);
    await talk.answered(words);
    const file = { name: `${picture.mark}.png`, url: "https://example.com/a.png", content_type: "image/png" };
    await talk.says(picture, { body: undefined, attachments: [file] });
    await talk.lineSaid();
    await talk.assertEnded("replied", "handed_over");
    await talk.assertReplies(words);
    const [note] = ourNotes(await talk.record());
    for (const expected of ["without words", `[image: ${file.name}]`]) assert.ok(note.body.includes(expected), note.body);
    assert.equal(await world.timesAsked(picture), 0);
  });

  test("when the day's replies are spent", async () => {
    const questions = [await world.question(), await world.question(), await world.question()];
    const talk = await world.open(questions[0]);
    await talk.answered(questions[0]);
    await talk.says(questions[1]);
    await talk.answered(questions[1]);
    await talk.says(questions[2]);
    await talk.lineSaid();
    await talk.assertEnded("replied", "replied", "handed_over");
    await talk.assertReplies(questions[0], questions[1]);
    assert.ok(ourNotes(await talk.record())[0].body.includes("MAX_REPLIES_PER_CONVERSATION_PER_DAY"));
    assert.equal(await world.timesAsked(questions[2]), 0);
  });

  test("the bot is quiet afterwards, until a note gives the conversation back", async () => {
    const talk = await asking();
    await talk.lineSaid();
    const question = await world.question();
    await talk.says(question);
    await talk.assertEnded("handed_over", "stood_down");
    await talk.teammate("note", { body: "<p>/bot on</p>" });
    await talk.answered(question);
    await talk.assertReplies(question);
  });

  test("a teammate who is quicker than the line is not spoken over", async () => {
    const talk = await asking({ call: "intercom.note", kind: "late", ms: 2_000, acts_first: true });
    await talk.called("intercom.note");
    await talk.teammate("reply", { body: "<p>Here I am.</p>", webhook: "none" });
    await talk.assertEnded("handed_over");
    assert.deepEqual(ourLines(await talk.record()), []);
  });

  const losses = {
    "the assignment's answer": { call: "intercom.parts", kind: "act_then_cut" },
    "the note's answer": { call: "intercom.note", kind: "act_then_cut" },
    "the note itself": { call: "intercom.note", kind: "cut_before" },
    "the line's answer": { call: "intercom.reply", kind: "act_then_cut" },
    "the line's answer, and 500": { call: "intercom.reply", kind: "act_then_500" },
  };
  for (const [what, fault] of Object.entries(losses)) {
    test(`${what} is lost: everything is there once`, async () => {
      const talk = await asking(fault);
      await talk.lineSaid(30_000);
      await assertComplete(talk);
    });
  }

  test("a line of which nobody knows whether it arrived is not said again", async () => {
    const talk = await asking({ call: "intercom.reply", kind: "cut_before" });
    await talk.assertEnded("handed_over");
    assert.equal((await talk.calls("intercom.reply")).length, 1);
    assert.deepEqual(ourLines(await talk.record()), []);
  });

  test("behind a reply of unknown fate nothing more is said in public", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "cut_before" });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("handed_over");
    assert.equal((await talk.calls("intercom.reply")).length, 1);
    assert.deepEqual(ourLines(await talk.record()), []);
  });
});

test("a hand-over that is killed in each of its steps is complete, and each step done once", async (t) => {
  for (const [call, acts] of [["intercom.parts", true], ["intercom.parts", false], ["intercom.note", true], ["intercom.note", false], ["intercom.reply", true]]) {
    await t.test(`${call}, ${acts ? "done" : "not done"}`, async (t) => {
      const world = await startWorld({ settings: { HANDOVER_PHRASES: "talk to a human" }, ownActs: "untold" });
      t.after(() => world.stop());
      const { conversation_id, notification_id } = await world.sandbox.open({ body: "<p>talk to a human</p>", webhook: "none" });
      const talk = await world.talk(conversation_id);
      await talk.fault({ call, kind: "never_answer", acts });
      await world.sandbox.deliver(notification_id);
      await talk.called(call);
      await world.worker.restart();
      await talk.lineSaid(40_000);
      await talk.assertEnded("handed_over");
      const record = await talk.record();
      assert.deepEqual([ourAssignments(record).length, ourNotes(record).length, ourLines(record).length], [1, 1, 1], await talk.tell());
    });
  }
});
