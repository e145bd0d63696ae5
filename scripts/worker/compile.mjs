// From Rust to what Cloudflare runs: `index.js` and `index_bg.wasm`.

import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, cargoTarget } from "../lib/paths.mjs";
import { mustSucceed } from "../lib/run.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { WASM } from "../versions.mjs";

export const OUTPUTS = ["index.js", "index_bg.wasm"];

const ESBUILD = join(ROOT, "node_modules/esbuild/bin/esbuild");
const WASM_OPT = join(ROOT, "node_modules/binaryen/bin/wasm-opt");
/** No others: workerd may not know newer ones. */
const WASM_FEATURES = ["mutable-globals", "sign-ext", "nontrapping-float-to-int", "bulk-memory", "multivalue", "reference-types", "exception-handling"];

/** Unwinding needs a standard library of its own, compiled along; its smaller algorithms will do. */
const UNWINDING = ["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"];
/** `Debug` prints nothing: a panic says where, and never shows a customer's words that were in hand. Only a nightly knows this flag. */
const NIGHTLY_FLAGS = "-Cpanic=unwind -Zfmt-debug=none";

/**
 * Rust to WebAssembly, left where cargo puts it.
 * @param {string} profile one of Cargo.toml's @param {import("../setup/rust.mjs").WasmRust} rust
 */
export async function compileRust(profile, { panic, toolchain }, { isQuiet = false } = {}) {
  // `js-sys` holds what the macros of wasm-bindgen call.
  const env = { ...process.env, WASM_BINDGEN_USE_JS_SYS: "1" };
  if (toolchain) env.RUSTUP_TOOLCHAIN = toolchain;
  if (panic === "unwind") env.RUSTFLAGS = [process.env.RUSTFLAGS, NIGHTLY_FLAGS].filter(Boolean).join(" ");
  const how = [...(panic === "unwind" ? UNWINDING : []), ...(isQuiet ? ["--quiet"] : [])];
  await mustSucceed("cargo", ["build", "--locked", "--lib", "--profile", profile, "--target", WASM, ...how], { env });
}

/**
 * Puts the JavaScript around what `compileRust` left, and both into `folder`, in the place of what is there.
 * @param {{ profile: string, panic: "unwind" | "abort", bindgen: string, folder: string, isSmall: boolean }} how
 */
export async function assemble({ profile, panic, bindgen, folder, isSmall }) {
  const making = join(folder, `.making-${process.pid}`);
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  try {
    await mustSucceed(bindgen, [join(cargoTarget(), WASM, profile, "onereply.wasm"), making]);
    takeWasmAsModule(join(making, "index.js"));
    copyFileSync(join(ROOT, `scripts/worker/entry/${panic}.js`), join(making, "entry.js"));
    await bundle(making, isSmall);
    if (isSmall) await shrink(join(making, "index_bg.wasm"));
    for (const name of OUTPUTS) renameSync(join(making, name), join(folder, name));
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** Cloudflare gives the compiled module to a plain import. */
function takeWasmAsModule(script) {
  const [before, after, ...more] = readFileSync(script, "utf8").split("import source wasmModule from");
  if (after === undefined || more.length > 0) throw new Trouble("wasm-bindgen imports the WebAssembly in a way of its own: scripts/worker/compile.mjs must learn it.");
  writeFileSync(script, `${before}import wasmModule from${after}`);
}

/** All JavaScript becomes one file. */
async function bundle(folder, isSmall) {
  const outside = ["--external:./index_bg.wasm", "--external:cloudflare:*"];
  const how = ["--bundle", "--format=esm", "--log-level=warning", "--log-override:import-is-undefined=error", ...(isSmall ? ["--minify"] : [])];
  await mustSucceed(ESBUILD, ["./entry.js", "--outfile=index.js", "--allow-overwrite", ...outside, ...how], { cwd: folder });
}

/** Once for speed and size alike, then for size alone. What is uploaded needs no names of functions. */
async function shrink(wasm) {
  const smaller = `${wasm}.smaller`;
  const features = WASM_FEATURES.map((feature) => `--enable-${feature}`);
  for (const passes of [["-O", "--debuginfo"], ["-Oz", "--strip-debug", "--strip-producers"]]) {
    await mustSucceed(WASM_OPT, [wasm, ...features, ...passes, "-o", smaller]);
    renameSync(smaller, wasm);
  }
}
