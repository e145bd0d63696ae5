import { call, described } from "../../lib/services.mjs";
import { failure, ok, skipped } from "../finding.mjs";

export const name = "webhook_address";

/** What Intercom sends when the address is saved in the Developer Hub. */
export async function check({ setting, url, fetch, facts }) {
  if (!facts.health) return skipped("not checked: no worker answers");
  if (setting("INGEST")?.toLowerCase() === "polling") return skipped("INGEST=polling needs no webhook");
  const answer = await call(fetch, `${url}/webhook/intercom`, { method: "HEAD" });
  if (answer.status === 200) return ok(`${url}/webhook/intercom answers as Intercom's set-up check expects`);
  return failure(`HEAD ${url}/webhook/intercom is answered ${described(answer)}, and Intercom expects 200`, "Take bot protection, firewall rules and redirects away from this address.");
}
