// What one turn costs on Cloudflare: requests, rows, alarms. The built worker runs behind a meter.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { costOf, rowsWritten } from "./harness/meter.mjs";
import { startWorld } from "./harness/world.mjs";

/** Rows are what becomes expensive first. The first turn of a workspace also finds out what is kept for all others. */
const MOST_ROWS = 28;

test(`a turn of one message, with its own reply told back, writes at most ${MOST_ROWS} rows`, async (t) => {
  const world = await startWorld({ metered: true });
  t.after(() => world.stop());
  const turn = async () => {
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    await talk.assertEnded("replied");
    const told = async () => (await world.sandbox.deliveries()).filter(({ conversation_id, status }) => String(conversation_id) === talk.id && status === 200).length;
    await talk.until(async () => (await told()) === 2, "the message and the reply to be told");
    await talk.until(() => new Disk(world.worker).alarms() === 0, "nothing to be left to do");
  };

  const first = await costOf(world.worker, turn);
  const next = await costOf(world.worker, turn);
  for (const [which, cost] of Object.entries({ first, next })) {
    t.diagnostic(`${which} turn: ${rowsWritten(cost)} rows written; ${Object.entries(cost).map(([who, figures]) => `${who} ${JSON.stringify(figures)}`).join(", ")}`);
  }
  assert.ok(rowsWritten(next) <= MOST_ROWS, JSON.stringify(next));
  assert.deepEqual(next.worker, { requests: 2, crons: 0, subrequests: 0 });
  assert.equal(next.nobody.subrequests, 0);
});
