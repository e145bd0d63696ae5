// All that has to be there before anything can be built, in order. Every command runs this first; what is there already
// costs a few milliseconds and no line.

import { duration } from "./lib/step.mjs";
import { provideCargoTools } from "./setup/cargo-tools.mjs";
import { provideNpmPackages } from "./setup/npm-packages.mjs";
import { provideRust } from "./setup/rust.mjs";

/**
 * @typedef {{ workerBuild: string, wasmBindgen: string, rust: import("./setup/rust.mjs").WasmRust }} Tools
 * @returns {Promise<Tools>}
 */
export async function setUp() {
  const begun = Date.now();
  await provideNpmPackages();
  const rust = await provideRust();
  const tools = await provideCargoTools();
  console.log(`✓ set-up: all there (${duration(Date.now() - begun)})`);
  return { rust, ...tools };
}
