// What a person sets for the whole workspace: the mode, the pause, and who did what.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ourNotes } from "./harness/counting.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { figures } from "./harness/sweeping.mjs";
import { startWorld } from "./harness/world.mjs";

/** @returns {Promise<import("./harness/world.mjs").World>} */
async function steeredWorld(t, settings = {}) {
  const world = await startWorld({ settings: { CONSOLE_TOKEN, ...settings }, ownActs: "untold" });
  t.after(() => world.stop());
  return world;
}

async function setMode(world, mode, who) {
  const { status, json, text } = await world.worker.api("POST", "/mode", { body: { mode, ...(who && { who }) } });
  assert.equal(status, 200, text);
  return json.mode;
}

async function answeredIn(world) {
  const question = await world.question();
  const talk = await world.open(question);
  await talk.until(() => talk.outcomes().length > 0, `conversation ${talk.id} to end`);
  return { question, talk, outcome: talk.outcomes()[0] };
}

const metrics = async (world) => (await fetch(`${world.worker.url}/metrics`, { headers: { authorization: `Bearer ${CONSOLE_TOKEN}` } })).text();
const health = async (world) => JSON.parse((await world.worker.healthz()).text);

test("POST /api/mode: what is set holds in the place of REPLY_MODE for every turn from then on, over a restart, until it is taken back", async (t) => {
  const world = await steeredWorld(t);
  assert.deepEqual((await figures(world)).mode, { configured: "reply", in_force: "reply", by: null, since: null });
  assert.equal((await answeredIn(world)).outcome, "replied");

  const note = await setMode(world, "note", "Ana");
  assert.deepEqual({ ...note, since: 0 }, { configured: "reply", in_force: "note", by: "Ana", since: 0 });
  assert.deepEqual((await figures(world)).mode, note);
  assert.deepEqual([(await health(world)).status, (await health(world)).mode], ["ok", "note"]);
  assert.match(await metrics(world), /^onereply_mode\{mode="note"\} 1$/m);
  const noted = await answeredIn(world);
  assert.equal(noted.outcome, "noted");
  await noted.talk.assertReplies();
  await world.restart({ CONSOLE_TOKEN });
  assert.equal((await answeredIn(world)).outcome, "noted");

  for (const body of [undefined, {}, [], "note", { mode: "loud" }, { mode: null }, { mode: "note", more: 1 }, { mode: "note", who: 1 }]) {
    const { status, json } = await world.worker.api("POST", "/mode", { body });
    assert.deepEqual([status, json.error.code], [400, "bad_request"], JSON.stringify(body));
  }

  await setMode(world, "off");
  const off = await answeredIn(world);
  assert.equal(off.outcome, "stood_down");
  assert.equal(await world.timesAsked(off.question), 0);
  assert.deepEqual(ourNotes(await off.talk.record()), []);
  const told = await health(world);
  assert.deepEqual([told.status, told.mode, told.problems.map(({ problem }) => problem)], ["problem", "off", ["switched_off_by_operator"]]);

  assert.deepEqual(await setMode(world, "configured"), { configured: "reply", in_force: "reply", by: null, since: null });
  assert.deepEqual([(await health(world)).status, (await health(world)).mode], ["ok", "reply"]);
  assert.equal((await answeredIn(world)).outcome, "replied");
});

test("who did what, and by which way, is remembered, the newest first, and never logged", async (t) => {
  const world = await steeredWorld(t, { MAX_REPLIES_PER_HOUR: "1" });
  const paused = await world.worker.api("POST", "/pause", { body: { who: "  Ana\nLima " } });
  assert.equal(paused.json.who, "AnaLima");
  assert.deepEqual((await figures(world)).pause, { by: "operator", since: paused.json.since, who: "AnaLima" });
  await world.worker.api("POST", "/pause", { body: { who: "Bob" } });
  assert.equal((await figures(world)).pause.who, "AnaLima", "who pauses what is paused changes nothing");
  await world.worker.api("POST", "/resume");
  await setMode(world, "note", "x".repeat(60));
  await setMode(world, "configured");
  assert.equal((await world.worker.api("POST", "/audit", { body: { hours: 2, who: "Ana" } })).status, 200);
  const { talk } = await answeredIn(world);
  await world.open(await world.question());
  await talk.until(async () => (await figures(world)).pause, "the hour to be full");

  const { controls, pause } = await figures(world);
  assert.deepEqual([pause.by, pause.who], ["hourly_limit", null]);
  const told = controls.map(({ what, detail, by, via }) => [what, detail, by, via]);
  assert.deepEqual(told, [
    ["paused", null, null, "limit"],
    ["audit_begun", { hours: 2 }, "Ana", "api"],
    ["mode_set", "configured", null, "api"],
    ["mode_set", "note", "x".repeat(40), "api"],
    ["resumed", null, null, "api"],
    ["paused", null, "AnaLima", "api"],
  ]);
  assert.ok(controls.every(({ at }) => Math.abs(at - Date.now()) < 60_000));
  for (const { message } of world.worker.logs) assert.ok(!/Ana|xxxx/.test(message), message);

  for (const body of [[], "pause", { who: 7 }, { more: 1 }]) {
    assert.equal((await world.worker.api("POST", "/pause", { body })).status, 400, JSON.stringify(body));
  }
});
