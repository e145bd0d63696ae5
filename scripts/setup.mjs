// All that has to be there before anything can be built. Every command runs this first; what is there already costs a few
// milliseconds and no line.

import { duration, together } from "./lib/step.mjs";
import { provideBindgen } from "./setup/bindgen.mjs";
import { provideNpmPackages } from "./setup/npm-packages.mjs";
import { provideRust } from "./setup/rust.mjs";

/**
 * `meanwhile` is done beside the rest, as soon as Rust is there.
 * @typedef {{ bindgen: string, rust: import("./setup/rust.mjs").WasmRust }} Tools
 * @param {{ isQuick?: boolean, meanwhile?: (rust: Tools["rust"]) => Promise<void> }} [how]
 * @returns {Promise<Tools>}
 */
export async function setUp({ isQuick = false, meanwhile = async () => {} } = {}) {
  const begun = Date.now();
  const withRust = async () => {
    const rust = await provideRust({ isQuick });
    const [bindgen] = await together([provideBindgen(), meanwhile(rust)]);
    return { rust, bindgen };
  };
  const [tools] = await together([withRust(), provideNpmPackages()]);
  console.log(`✓ setup: all tools are ready (${duration(Date.now() - begun)})`);
  return tools;
}
