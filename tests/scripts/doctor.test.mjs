// Each check of `npm run doctor`, with each way in which what it looks at can be wrong.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { CHECKS, examine, isWell } from "../../scripts/doctor/examine.mjs";
import { asObject, lineOf, summaryOf } from "../../scripts/doctor/tell.mjs";
import { lookup } from "../../scripts/settings/sources.mjs";

const NOW = Date.UTC(2026, 0, 10, 12, 0, 0);
const US = "https://api.intercom.io";
const EU = "https://api.eu.intercom.io";
const AU = "https://api.au.intercom.io";
const GPT = "https://app.gpt-trainer.com/api/v1";
const WORKER = "https://onereply.example.workers.dev";
const SECRETS = {
  INTERCOM_ACCESS_TOKEN: "planted-access-token", INTERCOM_CLIENT_SECRET: "planted-client-secret",
  GPT_TRAINER_API_KEY: "planted-gpt-key", CONSOLE_TOKEN: "planted-console-token",
};
const SETTINGS = { ...SECRETS, INTERCOM_ADMIN_ID: "3156780", CHATBOT_UUID: "14fb60fa7c6c44638d8c01abc90336e2" };
const ME = { type: "admin", id: "1", app: { id_code: "abc123de", name: "Acme", region: "US" } };
const FIGURES = {
  app_id: "abc123de", ingest: "both", cron: { last_at: NOW - 20_000 },
  sweep: { failures: 0, last: { began_at: NOW - 21_000, ended_at: NOW - 20_000 } },
  webhooks: { last: { at: NOW - 60_000, topic: "conversation.user.replied" }, signed_with: { current_at: NOW - 60_000, previous_at: null }, failing_since: null },
};
const error = (status, code) => ({ status, json: { type: "error.list", errors: [{ code, message: "…" }] } });

/** Answers by method and address, where all is well; a worker verifies signatures. */
const WELL = {
  [`GET ${US}/me`]: { json: ME },
  [`GET ${EU}/me`]: error(401, "unauthorized"),
  [`GET ${AU}/me`]: error(401, "unauthorized"),
  [`GET ${US}/admins/3156780`]: { json: { id: "3156780", name: "Robot", has_inbox_seat: true } },
  [`POST ${US}/conversations/search`]: { json: { conversations: [] } },
  [`POST ${US}/conversations/0/reply`]: error(404, "not_found"),
  [`POST ${US}/tickets/search`]: { json: { tickets: [] } },
  [`GET ${GPT}/chatbots`]: { json: [{ uuid: SETTINGS.CHATBOT_UUID, name: "Support" }] },
  [`GET ${GPT}/chatbot/${SETTINGS.CHATBOT_UUID}`]: { json: { name: "Support", meta: { show_citations: true } } },
  [`GET ${WORKER}/healthz`]: { json: { status: "ok", build: "0.1.0", problems: [] }, date: NOW },
  [`GET ${WORKER}/api/workspace`]: { json: FIGURES },
  [`HEAD ${WORKER}/webhook/intercom`]: {},
  [`POST ${WORKER}/webhook/intercom`]: ({ body, headers }) => {
    const expected = `sha1=${createHmac("sha1", SECRETS.INTERCOM_CLIENT_SECRET).update(body).digest("hex")}`;
    return { status: headers["x-hub-signature"] === expected ? 200 : 401 };
  },
};

