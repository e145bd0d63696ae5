// The operator hands conversations over: what is open, and what ended without an answer.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourAssignments, ourLines, ourNotes } from "./harness/counting.mjs";
import { ANA, CONSOLE_TOKEN, HANDOVER_TEAM } from "./harness/settings.mjs";
import { figures } from "./harness/sweeping.mjs";
import { startWorld } from "./harness/world.mjs";

describe("POST /api/conversations/{id}/hand_over", { concurrency: 6 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { CONSOLE_TOKEN }, ownActs: "untold" });
  });
  after(() => world?.stop());

  async function handOver(talk, body) {
    const { status, json, text } = await world.worker.api("POST", `/conversations/${talk.id}/hand_over`, { body });
    return [status, json?.status ?? json?.error?.code ?? text];
  }

  /** Assignment, note and line, once each; nothing else of ours. */
  async function assertTold(talk, ...outcomes) {
    await talk.lineSaid();
    await talk.assertEnded(...outcomes);
    const record = await talk.record();
    const ours = record.parts.filter((part) => [...ourAssignments(record), ...ourNotes(record), ...ourLines(record)].includes(part));
    assert.deepEqual(ours.map(({ part_type }) => part_type), ["assignment", "note", "comment"], await talk.tell());
    assert.equal(String(record.team_assignee_id), HANDOVER_TEAM);
    assert.match(ourNotes(record)[0].body, /handed over in the console/);
    await talk.assertReplies();
    const { turns } = await talk.trail();
    assert.deepEqual(turns.at(-1).outcome, { handed_over: "operator" });
  }

  test("while the AI thinks: its answer is dropped, people are told, and it stays so", async () => {
    const question = await world.question({ delay_ms: 2_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    assert.deepEqual(await handOver(talk, { who: "Ana" }), [202, "accepted"]);
    assert.deepEqual(await handOver(talk), [202, "under_way"]);
    await assertTold(talk, "handed_over");
    assert.equal(await world.timesAsked(question), 1);
    assert.deepEqual(await handOver(talk), [409, "handed_over"]);
    const later = await world.question();
    await talk.says(later);
    await talk.assertEnded("handed_over", "stood_down");
    await talk.assertReplies();
    assert.equal(await world.timesAsked(later), 0);
    const { controls } = await figures(world);
    const [control] = controls.filter(({ what, detail }) => what === "hand_over" && detail === talk.id);
    assert.deepEqual([control.by, control.via], ["Ana", "api"]);
  });

  test("before the turn is read, and over a kill", async () => {
    const it = await startWorld({ settings: { CONSOLE_TOKEN, QUIET_SECONDS: "4" }, ownActs: "untold" });
    try {
      const question = await it.question();
      const talk = await it.open(question);
      await talk.until(async () => (await it.worker.api("POST", `/conversations/${talk.id}/hand_over`)).status === 202, "the conversation to be known");
      await it.restart({ CONSOLE_TOKEN });
      await talk.handedOver(60_000);
      await talk.assertReplies();
      assert.equal(await it.timesAsked(question), 0);
    } finally {
      await it.stop();
    }
  });

  test("while a reply of unknown fate is looked for: it is told as that, and nothing public follows", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "cut_before" });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.called("intercom.reply");
    assert.deepEqual(await handOver(talk), [202, "accepted"]);
    await talk.assertEnded("handed_over");
    assert.deepEqual((await talk.trail()).turns[0].outcome, { handed_over: "reply_unknown" });
    await talk.assertReplies();
    assert.deepEqual(ourLines(await talk.record()), []);
  });

  test("while a reply is posted: the customer has it, and nobody is told", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "act_then_cut" });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.called("intercom.reply", ({ acted }) => acted);
    assert.deepEqual(await handOver(talk), [202, "accepted"]);
    await talk.assertEnded("replied");
    await talk.assertReplies(question);
    assert.deepEqual(ourNotes(await talk.record()), []);
    assert.deepEqual(await handOver(talk), [409, "answered"]);
  });

  test("after Fin has answered, and after nobody could be told", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.bot("Fin knows.", { is_ai_answer: true, from_ai_agent: true, webhook: "none" });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("stood_down");
    assert.deepEqual(await handOver(talk), [202, "accepted"]);
    await assertTold(talk, "stood_down", "handed_over");
  });

  test("not over a teammate, and clear about what cannot be", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.teammate("assign", { assignee_id: ANA });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("stood_down");
    assert.deepEqual(await handOver(talk), [409, "teammate"]);
    const record = await talk.record();
    assert.equal(String(record.admin_assignee_id), ANA);
    assert.deepEqual(ourNotes(record), []);
    assert.deepEqual(await handOver({ id: "999" }), [404, "unknown_conversation"]);
    assert.deepEqual(await handOver(talk, { more: 1 }), [400, "bad_request"]);
    assert.equal((await world.worker.api("GET", `/conversations/${talk.id}/hand_over`)).status, 405);
    assert.equal((await world.worker.api("POST", `/conversations/${talk.id}/hand_over`, { token: "wrong" })).status, 401);
  });
});
