import { ok, skipped, warning } from "../finding.mjs";
import { ago } from "../ago.mjs";

export const name = "webhook_secret";

export function check({ facts, now }) {
  const signed = facts.figures?.webhooks?.signed_with;
  if (!signed) return skipped("not checked: needs CONSOLE_TOKEN");
  if (!signed.current_at && !signed.previous_at) return skipped("no webhook has come yet");
  if ((signed.previous_at ?? 0) > (signed.current_at ?? 0)) return warning(`Intercom still signs with the previous client secret (${ago(signed.previous_at, now())})`, "Keep INTERCOM_CLIENT_SECRET_PREVIOUS until the current one has signed for a day.");
  return ok(`the current client secret has signed, ${ago(signed.current_at, now())}`);
}
