// At a terminal: asks for the settings, checks each as it is typed, writes them down and has the doctor look. Elsewhere, and
// with `--tools`, it only brings the tools that the other commands need.

import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { guide } from "../guide/guide.mjs";
import { keepHere, keepInWrangler, putOnCloudflare, secretsAmong } from "../guide/keep.mjs";
import { openTerminal } from "../guide/terminal.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { settingsDeployed, settingsHere } from "../settings/sources.mjs";
import { setUp } from "../setup.mjs";
import { diagnose } from "./doctor.mjs";

const HELP = `npm run setup [-- --tools]

Asks for the settings that OneReply needs, says where to find each one, and checks it with Intercom and GPT Trainer. Then it
writes them to .dev.vars, or to wrangler.toml and Cloudflare's secrets. Press Enter to keep a value. Ctrl+C changes nothing.

  --tools   only fetch and compile the tools that the other commands need. This is the default without a terminal and in CI`;

export async function run(args) {
  const { tools, help } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const isWatched = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
  if (tools || !isWatched) {
    await setUp();
    return 0;
  }
  return guided();
}

async function guided() {
  const terminal = openTerminal();
  const { ask, say } = terminal;
  try {
    say("OneReply setup, step by step. Secrets are hidden while you type. Nothing is written before the end; Ctrl+C stops.");
    const places = [
      { label: "in .dev.vars, to run the worker on this machine with `npm run dev`", value: "here" },
      { label: "on Cloudflare: in wrangler.toml, with the secrets stored by Cloudflare", value: "cloudflare" },
    ];
    say("");
    const place = await ask.choice("Where to save the settings", places, "here");
    // What is set already, and whether a client secret is needed, is another matter in each place.
    const setting = place === "here" ? settingsHere() : settingsDeployed();
    const { values, made } = await guide({ ask, say, fetch: globalThis.fetch, setting, random: () => randomBytes(32).toString("hex") });
    if (place === "here") return await here(values, terminal);
    return await onCloudflare(values, made, terminal);
  } finally {
    terminal.close();
  }
}

async function here(values, { say, close }) {
  keepHere(values);
  close();
  say("✓ saved to .dev.vars. Only your user can read it.\n");
  const code = await diagnose({});
  say("\nNext: run `npm run dev -- --tunnel`. In Intercom's Developer Hub, set the webhook URL to the address that it prints, followed by /webhook/intercom.");
  return code;
}

/** Nothing is written before the last question is answered, so that Ctrl+C there leaves all as it was too. */
export async function onCloudflare(values, made, { ask, say, close }, { keep = keepInWrangler, bringTools = setUp, put = putOnCloudflare, look = diagnose } = {}) {
  say("\nThe next step writes wrangler.toml. Ctrl+C still changes nothing.");
  const deploys = await ask.yes("Deploy now? This compiles the worker (five minutes the first time) and asks you to log in to Cloudflare.", true);
  close();
  const written = keep(values);
  say(written.length > 0 ? `✓ saved to wrangler.toml: ${written.join(", ")}.` : "✓ wrangler.toml is already up to date.");
  // Cloudflare never shows a secret again.
  for (const name of made) say(`! Save this now, it is not shown again. ${name}, which opens the console and the API: ${values[name]}`);
  const secrets = secretsAmong(values);
  if (!deploys) {
    say(`Next: run \`npm run deploy\`, then \`npx wrangler secret put NAME\` for each of these: ${Object.keys(secrets).join(", ")}.`);
    return 0;
  }
  await bringTools();
  const url = await put(secrets);
  if (!url) {
    say("✓ deployed. Next: run `npm run doctor -- --url https://…` with the worker's address.");
    return 0;
  }
  say("");
  const code = await look({ url, given: values });
  say(`\nNext: in Intercom's Developer Hub, set the webhook URL to ${url.replace(/\/$/, "")}/webhook/intercom. The cron of a new worker may need some minutes. Then run \`npm run doctor -- --url ${url}\` again.`);
  return code;
}

function optionsOf(args) {
  try {
    return parseArgs({ args, options: { tools: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } } }).values;
  } catch (error) {
    throw new Trouble(`${error.message.split(". ")[0]}. \`npm run setup -- --help\` lists the options.`);
  }
}
