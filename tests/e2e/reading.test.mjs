// The read of a conversation fails as only a real connection does, or there is something that the operator has to mend.
//
// shows: G2

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { customerPart, webhook, postWebhook } from "./harness/webhooks.mjs";
import { APP_ID } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

describe("reading a conversation", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ ownActs: "untold" });
  });
  after(() => world?.stop());

  const mendedByItself = {
    "502 with a page": { kind: "fail_before", status: 502, json: false, times: 2 },
    "half a body": { kind: "half_body" },
    "a cut connection": { kind: "cut_before" },
    "429 with a reset": { kind: "rate_limited", reset_in_s: 2 },
    "a cut connection of the second read": { kind: "cut_before", skip: 1 },
  };
  for (const [what, fault] of Object.entries(mendedByItself)) {
    test(`${what}: it is read again and answered`, async () => {
      const question = await world.question();
      const talk = await world.open(question, { webhook: "none" });
      await talk.fault({ call: "intercom.read", ...fault });
      assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
      await talk.answered(question);
      await talk.assertStays(question);
      assert.equal(await world.timesAsked(question), 1);
    });
  }

  test("a webhook of another app is acknowledged, and never answered", async () => {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    const foreign = webhook("conversation.user.replied", talk.id, [customerPart(talk.opening.part_id)], { app_id: "zzz999zzz" });
    assert.equal((await postWebhook(`${world.worker.url}/webhook/intercom`, foreign)).status, 200);
    await world.meanwhile();
    await talk.assertReplies();
    assert.deepEqual((await talk.calls()).filter((call) => call.call !== "intercom.read"), []);
  });
});

test("what the operator has to mend is shown, and mended the turns are answered", async (t) => {
  const world = await startWorld({ settings: { INTERCOM_APP_ID: "zzz999zzz" } });
  t.after(() => world.stop());
  const red = async (pattern) => {
    const { status, text } = await world.worker.healthz();
    return status === 503 && pattern.test(text);
  };
  const question = await world.question();
  const talk = await world.open(question);
  await talk.until(() => red(/INTERCOM_APP_ID/), "/healthz to name the workspace that is not the token's");
  assert.deepEqual((await talk.calls()).filter((call) => call.acted && call.call !== "intercom.read"), []);

  await world.sandbox.fault({ call: "intercom.*", kind: "fail_before", status: 401, times: 0 });
  await world.restart({ INTERCOM_APP_ID: APP_ID });
  await talk.until(() => red(/INTERCOM_ACCESS_TOKEN|unauthori[sz]ed|401/), "/healthz to name the token that is refused");
  await world.sandbox.mend();
  await talk.answered(question, 120_000);
  await talk.until(async () => (await world.worker.healthz()).status === 200, "/healthz to be green again");
  await talk.assertStays(question);
});
