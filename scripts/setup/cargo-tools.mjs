// worker-build and wasm-bindgen, each of exactly one version, compiled into the project's own folder. A copy on PATH of
// that very version is used instead.

import { join } from "node:path";
import { TOOLS, isExecutable, onPath } from "../lib/paths.mjs";
import { answerOf, quietly } from "../lib/run.mjs";
import { step } from "../lib/step.mjs";
import { WORKER_BUILD, wasmBindgen } from "../versions.mjs";

/** @returns {Promise<{ workerBuild: string, wasmBindgen: string }>} the programs' full paths */
export async function provideCargoTools() {
  return {
    workerBuild: await provide({ crate: "worker-build", program: "worker-build", version: WORKER_BUILD }),
    wasmBindgen: await provide({ crate: "wasm-bindgen-cli", program: "wasm-bindgen", version: wasmBindgen() }),
  };
}

async function provide({ crate, program, version }) {
  const find = () => candidates(program).find((path) => versionOf(path) === version);
  await step({
    name: `${crate} ${version}, compiled into .tools`,
    mayTake: "4 minutes, once",
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
  const args = ["install", crate, "--version", `=${version}`, "--bin", program, "--root", TOOLS, "--force"];
  try {
    await quietly("cargo", [...args, "--locked"]);
  } catch (failure) {
    if (!registryLacksLockedVersion(failure)) throw failure;
    console.log("  the crate registry lacks a dependency that the tool's lock file names: taking the nearest one that it has");
    await quietly("cargo", args);
  }
}

/** Registry mirrors can trail crates.io by some days. */
function registryLacksLockedVersion(failure) {
  return /failed to select a version/.test(failure.output ?? "");
}
