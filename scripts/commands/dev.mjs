// The worker here, with real settings, for a real Intercom workspace and GPT Trainer chatbot. Arguments go to `wrangler dev`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCron } from "../lib/cron.mjs";
import { NPM_BINARIES, projectEnv } from "../lib/paths.mjs";
import { inView } from "../lib/run.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { required } from "../settings/forms.mjs";
import { DEV_VARS, devAddress, settingsHere } from "../settings/sources.mjs";
import { setUp } from "../setup.mjs";

export async function run(args) {
  if (!existsSync(DEV_VARS)) {
    throw new Trouble("The settings are missing. Run `npm run setup`, which asks for them, or copy .dev.vars.example to .dev.vars and fill it in. To try OneReply without settings, run `npm start`.");
  }
  // wrangler takes none of them from the environment.
  const setting = settingsHere({});
  const unset = required(setting).filter((name) => setting(name) === undefined);
  if (unset.length > 0) console.log(`! not set in .dev.vars or wrangler.toml: ${unset.join(", ")}. \`npm run doctor\` explains how to fix this.`);
  await setUp();
  const stopCron = runCron(addressFor(args));
  try {
    return await inView(join(NPM_BINARIES, "wrangler"), ["dev", ...args], { env: projectEnv() });
  } finally {
    stopCron();
  }
}

/** Where wrangler listens, by these arguments and its configuration. */
function addressFor(args) {
  const port = given(args, "--port") ?? new URL(devAddress()).port;
  const ip = given(args, "--ip") ?? "127.0.0.1";
  return `http://${["0.0.0.0", "*", "localhost"].includes(ip) ? "127.0.0.1" : ip}:${port}`;
}

function given(args, option) {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  return at < 0 ? undefined : args[at].includes("=") ? args[at].slice(option.length + 1) : args[at + 1];
}