/** Runs all checks in a world that differs from the well one in these answers and settings. */
async function examined({ answers = {}, settings = {}, isDeployed = true, unknownNames = [], url = WORKER } = {}) {
  const all = { ...WELL, ...answers };
  const calls = [];
  const fetch = async (address, init = {}) => {
    const what = `${init.method ?? "GET"} ${address}`;
    calls.push({ what, ...init });
    const answer = typeof all[what] === "function" ? all[what](init) : all[what];
    if (!answer) throw Object.assign(new TypeError("fetch failed"), { cause: { code: "ENOTFOUND" } });
    const headers = answer.date ? { date: new Date(answer.date).toUTCString() } : {};
    return new Response(answer.json === undefined || answer.json === null ? null : JSON.stringify(answer.json), { status: answer.status ?? 200, headers });
  };
  const findings = await examine({ setting: lookup({ ...SETTINGS, ...settings }), unknownNames, url, isDeployed, fetch, now: () => NOW, random: () => "not-the-secret" });
  const said = JSON.stringify(findings) + findings.map(lineOf).join();
  for (const secret of [...Object.values(SECRETS), ...Object.values(settings)]) if (/planted/.test(secret)) assert.ok(!said.includes(secret), `${secret} is told`);
  return { findings, calls };
}

const named = (findings, status) => findings.filter((finding) => finding.status === status).map(({ check }) => check);
const without = (name) => ({ [name]: " " });

test("where all is well, every check says so, or that there is nothing to compare", async () => {
  const { findings } = await examined();
  assert.deepEqual(findings.filter(({ status }) => status !== "ok"), [{ check: "workspace", status: "skipped", message: "skipped: INTERCOM_APP_ID is not set" }]);
  assert.deepEqual(findings.map(({ check }) => check), CHECKS.map(({ name }) => name));
  const { findings: compared } = await examined({ settings: { INTERCOM_APP_ID: "abc123de" } });
  assert.ok(compared.every(({ status }) => status === "ok"));
});

test("nothing is written anywhere: what is posted is a search, a reply without words to no conversation, and two pings", async () => {
  const { calls } = await examined();
  const posts = calls.filter(({ method }) => method === "POST").map(({ what, body }) => [what, body]);
  assert.deepEqual(posts.map(([what]) => what), [
    `POST ${US}/conversations/search`, `POST ${US}/conversations/0/reply`, `POST ${US}/tickets/search`,
    `POST ${WORKER}/webhook/intercom`, `POST ${WORKER}/webhook/intercom`,
  ]);
  assert.deepEqual(posts[1][1], "{}");
  const pings = calls.filter(({ what }) => what === `POST ${WORKER}/webhook/intercom`);
  for (const { body, headers } of pings) {
    assert.deepEqual([JSON.parse(body).topic, JSON.parse(body).app_id, headers["x-onereply-doctor"]], ["ping", "abc123de", "1"]);
  }
});

test("the figures are read before our own ping could change them", async () => {
  const { calls } = await examined();
  const at = (what) => calls.findIndex((call) => call.what === what);
  assert.ok(at(`GET ${WORKER}/api/workspace`) < at(`POST ${WORKER}/webhook/intercom`));
});

