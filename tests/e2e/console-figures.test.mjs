// What the console shows: the turns that wait, those that have ended, over time, and the same for Prometheus.

import assert from "node:assert/strict";
import { before, after, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Disk } from "./harness/disk.mjs";
import { metrics, readMetrics } from "./harness/operator.mjs";
import { ANA, APP_ID, CONSOLE_TOKEN } from "./harness/settings.mjs";
import { UNTOLD, figures, sweepingWorld, sweptUp } from "./harness/sweeping.mjs";
import { until } from "./harness/until.mjs";
import { startWorld } from "./harness/world.mjs";

const HOUR_MS = 3_600_000;
const OUTCOMES = ["replied", "noted", "handed_over", "stood_down", "failed"];
const LEDGER_ROWS = 7_001;

/** @param {import("./harness/world.mjs").World} world */
async function got(world, path) {
  const { status, json, text } = await world.worker.api("GET", path);
  assert.equal(status, 200, `${path}: ${text}`);
  return json;
}

const link = (id) => `https://app.intercom.com/a/inbox/${APP_ID}/inbox/conversation/${id}`;

test("a turn that waits is shown with its stage and its age, the oldest first, until it has its outcome", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN, ANSWER_DEADLINE_SECONDS: "300" } });
  t.after(() => world.stop());
  assert.deepEqual(await got(world, "/open"), { total: 0, open: [] });

  const refused = await world.question();
  const stuck = await world.open(refused, { webhook: "none", ago_s: 60 });
  await stuck.fault({ call: "intercom.read", kind: "fail_before", status: 403, times: 0 });
  await world.sandbox.deliver(stuck.opening.notification_id);
  const slow = await world.question({ delay_ms: 6_000 });
  const asked = await world.open(slow);
  await asked.asking(slow);
  const { total, open } = await stuck.until(async () => {
    const told = await got(world, "/open");
    return told.open.length === 2 && told.open[0].detail.failing === "read_conversation" && told;
  }, "both to be shown, and the first one's failure");
  assert.equal(total, 2);
  assert.deepEqual(open.map(({ conversation }) => conversation), [stuck.id, asked.id], "the older one first");
  const [first, second] = open;
  assert.deepEqual([first.phase, first.link, first.detail.refused_by, first.detail.messages], ["reading", link(stuck.id), "intercom", 1]);
  assert.ok(first.age_ms >= 60_000 && first.age_ms < 150_000, `as old as its message, not as its webhook: ${first.age_ms}`);
  assert.ok(first.wakes_at > Date.now() - 1_000, "it is tried again");
  assert.deepEqual([second.phase, second.detail.failing, second.detail.hand_over, second.detail.waiting], ["asking", null, null, null]);
  assert.ok(second.age_ms >= 0 && second.age_ms < 60_000, `${second.age_ms}`);
  assert.ok(Math.abs(second.since + second.age_ms - Date.now()) < 30_000, "since, and its age");
  for (const one of open) assert.deepEqual(Object.keys(one).sort(), ["age_ms", "conversation", "detail", "link", "phase", "since", "wakes_at"]);

  await asked.answered(slow);
  await asked.until(async () => (await got(world, "/open")).total === 1, "the answered one to leave");
  assert.deepEqual((await got(world, "/open")).open.map(({ conversation }) => conversation), [stuck.id]);
});

