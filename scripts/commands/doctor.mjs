// Whether everything is as it must be before customers are answered, and what to do where it is not.

import { parseArgs } from "node:util";
import { asObject, lineOf, summaryOf } from "../doctor/tell.mjs";
import { examine, isWell } from "../doctor/examine.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { FORMS } from "../settings/forms.mjs";
import { devAddress, settingsDeployed, settingsHere, unknownNames } from "../settings/sources.mjs";

const HELP = `npm run doctor -- [--url https://…] [--json]

Checks the settings in .dev.vars and wrangler.toml against Intercom, GPT Trainer and a worker.

  --url URL   check the deployed worker at this address. Without it: the worker that \`npm run dev\` runs here
  --json      print one JSON object: {"ok", "url", "checks": [{"check", "status", "about", "message", "fix"}]}

Environment variables override both files: \`CONSOLE_TOKEN=… npm run doctor -- --url https://…\`. If a setting is missing
here, its checks are skipped, and the list says so. Nothing is written in Intercom, the chatbot is not asked, and no secret
is printed.

✓ fine   ! check this   ✗ fix this   · skipped
The exit status is 1 if something must be fixed.`;

export async function run(args) {
  const { help, json, url } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  return diagnose({ url, json });
}

/**
 * `given` are settings that stand nowhere to be read.
 * @param {{ url?: string, json?: boolean, given?: Record<string, string> }} which @returns {Promise<number>} the exit status
 */
export async function diagnose({ url, json = false, given = {} }) {
  const isDeployed = url !== undefined;
  const address = (url ?? devAddress()).replace(/\/+$/, "");
  const env = { ...process.env, ...given };
  const circumstances = { setting: isDeployed ? settingsDeployed(env) : settingsHere(env), unknownNames: unknownNames(), url: address, isDeployed };
  const findings = await examine(circumstances, (finding) => json || console.log(lineOf(finding)));
  console.log(json ? JSON.stringify(asObject(address, findings), null, 2) : `\n${summaryOf(findings)}`);
  return isWell(findings) ? 0 : 1;
}

function optionsOf(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { url: { type: "string" }, json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } } }));
  } catch (error) {
    throw new Trouble(`${error.message.split(". ")[0]}. \`npm run doctor -- --help\` lists the options.`);
  }
  const { url } = values;
  if (url !== undefined && !FORMS.INTERCOM_API_URL.fits(url)) throw new Trouble(`"${url}" is not a valid address. Use \`npm run doctor -- --url https://…\` (http:// only for this machine).`);
  // Whoever copies the webhook's address means its worker.
  return { ...values, url: url && new URL(url).origin };
}
