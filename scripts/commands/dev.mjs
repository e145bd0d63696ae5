// The worker here, with real settings, for a real Intercom workspace and GPT Trainer chatbot. Arguments go to `wrangler dev`.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCron } from "../lib/cron.mjs";
import { NPM_BINARIES, ROOT, projectEnv } from "../lib/paths.mjs";
import { inView } from "../lib/run.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { setUp } from "../setup.mjs";

const SECRETS = join(ROOT, ".dev.vars");
const NEEDED = ["INTERCOM_ACCESS_TOKEN", "INTERCOM_CLIENT_SECRET", "GPT_TRAINER_API_KEY", "INTERCOM_ADMIN_ID", "CHATBOT_UUID"];

export async function run(args) {
  if (!existsSync(SECRETS)) {
    throw new Trouble("The real settings are missing: run `cp .dev.vars.example .dev.vars` and fill it in (or run `npm start` to try without any).");
  }
  const unset = needed().filter((name) => valueOf(name) === undefined);
  if (unset.length > 0) console.log(`! not set in .dev.vars or wrangler.toml: ${unset.join(", ")}; what is wrong with that is said at /healthz`);
  await setUp();
  const stopCron = runCron(addressFor(args));
  try {
    return await inView(join(NPM_BINARIES, "wrangler"), ["dev", ...args], { env: projectEnv() });
  } finally {
    stopCron();
  }
}

function needed() {
  // Without webhooks there is nothing to verify.
  return valueOf("INGEST") === "polling" ? NEEDED.filter((name) => name !== "INTERCOM_CLIENT_SECRET") : NEEDED;
}

/** The first word that a setting is set to, if to anything; .dev.vars wins. */
function valueOf(name) {
  const assignment = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*["']?([^"'\\s]+)`, "m");
  const values = [".dev.vars", "wrangler.toml"].map((file) => assignment.exec(readFileSync(join(ROOT, file), "utf8"))?.[1]);
  return values.find((value) => value !== undefined);
}

/** Where wrangler listens, by these arguments and its configuration. */
function addressFor(args) {
  const port = given(args, "--port") ?? valueOf("port");
  const ip = given(args, "--ip") ?? "127.0.0.1";
  return `http://${["0.0.0.0", "*", "localhost"].includes(ip) ? "127.0.0.1" : ip}:${port}`;
}

function given(args, option) {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  return at < 0 ? undefined : args[at].includes("=") ? args[at].slice(option.length + 1) : args[at + 1];
}
