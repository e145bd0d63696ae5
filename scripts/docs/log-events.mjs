// The table of log events: names and levels from the calls that write them, fields and meanings from src/log_events.rs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.mjs";
import { STRING, filesBelow, textOf } from "./rust-source.mjs";

/** `line(Level::Warn, "event", …)` or `host.log(…)`, over several lines too; a level may be one of two. */
const LINE = /\b(?:line|host\.log)\(\s*([^,"]*?Level::[^"]*?),\s*"([a-z_]+)"/g;
const CALL = /\b(?:line|host\.log)\(\s*(?:if [^{]*\{ )?Level::/g;
/** `Announcement::X => (Warn, "event", …)` and `(Error, "event", …)` in a block: what a conversation logs. */
const ANNOUNCED = /\(\s*(Info|Warn|Error),\s*"([a-z_]+)",/g;
const LISTED = new RegExp(String.raw`^    ([a-z_]+): (${STRING}),\s+(${STRING});`, "gm");

/** What the worker can log: levels by event; and the files in which the name of an event is no plain text. */
export function logged() {
  const events = new Map();
  const unclear = [];
  const add = (event, level) => events.set(event, new Set([...(events.get(event) ?? []), level.toLowerCase()]));
  for (const { path, text: whole } of filesBelow("src", ".rs")) {
    const text = whole.split(/^#\[cfg\(test\)\]/m)[0];
    const lines = [...text.matchAll(LINE)];
    for (const [, levels, event] of lines) for (const [, level] of levels.matchAll(/Level::(\w+)/g)) add(event, level);
    if (/^src\/turn\/\w+\.rs$/.test(path)) for (const [, level, event] of text.matchAll(ANNOUNCED)) add(event, level);
    if ([...text.matchAll(CALL)].length !== lines.length) unclear.push(path);
  }
  return { events, unclear };
}

/** The list of src/log_events.rs, in its order. */
export function listed() {
  const text = readFileSync(join(ROOT, "src/log_events.rs"), "utf8");
  return [...text.matchAll(LISTED)].map(([, event, fields, when]) => ({ event, fields: textOf(fields), when: textOf(when) }));
}

export function eventTable() {
  const { events } = logged();
  const rows = listed().map(({ event, fields, when }) => `| \`${event}\` | ${[...(events.get(event) ?? [])].join(", ")} | ${fields} | ${when} |`);
  return ["| event | level | fields | when |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
