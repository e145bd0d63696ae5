// The doors of the console and the API: who comes in, who does not, and what the page is served with.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { COOKIE, FROM_PAGE, ask, metrics, signIn } from "./harness/operator.mjs";
import { root } from "./harness/paths.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { until } from "./harness/until.mjs";
import { startWorld } from "./harness/world.mjs";

/** All that exists only with CONSOLE_TOKEN; what docs/api.md names must be here. */
const READS = ["session", "workspace", "open", "turns", "trends", "audit", "conversations/{id}"].map((path) => ["GET", `/api/${path}`]);
const CHANGES = ["pause", "resume", "mode", "audit", "conversations/{id}/retry", "conversations/{id}/hand_over"].map((path) => ["POST", `/api/${path}`]);
const OPEN = [["GET", "/console"], ["POST", "/console/sign-in"], ["POST", "/console/sign-out"]];
const ROUTES = [...READS, ...CHANGES, ["GET", "/metrics"]];

const at = ([method, path]) => [method, path.replace("{id}", "1")];

test("every route that docs/api.md names is among those that are tried here, and the other way round", () => {
  const document = readFileSync(join(root, "docs/api.md"), "utf8");
  const named = [...document.matchAll(/^#+ `(GET|POST|PUT|PATCH|DELETE) (\/[^`?]*)/gm)].map(([, method, path]) => `${method} ${path}`);
  const anywhere = [...document.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/(?:api|console|metrics)[^`? ]*)/g)].map(([, method, path]) => `${method} ${path}`);
  const tried = [...ROUTES, ...OPEN].map((route) => route.join(" "));
  assert.deepEqual(named.sort(), tried.sort());
  assert.deepEqual([...new Set(anywhere)].filter((route) => !tried.includes(route)), []);
});

test("without CONSOLE_TOKEN nothing of it exists, whoever asks", async (t) => {
  const world = await startWorld();
  t.after(() => world.stop());
  for (const route of [...ROUTES, ...OPEN, ["GET", "/console/"], ["GET", "/console/console.js"]]) {
    const [method, path] = at(route);
    for (const headers of [{}, { authorization: `Bearer ${CONSOLE_TOKEN}` }, { authorization: "Bearer " }, { cookie: `${COOKIE}=v1.9999999999999..00`, ...FROM_PAGE }]) {
      const { status, text } = await ask(world.worker, method, path, { headers });
      assert.deepEqual([status, text], [404, "Not found."], `${method} ${path}`);
    }
  }
});

describe("the doors", { concurrency: 4 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  /** Nobody has the same address twice: attempts of one are limited. */
  let addresses = 0;
  const elsewhere = () => `198.51.100.${++addresses}`;
  const read = (cookie) => ask(world.worker, "GET", "/api/session", { cookie, from: elsewhere() });
  before(async () => {
    world = await startWorld({ settings: { CONSOLE_TOKEN } });
  });
  after(() => world?.stop());

  test("are shut to whoever has neither token nor session", async () => {
    const { cookie } = await signIn(world.worker, { from: elsewhere() });
    const nobody = [{}, { authorization: `Bearer ${CONSOLE_TOKEN}x` }, { authorization: `Basic ${CONSOLE_TOKEN}` }, { cookie: `${COOKIE}=${CONSOLE_TOKEN}` }];
    for (const route of ROUTES) {
      const [method, path] = at(route);
      for (const headers of nobody) {
        const { status, json, headers: said } = await ask(world.worker, method, path, { headers: { ...headers, ...FROM_PAGE }, from: elsewhere() });
        assert.deepEqual([status, json?.error.code, said.get("www-authenticate")], [401, "unauthorised", "Bearer"], `${method} ${path} ${JSON.stringify(headers)}`);
      }
    }
    assert.equal((await ask(world.worker, "GET", "/metrics", { cookie })).status, 401, "metrics are for programs");
    assert.equal((await world.worker.healthz()).status, 200, "nothing was paused");
  });

  test("signing in gives a cookie of exactly these attributes, and the cookie opens the API", async () => {
    const said = await signIn(world.worker, { name: "  Ana \u0007Müller ", from: elsewhere() });
    const [value, ...attributes] = said.headers.get("set-cookie").split("; ");
    assert.equal(said.status, 204);
    assert.deepEqual(attributes, ["Path=/", "HttpOnly", "Secure", "SameSite=Strict", "Max-Age=43200"]);
    assert.match(value, /^__Host-onereply=v1\.\d{13}\.(?:[0-9a-f]{2})*\.[0-9a-f]{40}$/);
    assert.ok(!value.includes(CONSOLE_TOKEN));
    const session = await read(said.cookie);
    assert.deepEqual([session.status, session.json.name, session.headers.get("cache-control")], [200, "Ana Müller", "no-store"]);
    assert.ok(Math.abs(session.json.expires_at - Date.now() - 43_200_000) < 60_000, session.text);
    assert.equal(Number(value.split(".")[1]), session.json.expires_at);
    assert.deepEqual((await read((await signIn(world.worker, { from: elsewhere() })).cookie)).json.name, null);
    const bearer = await world.worker.api("GET", "/session");
    assert.deepEqual(bearer.json, { name: null, expires_at: null });
    assert.equal((await ask(world.worker, "GET", "/api/workspace", { cookie: said.cookie })).json.build, "0.1.0");
  });

  test("a cookie that we did not sign, or under another name, or whose time was changed, opens nothing", async () => {
    const { cookie } = await signIn(world.worker, { name: "Ana", from: elsewhere() });
    const [name, value] = cookie.split("=");
    const [version, expires, who, signature] = value.split(".");
    const other = [...signature].map((digit) => (digit === "0" ? "1" : "0")).join("");
    const forged = [`${name}=${version}.${Number(expires) + 1}.${who}.${signature}`, `${name}=${version}.${expires}.${who}.${other}`, `onereply=${value}`];
    for (const cookie of forged) assert.equal((await read(cookie)).status, 401, cookie);
    assert.equal((await read(`theme=dark; ${cookie}; x=y`)).status, 200);
  });

  test("a wrong sign-in says so, and a strange one what is wanted", async () => {
    const { status, json } = await signIn(world.worker, { token: "wrong", from: elsewhere() });
    assert.deepEqual([status, json.error.code], [401, "wrong_token"]);
    for (const body of ["", "{", "[]", { name: "Ana" }, { token: 5 }, { token: CONSOLE_TOKEN, name: 5 }, { token: CONSOLE_TOKEN, more: 1 }]) {
      const said = await ask(world.worker, "POST", "/console/sign-in", { headers: FROM_PAGE, body, from: elsewhere() });
      assert.deepEqual([said.status, said.json.error.code, said.headers.get("set-cookie")], [400, "bad_request", null], JSON.stringify(body));
    }
    const long = await ask(world.worker, "POST", "/console/sign-in", { headers: FROM_PAGE, body: { token: "x".repeat(5_000) }, from: elsewhere() });
    assert.deepEqual([long.status, long.json.error.code], [413, "too_large"]);
    assert.equal((await ask(world.worker, "GET", "/console/sign-in")).status, 405);
  });

  test("signing out empties the cookie", async () => {
    const { cookie } = await signIn(world.worker, { from: elsewhere() });
    const { status, headers } = await ask(world.worker, "POST", "/console/sign-out", { cookie, headers: FROM_PAGE });
    assert.deepEqual([status, headers.get("set-cookie")], [204, `${COOKIE}=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0`]);
  });

  test("another site can make a browser send the cookie, and changes nothing by it", async () => {
    const { cookie } = await signIn(world.worker, { from: elsewhere() });
    const own = new URL(world.worker.url);
    const across = [{}, { ...FROM_PAGE, origin: `http://${own.hostname}:${Number(own.port) + 1}` }, { ...FROM_PAGE, "sec-fetch-site": "cross-site" }];
    for (const headers of across) {
      for (const [method, path] of [...CHANGES.map(at), ["POST", "/console/sign-in"], ["POST", "/console/sign-out"], ["DELETE", "/api/workspace"]]) {
        const said = await ask(world.worker, method, path, { cookie, headers, body: path.endsWith("sign-in") ? { token: CONSOLE_TOKEN } : undefined });
        assert.deepEqual([said.status, said.json?.error.code, said.headers.get("set-cookie")], [403, "cross_site", null], `${method} ${path} ${JSON.stringify(headers)}`);
      }
    }
    assert.equal((await world.worker.healthz()).status, 200, "nothing was paused");
    // Reading needs no header: another site cannot see the answer.
    assert.equal((await read(cookie)).status, 200);
    // A program has no cookie that a site could use.
    const bearer = { authorization: `Bearer ${CONSOLE_TOKEN}`, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    assert.equal((await ask(world.worker, "POST", "/api/resume", { headers: bearer })).status, 200);
    const page = { ...FROM_PAGE, origin: own.origin, "sec-fetch-site": "same-origin" };
    assert.equal((await ask(world.worker, "POST", "/api/resume", { cookie, headers: page })).status, 200);
  });

  test("the page is served to everybody, with a policy that lets it do nothing else", async () => {
    const strict = {
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-cache", "x-frame-options": "DENY",
    };
    const page = await ask(world.worker, "GET", "/console");
    assert.match(page.text, /^<!doctype html>/);
    for (const [path, type] of [["/console", "text/html"], ["/console/", "text/html"], ["/console/console.js", "text/javascript"], ["/console/console.css", "text/css"]]) {
      const said = await ask(world.worker, "GET", path);
      assert.deepEqual([said.status, said.headers.get("content-type").split(";")[0]], [200, type], path);
      for (const [name, value] of Object.entries(strict)) assert.equal(said.headers.get(name), value, `${name} of ${path}`);
      const known = await ask(world.worker, "GET", path, { headers: { "if-none-match": said.headers.get("etag") } });
      assert.deepEqual([known.status, known.headers.get("content-security-policy")], [304, strict["content-security-policy"]], path);
      assert.equal((await ask(world.worker, "HEAD", path)).status, 200, path);
    }
    assert.doesNotMatch(page.text, /<script>|<style>| style=| on[a-z]+=/, "nothing inline, which the policy would refuse");
    // Only below /console, only what the build has left, and nothing beside it.
    for (const path of ["/", "/index.html", "/console.js", "/consoleX", "/console/nothing", "/console/../.made-from", "/console/%2e%2e/index.js", "/console//index.js"]) {
      assert.equal((await ask(world.worker, "GET", path)).status, 404, path);
    }
    assert.equal((await ask(world.worker, "POST", "/console", { headers: FROM_PAGE })).status, 405);
  });
});

test("another CONSOLE_TOKEN ends all sessions, and the time of one ends it", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN } });
  t.after(() => world.stop());
  const { cookie } = await signIn(world.worker, { name: "Ana" });
  const read = async () => (await ask(world.worker, "GET", "/api/session", { cookie })).status;
  assert.equal(await read(), 200);
  await world.restart({ CONSOLE_TOKEN });
  assert.equal(await read(), 200, "a session outlives the worker's process");
  await world.restart({ CONSOLE_TOKEN: "another-console-token" });
  assert.equal(await read(), 401);
  await world.restart({ CONSOLE_TOKEN });
  assert.equal(await read(), 200);

  // As whoever has the token and the salt would sign one: only then does its time matter.
  const salt = new Disk(world.worker).kept("salt");
  assert.ok(salt.length >= 32, salt);
  const signed = (expires_ms, { token = CONSOLE_TOKEN, salted = `${salt}\n` } = {}) => {
    const said = `v1.${expires_ms}.${Buffer.from("Ana").toString("hex")}`;
    return `${COOKIE}=${said}.${createHmac("sha1", token).update(`onereply session\n${salted}${said}`).digest("hex")}`;
  };
  const status = async (cookie) => (await ask(world.worker, "GET", "/api/session", { cookie })).status;
  assert.equal(await status(signed(Date.now() + 60_000)), 200, "signed as we do it");
  assert.equal(await status(signed(Date.now() - 1)), 401, "expired");
  assert.equal(await status(signed(Date.now() + 60_000, { token: "guessed-token" })), 401);
  assert.equal(await status(signed(Date.now() + 60_000, { salted: "" })), 401, "the token alone signs nothing, so made-up cookies do not try tokens");
});

