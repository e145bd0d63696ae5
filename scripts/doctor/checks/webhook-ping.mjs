import { described } from "../../lib/services.mjs";
import { failure, ok, skipped, warning } from "../finding.mjs";
import { pingBody, sendPing, signature } from "../ping.mjs";

export const name = "webhook_ping";

/** Beyond this Intercom gives up on a webhook and sends it again. */
const INTERCOM_WAITS_MS = 5_000;

export async function check({ setting, url, fetch, facts }) {
  const secret = setting("INTERCOM_CLIENT_SECRET");
  if (!facts.health) return skipped("skipped: no worker answers");
  if (setting("INGEST")?.toLowerCase() === "polling") return skipped("skipped: INGEST=polling needs no webhook");
  if (!secret) return skipped("skipped: INTERCOM_CLIENT_SECRET is missing here");
  const body = pingBody(facts, setting);
  const answer = await sendPing(fetch, url, body, signature(body, secret));
  if (answer.status === 200 && answer.ms > INTERCOM_WAITS_MS) return warning(`a test webhook is accepted, but only after ${answer.ms} ms`, "Intercom waits only five seconds. Try again, also from another network.");
  if (answer.status === 200) return ok(`a test webhook is accepted (${answer.ms} ms)`);
  if (answer.status === 401) return failure("a test webhook is refused: the worker has another client secret", "Set INTERCOM_CLIENT_SECRET to the app's client secret, here and for the worker (`npx wrangler secret put INTERCOM_CLIENT_SECRET`).");
  if (answer.status === 500) return skipped("skipped: the worker has no client secret");
  return failure(`a test webhook returns ${described(answer)}, but must be accepted with 200`, "Remove bot protection, firewall rules and proxies that change the body from this address.");
}