/** What is wrong, and the one check that must fail, with words that its message or its fix must hold. */
const FAILURES = {
  "a token that nobody knows": [{ answers: { [`GET ${US}/me`]: error(401, "unauthorized") } }, "intercom_token", /access token again/],
  "a token of a workspace in Europe": [
    { answers: { ...moved(US, EU) } }, "intercom_token", /INTERCOM_API_URL to https:\/\/api\.eu\.intercom\.io/,
  ],
  "a token of a workspace in Australia, and Europe set": [
    { settings: { INTERCOM_API_URL: EU }, answers: { ...moved(US, AU) } }, "intercom_token", /INTERCOM_API_URL to https:\/\/api\.au\.intercom\.io/,
  ],
  "no Intercom at the address": [{ settings: { INTERCOM_API_URL: "https://api.intercom.example" } }, "intercom_token", /ENOTFOUND.*INTERCOM_API_URL/s],
  "a version that Intercom does not know": [{ answers: { [`GET ${US}/me`]: error(400, "intercom_version_invalid") } }, "intercom_token", /INTERCOM_VERSION/],
  "Intercom failing": [{ answers: { [`GET ${US}/me`]: { status: 503 } } }, "intercom_token", /503/],
  "another workspace than expected": [{ settings: { INTERCOM_APP_ID: "other" } }, "workspace", /opens abc123de/],
  "a teammate that is none": [{ answers: { [`GET ${US}/admins/3156780`]: error(404, "admin_not_found") } }, "teammate", /INTERCOM_ADMIN_ID/],
  "a teammate without a seat": [{ answers: { [`GET ${US}/admins/3156780`]: { json: { name: "Robot", has_inbox_seat: false } } } }, "teammate", /no Inbox seat/],
  "no permission to read": [{ answers: { [`POST ${US}/conversations/search`]: error(403, "forbidden") } }, "read_conversations", /Tick Read conversations/],
  "a search that fails": [{ answers: { [`POST ${US}/conversations/search`]: { status: 500 } } }, "read_conversations", /500/],
  "no permission to write": [{ answers: { [`POST ${US}/conversations/0/reply`]: error(403, "forbidden") } }, "write_conversations", /Tick Write conversations/],
  "no permission to write, told as 401": [{ answers: { [`POST ${US}/conversations/0/reply`]: error(401, "token_unauthorized") } }, "write_conversations", /Tick Write conversations/],
  "a key that GPT Trainer refuses": [{ answers: { [`GET ${GPT}/chatbots`]: { status: 401, json: { msg: "Invalid API key" } } } }, "gpt_trainer_key", /Account > API keys/],
  "no GPT Trainer at the address": [{ settings: { GPT_TRAINER_API_URL: "https://gpt.example/api/v1" } }, "gpt_trainer_key", /GPT_TRAINER_API_URL/],
  "a page in place of GPT Trainer": [{ answers: { [`GET ${GPT}/chatbots`]: { json: "<html>" } } }, "gpt_trainer_key", /GPT_TRAINER_API_URL/],
  "a chatbot that is none": [{ answers: { [`GET ${GPT}/chatbot/${SETTINGS.CHATBOT_UUID}`]: { status: 404, json: {} } } }, "chatbot", /UUID/],
  "a chatbot that fails": [{ answers: { [`GET ${GPT}/chatbot/${SETTINGS.CHATBOT_UUID}`]: { status: 502 } } }, "chatbot", /502/],
  "nobody at the worker's address": [{ answers: { [`GET ${WORKER}/healthz`]: undefined } }, "worker", /ENOTFOUND/],
  "something else at the worker's address": [{ answers: { [`GET ${WORKER}/healthz`]: { json: { hello: "world" } } } }, "worker", /not OneReply's answer/],
  "a worker that is paused": [
    { answers: unwell("problem", { problem: "paused_by_operator", message: "Paused by `POST /api/pause`." }) }, "health", /POST \/api\/pause/,
  ],
  "a worker with a wrong setting": [
    { answers: unwell("problem", { variable: "QUIET_SECONDS", value: "soon", message: "QUIET_SECONDS is \"soon\"" }) }, "health", /QUIET_SECONDS/,
  ],
  "a sweep that is stuck where it is the only way in": [
    { settings: { INGEST: "polling" }, answers: unwell("problem", { problem: "sweep_stuck", message: "Search." }) }, "health", /Search/,
  ],
  "an address that challenges": [{ answers: { [`HEAD ${WORKER}/webhook/intercom`]: { status: 403 } } }, "webhook_address", /bot protection/],
  "a worker that takes forgeries": [{ answers: { [`POST ${WORKER}/webhook/intercom`]: { status: 200 } } }, "webhook_forgery", /must be refused with 401/],
  "a worker without a client secret": [{ answers: { [`POST ${WORKER}/webhook/intercom`]: { status: 500 } } }, "webhook_forgery", /secret put INTERCOM_CLIENT_SECRET/],
  "another client secret than the worker's": [{ settings: { INTERCOM_CLIENT_SECRET: "another-planted-secret" } }, "webhook_ping", /another client secret/],
  "a wrong CONSOLE_TOKEN": [{ answers: { [`GET ${WORKER}/api/workspace`]: { status: 401 } } }, "console_token", /in the worker's settings/],
  "a cron that never fired": [{ answers: figures({ cron: { last_at: null } }) }, "cron", /never fired/],
  "a cron that stopped": [{ answers: figures({ cron: { last_at: NOW - 200_000 } }) }, "cron", /3 minutes ago/],
  "a setting of a wrong form": [{ settings: { INTERCOM_APP_ID: "abc123de", INTERCOM_VERSION: "new" } }, "settings", /INTERCOM_VERSION.*2\.16/s],
};

describe("what must be mended", () => {
  for (const [what, [world, check, words]] of Object.entries(FAILURES)) {
    test(what, async () => {
      const { findings } = await examined(world);
      assert.deepEqual(named(findings, "failure"), [check], JSON.stringify(findings, null, 1));
      const { message, fix } = findings.find(({ status }) => status === "failure");
      assert.match(`${message}\n${fix}`, words);
      assert.ok(fix, "it says what to do");
      assert.ok(!isWell(findings));
    });
  }
});

/** What is to be looked at, and by which check; customers may be answered all the same. */
const WARNINGS = {
  "a name that is no setting": [{ unknownNames: ["INTERCOM_TOKEN"] }, "settings", /INTERCOM_TOKEN/],
  "no permission to read teammates": [{ answers: { [`GET ${US}/admins/3156780`]: error(403, "forbidden") } }, "teammate", /Tick Read admins/],
  "a teammate that fails": [{ answers: { [`GET ${US}/admins/3156780`]: { status: 500 } } }, "teammate", /500/],
  "a seat that nobody tells of": [{ answers: { [`GET ${US}/admins/3156780`]: { json: { name: "Robot" } } } }, "teammate", /seat/],
  "a reply to nowhere that is answered strangely": [{ answers: { [`POST ${US}/conversations/0/reply`]: { status: 200 } } }, "write_conversations", /could not check/],
  "no permission to read tickets": [{ answers: { [`POST ${US}/tickets/search`]: error(403, "forbidden") } }, "read_tickets", /tickets/],
  "tickets that fail": [{ answers: { [`POST ${US}/tickets/search`]: { status: 500 } } }, "read_tickets", /500/],
  "sources that are never marked": [
    { settings: { CITATIONS: "links" }, answers: { [`GET ${GPT}/chatbot/${SETTINGS.CHATBOT_UUID}`]: { json: { name: "S", meta: { show_citations: false } } } } }, "chatbot", /show_citations/,
  ],
  "a worker whose webhooks are silent": [{ answers: unwell("degraded", { problem: "webhooks_silent", message: "No webhook." }) }, "health", /No webhook/],
  "no CONSOLE_TOKEN at the worker": [{ answers: { [`GET ${WORKER}/api/workspace`]: { status: 404 } } }, "console_token", /secret put CONSOLE_TOKEN/],
  "too many attempts at the API": [{ answers: { [`GET ${WORKER}/api/workspace`]: { status: 429 } } }, "console_token", /429/],
  "no CONSOLE_TOKEN here": [{ settings: without("CONSOLE_TOKEN") }, "console_token", /CONSOLE_TOKEN=…/],
  "no webhook yet": [{ answers: webhooks({ last: null }) }, "webhooks_heard", /no webhook/],
  "only tests yet": [{ answers: webhooks({ last: { at: NOW - 1_000, topic: "ping" } }) }, "webhooks_heard", /only tests/],
  "webhooks that fail": [{ answers: webhooks({ failing_since: NOW - 7_200_000 }) }, "webhooks_heard", /2 hours ago.*Set live/s],
  "a rotation that is not over": [{ answers: webhooks({ signed_with: { current_at: NOW - 9_000, previous_at: NOW - 5_000 } }) }, "webhook_secret", /previous client secret/],
  "a clock that is ahead": [{ answers: { [`GET ${WORKER}/healthz`]: { ...WELL[`GET ${WORKER}/healthz`], date: NOW - 31_000 } } }, "clock", /31 s ahead/],
  "a clock that is behind": [{ answers: { [`GET ${WORKER}/healthz`]: { ...WELL[`GET ${WORKER}/healthz`], date: NOW + 40_000 } } }, "clock", /40 s behind/],
  "a clock that is ahead of the one in the figures": [{ answers: figures({ now: NOW - 45_000 }) }, "clock", /45 s ahead/],
  "a mode that answers nobody": [{ settings: { REPLY_MODE: "off" } }, "mode", /off.*REPLY_MODE/s],
  "a mode that a person has switched off": [{ answers: figures({ mode: { configured: "reply", in_force: "off", by: "Ana" } }) }, "mode", /off/],
  "a sweep that has not ended": [{ answers: figures({ sweep: null }) }, "sweep", /first sweep/],
  "a sweep that fails": [{ answers: figures({ sweep: { ...FIGURES.sweep, failures: 3 } }) }, "sweep", /3 times/],
  "no worker here": [{ isDeployed: false, answers: { [`GET ${WORKER}/healthz`]: undefined } }, "worker", /npm run dev/],
};

describe("what is to be looked at", () => {
  for (const [what, [world, check, words]] of Object.entries(WARNINGS)) {
    test(what, async () => {
      const { findings } = await examined(world);
      assert.deepEqual([named(findings, "failure"), named(findings, "warning")], [[], [check]], JSON.stringify(findings, null, 1));
      const { message, fix } = findings.find(({ status }) => status === "warning");
      assert.match(`${message}\n${fix}`, words);
    });
  }
});

describe("what is not known here", () => {
  const nothing = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, " "]));

  test("is a failure of a worker that runs here", async () => {
    const { findings, calls } = await examined({ settings: nothing, isDeployed: false });
    const missing = findings.filter(({ check, status }) => check === "settings" && status === "failure");
    assert.deepEqual(missing.map(({ about }) => about).sort(), Object.keys(SETTINGS).filter((name) => name !== "CONSOLE_TOKEN").sort());
    assert.ok(calls.every(({ what }) => what.includes(WORKER)), "nobody is asked without a token");
  });

  test("is not checked of a deployed one, and the list says so", async () => {
    const { findings } = await examined({ settings: nothing });
    assert.deepEqual(named(findings, "failure"), []);
    assert.deepEqual(named(findings, "ok"), ["worker", "health", "clock", "mode", "webhook_address", "webhook_forgery"]);
    assert.equal(named(findings, "warning").filter((check) => check === "settings").length, 5);
  });

  test("is not taken for a fault: an API that tells little while settings are wrong", async () => {
    const little = { health: {}, build: "0.1.0", now: NOW };
    const { findings } = await examined({ answers: { ...unwell("problem", { variable: "INGEST", message: "INGEST is" }), [`GET ${WORKER}/api/workspace`]: { json: little } } });
    assert.deepEqual([named(findings, "failure"), named(findings, "warning")], [["health"], []]);
  });

  test("without webhooks no client secret is needed, and no webhook sent", async () => {
    const { findings, calls } = await examined({ settings: { INGEST: "polling", INTERCOM_CLIENT_SECRET: " " }, isDeployed: false, answers: figures({ ingest: "polling" }) });
    assert.deepEqual([named(findings, "failure"), named(findings, "warning")], [[], []]);
    assert.ok(!calls.some(({ what }) => what.includes("/webhook/")));
  });
});

