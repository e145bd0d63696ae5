// Where the settings of a worker stand: the environment, `.dev.vars`, `[vars]` of wrangler.toml.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths.mjs";
import { readDevVars } from "./dev-vars.mjs";
import { namesInWranglerVars, readWranglerVars, wranglerNumber } from "./wrangler-vars.mjs";

/** The folder of `.dev.vars` and `wrangler.toml`: the project's, and for tests one of their own. */
export const FOLDER = process.env.ONEREPLY_SETTINGS_FOLDER || ROOT;
export const DEV_VARS = join(FOLDER, ".dev.vars");
export const WRANGLER_TOML = join(FOLDER, "wrangler.toml");

/** A setting by its name; empty and blank count as unset. @typedef {(name: string) => string | undefined} Lookup */

/** As `npm run dev` runs the worker: `.dev.vars` wins over wrangler.toml, and what this very command was given over both. @returns {Lookup} */
export function settingsHere(env = process.env) {
  return lookup(env, readDevVars(textOf(DEV_VARS)), readWranglerVars(textOf(WRANGLER_TOML)));
}

/**
 * As Cloudflare runs it, as far as that is known here: secrets cannot be read back from there. How messages come in at the worker
 * that runs here says nothing of the deployed one. @returns {Lookup}
 */
export function settingsDeployed(env = process.env, { devVars = textOf(DEV_VARS), wranglerToml = textOf(WRANGLER_TOML) } = {}) {
  const { INGEST: _, ...known } = readDevVars(devVars);
  return lookup(env, readWranglerVars(wranglerToml), known);
}

/** Names in `.dev.vars` and `[vars]` that are no settings: a slip of the pen, most likely. */
export function unknownNames() {
  const examples = textOf(join(ROOT, ".dev.vars.example")).replace(/^# ?(?=[A-Z_0-9]+=)/gm, "");
  const known = new Set([...namesInWranglerVars(textOf(join(ROOT, "wrangler.toml"))), ...Object.keys(readDevVars(examples))]);
  const written = [...Object.keys(readDevVars(textOf(DEV_VARS))), ...Object.keys(readWranglerVars(textOf(WRANGLER_TOML)))];
  return [...new Set(written)].filter((name) => !known.has(name));
}

/** Where `npm run dev` listens. */
export function devAddress() {
  return `http://127.0.0.1:${wranglerNumber(textOf(WRANGLER_TOML), "dev", "port") ?? 8000}`;
}

export function textOf(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** The first of these that has the name decides, as with wrangler: a blank value there hides what others say. @param {...Record<string, string | undefined>} sources @returns {Lookup} */
export function lookup(...sources) {
  return (name) => sources.map((source) => source[name]).find((value) => value !== undefined)?.trim() || undefined;
}
