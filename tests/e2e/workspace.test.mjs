// What the worker says of the whole workspace: `GET /api/workspace` and `/healthz`.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { costOf, rowsWritten } from "./harness/meter.mjs";
import { customerPart, notification, notify, send } from "./harness/notifications.mjs";
import { ANA, APP_ID, secrets } from "./harness/settings.mjs";
import { UNTOLD, figures, sweeps, sweepingWorld, sweptUp } from "./harness/sweeping.mjs";

const MINUTE_MS = 60_000;
const MARK = "kx7planted";

async function health(world) {
  const { status, text } = await world.worker.healthz();
  const { status: said, reason, problems } = JSON.parse(text);
  return { status, said, reason, problems: problems.map(({ problem }) => problem) };
}

/** A conversation with a planted word, told by its webhook unless `how` says otherwise. */
async function opened(world, { words = "", prepare = async () => {}, ...how } = {}) {
  const question = await world.question();
  await world.sandbox.script({ contains: question.mark, answer: `${question.answer} ${MARK}-answer` });
  const body = `<p>${words || question.words} ${question.mark} ${MARK}-message</p>`;
  const talk = await world.open(question, { contact: { name: `${MARK}-name`, email: `${MARK}@example.com` }, ...how, body, webhook: "none" });
  await prepare(talk);
  if (how.webhook !== "none") await world.sandbox.deliver(talk.opening.notification_id);
  return { question, talk };
}

