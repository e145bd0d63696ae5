// What the documents need to read of Rust.

import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../lib/paths.mjs";

/** A string literal that may span lines. */
export const STRING = String.raw`"(?:[^"\\]|\\[\s\S])*"`;

/** The text that a string literal stands for. */
export function textOf(literal) {
  const escaped = { n: "\n", t: "\t" };
  return literal.slice(1, -1).replace(/\\(\n\s*|[\s\S])/g, (_, after) => (after[0] === "\n" ? "" : escaped[after] ?? after));
}

/** The files below a folder whose names end so: paths from the root, and texts. */
export function filesBelow(folder, ending) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const path = join(ROOT, folder, entry.name);
    if (entry.isDirectory()) return filesBelow(relative(ROOT, path), ending);
    return entry.name.endsWith(ending) ? [{ path: relative(ROOT, path), text: readFileSync(path, "utf8") }] : [];
  });
}
