// Has a worker read the conversations of the last hours back from Intercom and compare them with its ledger, and says what it found.

import { parseArgs } from "node:util";
import { duration } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { settingsHere } from "../settings/sources.mjs";

const USAGE = "Usage: `npm run audit -- --since 24h --url https://… --json`";
const HOURS = { h: 1, d: 24, w: 168 };
const KINDS = { unanswered: "unanswered", answered_twice: "answered twice", over_a_human: "answered over a teammate", ledger_disagrees: "not matching Intercom" };
const ASK_EVERY_MS = 1_000;
const SAY_EVERY_MS = 10_000;

export async function run(args) {
  const { hours, url, json } = optionsOf(args);
  const token = consoleToken();
  const begun = Date.now();
  if (!json) console.log(`→ audit of the last ${hours} h at ${url} (may take minutes: answering customers comes first)`);
  let answer = await ask(url, token, "POST", { hours });
  const since = Date.now() / 1_000 - hours * 3_600;
  if (!json && Math.abs(answer.since - since) > 3_600) {
    console.log(`! another audit is already running, of messages since ${new Date(answer.since * 1_000).toISOString()}. Showing that one.`);
  }
  let said = begun;
  while (answer.status === "running") {
    if (!json && Date.now() - said > SAY_EVERY_MS) {
      console.log(`  … ${answer.summary.turns} messages in ${answer.summary.conversations} conversations`);
      said = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    answer = await ask(url, token, "GET");
  }
  if (json) console.log(JSON.stringify(answer, null, 2));
  else tell(answer.summary, Date.now() - begun);
  if (Object.keys(KINDS).some((kind) => answer.summary[kind] > 0)) return 1;
  return answer.summary.unread > 0 || answer.summary.reach !== "all" ? 2 : 0;
}

function tell(summary, ms) {
  for (const finding of summary.findings) {
    const { kind, about, conversation, ...ids } = finding;
    const named = Object.entries(ids).filter(([, id]) => id).map(([what, id]) => `${what} ${id}`);
    console.log(`✗ ${KINDS[kind]}${about ? ` (${about})` : ""}: conversation ${conversation}, ${named.join(", ")}`);
  }
  if (summary.more > 0) console.log(`  … and ${summary.more} more`);
  const counts = Object.entries(KINDS).map(([kind, words]) => `${summary[kind]} ${words}`);
  console.log(`${counts.join(", ")}; checked ${summary.turns} messages in ${summary.conversations} conversations in ${duration(ms)}`);
  if (summary.unread > 0) console.log(`! ${summary.unread} conversations were not checked: Intercom did not answer, or there are more than one audit can read`);
  if (summary.reach !== "all") console.log("! Intercom's search failed, so there may be more conversations. Try again later.");
}

async function ask(url, token, method, body) {
  let response;
  try {
    response = await fetch(new URL("/api/audit", url), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
  } catch (error) {
    throw new Trouble(`No worker answers at ${url} (${error.cause?.code ?? error.message}). Start the worker, or give its address with --url.`);
  }
  if (response.status === 404) throw new Trouble(`${url} has no API. Set CONSOLE_TOKEN there (\`npx wrangler secret put CONSOLE_TOKEN\`), or correct --url.`);
  if (response.status === 401) throw new Trouble(`${url} refuses this CONSOLE_TOKEN. Use the same token as the worker.`);
  if (!response.ok) throw new Trouble(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response.json();
}

function optionsOf(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: { since: { type: "string", default: "24h" }, url: { type: "string", default: "http://127.0.0.1:8000" }, json: { type: "boolean", default: false } },
    }));
  } catch (error) {
    throw new Trouble(`${error.message.split(". ")[0]}. ${USAGE}`);
  }
  if (!URL.canParse(values.url)) throw new Trouble(`"${values.url}" is not a valid address. ${USAGE}`);
  return { hours: hoursOf(values.since), url: values.url, json: values.json };
}

function hoursOf(since) {
  const [, count, unit] = /^(\d+)([hdw])$/.exec(since) ?? [];
  const hours = Number(count) * HOURS[unit];
  if (hours >= 1 && hours <= 8_760) return hours;
  throw new Trouble(`"${since}" is not a valid period. Use 24h, 7d or 2w (at most one year).`);
}

function consoleToken() {
  const token = settingsHere()("CONSOLE_TOKEN");
  if (token) return token;
  throw new Trouble("CONSOLE_TOKEN is missing. Run `CONSOLE_TOKEN=… npm run audit -- --url https://…`, or set it in .dev.vars.");
}
