import { failure, ok, skipped } from "../finding.mjs";

export const name = "workspace";

export function check({ setting, facts }) {
  const expected = setting("INTERCOM_APP_ID");
  if (!expected) return skipped("no INTERCOM_APP_ID to compare the token's workspace with");
  if (!facts.me) return skipped("not checked: the token's workspace is not known");
  const { id_code } = facts.me.app;
  if (id_code === expected) return ok(`INTERCOM_APP_ID is ${id_code}, as the token's workspace`);
  return failure(`INTERCOM_APP_ID is ${expected}, and the token opens ${id_code}`, "Correct one of them.");
}
