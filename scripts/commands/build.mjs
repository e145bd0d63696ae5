// Compiles the worker into build/, and bundles the console beside it, unless they were made from these very inputs.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleConsole } from "../lib/console-bundle.mjs";
import { fingerprint } from "../lib/fingerprint.mjs";
import { BUILD, QUICK_BUILD, ROOT } from "../lib/paths.mjs";
import { timed } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { setUp } from "../setup.mjs";
import { OUTPUTS, assemble, compileRust } from "../worker/compile.mjs";
import { requireFittingSize, sizeInBrief } from "./size.mjs";

/**
 * A profile of Cargo.toml, and what is made of what it compiles.
 * @typedef {{ profile: string, name: string, mayTake: string, folder: string, isSmall: boolean }} Kind
 */

/** What is tested and deployed. @type {Kind} */
export const RELEASE = {
  profile: "release",
  name: "worker, compiled to WebAssembly",
  mayTake: "4 minutes the first time, 30 seconds after an edit",
  folder: BUILD,
  isSmall: true,
};

/** What `npm start` runs: large and slow, but soon there. It lies where no deploy looks. @type {Kind} */
export const QUICK = {
  profile: "quick",
  name: "worker, compiled quickly",
  mayTake: "2 minutes the first time, 15 seconds after an edit",
  folder: QUICK_BUILD,
  isSmall: false,
};

const WORKER_SCRIPTS = ["compile.mjs", "entry", "bindgen/src", "bindgen/Cargo.lock"].map((name) => join("scripts/worker", name));
const INPUTS = ["src", "build.rs", "Cargo.toml", "Cargo.lock", ".cargo", "package-lock.json", "scripts/versions.mjs", "scripts/commands/build.mjs", ...WORKER_SCRIPTS];

export async function run(args) {
  if (args.some((arg) => arg !== "--quick")) throw new Trouble("The only option of `npm run build` is `--quick`, which compiles the worker for `npm start`.");
  const kind = args.includes("--quick") ? QUICK : RELEASE;
  await buildWorker(kind, await setUp({ isQuick: kind === QUICK }));
}

/** @param {Kind} kind @param {import("../setup.mjs").Tools} tools */
export async function buildWorker(kind, tools) {
  await finishWorker(kind, tools, await compileWorker(kind, tools.rust));
}

/** The part that takes long and needs nothing but Rust. Returns the digest of what it compiled, or undefined where nothing changed. */
export async function compileWorker(kind, rust) {
  if (isBuilt(kind, rust)) return undefined;
  rmSync(stampOf(kind), { force: true });
  // Before compiling: what is edited meanwhile is for the next build.
  const inputs = inputsDigest(rust);
  await timed(kind.name, kind.mayTake, () => compileRust(kind.profile, rust, { isQuiet: !kind.isSmall }));
  return inputs;
}

/** The rest, for what `compileWorker` returned. */
export async function finishWorker(kind, { rust, bindgen }, compiled) {
  await bundleConsole();
  const brief = () => (kind.isSmall ? ` (${sizeInBrief()})` : "");
  if (compiled === undefined) {
    console.log(`✓ worker: no changes since the last build${brief()}`);
    return;
  }
  mkdirSync(kind.folder, { recursive: true });
  await timed("worker, assembled", "30 seconds", () => assemble({ ...kind, panic: rust.panic, bindgen }));
  if (kind.isSmall) requireFittingSize();
  console.log(`✓ worker: built${brief()}`);
  writeFileSync(stampOf(kind), stamp(kind, compiled));
}

function isBuilt(kind, rust) {
  const file = stampOf(kind);
  return existsSync(file) && readFileSync(file, "utf8") === stamp(kind, inputsDigest(rust));
}

/** Holds the digests of the inputs and the outputs of the last complete build. */
function stampOf({ folder }) {
  return join(folder, ".made-from");
}

function inputsDigest(rust) {
  return fingerprint(INPUTS.map((path) => join(ROOT, path)), rust, process.env.RUSTFLAGS ?? "");
}

function stamp({ folder }, inputs) {
  return `${inputs}\n${fingerprint(OUTPUTS.map((name) => join(folder, name)))}\n`;
}
