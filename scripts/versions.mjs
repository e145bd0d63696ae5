// The versions of the tools that are neither npm packages (package.json) nor crates (Cargo.toml).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./lib/paths.mjs";

export const WASM = "wasm32-unknown-unknown";

/** By date, because `-Zbuild-std` and panic unwinding are not stable: a nightly of another day may build differently or not at all. */
export const NIGHTLY = "nightly-2026-10-29";

/** The oldest Rust that the crates compile with, such as "1.91". */
export function oldestRust() {
  return /^rust-version = "([\d.]+)"/m.exec(readFileSync(join(ROOT, "Cargo.toml"), "utf8"))[1];
}
