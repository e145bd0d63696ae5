// The audit: what Intercom itself shows of the turns, beside what the worker's ledger tells.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { until } from "./harness/until.mjs";
import { startWorld } from "./harness/world.mjs";

const NOTHING = { unanswered: 0, answered_twice: 0, over_a_human: 0, ledger_disagrees: 0 };

/** Runs `npm run audit` against this worker. @returns {Promise<{ code: number, said: string }>} */
function command(world, ...args) {
  const env = { ...process.env, CONSOLE_TOKEN };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "scripts/cli.mjs"), "audit", "--url", world.worker.url, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, said: stdout + stderr }),
    );
  });
}

function counts(summary) {
  return Object.fromEntries(Object.keys(NOTHING).map((kind) => [kind, summary[kind]]));
}

/** An audit from its beginning to its end. */
async function audited(world, body) {
  let answer = await world.worker.api("POST", "/audit", { body });
  assert.ok([200, 202].includes(answer.status), answer.text);
  await until(async () => {
    if (answer.json.status === "done") return true;
    answer = await world.worker.api("GET", "/audit");
    return false;
  }, { what: "the audit to end", tell: () => answer.text });
  return answer.json;
}

describe("the audit of turns that went well", () => {
  let world;
  before(async () => {
    world = await startWorld({ settings: { CONSOLE_TOKEN } });
  });
  after(() => world?.stop());

  test("shows zero as zero, and how many turns were looked at", async () => {
    assert.equal((await world.worker.api("GET", "/audit")).status, 404, "there was none yet");
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    const again = await world.question();
    await talk.says(again);
    await talk.answered(again);
    const refused = await world.question();
    const told = await world.open(refused, { webhook: "none" });
    await told.fault({ call: "intercom.reply", kind: "fail_before", status: 422 });
    await world.sandbox.deliver(told.opening.notification_id);
    await told.assertEnded("handed_over");
    await talk.assertEnded("replied", "replied");
    await talk.until(async () => (await audited(world)).summary.turns === 3, "the ledger to know of all three");
    const { summary, status, asked_by } = await audited(world);
    assert.deepEqual(counts(summary), NOTHING, JSON.stringify(summary));
    assert.deepEqual([summary.turns, summary.conversations, summary.unread, summary.reach, status, asked_by], [3, 2, 0, "all", "done", "operator"]);
    assert.deepEqual(summary.findings, []);
  });

  test("by the command, which ends well", async () => {
    const { code, said } = await command(world, "--since", "24h");
    assert.equal(code, 0, said);
    assert.match(said, /0 unanswered, 0 answered twice, 0 answered over a teammate, 0 not matching Intercom; checked \d+ messages in \d+ conversations/);
  });

  test("a length of time that is none is refused", async () => {
    for (const body of [{ hours: 0 }, { hours: 9_000 }, { hours: "24" }, { days: 1 }, [], { hours: 1.5 }]) {
      const { status, json } = await world.worker.api("POST", "/audit", { body });
      assert.deepEqual([status, json.error.code], [400, "bad_request"], JSON.stringify(body));
    }
    for (const since of ["0h", "24", "two days", "9999d"]) assert.equal((await command(world, "--since", since)).code, 1, since);
  });
});

test("the audit of what went wrong names each message that nobody answered, over more conversations than one run of calls reads", async (t) => {
  // Nothing finds what no webhook tells of.
  const world = await startWorld({ settings: { CONSOLE_TOKEN, INGEST: "webhook" } });
  t.after(() => world.stop());
  const ids = await world.sandbox.openMany(90, { body: "<p>Is anybody there?</p>", webhook: "none", ago_s: 1_800 });
  const { summary } = await audited(world, { hours: 2 });
  assert.deepEqual(counts(summary), { ...NOTHING, unanswered: 90 });
  assert.deepEqual(summary.findings.map(({ conversation }) => conversation).sort(), ids.map(String).sort());
  const one = summary.findings[0];
  assert.deepEqual([one.kind, one.message], ["unanswered", (await world.sandbox.conversation(one.conversation)).parts[0].id]);
  const { code, said } = await command(world, "--since", "2h");
  assert.equal(code, 1, said);
  assert.ok(said.includes(`unanswered: conversation ${one.conversation}, message ${one.message}`), said);
});
