import { failure, ok, skipped } from "../finding.mjs";
import { ago } from "../ago.mjs";

export const name = "cron";

/** It fires every minute. */
const OLDEST_MS = 3 * 60_000;

export function check({ facts, now }) {
  if (!facts.figures) return skipped("skipped: needs CONSOLE_TOKEN");
  const at = facts.figures.cron?.last_at;
  const fix = "Check the worker's triggers in Cloudflare's dashboard (`* * * * *`). A new worker may need some minutes.";
  if (!at) return failure("the cron trigger has never fired", fix);
  if (now() - at > OLDEST_MS) return failure(`the cron trigger fired ${ago(at, now())}, but should fire every minute`, fix);
  return ok(`the cron trigger fired ${ago(at, now())}`);
}
