import { described, isForbidden } from "../../lib/services.mjs";
import { ok, skipped, warning } from "../finding.mjs";

export const name = "read_tickets";

export async function check({ facts, now }) {
  if (!facts.intercom) return skipped("skipped: Intercom does not accept the token");
  const query = { field: "created_at", operator: ">", value: Math.floor(now() / 1000) - 60 };
  const answer = await facts.intercom.post("/tickets/search", { query, pagination: { per_page: 1 } });
  if (answer.status === 200) return ok("the app may read tickets");
  if (isForbidden(answer)) return warning("the app may not read tickets, so a conversation that becomes a ticket cannot be read", "If that happens in your workspace, tick Read tickets in the Developer Hub and copy the new token.");
  return warning(`could not check whether the app may read tickets (${described(answer)})`);
}
