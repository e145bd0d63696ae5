import { described, isForbidden } from "../../lib/services.mjs";
import { failure, ok, skipped, warning } from "../finding.mjs";

export const name = "teammate";

export async function check({ setting, facts }) {
  const id = setting("INTERCOM_ADMIN_ID");
  if (!facts.intercom || !id) return skipped("skipped: the token or INTERCOM_ADMIN_ID is missing or refused");
  const answer = await facts.intercom.get(`/admins/${encodeURIComponent(id)}`);
  if (answer.status === 200) return found(answer.json, id);
  if (answer.status === 404) return failure(`there is no teammate ${id} in this workspace`, "Set INTERCOM_ADMIN_ID to the number at the end of the teammate's address in Intercom's settings, under Teammates.");
  if (isForbidden(answer)) return warning(`the app may not read teammates (${described(answer)}), so the Inbox seat cannot be checked`, "Tick Read admins and Read one admin in the Developer Hub, under Configure > Authentication, and copy the new token.");
  return warning(`Intercom does not show the teammate (${described(answer)})`, "Try again in a minute.");
}

function found(admin, id) {
  const who = `${admin?.name ?? "the teammate"} (${id})`;
  if (admin?.has_inbox_seat === true) return ok(`${who} has an Inbox seat`);
  if (admin?.has_inbox_seat === false) return failure(`${who} has no Inbox seat, so OneReply cannot reply or assign conversations as this teammate`, "Give the teammate a seat in Intercom's settings, under Teammates, or use another teammate.");
  return warning(`Intercom does not say whether ${who} has an Inbox seat`, "Check it in Intercom's settings, under Teammates.");
}
