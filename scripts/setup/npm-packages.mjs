import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../lib/fingerprint.mjs";
import { NPM_BINARIES, ROOT } from "../lib/paths.mjs";
import { answerOf, quietly } from "../lib/run.mjs";
import { step } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";

const LOCK = join(ROOT, "package-lock.json");
/** Holds the digest of the lock file that node_modules was made from. */
const STAMP = join(ROOT, "node_modules", ".made-from");

export async function provideNpmPackages() {
  await step({ name: "npm packages from package-lock.json", mayTake: "1 minute", isThere: areThere, provide: install });
  // wrangler runs on it, whatever Node started us.
  const node = answerOf(join(NPM_BINARIES, "node"), ["--version"]);
  if (!node) {
    throw new Trouble("The npm package `node` has no program, because install scripts are switched off. Run `npm ci --ignore-scripts=false`.");
  }
}

function areThere() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint([LOCK]);
}

async function install() {
  await quietly("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(STAMP, fingerprint([LOCK]));
}
