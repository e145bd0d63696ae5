// Settings that are wrong or missing: shown name by name, and no message is lost over them.
//
// shows: G2, G4

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { customerPart, webhook, postWebhook, signature, send } from "./harness/webhooks.mjs";
import { secrets } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

describe("settings", { concurrency: true }, () => {
  const wrong = {
    CHATBOT_UUID: undefined,
    INTERCOM_ACCESS_TOKEN: undefined,
    GPT_TRAINER_API_KEY: "",
    INTERCOM_ADMIN_ID: "",
    QUIET_SECONDS: "soon",
    SETTLE_SECONDS: "-1",
    REPLY_MODE: "shout",
    ROLLOUT_PERCENT: "101",
    INTERCOM_API_URL: "not a url",
    INGEST: "carrier pigeon",
  };

  test("each wrong one is named in /healthz; messages are held, and answered when the settings are right", async (t) => {
    const world = await startWorld({ settings: wrong });
    t.after(() => world.stop());
    const { status, text } = await world.worker.healthz();
    assert.equal(status, 503);
    for (const [name, value] of Object.entries(wrong)) {
      assert.ok(text.includes(name), `/healthz names ${name}: ${text}`);
      if (value && /^[a-z]+$/.test(value)) assert.ok(text.includes(value), `/healthz shows the value of ${name}: ${text}`);
    }
    assertNoSecret(text);

    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
    const other = await world.question();
    const otherTalk = await world.open(other, { webhook: "none" });
    assert.deepEqual(await world.sandbox.deliver(otherTalk.opening.notification_id, 3), [200, 200, 200]);
    assert.deepEqual(await world.sandbox.calls(), []);

    await world.restart();
    await Promise.all([talk.answered(question, 120_000), otherTalk.answered(other, 120_000)]);
    assert.equal((await world.worker.healthz()).status, 200);
    await talk.assertReplies(question);
    await otherTalk.assertReplies(other);
  });

  test("without a secret to verify with nothing is accepted, whatever it is signed with; nor does an empty one verify", async (t) => {
    const world = await startWorld({ settings: { INTERCOM_CLIENT_SECRET: "  " } });
    t.after(() => world.stop());
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    const url = `${world.worker.url}/webhook/intercom`;
    const body = JSON.stringify(webhook("conversation.user.replied", talk.id, [customerPart(talk.opening.part_id)]));
    for (const key of ["", "  ", "undefined", "null", "NOT_AVAILABLE", "sandbox-client-secret"]) {
      assert.equal((await postWebhook(url, body, { secret: key })).status, 500, `signed with ${JSON.stringify(key)}`);
    }
    assert.equal((await send(url, { body })).status, 500, "without a signature");
    const { status, text } = await world.worker.healthz();
    assert.equal(status, 503);
    assert.match(text, /INTERCOM_CLIENT_SECRET/);
    assert.deepEqual(await world.sandbox.calls(), []);

    await world.restart({ INTERCOM_CLIENT_SECRET_PREVIOUS: "" });
    assert.equal((await postWebhook(url, body, { secret: "" })).status, 401);
    assert.equal((await send(url, { body, headers: { "x-hub-signature": signature(body) } })).status, 200);
    await talk.answered(question);
  });
});

function assertNoSecret(text) {
  for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret), text);
}
