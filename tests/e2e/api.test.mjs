// The API: only with the token, and clear about what cannot be done.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ANA, CONSOLE_TOKEN } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

const ROUTES = [
  ["GET", "/conversations/1"],
  ["POST", "/conversations/1/retry"],
  ["POST", "/pause"],
  ["POST", "/resume"],
  ["GET", "/workspace"],
];

test("without CONSOLE_TOKEN in the settings the API does not exist", async (t) => {
  const world = await startWorld();
  t.after(() => world.stop());
  for (const [method, path] of [...ROUTES, ["GET", "/"], ["GET", "/anything"]]) {
    for (const token of [null, CONSOLE_TOKEN, ""]) {
      const { status } = await world.worker.api(method, path, { token });
      assert.equal(status, 404, `${method} ${path}`);
    }
  }
});

describe("the API", { concurrency: 4 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { CONSOLE_TOKEN }, ownActs: "untold" });
  });
  after(() => world?.stop());

  test("refuses whoever has not the token, and says nothing else", async () => {
    let n = 0;
    for (const [method, path] of ROUTES) {
      for (const token of [null, "", "wrong", `${CONSOLE_TOKEN}x`, CONSOLE_TOKEN.slice(1)]) {
        // Each from another address: what is limited are the attempts of one.
        const { status, headers, json } = await world.worker.api(method, path, { token, from: `203.0.113.${++n}` });
        assert.deepEqual([status, headers.get("www-authenticate"), json.error.code], [401, "Bearer", "unauthorised"], `${method} ${path} ${token}`);
      }
    }
    assert.equal((await world.worker.healthz()).status, 200, "nothing was paused");
  });

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

  test("a retry is not over a teammate", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.teammate("assign", { assignee_id: ANA });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("stood_down");
    assert.equal((await world.worker.api("POST", `/conversations/${talk.id}/retry`)).status, 202);
    await talk.assertEnded("stood_down", "stood_down");
    await talk.assertReplies();
  });
});
