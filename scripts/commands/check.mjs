// Formatting and lints. The worker's own door (`src/edge`) exists for WebAssembly only, hence two rounds of lints.

import { join } from "node:path";
import { ROOT } from "../lib/paths.mjs";
import { mustSucceed } from "../lib/run.mjs";
import { heading } from "../lib/step.mjs";
import { setUp } from "../setup.mjs";
import { provideLinters } from "../setup/rust.mjs";
import { WASM } from "../versions.mjs";

export async function run() {
  const { rust } = await setUp();
  await provideLinters();
  heading("formatting");
  await mustSucceed("cargo", ["fmt", "--all", "--check"]);
  await mustSucceed("cargo", ["fmt", "--check", "--manifest-path", join(ROOT, "scripts/worker/bindgen/Cargo.toml")]);
  heading("lints, natively");
  await mustSucceed("cargo", ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]);
  heading("lints, for WebAssembly");
  if (rust.panic === "abort") {
    console.log(`! skipped: rustup could not install the ${WASM} target for clippy`);
  } else {
    await mustSucceed("cargo", ["clippy", "--locked", "-p", "onereply", "--target", WASM, "--", "-D", "warnings"]);
  }
  console.log("\n✓ check: no problems");
}
