// The table "What is logged" names every event that the worker can log, at its levels, and no other.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";

/** `line(Level::Warn, "event", …)` or `host.log(…)`, over several lines too; a level may be one of two. */
const LINE = /\b(?:line|host\.log)\(\s*([^,"]*?Level::[^"]*?),\s*"([a-z_]+)"/g;
/** `Announcement::X => (Warn, "event", …)` and `(Error, "event", …)` in a block: what a conversation tells. */
const ANNOUNCED = /\(\s*(Info|Warn|Error),\s*"([a-z_]+)",/g;

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".rs") ? [{ path, text: withoutTests(readFileSync(path, "utf8")) }] : [];
  });
}

function withoutTests(text) {
  return text.split(/^#\[cfg\(test\)\]/m)[0];
}

/** Levels by event, as the source has them. */
function logged() {
  const events = new Map();
  const add = (event, level) => events.set(event, new Set([...(events.get(event) ?? []), level.toLowerCase()]));
  for (const { path, text } of sources(join(ROOT, "src"))) {
    for (const [, levels, event] of text.matchAll(LINE)) {
      for (const [, level] of levels.matchAll(/Level::(\w+)/g)) add(event, level);
    }
    if (path.endsWith("turn/history.rs")) for (const [, level, event] of text.matchAll(ANNOUNCED)) add(event, level);
  }
  return events;
}

/** Levels by event, as the table has them. */
function told() {
  const section = readFileSync(join(ROOT, "docs/how-it-works.md"), "utf8").split(/^## What is logged$/m)[1].split(/^## /m)[0];
  const rows = section.split("\n").map((line) => /^\| `(\w+)` \| ([a-z, ]+) \|/.exec(line)).filter(Boolean);
  return new Map(rows.map(([, event, levels]) => [event, new Set(levels.split(", "))]));
}

test("every event of the source is in the table, and every row of the table is in the source", () => {
  const [source, table] = [logged(), told()];
  assert.ok(source.size >= 45, `only ${source.size} events were found: does the way in which they are written still match?`);
  assert.deepEqual([...source.keys()].filter((event) => !table.has(event)), [], "logged, and not in the table");
  assert.deepEqual([...table.keys()].filter((event) => !source.has(event)), [], "in the table, and never logged");
});

test("at the levels that the table says", () => {
  const table = told();
  const other = [...logged()].filter(([event, levels]) => table.has(event) && [...levels].sort().join() !== [...table.get(event)].sort().join());
  assert.deepEqual(other.map(([event, levels]) => `${event} is logged as ${[...levels].join()}`), []);
});

test("every line that is logged was understood", () => {
  for (const { path, text } of sources(join(ROOT, "src"))) {
    const calls = [...text.matchAll(/\b(?:line|host\.log)\(\s*(?:if [^{]*\{ )?Level::/g)].length;
    const named = [...text.matchAll(LINE)].length;
    assert.equal(named, calls, `${path}: the name of an event is no plain text there, so the table cannot be checked`);
  }
});