test("turns of every outcome are shown with their reasons, and the figures, the trends and the metrics agree on them", async (t) => {
  const world = await sweepingWorld(t, { MAX_ANSWER_AGE_MINUTES: "20" }, { ownActs: "untold" });
  const none = await got(world, "/trends");
  assert.deepEqual(none.total, { turns: 0, replied: 0, noted: 0, handed_over: 0, stood_down: 0, failed: 0, found_by_sweep: 0, p50_ms: null, p95_ms: null });
  assert.deepEqual(await got(world, "/turns"), { turns: [], next: null });

  const opened = async (how = {}, prepare = async () => {}) => {
    const question = await world.question();
    const talk = await world.open(question, { ...how, webhook: "none" });
    await prepare(talk);
    if (how.webhook !== "none") await world.sandbox.deliver(talk.opening.notification_id);
    return { question, talk };
  };
  const replied = await opened();
  const noted = await opened({ ago_s: 25 * 60 });
  const handedOver = await opened({ body: "<p>I want to talk to a human.</p>" });
  const stoodDown = await opened({}, (talk) => talk.teammate("assign", { assignee_id: ANA, webhook: "none" }));
  const failed = await opened();
  await world.sandbox.delete(failed.talk.id);
  const found = await opened(UNTOLD);
  await sweptUp(found.talk, found.question);
  await world.sweepUntil(async () => (await figures(world)).turns.last_hour.turns >= 6, "all turns to be counted");

  const { turns, next } = await got(world, "/turns");
  assert.equal(next, null);
  const about = (talk) => turns.filter(({ conversation }) => conversation === talk.id);
  const [only] = about(replied.talk);
  const [reply] = (await replied.talk.record()).parts.filter(({ by_api }) => by_api);
  const asked_at_s = (await replied.talk.record()).parts[0].created_at;
  assert.deepEqual(about(replied.talk), [{
    conversation: replied.talk.id, link: link(replied.talk.id), turn: `${replied.talk.id}-${replied.talk.opening.part_id}`, outcome: "replied", reason: null,
    detail: { replied: { part: String(reply.id), by: "us" } }, at: only.at, asked_at_s: only.asked_at_s, took_ms: only.at - only.asked_at_s * 1_000, found_by: "webhook",
  }]);
  if (asked_at_s !== undefined) assert.equal(only.asked_at_s, asked_at_s);
  assert.ok(Math.abs(only.at - Date.now()) < 180_000 && only.took_ms > 0 && only.took_ms < 180_000, JSON.stringify(only));
  const brief = (talk) => about(talk).map(({ outcome, reason, found_by }) => [outcome, reason, found_by])[0];
  assert.deepEqual(brief(noted.talk), ["noted", null, "webhook"]);
  assert.deepEqual(brief(handedOver.talk), ["handed_over", "customer_asked", "webhook"]);
  assert.deepEqual(brief(stoodDown.talk), ["stood_down", "teammate", "webhook"]);
  assert.deepEqual(brief(failed.talk), ["failed", "conversation_gone", "webhook"]);
  assert.deepEqual(brief(found.talk), ["replied", null, "sweep"]);
  assert.ok(about(found.talk)[0].took_ms > 120_000, "it had waited before it was found");

  await world.sweepUntil(async () => (await figures(world)).open_conversations === 0, "nothing to be open");
  const workspace = await figures(world);
  for (const window of ["day", "week"]) {
    const { total, buckets } = await got(world, `/trends?window=${window}`);
    const { p50_ms, p95_ms, ...counts } = total;
    assert.deepEqual(counts, workspace.turns.last_day, window);
    assert.deepEqual(buckets.at(-1), { from: buckets.at(-1).from, ...total }, "all within the newest");
    const took = turns.filter(({ outcome }) => outcome === "replied").map(({ took_ms }) => took_ms).sort((a, b) => a - b);
    assert.deepEqual([p50_ms, p95_ms], [took[0], took[1]], "of replies alone");
  }

  assert.equal((await world.worker.api("POST", "/audit")).status < 300, true);
  const audit = await world.sweepUntil(async () => {
    const { json } = await world.worker.api("GET", "/audit");
    return json.ended_at && json;
  }, "the audit to end");
  const { status, headers, text } = await metrics(world.worker);
  assert.deepEqual([status, headers.get("content-type")], [200, "text/plain; version=0.0.4; charset=utf-8"]);
  const samples = readMetrics(text);
  const now = await figures(world);
  const value = (key) => samples.get(`onereply_${key}`);
  for (const [window, of] of [["hour", now.turns.last_hour], ["day", now.turns.last_day]]) {
    for (const outcome of OUTCOMES) assert.equal(value(`turns{outcome="${outcome}",window="${window}"}`), of[outcome], `${outcome} of the ${window}`);
    assert.equal(value(`turns_found_by_sweep{window="${window}"}`), of.found_by_sweep);
  }
  const day = await got(world, "/trends?window=day");
  assert.deepEqual([value('answer_seconds{quantile="0.5",window="day"}'), value('answer_seconds{quantile="0.95",window="day"}')], [day.total.p50_ms / 1_000, day.total.p95_ms / 1_000]);
  assert.deepEqual([value("up"), value('status{status="ok"}'), value('status{status="problem"}'), value('build_info{version="0.1.0"}')], [1, 1, 0, 1]);
  assert.deepEqual([value('paused{by="operator"}'), value('mode{mode="reply"}'), value('mode{mode="off"}')], [0, 1, 0]);
  assert.deepEqual([value("open_conversations"), value("open_oldest_age_seconds")], [0, 0]);
  assert.equal(value("last_webhook_timestamp_seconds"), now.webhooks.last.at / 1_000);
  assert.equal(value("last_cron_timestamp_seconds"), now.cron.last_at / 1_000);
  assert.equal(value("last_sweep_timestamp_seconds"), now.sweep.last.ended_at / 1_000);
  assert.equal(value("last_audit_timestamp_seconds"), audit.ended_at / 1_000);
  for (const kind of ["unanswered", "answered_twice", "over_a_human", "ledger_disagrees"]) assert.equal(value(`audit_findings{kind="${kind}"}`), audit.summary[kind], kind);

  assert.equal((await world.worker.api("POST", "/pause")).status, 200);
  const question = await world.question();
  const waiting = await world.open(question);
  await waiting.until(async () => (await got(world, "/open")).open[0]?.detail.waiting === "paused", "a turn to wait for the end of the pause");
  const paused = readMetrics((await metrics(world.worker)).text);
  assert.deepEqual([paused.get("onereply_up"), paused.get('onereply_paused{by="operator"}'), paused.get('onereply_problem{problem="paused_by_operator"}')], [0, 1, 1]);
  assert.equal(paused.get("onereply_open_conversations"), 1);
  const age = paused.get("onereply_open_oldest_age_seconds");
  assert.ok(age >= 0 && age < 120, `${age}`);
  const { health } = await figures(world);
  assert.deepEqual([health.status, health.problems.map(({ problem, severity }) => [problem, severity])], ["problem", [["paused_by_operator", "problem"]]]);
  assert.equal(health.reason, JSON.parse((await world.worker.healthz()).text).reason);
});

