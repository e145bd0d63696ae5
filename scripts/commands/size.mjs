// How large the built worker is, and the most it may be.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BUILD } from "../lib/paths.mjs";
import { Trouble } from "../lib/trouble.mjs";

/** Of all parts together, gzipped, as Cloudflare counts it. */
const MOST_BYTES = 1_000_000;
const PARTS = ["index_bg.wasm", "index.js"];

export async function run() {
  for (const { name, raw, gzipped } of [...parts(), total()]) {
    console.log(`${name.padEnd(14)} ${kilobytes(raw).padStart(9)}  ${kilobytes(gzipped).padStart(9)} gzipped`);
  }
  console.log(`${"limit".padEnd(25)} ${kilobytes(MOST_BYTES).padStart(9)} gzipped`);
  requireFittingSize();
}

/** The same in one line. */
export function sizeInBrief() {
  const { raw, gzipped } = total();
  return `${kilobytes(raw)}, ${kilobytes(gzipped)} gzipped, limit ${kilobytes(MOST_BYTES)}`;
}

export function requireFittingSize() {
  const { gzipped } = total();
  if (gzipped > MOST_BYTES) {
    throw new Trouble(`The worker is ${kilobytes(gzipped)} gzipped, over the limit of ${kilobytes(MOST_BYTES)}. Find out what grew, for example with \`cargo tree -e normal\`.`);
  }
}

function total() {
  return parts().reduce((sum, part) => ({ name: "total", raw: sum.raw + part.raw, gzipped: sum.gzipped + part.gzipped }), { raw: 0, gzipped: 0 });
}

function parts() {
  return PARTS.map((name) => {
    const path = join(BUILD, name);
    if (!existsSync(path)) throw new Trouble("The worker is not built yet. Run `npm run build`.");
    const bytes = readFileSync(path);
    return { name, raw: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
  });
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
