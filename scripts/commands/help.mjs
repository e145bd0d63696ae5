// The npm scripts, each with the line that package.json has about it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.mjs";

export async function run() {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const [name, command] of Object.entries(scripts)) {
    const about = /--about "(.+?)"/.exec(command)?.[1] ?? command;
    const call = ["start", "test"].includes(name) ? `npm ${name}` : `npm run ${name}`;
    console.log(`${call.padEnd(16)} ${about}`);
  }
}
