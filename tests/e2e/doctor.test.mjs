// `npm run doctor` beside a real worker: silent where all is well, and exactly the one ✗ where one thing is wrong.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { CONSOLE_TOKEN, secrets } from "./harness/settings.mjs";
import { figures, sweepingWorld, sweeps } from "./harness/sweeping.mjs";

/** What a person has in the environment, a file of settings of their own left out. */
function settingsOf(world, changes = {}) {
  return { ...world.worker.settings, CONSOLE_TOKEN, ...changes };
}

describe("npm run doctor", () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "onereply-doctor-"));
    cpSync(join(ROOT, "wrangler.toml"), join(folder, "wrangler.toml"));
    world = await sweepingWorld({ after() {} });
    await heardOf(world);
  });
  after(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A customer writes and is answered, and a minute passes. */
  async function heardOf(world) {
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    await world.sweepUntil(async () => (await figures(world)).sweep?.last && (await figures(world)).webhooks.last, "a webhook and a sweep");
  }

  /** Runs the command. @returns {Promise<{ code: number, said: string, failures: string[], checks: any[] }>} */
  async function doctor(changes = {}, ...args) {
    const env = { PATH: process.env.PATH, ONEREPLY_SETTINGS_FOLDER: folder, ...settingsOf(world, changes) };
    const url = ["--url", world.worker.url];
    const { code, said } = await command(env, [...url, ...args]);
    const json = args.includes("--json") ? JSON.parse(said) : undefined;
    return { code, said, checks: json?.checks, failures: json?.checks.filter(({ status }) => status === "failure").map(({ check }) => check) };
  }

  test("says that all is well, writes nothing in Intercom and leaves no trace in the figures", async () => {
    const told = (await figures(world)).webhooks;
    const before = await world.sandbox.calls();
    const { code, said } = await doctor();
    assert.equal(code, 0, said);
    assert.match(said, /\n✓ no problems found/);
    assert.ok(!/^[!✗]/m.test(said), said);
    for (const secret of [...Object.values(secrets), CONSOLE_TOKEN]) assert.ok(!said.includes(secret));
    const calls = (await world.sandbox.calls(before.length)).filter(({ acted, call }) => acted && /reply|note|parts|stream|create_session/.test(call));
    assert.deepEqual(calls.filter(({ status }) => status === 200), []);
    assert.deepEqual((await figures(world)).webhooks, told);
  });

  test("names the one thing that is wrong, as one object for programs: a token that Intercom refuses, another client secret than the worker's", async () => {
    for (const [changes, expected] of [[{ INTERCOM_ACCESS_TOKEN: "another-token" }, "intercom_token"], [{ INTERCOM_CLIENT_SECRET: "another-secret" }, "webhook_ping"]]) {
      const { code, failures, said } = await doctor(changes, "--json");
      assert.deepEqual([failures, code, JSON.parse(said).ok, JSON.parse(said).url], [[expected], 1, false, world.worker.url], said);
      assert.doesNotMatch(said, /another-/);
    }
  });

  test("a worker that is paused", async () => {
    await world.worker.api("POST", "/pause");
    const { code, failures, said } = await doctor({}, "--json");
    await world.worker.api("POST", "/resume");
    assert.deepEqual([failures, code], [["health"], 1], said);
    assert.match(said, /paused_by_operator/);
  });

  test("a cron that does not fire, and no webhook yet", async (t) => {
    const silent = await sweepingWorld(t);
    const { code, said } = await command({ PATH: process.env.PATH, ONEREPLY_SETTINGS_FOLDER: folder, ...settingsOf(silent) }, ["--url", silent.worker.url, "--json"]);
    const { checks } = JSON.parse(said);
    const named = (status) => checks.filter((check) => check.status === status).map(({ check }) => check);
    assert.deepEqual([named("failure"), named("warning"), code], [["cron"], ["webhooks_heard", "sweep"], 1], said);
    await silent.worker.cron();
    assert.equal((await figures(silent)).webhooks.last, null, "the doctor's own ping is none of Intercom's");
  });

  test("without its CONSOLE_TOKEN it says what it cannot see, and without a worker that there is none", async () => {
    const { code, said } = await doctor({ CONSOLE_TOKEN: "" });
    assert.equal(code, 0, said);
    assert.match(said, /^! console_token .*cron/m);
    const nobody = await command({ PATH: process.env.PATH, ONEREPLY_SETTINGS_FOLDER: folder, ...settingsOf(world) }, ["--url", "http://127.0.0.1:9"]);
    assert.deepEqual([nobody.code, /^✗ worker .*ECONNREFUSED|^✗ worker .*bad port/m.test(nobody.said)], [1, true], nobody.said);
  });

  test("a worker whose settings are wrong", async () => {
    await world.restart(sweeps({ QUIET_SECONDS: "soon" }));
    const { code, said } = await doctor();
    assert.equal(code, 1);
    assert.match(said, /^✗ health .*QUIET_SECONDS\n {4}QUIET_SECONDS is "soon"/m);
  });
});

/** @returns {Promise<{ code: number, said: string }>} */
function command(env, args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "scripts/cli.mjs"), "doctor", ...args], { env }, (error, stdout, stderr) => resolve({ code: error ? error.code : 0, said: stdout + stderr }));
  });
}
