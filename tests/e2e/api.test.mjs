// The API: clear about what cannot be done, and what a retry and a hand-over do. Who may use it is told in `console-api`.
//
// shows: G3

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourAssignments, ourLines, ourNotes } from "./harness/counting.mjs";
import { ANA, CONSOLE_TOKEN } from "./harness/settings.mjs";
import { figures } from "./harness/sweeping.mjs";
import { startWorld } from "./harness/world.mjs";

describe("the API", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { CONSOLE_TOKEN }, ownActs: "untold" });
  });
  after(() => world?.stop());

  test("is clear about other methods, other addresses and conversations that nobody knows", async () => {
    const said = async (method, path, more) => {
      const { status, json } = await world.worker.api(method, path, more);
      return [status, json?.error.code];
    };
    assert.deepEqual(await said("GET", "/pause"), [405, "method_not_allowed"]);
    assert.deepEqual(await said("POST", "/conversations/1"), [405, "method_not_allowed"]);
    assert.deepEqual(await said("POST", "/workspace"), [405, "method_not_allowed"]);
    assert.deepEqual(await said("GET", "/conversations/unknown"), [404, "unknown_conversation"]);
    assert.deepEqual(await said("POST", "/conversations/unknown/retry"), [404, "unknown_conversation"]);
    assert.equal((await world.worker.api("GET", "/elsewhere")).status, 404);
    for (const body of [{ confirm: "yes" }, { confirm: true }, { confirm: "may_repeat", more: 1 }, [], "may_repeat"]) {
      assert.deepEqual(await said("POST", "/conversations/1/retry", { body }), [400, "bad_request"], JSON.stringify(body));
    }
  });

  test("a turn that was handed over is tried again, once it can be answered", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "fail_before", status: 422 });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("handed_over");
    const { status, json } = await world.worker.api("POST", `/conversations/${talk.id}/retry`);
    assert.deepEqual([status, json], [202, { status: "accepted" }]);
    await talk.answered(question);
    await talk.assertReplies(question);
    const again = await world.worker.api("POST", `/conversations/${talk.id}/retry`);
    assert.equal(again.status, 409, again.text);
    assert.ok(["answered", "turn_open"].includes(again.json.error.code), again.text);
  });

  test("a reply of unknown fate is tried again only when the operator takes a second one into the bargain", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "cut_before" });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("handed_over");
    const refused = await world.worker.api("POST", `/conversations/${talk.id}/retry`);
    assert.deepEqual([refused.status, refused.json.error.code], [409, "may_repeat"]);
    assert.ok(refused.json.error.message.includes('{"confirm":"may_repeat"}'));
    await talk.assertReplies();
    const taken = await world.worker.api("POST", `/conversations/${talk.id}/retry`, { body: { confirm: "may_repeat" } });
    assert.equal(taken.status, 202, taken.text);
    await talk.answered(question);
    await talk.assertReplies(question);
  });

  async function handOver(talk, body) {
    const { status, json, text } = await world.worker.api("POST", `/conversations/${talk.id}/hand_over`, { body });
    return [status, json?.status ?? json?.error?.code ?? text];
  }

  test("a turn that is handed over while the AI thinks: its answer is dropped, people are told, and who wanted it is remembered", async () => {
    const question = await world.question({ delay_ms: 4_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    assert.deepEqual(await handOver(talk, { who: "Ana" }), [202, "accepted"]);
    await talk.lineSaid();
    await talk.assertEnded("handed_over");
    const record = await talk.record();
    const ours = record.parts.filter((part) => [...ourAssignments(record), ...ourNotes(record), ...ourLines(record)].includes(part));
    assert.deepEqual(ours.map(({ part_type }) => part_type), ["assignment", "note", "comment"], await talk.tell());
    assert.match(ourNotes(record)[0].body, /An operator handed it over\./);
    assert.deepEqual((await talk.history()).turns.at(-1).outcome, { handed_over: "operator" });
    assert.deepEqual(await handOver(talk), [409, "handed_over"]);
    await talk.madeUp(question);
    await world.meanwhile();
    await talk.assertReplies();
    const [control] = (await figures(world)).controls.filter(({ what, detail }) => what === "hand_over" && detail === talk.id);
    assert.deepEqual([control.by, control.via], ["Ana", "api"]);
  });

  test("neither is over a teammate, and a hand-over is clear about what cannot be", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.teammate("assign", { assignee_id: ANA });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("stood_down");
    assert.deepEqual(await handOver(talk), [409, "teammate"]);
    assert.equal(String((await talk.record()).admin_assignee_id), ANA);
    assert.equal((await world.worker.api("POST", `/conversations/${talk.id}/retry`)).status, 202);
    await talk.assertEnded("stood_down", "stood_down");
    await talk.assertReplies();
    assert.deepEqual(ourNotes(await talk.record()), []);
    assert.deepEqual(await handOver({ id: "999" }), [404, "unknown_conversation"]);
    assert.deepEqual(await handOver(talk, { more: 1 }), [400, "bad_request"]);
    assert.equal((await world.worker.api("GET", `/conversations/${talk.id}/hand_over`)).status, 405);
  });
});