test("a cookie from outside makes nobody write anything down", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN } });
  t.after(() => world.stop());
  assert.equal((await world.worker.api("GET", "/session")).status, 200);
  for (let n = 0; n < 20; n++) assert.equal((await ask(world.worker, "GET", "/api/session", { cookie: `${COOKIE}=v1.9999999999999.${n}.00` })).status, 401);
  assert.equal(new Disk(world.worker).kept("salt"), undefined);
  assert.equal((await signIn(world.worker)).status, 204, "and those count as no attempts");
});

test("wrong tokens are limited by address, and whoever is signed in goes on", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN } });
  t.after(() => world.stop());
  const { worker } = world;
  const refused = (said) => {
    const wait = Number(said.headers.get("retry-after"));
    assert.deepEqual([said.status, said.json?.error.code], [429, "too_many_attempts"]);
    assert.ok(Number.isInteger(wait) && wait > 0 && wait <= 600, `${wait} seconds`);
  };
  const { cookie } = await signIn(worker, { from: "203.0.113.1" });

  // By both doors alike: five each.
  for (let n = 0; n < 5; n++) {
    assert.equal((await signIn(worker, { token: `guess-${n}`, from: "203.0.113.1" })).status, 401);
    assert.equal((await worker.api("GET", "/workspace", { token: `guess-${n}`, from: "203.0.113.1" })).status, 401);
  }
  refused(await signIn(worker, { token: "guess", from: "203.0.113.1" }));
  refused(await signIn(worker, { from: "203.0.113.1" }));
  refused(await worker.api("GET", "/workspace", { from: "203.0.113.1" }));
  assert.equal((await signIn(worker, { from: "203.0.113.2" })).status, 204, "somebody else");
  assert.equal((await ask(worker, "GET", "/api/session", { cookie, from: "203.0.113.1" })).status, 200, "the session");

  const paused = await ask(worker, "POST", "/api/pause", { cookie, headers: FROM_PAGE, from: "203.0.113.1" });
  assert.equal(paused.status, 200, "and it may steer");

  const counts = (wanted) => {
    const events = worker.logs.map(({ message }) => JSON.parse(message)).filter(({ event }) => ["sign_in_refused", "signed_in"].includes(event));
    return events.filter((event) => Object.entries(wanted).every(([name, value]) => event[name] === value)).length;
  };
  await until(() => counts({ event: "signed_in" }) === 2, { what: "the log to have come so far", tell: () => worker.tell() });
  assert.deepEqual([counts({ event: "sign_in_refused" }), counts({ by: "bearer" }), counts({ by: "sign_in" })], [10, 5, 5], "each that was looked at, and no other");
  assert.deepEqual([counts({ limit: "by_client" }), counts({ event: "signed_in" })], [1, 2]);
  for (const { message } of worker.logs) assert.doesNotMatch(message, /203\.0\.113|guess/);
});
