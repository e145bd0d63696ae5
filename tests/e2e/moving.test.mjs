// Moving over from an older program that answers as the same teammate, in the order that docs/moving-from-the-python-server.md gives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ourNotes } from "./harness/counting.mjs";
import { CONSOLE_TOKEN, OURSELVES } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

test("beside it with notes, then in its place with replies: each customer hears one of the two, once", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN, REPLY_MODE: "note" } });
  t.after(() => world.stop());
  const olderAnswers = (talk, question, more) => talk.teammate("reply", { body: `<p>${question.answer} (older)</p>`, admin_id: OURSELVES, ...more });
  const noted = (talk, count) => talk.until(async () => ourNotes(await talk.record()).length === count, `${count} notes in ${talk.id}`);

  // OneReply is the quicker one, and stays in the conversation after the older program has answered.
  const first = await world.question();
  const talk = await world.open(first);
  await noted(talk, 1);
  await olderAnswers(talk, first);
  const second = await world.question();
  await talk.says(second);
  await noted(talk, 2);
  await talk.assertEnded("noted", "noted");

  // The older program is the quicker one: its answer counts.
  const third = await world.question();
  const other = await world.open(third, { webhook: "none" });
  await olderAnswers(other, third, { webhook: "none" });
  await world.sandbox.deliver(other.opening.notification_id);
  await other.assertEnded("replied");
  assert.equal(ourNotes(await other.record()).length, 0);
  const { problems } = JSON.parse((await world.worker.healthz()).text);
  assert.deepEqual(problems.map(({ problem }) => problem), ["another_program_answers"]);

  // The change: pause, the older program is switched off, replies, resume.
  await world.worker.api("POST", "/pause");
  const waiting = await world.question();
  await talk.says(waiting);
  await talk.until(() => world.worker.logs.some(({ message }) => message.includes('"turn_waits"') && message.includes(talk.id)), "the turn to wait");
  await world.restart({ CONSOLE_TOKEN, REPLY_MODE: "reply" });
  await world.worker.api("POST", "/resume");
  await talk.answered(waiting);
  const said = (await talk.record()).parts.filter((part) => part.by_api && part.part_type === "comment");
  assert.deepEqual(said.map(({ body }) => body.includes(waiting.answer)), [true], await talk.tell());
  await talk.assertEnded("noted", "noted", "replied");

  // Back again: off first, seen to be off, and then the older program may speak.
  await switchedOff(world);
  const last = await world.question();
  await talk.says(last);
  await talk.assertEnded("noted", "noted", "replied", "stood_down");
  assert.equal(await world.timesAsked(last), 0);
  await olderAnswers(talk, last);
});

test("going back where a person has set a mode before: REPLY_MODE=off does not stop it, POST /api/mode does, over restarts too", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN, REPLY_MODE: "note" } });
  t.after(() => world.stop());
  await world.worker.api("POST", "/mode", { body: { mode: "reply", who: "Ana" } });
  await world.restart({ CONSOLE_TOKEN, REPLY_MODE: "off" });
  assert.equal(await modeAtHealthz(world), "reply", "that is how it can be seen");
  const before = await world.question();
  const talk = await world.open(before);
  await talk.answered(before);
  await talk.assertEnded("replied");

  await switchedOff(world);
  const last = await world.question();
  await talk.says(last);
  await talk.assertEnded("replied", "stood_down");
  assert.equal(await world.timesAsked(last), 0);

  // The worker may be deployed again with what it had before: the older program has the customers, until a person says otherwise.
  await world.restart({ CONSOLE_TOKEN, REPLY_MODE: "reply" });
  assert.equal(await modeAtHealthz(world), "off");
  const later = await world.question();
  await talk.says(later);
  await talk.assertEnded("replied", "stood_down", "stood_down");
  await talk.assertReplies(before);

  // The worker's turn again.
  await world.worker.api("POST", "/mode", { body: { mode: "configured" } });
  assert.equal(await modeAtHealthz(world), "reply");
  const again = await world.question();
  const other = await world.open(again);
  await other.answered(again);
});

const modeAtHealthz = async (world) => JSON.parse((await world.worker.healthz()).text).mode;

/** As the document says: by the API, whatever REPLY_MODE is, and seen at /healthz. */
async function switchedOff(world) {
  const { status, text } = await world.worker.api("POST", "/mode", { body: { mode: "off" } });
  assert.equal(status, 200, text);
  assert.equal(await modeAtHealthz(world), "off");
}
