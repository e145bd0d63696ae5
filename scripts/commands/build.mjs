// Compiles the worker into build/, and bundles the console beside it, unless they were made from these very inputs.

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleConsole } from "../lib/console-bundle.mjs";
import { fingerprint } from "../lib/fingerprint.mjs";
import { nightlyShim } from "../lib/nightly-shim.mjs";
import { BUILD, NPM_BINARIES, ROOT, pathWith } from "../lib/paths.mjs";
import { mustSucceed } from "../lib/run.mjs";
import { timed } from "../lib/step.mjs";
import { setUp } from "../setup.mjs";
import { requireFittingSize, sizeInBrief } from "./size.mjs";

const INPUTS = ["src", "build.rs", "Cargo.toml", "Cargo.lock", ".cargo", "package-lock.json", "scripts/versions.mjs", "scripts/commands/build.mjs", "scripts/lib/nightly-shim.mjs"];
const OUTPUTS = ["index.js", "index_bg.wasm"];
/** Holds the digests of the inputs and the outputs of the last complete build. */
const STAMP = join(BUILD, ".made-from");

const WASM_OPT = join(ROOT, "node_modules/binaryen/bin/wasm-opt");
/** Those that worker-build allows: newer ones may be unknown to workerd. */
const WASM_FEATURES = ["mutable-globals", "sign-ext", "nontrapping-float-to-int", "bulk-memory", "multivalue", "reference-types", "exception-handling"];

export async function run() {
  await buildWorker(await setUp());
}

/** @param {import("../setup.mjs").Tools} tools */
export async function buildWorker(tools) {
  await bundleConsole();
  if (isUpToDate(tools)) {
    console.log(`✓ worker: nothing changed since the last build (${sizeInBrief()})`);
    return;
  }
  rmSync(STAMP, { force: true });
  // Before compiling: what is edited meanwhile is for the next build.
  const inputs = inputsDigest(tools);
  await timed("worker, compiled to WebAssembly", "4 minutes the first time, 30 seconds after an edit", () => compile(tools));
  requireFittingSize();
  console.log(`✓ worker: ${sizeInBrief()}`);
  writeFileSync(STAMP, stamp(inputs));
}

async function compile({ rust, workerBuild, wasmBindgen }) {
  const env = {
    ...process.env,
    PATH: pathWith(NPM_BINARIES),
    // Otherwise worker-build downloads its own.
    WASM_BINDGEN_BIN: wasmBindgen,
    WASM_OPT_BIN: WASM_OPT,
    ESBUILD_BIN: join(ROOT, "node_modules/esbuild/bin/esbuild"),
  };
  if (rust.panic === "unwind") {
    env.PATH = pathWith(nightlyShim(rust.nightly), NPM_BINARIES);
    // The standard library is compiled along: its smaller algorithms will do.
    env.CARGO_UNSTABLE_BUILD_STD_FEATURES = "panic-unwind optimize_for_size";
    await mustSucceed(workerBuild, ["--release", "--panic-unwind"], { env });
  } else {
    env.RUSTUP_TOOLCHAIN = rust.toolchain;
    await mustSucceed(workerBuild, ["--release"], { env });
  }
  await shrink();
}

/** worker-build keeps the names of all functions, and optimises for speed and size alike; what is uploaded needs neither. */
async function shrink() {
  const wasm = join(BUILD, "index_bg.wasm");
  const smaller = join(BUILD, "smaller.wasm");
  const features = WASM_FEATURES.map((feature) => `--enable-${feature}`);
  await mustSucceed(WASM_OPT, [...features, "-Oz", "--strip-debug", "--strip-producers", "-o", smaller, wasm], {});
  renameSync(smaller, wasm);
}

function isUpToDate(tools) {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp(inputsDigest(tools));
}

function inputsDigest({ rust }) {
  return fingerprint(INPUTS.map((path) => join(ROOT, path)), rust, process.env.RUSTFLAGS ?? "");
}

function stamp(inputs) {
  return `${inputs}\n${fingerprint(OUTPUTS.map((name) => join(BUILD, name)))}\n`;
}
