import { call, described } from "../../lib/services.mjs";
import { failure, ok, skipped } from "../finding.mjs";

export const name = "webhook_address";

/** What Intercom sends when the address is saved in the Developer Hub. */
export async function check({ setting, url, fetch, facts }) {
  if (!facts.health) return skipped("skipped: no worker answers");
  if (setting("INGEST")?.toLowerCase() === "polling") return skipped("skipped: INGEST=polling needs no webhook");
  const answer = await call(fetch, `${url}/webhook/intercom`, { method: "HEAD" });
  if (answer.status === 200) return ok(`${url}/webhook/intercom answers as Intercom expects`);
  return failure(`HEAD ${url}/webhook/intercom returns ${described(answer)}, but Intercom expects 200`, "Remove bot protection, firewall rules and redirects from this address.");
}
