// What the operator is told of by ALERT_WEBHOOK_URL: once, again only after a while, and when it is over.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Disk } from "./harness/disk.mjs";
import { secrets } from "./harness/settings.mjs";
import { UNTOLD, sweeps, sweepingWorld } from "./harness/sweeping.mjs";
import { until } from "./harness/until.mjs";

const MINUTE_MS = 60_000;

/** A world whose sandbox receives the alerts. @returns {Promise<{ world: import("./harness/world.mjs").World, settings: (more?: object) => object }>} */
async function alertingWorld(t, more = {}) {
  const world = await sweepingWorld(t, {}, { ownActs: "untold" });
  const settings = (changes = {}) => sweeps({ ALERT_WEBHOOK_URL: `${world.sandbox.url}/alerts`, ...more, ...changes });
  await world.restart(settings());
  return { world, settings };
}

async function told(world) {
  return (await world.sandbox.alerts()).map(({ body: { event, problems } }) => [event, problems.map(({ problem }) => problem)]);
}

const minute = async (world) => assert.equal(await world.worker.cron(), "ok");

/** Lets minutes pass until this is told: a minute may meet with a round that is under way, which sees to it. */
function tells(world, event, ...problems) {
  const isLast = async () => isDeepStrictEqual((await told(world)).at(-1), [event, problems]);
  return world.sweepUntil(isLast, `${event} to be told of ${problems.join() || "nothing"}`);
}

/** Lets time pass for what was told: it was so many minutes ago. */
async function ago(world, settings, minutes) {
  await world.worker.kill();
  new Disk(world.worker).editKept("alerts", (alerts) => ({ ...alerts, sent_at: alerts.sent_at - minutes * MINUTE_MS }));
  await world.restart(settings());
}

describe("alerts", { concurrency: true }, () => {
  test("what is wrong is told once, again when it was not taken and after six hours, and its end when it is over; in names, never words", async (t) => {
    const { world, settings } = await alertingWorld(t);
    await minute(world);
    assert.deepEqual(await told(world), []);
    await world.sandbox.receiveAlerts("refused");
    await world.worker.api("POST", "/pause", { body: { who: "kx7operator" } });
    const question = await world.question();
    await world.open(question, { contact: { name: "kx7planted", email: "kx7planted@example.com" } });
    await world.sweepUntil(async () => (await told(world)).length === 2, "it to be told twice");
    await minute(world);
    assert.equal((await told(world)).length, 2, "once with the next minute");
    assert.ok(world.worker.logs.some(({ message }) => message.includes('"alert_failed"') && message.includes("500")));
    await world.sandbox.receiveAlerts("taken");
    await ago(world, settings, 2);
    await world.sweepUntil(async () => (await told(world)).length === 3, "it to be told once more");
    await minute(world);
    assert.deepEqual(await told(world), Array(3).fill(["alert", ["paused_by_operator"]]));
    const { body } = (await world.sandbox.alerts()).at(-1);
    assert.deepEqual(Object.keys(body).sort(), ["at", "build", "event", "problems", "text"]);
    assert.ok(Math.abs(body.problems[0].since - Date.now()) < 2 * MINUTE_MS);
    for (const word of ["kx7", question.mark, "example.com", ...Object.values(secrets)]) assert.ok(!JSON.stringify(body).includes(word), word);

    await ago(world, settings, 6 * 60);
    await world.sweepUntil(async () => (await told(world)).length === 4, "it to be told that it lasts");
    await world.worker.api("POST", "/resume");
    await minute(world);
    assert.equal((await told(world)).length, 4, "five minutes are not over");
    await ago(world, settings, 5);
    await tells(world, "all_clear");
    await minute(world);
    assert.equal((await told(world)).length, 5);
    for (const { message } of world.worker.logs) assert.ok(!message.includes("/alerts"), `where alerts go is not logged: ${message}`);
    assert.ok(world.worker.logs.some(({ message }) => message.includes('"alert_sent"')));
  });

  test("a receiver that never answers keeps nobody waiting", async (t) => {
    const { world } = await alertingWorld(t);
    await minute(world);
    await world.sandbox.receiveAlerts("silent");
    await world.worker.api("POST", "/mode", { body: { mode: "off" } });
    const question = await world.question();
    const talk = await world.open(question, UNTOLD);
    const began = performance.now();
    await minute(world);
    assert.ok(performance.now() - began < 30_000, "a round ends all the same");
    assert.deepEqual((await told(world))[0], ["alert", ["switched_off_by_operator"]]);
    await talk.assertEnded("stood_down");
  });

  test("settings that are wrong are told, by their names, and so is a part of the round that cannot read what is stored, until it can", async (t) => {
    const { world, settings } = await alertingWorld(t);
    await minute(world);
    // As a newer program may have written it.
    await world.worker.kill();
    new Disk(world.worker).editKept("sweep", (sweep) => ({ ...sweep, handled_to: [sweep.handled_to] }));
    await world.restart(settings());
    await tells(world, "alert", "storage");
    assert.equal((await told(world)).length, 1);
    const logged = async () => world.worker.logs.some(({ message }) => message.includes('"maintenance_failed"'));
    await until(logged, { what: "the failed round to be logged", tell: () => world.worker.tell() });

    await world.worker.kill();
    new Disk(world.worker).editKept("sweep", (sweep) => ({ ...sweep, handled_to: sweep.handled_to[0] }));
    await world.restart(settings({ QUIET_SECONDS: "many", CHATBOT_UUID: undefined }));
    await ago(world, () => settings({ QUIET_SECONDS: "many", CHATBOT_UUID: undefined }), 5);
    await tells(world, "alert", "settings");
    const { body } = (await world.sandbox.alerts()).at(-1);
    assert.match(body.text, /CHATBOT_UUID, QUIET_SECONDS|QUIET_SECONDS, CHATBOT_UUID/);
    await world.restart(settings());
    await ago(world, settings, 5);
    await tells(world, "all_clear");
  });

  test("a turn that waits far beyond its deadline is told", async (t) => {
    const { world, settings } = await alertingWorld(t);
    await minute(world);
    await world.sandbox.fault({ call: "intercom.read", kind: "fail_before", status: 403, times: 0 });
    const question = await world.question();
    const talk = await world.open(question);
    await talk.until(() => new Disk(world.worker).workspaceRows("open").length > 0, "the conversation to be on the list");
    await talk.until(async () => (await world.worker.healthz()).text.includes("intercom_refuses_credentials"), "the refusal to be known");
    await world.worker.kill();
    new Disk(world.worker).runOnWorkspace("UPDATE open SET listed_ms = listed_ms - ?", 10 * MINUTE_MS);
    await world.restart(settings());
    const tells = async (problem) => (await told(world)).some(([, problems]) => problems.includes(problem));
    await world.sweepUntil(() => tells("turns_wait"), "the waiting turn to be told");
    assert.ok((await told(world))[0][1].includes("intercom_refuses_credentials"), JSON.stringify(await told(world)));
  });
});
