// A person is fetched: assignment, note, and then one line to the customer, as Intercom gets them.
//
// shows: G3

import assert from "node:assert/strict";
import { test } from "node:test";
import { ourAssignments, ourLines, ourNotes } from "./harness/counting.mjs";
import { HANDOVER_TEAM } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

test("when the customer asks for a person the conversation is assigned, a note says why, the customer is told once, and the bot is quiet until it is given back", async (t) => {
  const world = await startWorld({ settings: { HANDOVER_PHRASES: "talk to a human, real person" } });
  t.after(() => world.stop());
  const { conversation_id } = await world.sandbox.open({ body: "<p>I want to TALK to&nbsp;a human!</p>" });
  const talk = await world.talk(conversation_id);
  await talk.lineSaid();
  await talk.assertEnded("handed_over");
  const record = await talk.record();
  const ours = record.parts.filter((part) => [...ourAssignments(record), ...ourNotes(record), ...ourLines(record)].includes(part));
  assert.deepEqual(ours.map(({ part_type }) => part_type), ["assignment", "note", "comment"], await talk.tell());
  assert.equal(String(record.team_assignee_id), HANDOVER_TEAM);
  const [{ body }] = ourNotes(record);
  for (const words of ["The customer asked for a person.", "TALK to a human", `[OneReply turn ${talk.id}-`]) assert.ok(body.includes(words), `${words}: ${body}`);
  assert.deepEqual(await world.sandbox.sessions(), [], "the AI is not asked");

  const question = await world.question();
  await talk.says(question);
  await talk.assertEnded("handed_over", "stood_down");
  await talk.teammate("note", { body: "<p>/bot on</p>" });
  await talk.answered(question);
  await talk.assertReplies(question);
  assert.equal(ourLines(await talk.record()).length, 1);
});