test("while settings are wrong the API says so and what, and keeps still about the rest", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN, QUIET_SECONDS: "many" } });
  t.after(() => world.stop());
  const workspace = await got(world, "/workspace");
  assert.deepEqual(Object.keys(workspace).sort(), ["build", "health", "now"]);
  assert.deepEqual([workspace.health.status, workspace.health.problems[0].variable, workspace.health.problems[0].severity], ["problem", "QUIET_SECONDS", "problem"]);
  assert.ok(Math.abs(workspace.now - Date.now()) < 60_000);
  for (const path of ["/open", "/turns"]) {
    const { status, json } = await world.worker.api("GET", path);
    assert.deepEqual([status, json.error.code], [503, "settings"], path);
  }
  const samples = readMetrics((await metrics(world.worker)).text);
  assert.deepEqual([samples.get("onereply_up"), samples.get('onereply_problem{problem="setting"}'), samples.has("onereply_open_conversations")], [0, 1, false]);
});

describe("a ledger of thousands of turns", { concurrency: 1 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  /** Newest first, as they must be shown. @type {{ at: number, turn: string, conversation: string, outcome: string, took_ms: number, found_by: string }[]} */
  let rows;
  before(async () => {
    world = await startWorld({ settings: { CONSOLE_TOKEN } });
    // Makes the tables, and lets the workspace be known.
    await got(world, "/turns");
    await world.worker.kill();
    rows = planted(Date.now());
    const columns = ["at", "turn", "conversation", "entry"].map((name) => `value ->> '${name}'`);
    const statement = `INSERT INTO ledger (at_ms, turn, conversation, entry, seen_s) SELECT ${columns}, 0 FROM json_each(?)`;
    new Disk(world.worker).runOnWorkspace(statement, JSON.stringify(rows));
    await world.restart({ CONSOLE_TOKEN });
  });
  after(() => world?.stop());

  /** Reads pages up to the end; each may look through so many entries at most, so there are many. */
  async function pages(query) {
    const shown = [];
    const cursors = new Set();
    let next = null;
    let count = 0;
    do {
      const page = await got(world, `/turns?${new URLSearchParams({ ...query, ...(next ? { before: next } : {}) })}`);
      assert.ok(page.turns.length <= Number(query.limit ?? 50), "no page is longer than wanted");
      shown.push(...page.turns.map(({ turn }) => turn));
      next = page.next;
      assert.ok(next === null || !cursors.has(next), "no cursor comes twice");
      cursors.add(next);
      count += 1;
      assert.ok(count < 1_000, "it comes to an end");
    } while (next);
    return { shown, count };
  }

  const turnsOf = (wanted) => rows.filter(wanted).map(({ turn }) => turn);

  test("is shown page by page, newest first, without a hole and nothing twice", async () => {
    const { shown, count } = await pages({ limit: "100" });
    assert.deepEqual(shown, turnsOf(() => true));
    assert.equal(count, Math.ceil(LEDGER_ROWS / 100));
  });

  test("is filtered by outcomes and by the beginning of an id, over pages that hold nothing", async () => {
    const two = await pages({ outcome: "failed,noted", limit: "100" });
    assert.deepEqual(two.shown, turnsOf(({ outcome }) => ["failed", "noted"].includes(outcome)));
    const rare = rows.at(-1);
    const far = await pages({ conversation: rare.conversation, outcome: rare.outcome });
    assert.deepEqual(far.shown, [rare.turn]);
    assert.ok(far.count > 1, "each call looks through a part of the ledger only");
    const some = await pages({ conversation: "2154", limit: "100" });
    assert.deepEqual(some.shown, turnsOf(({ conversation }) => conversation.startsWith("2154")));
    assert.ok(some.shown.length > 100 && some.shown.length < LEDGER_ROWS);
    for (const conversation of ["%", "2154_"]) assert.deepEqual((await pages({ conversation })).shown, [], conversation);
  });

  test("names a parameter that is wrong", async () => {
    const wrong = await world.worker.api("GET", "/turns?limit=101");
    assert.deepEqual([wrong.status, wrong.json.error.code, wrong.json.error.message.includes("`limit`")], [400, "bad_request", true]);
    const { status, json } = await world.worker.api("GET", "/trends?window=year");
    assert.deepEqual([status, json.error.code, json.error.message], [400, "bad_request", "The parameter `window` must be day or week."]);
  });

  test("is counted piece by piece, without a hole, and all in all as the workspace's figures are", async () => {
    for (const [window, pieces, bucket_ms] of [["day", 24, HOUR_MS], ["week", 28, 6 * HOUR_MS]]) {
      const trends = await got(world, `/trends?window=${window}`);
      assert.deepEqual([trends.window, trends.bucket_ms, trends.buckets.length], [window, bucket_ms, pieces]);
      trends.buckets.forEach(({ from }, nth) => assert.equal(from, trends.buckets[0].from + nth * bucket_ms));
      assert.ok(Math.abs(trends.buckets.at(-1).from + bucket_ms - Date.now()) < 60_000, "the last one ends now");
      const expected = trends.buckets.map(({ from }, nth) => ({ from, ...counted(rows.filter(({ at }) => at >= from && (nth + 1 === pieces || at < from + bucket_ms))) }));
      assert.deepEqual(trends.buckets, expected);
      assert.deepEqual(trends.total, counted(rows.filter(({ at }) => at >= trends.buckets[0].from)));
      assert.ok(trends.total.turns > 500, "there is something to count");
    }
    // A turn may leave the day between the two.
    const agree = async () => {
      const { total: { p50_ms, p95_ms, ...counts } } = await got(world, "/trends?window=day");
      return isDeepStrictEqual((await figures(world)).turns.last_day, counts);
    };
    await until(agree, { what: "the trends and the figures to agree" });
  });
});

