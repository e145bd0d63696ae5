import { described } from "../../lib/services.mjs";
import { failure, ok, skipped } from "../finding.mjs";
import { pingBody, sendPing, signature } from "../ping.mjs";

export const name = "webhook_forgery";

/** Needs no secret: a signature that cannot be right. */
export async function check({ setting, url, fetch, facts, random }) {
  if (!facts.health) return skipped("skipped: no worker answers");
  if (setting("INGEST")?.toLowerCase() === "polling") return skipped("skipped: INGEST=polling needs no webhook");
  const body = pingBody(facts, setting);
  const answer = await sendPing(fetch, url, body, signature(body, random()));
  if (answer.status === 401) return ok("a webhook with a wrong signature is refused");
  if (answer.status === 500) return failure("the worker has no client secret, so it cannot verify webhooks", "Run `npx wrangler secret put INTERCOM_CLIENT_SECRET`.");
  return failure(`a webhook with a wrong signature returns ${described(answer)}, but must be refused with 401`, "Check whether something else answers in place of the worker. If not, report it (SECURITY.md).");
}
