// The webhook is only a wake-up and the read is the truth: what happens when the read fails, lags, or shows something else.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { APP_ID } from "./harness/settings.mjs";
import { customerPart, notification, notify } from "./harness/notifications.mjs";
import { startWorld } from "./harness/world.mjs";

describe("reading a conversation", { concurrency: 6 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ ownActs: "untold" });
  });
  after(async () => {
    try {
      await world?.assertOneQuestionAtATime();
    } finally {
      await world?.stop();
    }
  });

  async function withReadFault(fault) {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.read", ...fault });
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    return { question, talk };
  }

  const mendedByItself = {
    "a conversation that is not readable yet (404)": { kind: "fail_before", status: 404, times: 2 },
    "500 in Intercom's own format": { kind: "fail_before", status: 500, times: 2 },
    "502 with a page": { kind: "fail_before", status: 502, json: false, times: 2 },
    "200 with a page": { kind: "html_200" },
    "half a JSON text": { kind: "malformed" },
    "half a body": { kind: "half_body" },
    "a cut connection": { kind: "cut_before" },
    "429 with a reset": { kind: "rate_limited", reset_in_s: 2 },
    "a failure of the second read": { kind: "fail_before", status: 500, skip: 1 },
    "a cut connection of the second read": { kind: "cut_before", skip: 1 },
  };
  for (const [what, fault] of Object.entries(mendedByItself)) {
    test(`${what}: it is read again and answered`, async () => {
      const { question, talk } = await withReadFault(fault);
      await talk.answered(question, 40_000);
      await talk.assertStays(question);
      assert.equal(await world.timesAsked(question), 1);
    });
  }

  test("a read that lacks the message which woke us is stale: it is read again", async () => {
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    const { notification_id } = await talk.says(second, { webhook: "none" });
    await talk.fault({ call: "intercom.read", kind: "stale_read", behind: 1 });
    await world.sandbox.deliver(notification_id);
    await talk.answered(second, 30_000);
    await talk.assertStays(first, second);
  });

  test("a second read that lacks what the first one showed is stale: it is read again", async () => {
    const [first, second] = [await world.question(), await world.question()];
    const talk = await world.open(first);
    await talk.answered(first);
    const { notification_id } = await talk.says(second, { webhook: "none" });
    await talk.fault({ call: "intercom.read", kind: "stale_read", behind: 1, skip: 1 });
    await world.sandbox.deliver(notification_id);
    await talk.answered(second, 30_000);
    await talk.assertStays(first, second);
    assert.equal(await world.timesAsked(second), 1);
  });

  test("a read that still lacks our own unknown reply is not proof that it was not posted", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "act_then_cut" });
    await talk.fault({ call: "intercom.read", kind: "stale_read", behind: 1, skip: 2 });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.called("intercom.read", (read) => read.fault === "stale_read");
    await world.meanwhile();
    await talk.assertReplies(question);
    assert.equal((await talk.calls("intercom.reply")).length, 1);
  });

  test("a conversation that is deleted while the AI thinks is let go", async () => {
    const question = await world.question({ delay_ms: 1_500 });
    const talk = await world.open(question);
    await talk.asking(question);
    await world.sandbox.delete(talk.id);
    await talk.madeUp(question);
    await world.meanwhile();
    assert.deepEqual((await talk.calls("intercom.reply")).filter((call) => call.acted), []);
  });

  test("a message that is redacted while the AI thinks is not answered", async () => {
    const [first, second] = [await world.question(), await world.question({ delay_ms: 1_500 })];
    const talk = await world.open(first);
    await talk.answered(first);
    const { part_id } = await talk.says(second);
    await talk.asking(second);
    await world.sandbox.redact(talk.id, part_id);
    await talk.madeUp(second);
    await talk.assertEnded("replied", "stood_down");
    await world.meanwhile();
    await talk.assertReplies(first);
  });

  test("a reply of ours that an older system sent counts as the answer", async () => {
    const question = await world.question({ delay_ms: 1_500 });
    const talk = await world.open(question);
    await talk.asking(question);
    await talk.teammate("reply", { admin_id: "3156780", body: "<p>From the older system.</p>", webhook: "none" });
    await talk.madeUp(question);
    await world.meanwhile();
    assert.deepEqual(await talk.calls("intercom.reply"), []);
  });

  test("ids that arrive as integers are the same ids", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    const body = notification("conversation.user.created", Number(talk.id));
    body.data.item.source.id = Number(talk.opening.part_id);
    const url = `${world.worker.url}/webhook/intercom`;
    assert.equal((await notify(url, body)).status, 200);
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    await talk.answered(question);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  });

  test("a notification for another app is acknowledged, and never answered", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    const foreign = notification("conversation.user.replied", talk.id, [customerPart(talk.opening.part_id)], { app_id: "zzz999zzz" });
    assert.equal((await notify(`${world.worker.url}/webhook/intercom`, foreign)).status, 200);
    await world.meanwhile();
    await talk.assertReplies();
    assert.deepEqual((await talk.calls()).filter((call) => call.call !== "intercom.read"), []);
  });
});

describe("what the operator has to mend", { concurrency: true }, () => {
  test("401 from Intercom is shown, and mended it is answered", async (t) => {
    const world = await startWorld();
    t.after(() => world.stop());
    await world.sandbox.fault({ call: "intercom.*", kind: "fail_before", status: 401, times: 0 });
    const question = await world.question();
    const talk = await world.open(question);
    await talk.until(async () => (await world.worker.healthz()).status === 503, "/healthz to be red");
    const { text } = await world.worker.healthz();
    assert.match(text, /INTERCOM_ACCESS_TOKEN|unauthori[sz]ed|401/);
    await world.sandbox.mend();
    await talk.answered(question, 120_000);
    await talk.assertStays(question);
    await talk.until(async () => (await world.worker.healthz()).status === 200, "/healthz to be green again", 90_000);
  });

  test("an INTERCOM_APP_ID that is not the token's workspace holds the turns, and is shown", async (t) => {
    const world = await startWorld({ settings: { INTERCOM_APP_ID: "zzz999zzz" } });
    t.after(() => world.stop());
    const question = await world.question();
    const talk = await world.open(question);
    await talk.until(async () => (await world.worker.healthz()).status === 503, "/healthz to be red");
    const { text } = await world.worker.healthz();
    assert.match(text, /INTERCOM_APP_ID/);
    assert.deepEqual((await talk.calls()).filter((call) => call.acted && call.call !== "intercom.read"), []);
    await world.restart({ INTERCOM_APP_ID: APP_ID });
    await talk.answered(question, 120_000);
    await talk.assertStays(question);
  });
});
