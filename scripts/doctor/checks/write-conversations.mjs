import { described, isForbidden } from "../../lib/services.mjs";
import { failure, ok, skipped, warning } from "../finding.mjs";

export const name = "write_conversations";

/**
 * A reply that can be written nowhere, for two reasons each of which is enough: ids begin at 1, and without a type, an author
 * and words there is nothing to write. Who may not write hears 403, whoever may hears of what is missing.
 */
const NOWHERE = "/conversations/0/reply";
const NOTHING = {};

export async function check({ facts }) {
  if (!facts.intercom) return skipped("skipped: Intercom does not accept the token");
  const answer = await facts.intercom.post(NOWHERE, NOTHING);
  if ([400, 404, 422].includes(answer.status)) return ok("the app may write in conversations");
  if (isForbidden(answer)) return failure(`the app may not write in conversations (${described(answer)})`, "Tick Write conversations in the Developer Hub, under Configure > Authentication, and copy the new token.");
  return warning(`could not check whether the app may write in conversations (${described(answer)})`, "Try again in a minute.");
}
