import { described, isForbidden } from "../../lib/services.mjs";
import { failure, ok, skipped } from "../finding.mjs";

export const name = "read_conversations";

/** The search that finds what webhooks lost, for one conversation of the last minute. */
export async function check({ facts, now }) {
  if (!facts.intercom) return skipped("skipped: Intercom does not accept the token");
  const query = { field: "waiting_since", operator: ">", value: Math.floor(now() / 1000) - 60 };
  const answer = await facts.intercom.post("/conversations/search", { query, pagination: { per_page: 1 } });
  if (answer.status === 200 && Array.isArray(answer.json?.conversations)) return ok("the app may read conversations");
  if (isForbidden(answer)) return failure(`the app may not read conversations (${described(answer)})`, "Tick Read conversations in the Developer Hub, under Configure > Authentication, and copy the new token.");
  return failure(`searching conversations fails (${described(answer)})`, "Check INTERCOM_VERSION. If it is right, try again in a minute.");
}
