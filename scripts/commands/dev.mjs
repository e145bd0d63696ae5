// The worker here, with real settings, for a real Intercom workspace and GPT Trainer chatbot. Arguments go to `wrangler dev`.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
  const unset = NEEDED.filter((name) => !isSet(name));
  if (unset.length > 0) console.log(`! not set in .dev.vars or wrangler.toml: ${unset.join(", ")}; what is wrong with that is said at /healthz`);
  await setUp();
  return inView(join(NPM_BINARIES, "wrangler"), ["dev", ...args], { env: projectEnv() });
}

function isSet(name) {
  const assignment = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=[ \\t]*(?!["']{2})\\S`, "m");
  return ["wrangler.toml", ".dev.vars"].some((file) => assignment.test(readFileSync(join(ROOT, file), "utf8")));
}