describe("the token", () => {
  test("goes to Intercom's own hosts only, and to no other than the one that is set", async () => {
    const elsewhere = "http://127.0.0.1:8010/intercom";
    const { calls, findings } = await examined({ settings: { INTERCOM_API_URL: elsewhere }, answers: { [`GET ${elsewhere}/me`]: error(401, "unauthorized") } });
    assert.deepEqual(named(findings, "failure"), ["intercom_token"]);
    assert.deepEqual(calls.filter(({ headers }) => headers?.authorization?.includes(SECRETS.INTERCOM_ACCESS_TOKEN)).map(({ what }) => what), [`GET ${elsewhere}/me`]);
  });

  test("of another region is used there for all that follows", async () => {
    const { findings } = await examined({ answers: moved(US, EU) });
    assert.deepEqual(named(findings, "skipped"), ["workspace"]);
  });
});

test("how answers go out is said, as it is in force", async () => {
  const said = async (world) => (await examined(world)).findings.find(({ check }) => check === "mode");
  assert.match((await said({})).message, /as replies$/);
  assert.match((await said({ settings: { REPLY_MODE: "note", TESTERS: "example.org" } })).message, /internal notes.*only TESTERS/);
  const { status, message } = await said({ settings: { REPLY_MODE: "off" }, answers: figures({ mode: { in_force: "note" } }) });
  assert.deepEqual([status, /internal notes/.test(message)], ["ok", true]);
});

