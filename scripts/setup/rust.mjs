// Rust for this machine is the user's own; what compiling to WebAssembly needs beside it comes from rustup.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { onPath, pathWith } from "../lib/paths.mjs";
import { answerOf, quietly } from "../lib/run.mjs";
import { step } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { NIGHTLY, WASM, oldestRust } from "../versions.mjs";
import * as debianFallback from "./debian-fallback.mjs";

/**
 * What compiles the worker; without a toolchain, the user's own. With `panic: "unwind"` a panic is an error of one request;
 * Rust's stable toolchains cannot do that for WebAssembly, hence the nightly.
 * @typedef {{ panic: "unwind", toolchain: string } | { panic: "abort", toolchain?: string }} WasmRust
 */

/** For a quick build nothing more is brought than it needs. @param {{ isQuick?: boolean }} [how] @returns {Promise<WasmRust>} */
export async function provideRust({ isQuick = false } = {}) {
  if (process.env.WORKERS_CI) await provideRustup();
  requireRust();
  if (debianFallback.isInUse()) return debianFallback.wasmRust();
  try {
    await step({
      name: `Rust's ${WASM} target`,
      mayTake: "1 minute",
      isThere: () => hasTarget(answerOf("rustc", ["--print", "sysroot"])),
      provide: () => rustup("target", "add", WASM),
    });
    if (isQuick) return { panic: "abort" };
    await step({
      name: `Rust ${NIGHTLY} with rust-src and the ${WASM} target`,
      mayTake: "2 minutes",
      isThere: nightlyIsThere,
      provide: () => rustup("toolchain", "install", NIGHTLY, "--profile", "minimal", "-c", "rust-src", "-t", WASM, "--no-self-update"),
    });
    return { panic: "unwind", toolchain: NIGHTLY };
  } catch (failure) {
    if (!cannotDownload(failure)) throw failure;
    const reason = debianFallback.impossibleBecause();
    if (reason) {
      throw new Trouble(`rustup cannot download here, and Debian's Rust cannot be used instead (${reason}). With a network connection, run \`rustup toolchain install ${NIGHTLY}\`.\n${failure.message}`);
    }
    await debianFallback.provide(failure);
    return debianFallback.wasmRust();
  }
}

/** What `npm run check` needs beside the compiler. */
export async function provideLinters() {
  await step({
    name: "clippy and rustfmt",
    mayTake: "1 minute",
    isThere: () => answerOf("cargo", ["clippy", "--version"]) && answerOf("cargo", ["fmt", "--version"]),
    provide: () => rustup("component", "add", "clippy", "rustfmt"),
  });
}

/** Cloudflare's own builds, which the Deploy button sets up, have Node but no Rust. Each of their commands is a shell of its own. */
export async function provideRustup() {
  const ofHome = join(homedir(), ".cargo/bin");
  process.env.PATH = pathWith(ofHome);
  await step({
    name: "Rust, with rustup",
    mayTake: "1 minute",
    isThere: () => onPath("rustup"),
    provide: () => quietly("sh", ["-c", "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal"]),
  });
}

/** All that native programs need. */
export function requireRust() {
  if (!onPath("rustup") || !onPath("cargo")) {
    throw new Trouble("Rust is missing (cargo and rustup). Install it with `curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh`, open a new shell, then run this again.");
  }
  const version = /^rustc (\d+\.\d+)/.exec(answerOf("rustc", ["--version"]) ?? "")?.[1];
  if (!version) throw new Trouble("rustup has no default toolchain. Run `rustup default stable`, then run this again.");
  const oldest = oldestRust();
  if (minor(version) < minor(oldest)) {
    throw new Trouble(`This needs Rust ${oldest} or newer, but found ${version}. Run \`rustup update stable\`, then run this again.`);
  }
}

/** Without the stack traces that a developer's RUST_BACKTRACE asks for: the reason is what matters here. */
function rustup(...args) {
  return quietly("rustup", args, { env: { ...process.env, RUST_BACKTRACE: "0" } });
}

function nightlyIsThere() {
  const sysroot = answerOf("rustup", ["run", NIGHTLY, "rustc", "--print", "sysroot"]);
  return hasTarget(sysroot) && existsSync(join(sysroot, "lib/rustlib/src/rust/library/std/Cargo.toml"));
}

function hasTarget(sysroot) {
  return sysroot && existsSync(join(sysroot, "lib/rustlib", WASM, "lib"));
}

/** rustup's own words for a server that it cannot reach. */
function cannotDownload(failure) {
  return /could not download|failed to download|error sending request|could not connect|timed out/i.test(failure.output ?? "");
}

function minor(version) {
  return Number(version.split(".")[1]);
}
