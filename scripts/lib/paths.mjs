import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** Tools compiled for this project alone; git ignores it. */
export const TOOLS = join(ROOT, ".tools");
/** Everything `npm start` writes; git ignores it. */
export const SANDBOX_STATE = join(ROOT, ".sandbox");
/** The worker as it is tested and deployed, and the console. */
export const BUILD = join(ROOT, "build");
/** The worker as `npm start` runs it. */
export const QUICK_BUILD = join(SANDBOX_STATE, "worker");
export const NPM_BINARIES = join(ROOT, "node_modules", ".bin");

/** Where cargo puts native builds of this workspace. */
export function cargoTarget() {
  return resolve(ROOT, process.env.CARGO_TARGET_DIR || "target");
}

/** The environment for commands that need Node 22 or newer: the `node` from npm comes first. */
export function projectEnv(extra = {}) {
  return { ...process.env, PATH: pathWith(NPM_BINARIES), ...extra };
}

/** PATH with these folders in front. */
export function pathWith(...folders) {
  return [...folders, process.env.PATH].join(delimiter);
}

/** The full path of a program on PATH, or undefined. */
export function onPath(program) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