describe("GET /api/workspace", { concurrency: 3 }, () => {
  test("counts turns by how they ended and by what told of them, and says how far the sweep is; in ids, never words", async (t) => {
    const world = await sweepingWorld(t, { MAX_ANSWER_AGE_MINUTES: "20" }, { ownActs: "untold" });
    const empty = await figures(world);
    assert.deepEqual([empty.app_id, empty.ingest, empty.pause, empty.open_conversations, empty.sweep], [APP_ID, "both", null, 0, null]);
    assert.deepEqual(empty.turns.last_day, { turns: 0, replied: 0, noted: 0, handed_over: 0, stood_down: 0, failed: 0, found_by_sweep: 0 });
    assert.deepEqual([empty.cron.last_at, empty.webhooks.last, empty.webhooks.missed_at], [null, null, null]);

    const replied = await opened(world);
    const noted = await opened(world, { ago_s: 25 * 60 });
    const handedOver = await opened(world, { words: "I want to talk to a human." });
    const stoodDown = await opened(world, { prepare: (talk) => talk.teammate("assign", { assignee_id: ANA, webhook: "none" }) });
    const failed = await opened(world, { prepare: (talk) => world.sandbox.delete(talk.id, "none") });
    const found = await opened(world, UNTOLD);
    await sweptUp(found.talk, found.question);
    await Promise.all([
      replied.talk.assertEnded("replied"), noted.talk.assertEnded("noted"), handedOver.talk.assertEnded("handed_over"),
      stoodDown.talk.assertEnded("stood_down"), failed.talk.until(() => failed.talk.outcomes().includes("failed"), "the turn to fail", 60_000),
    ]);
    const counted = async () => (await figures(world)).turns.last_hour.turns >= 6;
    await world.sweepUntil(counted, "all turns to be counted");
    const now = await figures(world);
    assert.deepEqual(now.turns.last_hour, { turns: 6, replied: 2, noted: 1, handed_over: 1, stood_down: 1, failed: 1, found_by_sweep: 1 });
    assert.deepEqual(now.turns.last_day, now.turns.last_hour);
    await world.sweepUntil(async () => (await figures(world)).open_conversations === 0, "nothing to be open");
    assert.equal(now.sweep.untold, 0);
    assert.equal(now.sweep.failures, 0);
    for (const at of [now.cron.last_at, now.sweep.last.began_at, now.sweep.last.ended_at]) assert.ok(Math.abs(at - Date.now()) < MINUTE_MS, `${at}`);
    assert.ok(now.sweep.handled_to * 1_000 < Date.now() - 4 * MINUTE_MS, "the cursor stays behind");
    assert.equal(now.webhooks.last.topic, "conversation.user.created");
    assert.ok(now.webhooks.missed_at > 0, "a message came without its webhook");
    assert.equal(now.webhooks.failing_since, null, "others came after it");

    const { text } = await world.worker.api("GET", "/workspace");
    const disk = new Disk(world.worker);
    const kept = ["ledger", "kept", "open"].map((table) => JSON.stringify(disk.workspaceRows(table))).join();
    const sessions = (await world.sandbox.sessions()).map(({ uuid }) => uuid);
    for (const word of [MARK, "@example.com", "human", ...sessions, ...Object.values(secrets)]) {
      assert.ok(!text.includes(word), `${word} in the figures: ${text}`);
      assert.ok(!kept.includes(word), `${word} in what the workspace keeps`);
      for (const { message } of world.worker.logs) assert.ok(!message.includes(word), `${word} in the log: ${message}`);
    }
  });

  test("counts a turn that a notification ended, not a call of ours", async (t) => {
    const world = await sweepingWorld(t, { SETTLE_SECONDS: "60", ANSWER_DEADLINE_SECONDS: "120" });
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    await talk.fault({ call: "intercom.reply", kind: "act_then_cut" });
    await world.sandbox.deliver(talk.opening.notification_id);
    await talk.assertEnded("replied");
    const counted = async () => (await figures(world)).turns.last_hour.replied === 1;
    await talk.until(counted, "the turn to be counted without a look after 60 seconds");
    await talk.assertStays(question);
  });

  test("says which secret signed last, through a rotation", async (t) => {
    const world = await sweepingWorld(t);
    const told = async (secret) => {
      const body = notification("conversation.user.replied", "1", [customerPart("2")], { topic: "ping" });
      assert.equal((await notify(`${world.worker.url}/webhook/intercom`, body, { secret })).status, 200);
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
    const body = notification("conversation.user.replied", "1", [customerPart("2")]);
    const disk = new Disk(world.worker);
    const forged = await costOf(world.worker, async () => {
      for (let n = 0; n < 10; n++) assert.equal((await notify(url, body, { secret: `guess-${n}` })).status, 401);
      assert.equal((await send(url, { body: JSON.stringify(body) })).status, 401);
      // Whatever was told before comes before this.
      await figures(world);
    });
    // Whether the token may be tried, and the figures.
    assert.deepEqual([rowsWritten(forged), forged.WorkspaceObject.fetches, forged.ConversationObject.fetches], [0, 2, 0]);
    assert.deepEqual([disk.kept("webhooks"), (await figures(world)).webhooks.last], [undefined, null]);

    const ping = { ...body, topic: "ping" };
    assert.equal((await notify(url, ping)).status, 200);
    await world.sweepUntil(() => disk.kept("webhooks"), "the first delivery to be on disk");
    const genuine = await costOf(world.worker, async () => {
      for (let n = 0; n < 10; n++) assert.equal((await notify(url, ping)).status, 200);
      await figures(world);
    });
    assert.deepEqual([rowsWritten(genuine), genuine.WorkspaceObject.fetches], [0, 2]);
  });
});

describe("/healthz", { concurrency: 3 }, () => {
  test("ok where all is well, a problem where customers are not answered, with the reason", async (t) => {
    const world = await sweepingWorld(t);
    assert.deepEqual(await health(world), { status: 200, said: "ok", reason: "Customers are answered.", problems: [] });
    await world.worker.api("POST", "/pause");
    const paused = await health(world);
    assert.deepEqual([paused.status, paused.said, paused.problems], [503, "problem", ["paused_by_operator"]]);
    assert.match(paused.reason, /api\/resume/);
    await world.worker.api("POST", "/resume");
    assert.equal((await health(world)).said, "ok");
  });

  test("degraded where a sweep is stuck, until it comes to its end", async (t) => {
    const world = await sweepingWorld(t);
    await world.sandbox.fault({ call: "intercom.search", kind: "fail_before", status: 500, times: 0 });
    assert.equal(await world.worker.cron(), "ok");
    assert.equal((await health(world)).said, "ok", "it may only be a moment");
    assert.ok((await figures(world)).sweep.failures > 0);
    await world.worker.kill();
    new Disk(world.worker).editKept("sweep", (sweep) => ({ ...sweep, pass: { ...sweep.pass, began_at: sweep.pass.began_at - 11 * MINUTE_MS } }));
    await world.restart(sweeps());
    const stuck = await health(world);
    assert.deepEqual([stuck.status, stuck.said, stuck.problems], [200, "degraded", ["sweep_stuck"]]);
    assert.match(stuck.reason, /search/);

    await world.sandbox.mend();
    await world.sweepUntil(async () => (await health(world)).said === "ok", "the sweep to have come to its end", 60_000);
    assert.equal((await figures(world)).sweep.under_way_since, null);
  });

  test("degraded where the cron does not fire any more, until it does", async (t) => {
    const world = await sweepingWorld(t, { INGEST: "webhook" });
    assert.equal(await world.worker.cron(), "ok");
    await world.worker.kill();
    new Disk(world.worker).editKept("cron", (at) => at - 11 * MINUTE_MS);
    await world.restart(sweeps({ INGEST: "webhook" }));
    const silent = await health(world);
    assert.deepEqual([silent.status, silent.said, silent.problems], [200, "degraded", ["cron_silent"]]);
    assert.equal(await world.worker.cron(), "ok");
    assert.equal((await health(world)).said, "ok");
  });

  test("degraded where the cron has never fired", async (t) => {
    const world = await sweepingWorld(t, { INGEST: "webhook" });
    assert.equal((await health(world)).said, "ok");
    await world.worker.kill();
    new Disk(world.worker).editKept("cron_awaited", (at) => at - 11 * MINUTE_MS);
    await world.restart(sweeps({ INGEST: "webhook" }));
    assert.deepEqual((await health(world)).problems, ["cron_silent"]);
    assert.equal(await world.worker.cron(), "ok");
    assert.equal((await health(world)).said, "ok");
  });

  test("degraded where the sweep finds messages and no webhook comes, until one does", async (t) => {
    // Otherwise our own reply would be told of.
    const world = await sweepingWorld(t, {}, { ownActs: "untold" });
    const { question, talk } = await opened(world, UNTOLD);
    await sweptUp(talk, question);
    await world.sweepUntil(async () => (await health(world)).said === "degraded", "the webhooks to be missed");
    const silent = await health(world);
    assert.deepEqual([silent.status, silent.problems], [200, ["webhooks_silent"]]);
    assert.match(silent.reason, /7 days/);
    const { failing_since, suspended_at } = (await figures(world)).webhooks;
    assert.equal(suspended_at - failing_since, 7 * 24 * 60 * MINUTE_MS);
    await talk.assertStays(question);
    await world.sweepUntil(async () => (await health(world)).said === "ok", "a webhook to be enough");
    assert.equal((await figures(world)).webhooks.failing_since, null);
  });

  test("the worst comes first", async (t) => {
    const world = await sweepingWorld(t);
    assert.equal(await world.worker.cron(), "ok");
    await world.worker.api("POST", "/pause");
    await world.worker.kill();
    new Disk(world.worker).editKept("cron", (at) => at - 11 * MINUTE_MS);
    await world.restart(sweeps());
    const { said, reason, problems } = await health(world);
    assert.deepEqual([said, problems], ["problem", ["paused_by_operator", "cron_silent"]]);
    assert.match(reason, /Paused/);
  });
});
