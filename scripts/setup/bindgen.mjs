// The program that makes the JavaScript around the worker's WebAssembly, compiled from scripts/worker/bindgen.

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../lib/fingerprint.mjs";
import { ROOT, TOOLS } from "../lib/paths.mjs";
import { quietly } from "../lib/run.mjs";
import { step } from "../lib/step.mjs";

const NAME = "onereply-bindgen";
const SOURCE = join(ROOT, "scripts/worker/bindgen");
const INPUTS = ["Cargo.toml", "Cargo.lock", "src"].map((name) => join(SOURCE, name));
const PROGRAM = join(TOOLS, NAME);
/** Holds the digest of what the program was made from. */
const STAMP = join(TOOLS, `${NAME}.made-from`);
const WORKSHOP = join(TOOLS, "target");

/** @returns {Promise<string>} the program's full path */
export async function provideBindgen() {
  await step({ name: "wasm-bindgen, compiled into .tools", mayTake: "1 minute, once", isThere, provide });
  return PROGRAM;
}

function isThere() {
  return existsSync(PROGRAM) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint(INPUTS);
}

/** Unoptimised: optimised it would save some seconds a build, and take three times as long to compile. */
async function provide() {
  await quietly("cargo", ["build", "--locked", "--manifest-path", join(SOURCE, "Cargo.toml"), "--target-dir", WORKSHOP]);
  mkdirSync(TOOLS, { recursive: true });
  rmSync(PROGRAM, { force: true });
  copyFileSync(join(WORKSHOP, "debug", NAME), PROGRAM);
  writeFileSync(STAMP, fingerprint(INPUTS));
  rmSync(WORKSHOP, { recursive: true, force: true });
}
