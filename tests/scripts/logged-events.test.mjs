// The list in src/log_events.rs, from which the table of log events is made, has every event that the worker can log, and no other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { listed, logged } from "../../scripts/docs/log-events.mjs";

test("every event of the source is in the list, and every row of the list is in the source", () => {
  const { events } = logged();
  const list = listed().map(({ event }) => event);
  assert.ok(events.size >= 45, `only ${events.size} events were found: does the way in which they are written still match?`);
  assert.deepEqual([...events.keys()].filter((event) => !list.includes(event)), [], "logged, and not in the list");
  assert.deepEqual(list.filter((event) => !events.has(event)), [], "in the list, and never logged");
  assert.equal(new Set(list).size, list.length, "each is there once");
});

test("every line that is logged was understood", () => {
  assert.deepEqual(logged().unclear, [], "the name of an event is no plain text there, so the list cannot be checked");
});
