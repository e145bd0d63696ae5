import { ok, skipped, warning } from "../finding.mjs";
import { ago } from "../ago.mjs";

export const name = "webhook_secret";

export function check({ facts, now }) {
  const signed = facts.figures?.webhooks?.signed_with;
  if (!signed) return skipped("skipped: needs CONSOLE_TOKEN");
  if (!signed.current_at && !signed.previous_at) return skipped("skipped: no webhook has arrived yet");
  if ((signed.previous_at ?? 0) > (signed.current_at ?? 0)) return warning(`Intercom still signs with the previous client secret (${ago(signed.previous_at, now())})`, "Keep INTERCOM_CLIENT_SECRET_PREVIOUS until webhooks have used the current secret for a day.");
  return ok(`webhooks use the current client secret, last ${ago(signed.current_at, now())}`);
}
