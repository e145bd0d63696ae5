// What one turn costs on Cloudflare: requests, rows, alarms. The built worker runs behind a meter.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { plantHistory } from "./harness/history.mjs";
import { costOf, rowsWritten } from "./harness/meter.mjs";
import { metrics } from "./harness/operator.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

/** Rows are what becomes expensive first. */
const MOST_ROWS = 25;

test(`a turn of one message, with its own reply told back, writes at most ${MOST_ROWS} rows`, async (t) => {
  const world = await startWorld({ metered: true });
  t.after(() => world.stop());
  /** One turn, in this conversation or in a new one. */
  const turn = async (talk) => {
    const before = (await world.sandbox.deliveries()).length;
    const question = await world.question();
    if (talk) await talk.says(question);
    const asked = talk ?? (await world.open(question));
    await asked.answered(question);
    const told = async () => (await world.sandbox.deliveries(before)).filter(({ status }) => status === 200).length;
    await asked.until(async () => (await told()) === 2, "the message and the reply to be told");
    await asked.until(() => new Disk(world.worker).alarms() === 0, "nothing to be left to do");
    return asked;
  };

  // The first turn of a workspace also finds out what is kept for all others, and the first of a conversation makes its tables.
  const costs = {};
  let talk;
  costs["a workspace's first turn"] = await costOf(world.worker, () => turn());
  costs["a conversation's first turn"] = await costOf(world.worker, async () => (talk = await turn()));
  costs["its second turn"] = await costOf(world.worker, () => turn(talk));
  for (const [which, cost] of Object.entries(costs)) {
    t.diagnostic(`${which}: ${rowsWritten(cost)} rows written; ${Object.entries(cost).map(([who, figures]) => `${who} ${JSON.stringify(figures)}`).join(", ")}`);
  }
  for (const which of ["a conversation's first turn", "its second turn"]) {
    const cost = costs[which];
    assert.ok(rowsWritten(cost) <= MOST_ROWS, `${which}: ${JSON.stringify(cost)}`);
    assert.deepEqual(cost.worker, { requests: 2, crons: 0, subrequests: 0 });
    assert.equal(cost.nobody.subrequests, 0);
  }
});

/** Where the ledger need not be read. */
const MOST_ROWS_READ = 40;

/** There are 1440 of them in a day. */
const MOST_ROWS_A_MINUTE = 3;

test(`a minute in which nothing happens makes one search and writes at most ${MOST_ROWS_A_MINUTE} rows, none with INGEST=webhook`, async (t) => {
  for (const [INGEST, most, calls] of [["both", MOST_ROWS_A_MINUTE, 1], ["webhook", 0, 0]]) {
    const world = await startWorld({ settings: { INGEST }, metered: true });
    t.after(() => world.stop());
    // The first one finds out whose workspace it is, and the first of five minutes is written down.
    assert.equal(await world.worker.cron(), "ok");
    const cost = await costOf(world.worker, async () => assert.equal(await world.worker.cron(), "ok"));
    t.diagnostic(`INGEST=${INGEST}: ${rowsWritten(cost)} rows written; ${Object.entries(cost).map(([who, figures]) => `${who} ${JSON.stringify(figures)}`).join(", ")}`);
    assert.ok(rowsWritten(cost) <= most, JSON.stringify(cost));
    assert.deepEqual([cost.WorkspaceObject.subrequests, cost.WorkspaceObject.alarms, cost.ConversationObject.fetches], [calls, 0, 0]);
  }
});

test("an open console and a scrape read the ledger's last day once, and a list no more than it shows", async (t) => {
  const settings = { CONSOLE_TOKEN };
  const world = await startWorld({ settings, metered: true });
  t.after(() => world.stop());
  // Makes the tables, and lets the workspace be known.
  assert.equal((await world.worker.api("GET", "/turns")).status, 200);
  const planted = await plantHistory(world, settings);
  const lastDay = planted.filter(({ at }) => at > Date.now() - 24 * 3_600_000).length;
  const read = async (path) => {
    const cost = await costOf(world.worker, async () => assert.equal((await world.worker.api("GET", path)).status, 200, path));
    t.diagnostic(`${path}: ${Object.entries(cost).map(([who, figures]) => `${who} ${JSON.stringify(figures)}`).join(", ")}`);
    return cost.WorkspaceObject.rows_read;
  };
  const first = await read("/workspace");
  assert.ok(first >= lastDay, `${first} rows for ${lastDay} turns`);
  for (const path of ["/workspace", "/workspace", "/open", "/trends?window=day"]) assert.ok((await read(path)) < MOST_ROWS_READ, path);
  assert.ok((await read("/turns?limit=30")) < 30 + MOST_ROWS_READ);
  await read("/turns?limit=30&outcome=failed,handed_over");
  await read("/trends?window=week");
  const scrape = await costOf(world.worker, async () => assert.equal((await metrics(world.worker)).status, 200));
  t.diagnostic(`/metrics: ${Object.entries(scrape).map(([who, figures]) => `${who} ${JSON.stringify(figures)}`).join(", ")}`);
  assert.ok(scrape.WorkspaceObject.rows_read < MOST_ROWS_READ);
});