test("the mode in force is known without CONSOLE_TOKEN, from /healthz, and not taken for the one that is set here", async () => {
  const healthz = (mode) => ({ [`GET ${WORKER}/healthz`]: { json: { status: "ok", build: "0.1.0", mode, problems: [] }, date: NOW } });
  const said = async (world) => (await examined({ ...world, settings: { ...world.settings, ...without("CONSOLE_TOKEN") } })).findings.find(({ check }) => check === "mode");
  assert.match((await said({ settings: { REPLY_MODE: "off" }, answers: healthz("reply") })).message, /as replies$/);
  const off = await said({ settings: { REPLY_MODE: "reply" }, answers: healthz("off") });
  assert.deepEqual([off.status, /`configured`/.test(off.fix)], ["warning", true]);
  assert.equal((await said({ settings: { REPLY_MODE: "off" }, answers: healthz(null) })).status, "warning", "where the worker does not know it");
  const { findings } = await examined({ answers: { ...healthz("off"), ...figures({ mode: { in_force: "note" } }) } });
  assert.match(findings.find(({ check }) => check === "mode").message, /internal notes/, "the figures are newer");
});

test("a slow worker is told of, as Intercom would not wait", async () => {
  const { check } = CHECKS.find(({ name }) => name === "webhook_ping");
  const context = { setting: lookup(SETTINGS), url: WORKER, facts: { health: {} }, fetch: async () => new Response(null, { status: 200 }) };
  const { performance: clock } = globalThis;
  const times = [0, 6_000];
  const now = clock.now;
  clock.now = () => times.shift() ?? 6_000;
  try {
    const { status, message } = await check(context);
    assert.deepEqual([status, /6000 ms/.test(message)], ["warning", true], message);
  } finally {
    clock.now = now;
  }
});

