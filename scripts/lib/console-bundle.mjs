// Bundles console/ into build/console, from which Cloudflare serves it, unless that was made from these very inputs.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "./fingerprint.mjs";
import { BUILD, ROOT } from "./paths.mjs";
import { mustSucceed } from "./run.mjs";

const SOURCE = join(ROOT, "console");
const BUNDLE = join(BUILD, "console");
const INPUTS = ["console", "package-lock.json", "scripts/lib/console-bundle.mjs"];
/** The page, and what it loads as `console.js` and `console.css`. */
const PAGE = "index.html";
const ENTRIES = ["main.js", "main.css"];
/** Beside the bundle: whatever lies in it is served. */
const STAMP = join(BUILD, ".console-made-from");
/** As old as a browser may be; the page says so to none, it just does not run there. */
const TARGET = "es2022";

export async function bundleConsole() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp(inputsDigest())) return;
  rmSync(STAMP, { force: true });
  rmSync(BUNDLE, { recursive: true, force: true });
  mkdirSync(BUNDLE, { recursive: true });
  const inputs = inputsDigest();
  const entries = ENTRIES.filter((name) => existsSync(join(SOURCE, name))).map((name) => `console=${join(SOURCE, name)}`);
  await mustSucceed(join(ROOT, "node_modules/esbuild/bin/esbuild"), [
    ...entries,
    `--outdir=${BUNDLE}`,
    ...["--bundle", "--format=esm", "--minify", `--target=${TARGET}`, "--charset=utf8", "--legal-comments=none", "--log-level=warning"],
  ]);
  copyFileSync(join(SOURCE, PAGE), join(BUNDLE, PAGE));
  console.log(`✓ console: ${sizeInBrief()}`);
  writeFileSync(STAMP, stamp(inputs));
}

function inputsDigest() {
  return fingerprint(INPUTS.map((path) => join(ROOT, path)));
}

function stamp(inputs) {
  return `${inputs}\n${fingerprint([BUNDLE])}\n`;
}

function sizeInBrief() {
  const bytes = readdirSync(BUNDLE).reduce((sum, name) => sum + statSync(join(BUNDLE, name)).size, 0);
  return `${(bytes / 1000).toFixed(1)} KB`;
}
