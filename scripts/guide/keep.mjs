// Where the settings go: `.dev.vars` for a worker that runs here; wrangler.toml and Cloudflare's secrets for a deployed one.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NPM_BINARIES, ROOT, projectEnv } from "../lib/paths.mjs";
import { inView, withInput } from "../lib/run.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { readDevVars, withDevVars } from "../settings/dev-vars.mjs";
import { DEFAULTS, SECRETS } from "../settings/forms.mjs";
import { DEV_VARS, WRANGLER_TOML, lookup, textOf } from "../settings/sources.mjs";
import { readWranglerVars, withWranglerVars } from "../settings/wrangler-vars.mjs";

/** Into `.dev.vars`, which only its owner may read. @param {Record<string, string>} values */
export function keepHere(values, { path = DEV_VARS } = {}) {
  const text = textOf(path) || textOf(join(ROOT, ".dev.vars.example"));
  const standing = lookup(readDevVars(text), readWranglerVars(textOf(WRANGLER_TOML)));
  writeFileSync(path, withDevVars(text, changed(values, standing)), { mode: 0o600 });
  // It may have been there before, open to others.
  chmodSync(path, 0o600);
}

/** What is no secret, into `[vars]` of wrangler.toml. @returns {string[]} the names that were written */
export function keepInWrangler(values, { path = WRANGLER_TOML } = {}) {
  const toml = textOf(path);
  const open = Object.fromEntries(Object.entries(values).filter(([name]) => !SECRETS.includes(name)));
  const written = changed(open, lookup(readWranglerVars(toml)));
  writeFileSync(path, withWranglerVars(toml, written));
  return Object.keys(written);
}

export function secretsAmong(values) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => SECRETS.includes(name)));
}

/**
 * Deploys, and then sets the secrets: by standard input, so that they stand in no file and in no list of processes.
 * @param {Record<string, string>} secrets @returns {Promise<string | undefined>} the worker's address, where wrangler names one
 */
export async function putOnCloudflare(secrets, { view = inView, feed = withInput } = {}) {
  const wrangler = join(NPM_BINARIES, "wrangler");
  const folder = mkdtempSync(join(tmpdir(), "onereply-deploy-"));
  const report = join(folder, "wrangler.ndjson");
  try {
    const deployed = await view(wrangler, ["deploy"], { env: projectEnv({ WRANGLER_OUTPUT_FILE_PATH: report }) });
    if (deployed !== 0) throw new Trouble("The worker could not be deployed. The messages above say why. Fix that and run `npm run setup` again: the secrets were not saved.");
    const set = await feed(wrangler, ["secret", "bulk"], JSON.stringify(secrets), { env: projectEnv() });
    if (set !== 0) throw new Trouble("The worker is deployed, but its secrets could not be set. The messages above say why.");
    return addressIn(textOf(report));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} report one JSON object a line */
function addressIn(report) {
  const entries = report.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const targets = entries.find(({ type }) => type === "deploy")?.targets ?? [];
  return targets.find((target) => /^https:\/\/[^/*]+\/?$/.test(target));
}

/** What stands there already, or holds by default, need not be written. */
function changed(values, standing) {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => (standing(name) ?? DEFAULTS[name]) !== value));
}
