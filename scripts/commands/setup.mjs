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

At a terminal it asks for what OneReply needs, says where to find each, checks it with Intercom and GPT Trainer, and writes
it into .dev.vars, or into wrangler.toml and Cloudflare's secrets. Enter keeps what is set. Ctrl+C leaves all as it was.

  --tools   only fetch and compile the tools that the other commands need; so it is without a terminal, and where CI is set`;

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
    say("What OneReply needs, step by step. Secrets are not shown while you type. Ctrl+C stops, and nothing is written before the end.");
    const places = [
      { label: "into .dev.vars, to run the worker here with `npm run dev`", value: "here" },
      { label: "to Cloudflare: into wrangler.toml, and the secrets to Cloudflare itself", value: "cloudflare" },
    ];
    say("");
    const place = await ask.choice("The settings go", places, "here");
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
  say("✓ .dev.vars is written, for your eyes only.\n");
  const code = await diagnose({});
  say("\nNext: `npm run dev -- --tunnel`, and the address that it prints, with /webhook/intercom, as the webhook's URL in the Developer Hub.");
  return code;
}

/** Nothing is written before the last question is answered, so that Ctrl+C there leaves all as it was too. */
export async function onCloudflare(values, made, { ask, say, close }, { keep = keepInWrangler, bringTools = setUp, put = putOnCloudflare, look = diagnose } = {}) {
  say("\nNext wrangler.toml is written; Ctrl+C here still leaves it as it is.");
  const deploys = await ask.yes("Deploy as well? It compiles the worker (five minutes the first time) and asks for a login to Cloudflare.", true);
  close();
  const written = keep(values);
  say(written.length > 0 ? `✓ wrangler.toml has ${written.join(", ")}.` : "✓ wrangler.toml has all of it already.");
  // Cloudflare never shows a secret again.
  for (const name of made) say(`! ${name}, which you need to open the API, is shown this once: ${values[name]}`);
  const secrets = secretsAmong(values);
  if (!deploys) {
    say(`Then run \`npm run deploy\`, and for each of these \`npx wrangler secret put NAME\`: ${Object.keys(secrets).join(", ")}.`);
    return 0;
  }
  await bringTools();
  const url = await put(secrets);
  if (!url) {
    say("✓ deployed. Now `npm run doctor -- --url https://…` with the worker's address.");
    return 0;
  }
  say("");
  const code = await look({ url, given: values });
  say(`\nNext: ${url.replace(/\/$/, "")}/webhook/intercom as the webhook's URL in the Developer Hub. A new worker's cron may need some minutes; then \`npm run doctor -- --url ${url}\` again.`);
  return code;
}

function optionsOf(args) {
  try {
    return parseArgs({ args, options: { tools: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } } }).values;
  } catch (error) {
    throw new Trouble(`${error.message.split(". ")[0]}: \`npm run setup -- --help\` lists the options.`);
  }
}
