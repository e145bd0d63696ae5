// Who has a conversation, as webhooks and reads of it tell: a teammate's word takes it, a note gives it back, Fin is not spoken
// over. The rules, row by row, are told natively.
//
// shows: G3

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourLines, ourNotes } from "./harness/counting.mjs";
import { ANA, CONSOLE_TOKEN } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

describe("who has a conversation", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { CONSOLE_TOKEN } });
  });
  after(() => world?.stop());

  test("an assignment stops the bot, and /bot on lets it answer what waits; the record says so by ids, with a link into Intercom", async () => {
    const [first, waiting] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    await talk.teammate("assign", { assignee_id: ANA });
    await talk.says(waiting);
    await talk.assertEnded("replied", "stood_down");
    await talk.assertReplies(first);
    assert.equal(await world.timesAsked(waiting), 0, "nothing is paid for");

    const record = await talk.history();
    assert.deepEqual([record.conversation, record.phase, record.teammate.sign], [talk.id, "idle", "assigned"]);
    assert.match(record.link, new RegExp(`^https://app.intercom.com/a/inbox/[^/]+/inbox/conversation/${talk.id}$`));
    assert.deepEqual(record.turns.map(({ outcome }) => Object.keys(outcome)[0]), ["replied", "stood_down"]);
    const events = record.history.map(({ event, call, result }) => [event, call, result].filter(Boolean).join(" "));
    for (const expected of ["reported", "called read_conversation ok", "called seek_grant ok", "called ask ok", "taken_over", "turn_settled"]) {
      assert.ok(events.includes(expected), `${expected}: ${events}`);
    }
    assert.ok(!JSON.stringify(record).includes(first.mark), "no words");

    await talk.teammate("note", { body: "<p>/bot on</p>" });
    await talk.answered(waiting);
    await talk.assertReplies(first, waiting);
    await talk.assertEnded("replied", "stood_down", "replied");
  });

  test("while Fin has a turn it is held, and ours when Fin hands off without telling", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fin(null);
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.called("intercom.read");
    await talk.assertReplies();
    await talk.fin("escalated");
    await talk.answered(question);
    await talk.assertStays(question);
  });

  test("Fin's answer that comes while our AI thinks stops ours", async () => {
    const question = await world.question({ delay_ms: 4_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    await talk.bot("By the button.", { is_ai_answer: true, from_ai_agent: true, webhook: "none" });
    await talk.assertEnded("stood_down");
    await talk.assertReplies();
  });
});

test("REPLY_MODE=note: the answer is a note, titled so, once; the customer sees nothing of us, also of a hand-over", async (t) => {
  const world = await startWorld({ settings: { REPLY_MODE: "note", HANDOVER_PHRASES: "talk to a human" } });
  t.after(() => world.stop());
  const question = await world.question();
  const talk = await world.open(question);
  await talk.assertEnded("noted");
  const [note, ...more] = ourNotes(await talk.record());
  assert.ok(note.body.includes(question.answer) && note.body.includes("OneReply's answer, for teammates only."), note.body);
  assert.deepEqual(more, []);
  await talk.sandbox.customer(talk.id, { body: "<p>Can I talk to a human?</p>" });
  await talk.assertEnded("noted", "handed_over");
  await talk.assertReplies();
  assert.deepEqual(ourLines(await talk.record()), []);
});
