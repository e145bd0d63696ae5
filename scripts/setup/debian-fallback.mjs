// For a network in which Debian's packages and crates.io can be reached and rustup's downloads cannot: Debian's own
// compiler, made known to rustup, with a WebAssembly standard library built from Debian's sources.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TOOLS, onPath } from "../lib/paths.mjs";
import { answerOf, quietly } from "../lib/run.mjs";
import { step, timed } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { WASM } from "../versions.mjs";

const TOOLCHAIN = "onereply-debian";
const PACKAGES = ["rustc-web", "cargo-web", "rust-web-src"];
const OS_RELEASE = "/etc/os-release";
const RUSTLIB = "/usr/lib/rustlib";
const LIBRARIES = join(RUSTLIB, WASM, "lib");
/** Exists once the fallback has been set up; without it, rustup is tried first again. */
const IN_USE = join(TOOLS, "debian-fallback");

/** @returns {import("./rust.mjs").WasmRust} */
export function wasmRust() {
  console.log(`! compiling the worker with Debian's Rust, without panic unwinding (to try rustup again: rm ${IN_USE})`);
  return { panic: "abort", toolchain: TOOLCHAIN };
}

export function isInUse() {
  return existsSync(IN_USE) && standardLibraryIsThere() && isLinked();
}

/** Why it cannot be done here, or undefined. */
export function impossibleBecause() {
  if (!isDebian()) return "this is not Debian";
  if (process.getuid() !== 0) return "you are not root";
  if (!onPath("apt-get")) return "there is no apt-get";
  return undefined;
}

function isDebian() {
  return existsSync(OS_RELEASE) && /^ID=debian$/m.test(readFileSync(OS_RELEASE, "utf8"));
}

/** @param {Error} failure what rustup said */
export async function provide(failure) {
  announce(failure);
  await step({ name: `Debian packages ${PACKAGES.join(", ")}`, mayTake: "3 minutes", isThere: packagesAreThere, provide: installPackages });
  await step({ name: `the ${WASM} standard library from Debian's sources`, mayTake: "2 minutes", isThere: standardLibraryIsThere, provide: buildStandardLibrary });
  linkLinker();
  if (!isLinked()) await timed(`rustup toolchain "${TOOLCHAIN}"`, "1 second", () => quietly("rustup", ["toolchain", "link", TOOLCHAIN, "/usr"]));
  mkdirSync(TOOLS, { recursive: true });
  writeFileSync(IN_USE, "The worker is compiled by Debian's Rust. Remove this file to try rustup again.\n");
}

function announce(failure) {
  console.log(`
! rustup cannot download in this network, so Debian's own Rust is used instead:
    ${(/^error: .*/m.exec(failure.output)?.[0] ?? failure.output.trim()).slice(0, 300)}
  What happens now, because this machine is Debian and you are root:
    - apt-get installs ${PACKAGES.join(", ")} (they put their own cargo and rustc into /usr/bin);
    - the ${WASM} standard library is built from Debian's sources into ${LIBRARIES};
    - rustup gets a toolchain "${TOOLCHAIN}" that points at it (to undo: rustup toolchain uninstall ${TOOLCHAIN}).
  What differs: the worker has no panic unwinding. If it ever panics, requests to that instance hang instead of
  failing at once. That is good enough for a try and for tests. To go live, build where rustup can download.
`);
}

function packagesAreThere() {
  return answerOf("dpkg-query", ["-W", "-f", "${db:Status-Abbrev}\n", ...PACKAGES])?.split("\n").every((status) => status.startsWith("ii"));
}

async function installPackages() {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await quietly("apt-get", ["update"], { env });
  await quietly("apt-get", ["install", "-y", "--no-install-recommends", ...PACKAGES], { env });
}

function standardLibraryIsThere() {
  return existsSync(LIBRARIES) && readdirSync(LIBRARIES).some((name) => /^libstd-.*\.rlib$/.test(name));
}

/** Cargo builds the standard library for an empty crate; what it makes is kept. */
async function buildStandardLibrary() {
  linkLinker();
  const crate = join(TOOLS, "std-for-wasm");
  rmSync(crate, { recursive: true, force: true });
  mkdirSync(join(crate, "src"), { recursive: true });
  // A workspace of its own, or cargo would take it for a forgotten member of ours.
  writeFileSync(join(crate, "Cargo.toml"), '[package]\nname = "std-for-wasm"\nedition = "2021"\n\n[workspace]\n');
  writeFileSync(join(crate, "src/lib.rs"), "#![no_std]\n");
  const target = join(crate, "target");
  await quietly("/usr/bin/cargo", ["build", "-Zbuild-std=std,panic_abort,panic_unwind", "--target", WASM, "--release"], {
    cwd: crate,
    env: {
      ...process.env,
      RUSTC: "/usr/bin/rustc",
      RUSTC_BOOTSTRAP: "1",
      // Without bitcode a worker with fat LTO does not link.
      RUSTFLAGS: "-Cembed-bitcode=yes",
      CARGO_TARGET_DIR: target,
    },
  });
  const made = join(target, WASM, "release/deps");
  mkdirSync(LIBRARIES, { recursive: true });
  for (const name of readdirSync(made)) {
    if (name.endsWith(".rlib") && !name.startsWith("libstd_for_wasm")) copyFileSync(join(made, name), join(LIBRARIES, name));
  }
  rmSync(crate, { recursive: true, force: true });
}

/** Debian's compiler comes without the linker for WebAssembly; any toolchain of rustup has it. */
function linkLinker() {
  const host = /^host: (.+)$/m.exec(answerOf("rustc", ["-vV"]))[1];
  const place = join(RUSTLIB, host, "bin/rust-lld");
  if (existsSync(place)) return;
  const linker = join(answerOf("rustc", ["--print", "sysroot"]), "lib/rustlib", host, "bin/rust-lld");
  if (!existsSync(linker)) throw new Trouble(`The linker for WebAssembly is missing. Run \`apt-get install lld\`, then \`ln -s /usr/bin/lld ${place}\`.`);
  mkdirSync(dirname(place), { recursive: true });
  rmSync(place, { force: true });
  symlinkSync(linker, place);
}

function isLinked() {
  return answerOf("rustup", ["toolchain", "list"])?.split("\n").some((line) => line.split(" ")[0] === TOOLCHAIN);
}