/** So many entries of the last ten days, newest first; some have ended in the same millisecond. */
function planted(now) {
  const rows = [];
  for (let n = 0; n < LEDGER_ROWS; n++) {
    // No time is near the border of a piece for as long as a test takes.
    const at = now - 120_000 - Math.floor(n / 3) * 369_000;
    const conversation = n + 1 === LEDGER_ROWS ? "7770001" : `215${(n * 7) % 10}00${n}`;
    const turn = `${conversation}-${n}`;
    const outcome = OUTCOMES[[0, 0, 2, 0, 3, 0, 0, 1, 2, n % 400 === 9 ? 4 : 0][n % 10]];
    const took_ms = 2_000 + ((n * 7_919) % 60_000);
    const asked_at = Math.floor((at - took_ms) / 1_000);
    const found_by = n % 11 === 0 ? "sweep" : "webhook";
    const detail = { replied: { replied: { part: `${n}9`, by: "us" } }, noted: { noted: { part: `${n}9` } }, handed_over: { handed_over: "ai_asked" }, stood_down: { stood_down: "teammate" }, failed: { failed: "intercom_refused" } };
    const entry = { conversation, turn, outcome: detail[outcome], at, parts: [`${n}`], asked_at, found_by, corrects: null };
    rows.push({ at, turn, conversation, outcome, took_ms: at - asked_at * 1_000, found_by, entry: JSON.stringify(entry) });
  }
  const text = (turn) => Buffer.from(turn);
  return rows.sort((a, b) => b.at - a.at || Buffer.compare(text(b.turn), text(a.turn)));
}

/** As the API tells some turns. */
function counted(rows) {
  const count = (wanted) => rows.filter(wanted).length;
  const took = rows.filter(({ outcome }) => outcome === "replied").map(({ took_ms }) => took_ms).sort((a, b) => a - b);
  const share = (part) => took[Math.ceil(took.length * part) - 1] ?? null;
  const ended = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count((row) => row.outcome === outcome)]));
  return { turns: rows.length, ...ended, found_by_sweep: count(({ found_by }) => found_by === "sweep"), p50_ms: share(0.5), p95_ms: share(0.95) };
}