test("lines are for people, and the object for programs", async () => {
  const { findings } = await examined({ answers: figures({ cron: { last_at: null } }) });
  assert.match(lineOf(findings.find(({ check }) => check === "cron")), /^✗ cron {16}the cron trigger has never fired\n {4}Check/);
  assert.match(lineOf(findings[0]), /^✓ settings {12}\S/);
  assert.equal(summaryOf(findings), "✗ 1 to fix");
  assert.equal(summaryOf([{ status: "ok" }]), "✓ no problems found");
  const object = asObject(WORKER, findings);
  assert.deepEqual([object.ok, object.url, Object.keys(object.checks[0])], [false, WORKER, ["check", "status", "about", "message", "fix"]]);
});

/** All that answers at one of Intercom's addresses answers at another one, and the token is not known there any more. */
function moved(from, to) {
  const there = Object.entries(WELL).filter(([what]) => what.includes(` ${from}/`)).map(([what, answer]) => [what.replace(from, to), answer]);
  return { [`GET ${from}/me`]: error(401, "unauthorized"), ...Object.fromEntries(there) };
}

function unwell(status, ...problems) {
  return { [`GET ${WORKER}/healthz`]: { status: status === "problem" ? 503 : 200, json: { status, build: "0.1.0", problems }, date: NOW }, ...figures({}) };
}

function figures(change) {
  return { [`GET ${WORKER}/api/workspace`]: { json: { ...FIGURES, ...change } } };
}

function webhooks(change) {
  return figures({ webhooks: { ...FIGURES.webhooks, ...change } });
}
