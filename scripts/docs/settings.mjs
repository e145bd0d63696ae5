// The tables of settings, from the one list in src/settings/table.rs and the ranges in which their numbers are read.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.mjs";
import { STRING, filesBelow, textOf } from "./rust-source.mjs";

const GROUP_OR_SETTING = new RegExp(
  String.raw`// # (?<group>.+)\n|^    (?<name>[A-Z_]+) (?:true|false) (?:(?<required>Required)|Optional|Default\(\s*(?://.*\s*)*(?<fallback>${STRING})\s*\)),\s*(?<meaning>${STRING});`,
  "gm",
);
const RANGE = /table::([A-Z_]+),\s*whole\(([\d_]+)\.\.=([\d_]+)\)/g;
/** A longer default is looked up. */
const LONGEST_DEFAULT = 60;

/** @returns {{ group: string, name: string, fallback: string, meaning: string }[]} */
export function settings() {
  const source = readFileSync(join(ROOT, "src/settings/table.rs"), "utf8").split(/^settings! \{$/m)[1];
  const found = [];
  let group = "";
  for (const { groups } of source.matchAll(GROUP_OR_SETTING)) {
    group = groups.group ?? group;
    if (groups.name) found.push({ group, name: groups.name, fallback: fallback(groups), meaning: textOf(groups.meaning) });
  }
  return found;
}

export function settingTables() {
  const ranges = rangesByName();
  const groups = byGroup(settings());
  return [...groups].map(([group, rows]) => {
    const lines = rows.map(({ name, fallback, meaning }) => `| \`${name}\` | ${fallback} | ${meaning}${ranges.get(name) ?? ""} |`);
    return [`### ${group}`, "", "| name | default | meaning |", "| --- | --- | --- |", ...lines].join("\n");
  }).join("\n\n");
}

function fallback({ required, fallback }) {
  if (required) return "required";
  if (!fallback) return "unset";
  const text = textOf(fallback);
  return text.length > LONGEST_DEFAULT || text.includes("\n") ? "in `wrangler.toml`" : `\`${text}\``;
}

/** Between which numbers a setting must be. */
function rangesByName() {
  const text = filesBelow("src/settings", ".rs").map((file) => file.text).join("\n");
  return new Map([...text.matchAll(RANGE)].map(([, name, least, most]) => [name, ` (${number(least)} to ${number(most)})`]));
}

function number(digits) {
  return Number(digits.replaceAll("_", "")).toLocaleString("en-US");
}

function byGroup(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return groups;
}
