// The versions of the tools that are neither npm packages (package.json) nor crates (Cargo.toml).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./lib/paths.mjs";

export const WASM = "wasm32-unknown-unknown";

/** By date, because `-Zbuild-std` and panic unwinding are not stable: a nightly of another day may build differently or not at all. */
export const NIGHTLY = "nightly-2026-10-29";

/** The same as `worker` in Cargo.toml. */
export const WORKER_BUILD = "0.8.7";

/** The CLI reads what the crate wrote, so both must be the same: Cargo.lock decides. */
export function wasmBindgen() {
  const lock = readFileSync(join(ROOT, "Cargo.lock"), "utf8");
  return /^name = "wasm-bindgen"\r?\nversion = "(.+)"/m.exec(lock)[1];
}

/** The oldest Rust that the crates compile with, such as "1.91". */
export function oldestRust() {
  return /^rust-version = "([\d.]+)"/m.exec(readFileSync(join(ROOT, "Cargo.toml"), "utf8"))[1];
}
