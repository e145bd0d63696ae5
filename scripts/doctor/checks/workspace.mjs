import { failure, ok, skipped } from "../finding.mjs";

export const name = "workspace";

export function check({ setting, facts }) {
  const expected = setting("INTERCOM_APP_ID");
  if (!expected) return skipped("skipped: INTERCOM_APP_ID is not set");
  if (!facts.me) return skipped("skipped: the token's workspace is unknown");
  const { id_code } = facts.me.app;
  if (id_code === expected) return ok(`INTERCOM_APP_ID matches the token's workspace ${id_code}`);
  return failure(`INTERCOM_APP_ID is ${expected}, but the token opens ${id_code}`, "Correct one of them.");
}
