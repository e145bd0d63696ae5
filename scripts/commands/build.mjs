// Compiles the worker into build/, unless build/ was made from these very inputs.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../lib/fingerprint.mjs";
import { nightlyShim } from "../lib/nightly-shim.mjs";
import { BUILD, NPM_BINARIES, ROOT, pathWith } from "../lib/paths.mjs";
import { mustSucceed } from "../lib/run.mjs";
import { timed } from "../lib/step.mjs";
import { setUp } from "../setup.mjs";
import { requireFittingSize, showSize } from "./size.mjs";

const INPUTS = ["src", "build.rs", "Cargo.toml", "Cargo.lock", ".cargo", "package-lock.json", "scripts/versions.mjs", "scripts/commands/build.mjs"];
const OUTPUTS = ["index.js", "index_bg.wasm"];
/** Holds the digest of the inputs and outputs of the last complete build. */
const STAMP = join(BUILD, ".made-from");

export async function run() {
  await buildWorker(await setUp());
  showSize();
}

/** @param {import("../setup.mjs").Tools} tools */
export async function buildWorker(tools) {
  if (isUpToDate(tools)) {
    console.log("✓ worker: nothing changed since the last build");
    return;
  }
  rmSync(STAMP, { force: true });
  await timed("worker, compiled to WebAssembly", "4 minutes the first time, 30 seconds after an edit", () => compile(tools));
  requireFittingSize();
  writeFileSync(STAMP, digest(tools));
}

async function compile({ rust, workerBuild, wasmBindgen }) {
  const env = {
    ...process.env,
    PATH: pathWith(NPM_BINARIES),
    // Otherwise worker-build downloads its own.
    WASM_BINDGEN_BIN: wasmBindgen,
    WASM_OPT_BIN: join(ROOT, "node_modules/binaryen/bin/wasm-opt"),
    ESBUILD_BIN: join(ROOT, "node_modules/esbuild/bin/esbuild"),
  };
  if (rust.panic === "unwind") {
    env.PATH = pathWith(nightlyShim(rust.nightly), NPM_BINARIES);
    await mustSucceed(workerBuild, ["--release", "--panic-unwind"], { env });
  } else {
    env.RUSTUP_TOOLCHAIN = rust.toolchain;
    await mustSucceed(workerBuild, ["--release"], { env });
  }
}

function isUpToDate(tools) {
  return existsSync(STAMP) && OUTPUTS.every((name) => existsSync(join(BUILD, name))) && readFileSync(STAMP, "utf8") === digest(tools);
}

function digest({ rust }) {
  const files = [...INPUTS.map((path) => join(ROOT, path)), ...OUTPUTS.map((name) => join(BUILD, name))];
  return fingerprint(files, rust, process.env.RUSTFLAGS ?? "");
}
