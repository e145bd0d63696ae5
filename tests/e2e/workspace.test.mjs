// What the worker says of the whole workspace: `GET /api/workspace` and `/healthz`.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { costOf, rowsWritten } from "./harness/meter.mjs";
import { customerPart, webhook, postWebhook, send } from "./harness/webhooks.mjs";
import { secrets } from "./harness/settings.mjs";
import { UNTOLD, figures, sweeps, sweepingWorld, sweptUp } from "./harness/sweeping.mjs";

const MINUTE_MS = 60_000;

async function health(world) {
  const { status, text } = await world.worker.healthz();
  const { status: said, reason, problems } = JSON.parse(text);
  return { status, said, reason, problems: problems.map(({ problem }) => problem) };
}

describe("GET /api/workspace", { concurrency: true }, () => {
  test("says which secret signed last, through a rotation", async (t) => {
    const world = await sweepingWorld(t);
    const told = async (secret) => {
      const body = webhook("conversation.user.replied", "1", [customerPart("2")], { topic: "ping" });
      assert.equal((await postWebhook(`${world.worker.url}/webhook/intercom`, body, { secret })).status, 200);
    };
    const { INTERCOM_CLIENT_SECRET: old } = secrets;
    await told(old);
    const noted = (which) => world.sweepUntil(async () => (await figures(world)).webhooks.signed_with[which] > 0, `a delivery with the ${which.replace("_at", "")} secret`);
    await noted("current_at");
    const before = (await figures(world)).webhooks;
    assert.deepEqual([before.last.topic, before.signed_with.previous_at], ["ping", null]);

    await world.restart(sweeps({ INTERCOM_CLIENT_SECRET: "a-new-secret", INTERCOM_CLIENT_SECRET_PREVIOUS: old }));
    await told(old);
    await noted("previous_at");
    const rotating = (await figures(world)).webhooks.signed_with;
    assert.deepEqual(rotating.current_at, before.signed_with.current_at, "nothing came with the new one yet");
    assert.ok(rotating.previous_at >= rotating.current_at);
    await told("a-new-secret");
    await world.sweepUntil(async () => (await figures(world)).webhooks.signed_with.current_at > rotating.current_at, "a delivery with the new secret");
    assert.equal((await figures(world)).webhooks.signed_with.previous_at, rotating.previous_at);
  });

  test("a forger writes nothing, however often; a genuine delivery does once a minute", async (t) => {
    const world = await sweepingWorld(t, {}, { metered: true });
    // Now that the workspace is known nobody writes but because of deliveries.
    assert.equal((await health(world)).said, "ok");
    const url = `${world.worker.url}/webhook/intercom`;
    const body = webhook("conversation.user.replied", "1", [customerPart("2")]);
    const disk = new Disk(world.worker);
    const forged = await costOf(world.worker, async () => {
      for (let n = 0; n < 10; n++) assert.equal((await postWebhook(url, body, { secret: `guess-${n}` })).status, 401);
      assert.equal((await send(url, { body: JSON.stringify(body) })).status, 401);
      // Whatever was told before comes before this.
      await figures(world);
    });
    // Whether the token may be tried, and the figures.
    assert.deepEqual([rowsWritten(forged), forged.WorkspaceObject.fetches, forged.ConversationObject.fetches], [0, 2, 0]);
    assert.deepEqual([disk.kept("webhooks"), (await figures(world)).webhooks.last], [undefined, null]);

    const ping = { ...body, topic: "ping" };
    assert.equal((await postWebhook(url, ping)).status, 200);
    await world.sweepUntil(() => disk.kept("webhooks"), "the first delivery to be on disk");
    const genuine = await costOf(world.worker, async () => {
      for (let n = 0; n < 10; n++) assert.equal((await postWebhook(url, ping)).status, 200);
      await figures(world);
    });
    assert.deepEqual([rowsWritten(genuine), genuine.WorkspaceObject.fetches], [0, 2]);
  });
});

describe("/healthz", { concurrency: true }, () => {
  test("says what is wrong, the worst first, and that it is over", async (t) => {
    const world = await sweepingWorld(t);
    assert.deepEqual(await health(world), { status: 200, said: "ok", reason: "Customers are answered.", problems: [] });
    await world.sandbox.fault({ call: "intercom.search", kind: "fail_before", status: 500, times: 0 });
    assert.equal(await world.worker.cron(), "ok");
    assert.equal((await health(world)).said, "ok", "it may only be a moment");
    assert.ok((await figures(world)).sweep.failures > 0);
    await world.worker.api("POST", "/pause");
    await world.worker.kill();
    const disk = new Disk(world.worker);
    disk.editKept("sweep", (sweep) => ({ ...sweep, pass: { ...sweep.pass, began_at: sweep.pass.began_at - 11 * MINUTE_MS } }));
    disk.editKept("cron", (at) => at - 11 * MINUTE_MS);
    await world.restart(sweeps());
    const all = await health(world);
    assert.deepEqual([all.status, all.said, all.problems[0], all.problems.toSorted()], [503, "problem", "paused_by_operator", ["cron_silent", "paused_by_operator", "sweep_stuck"]]);
    assert.match(all.reason, /api\/resume/);
    await world.worker.api("POST", "/resume");
    const degraded = await health(world);
    assert.deepEqual([degraded.status, degraded.said, degraded.problems.toSorted()], [200, "degraded", ["cron_silent", "sweep_stuck"]]);

    await world.sandbox.mend();
    await world.sweepUntil(async () => (await health(world)).said === "ok", "the sweep to have come to its end");
    assert.equal((await figures(world)).sweep.under_way_since, null);
  });

  test("is degraded where the cron has never fired, and where the sweep finds messages and no webhook comes, until one does", async (t) => {
    // Otherwise our own reply would be told of.
    const world = await sweepingWorld(t, {}, { ownActs: "untold" });
    assert.equal((await health(world)).said, "ok");
    await world.worker.kill();
    new Disk(world.worker).editKept("cron_awaited", (at) => at - 11 * MINUTE_MS);
    await world.restart(sweeps());
    assert.deepEqual((await health(world)).problems, ["cron_silent"]);

    const question = await world.question();
    const talk = await world.open(question, UNTOLD);
    await sweptUp(talk, question);
    await world.sweepUntil(async () => (await health(world)).problems.includes("webhooks_silent"), "the webhooks to be missed");
    const silent = await health(world);
    assert.deepEqual([silent.status, silent.said, silent.problems], [200, "degraded", ["webhooks_silent"]]);
    assert.match(silent.reason, /7 days/);
    const { failing_since, suspended_at } = (await figures(world)).webhooks;
    assert.equal(suspended_at - failing_since, 7 * 24 * 60 * MINUTE_MS);
    await talk.assertStays(question);
    await world.sweepUntil(async () => (await health(world)).said === "ok", "a webhook to be enough");
    assert.equal((await figures(world)).webhooks.failing_since, null);
  });
});
