// worker-build and wasm-bindgen, each of exactly one version, compiled into the project's own folder. A copy on PATH of
// that very version is used instead.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { TOOLS, isExecutable, onPath } from "../lib/paths.mjs";
import { answerOf, quietly } from "../lib/run.mjs";
import { step } from "../lib/step.mjs";
import { WORKER_BUILD, wasmBindgen } from "../versions.mjs";

/** Both tools in turn, so that what they have in common is compiled once, and an interrupted set-up goes on where it was. */
const WORKSHOP = join(TOOLS, "target");

/** @returns {Promise<{ workerBuild: string, wasmBindgen: string }>} the programs' full paths */
export async function provideCargoTools() {
  const tools = {
    workerBuild: await provide({ crate: "worker-build", program: "worker-build", version: WORKER_BUILD }),
    wasmBindgen: await provide({ crate: "wasm-bindgen-cli", program: "wasm-bindgen", version: wasmBindgen() }),
  };
  rmSync(WORKSHOP, { recursive: true, force: true });
  return tools;
}

async function provide({ crate, program, version }) {
  const find = () => candidates(program).find((path) => versionOf(path) === version);
  await step({
    name: `${crate} ${version}, compiled into .tools`,
    mayTake: "2 minutes, once",
    isThere: find,
    provide: () => install(crate, program, version),
  });
  return find();
}

function candidates(program) {
  return [join(TOOLS, "bin", program), onPath(program)].filter((path) => path && isExecutable(path));
}

function versionOf(path) {
  return answerOf(path, ["--version"])?.split(/\s+/).pop();
}

async function install(crate, program, version) {
  // --force: this runs only where the program is missing or of another version, whatever cargo has noted down.
  const what = ["install", crate, "--version", `=${version}`, "--bin", program, "--root", TOOLS, "--force"];
  // Optimised they would save half a second a build, and take three times as long to compile.
  const args = [...what, "--debug", "--target-dir", WORKSHOP];
  const options = { env: { ...process.env, CARGO_PROFILE_DEV_DEBUG: "false" } };
  try {
    await quietly("cargo", [...args, "--locked"], options);
  } catch (failure) {
    if (!registryLacksLockedVersion(failure)) throw failure;
    console.log("  the crate registry lacks a dependency that the tool's lock file names: taking the nearest one that it has");
    await quietly("cargo", args, options);
  }
}

/** Registry mirrors can trail crates.io by some days. */
function registryLacksLockedVersion(failure) {
  return /failed to select a version/.test(failure.output ?? "");
}
