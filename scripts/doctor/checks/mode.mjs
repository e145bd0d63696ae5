import { ok, skipped, warning } from "../finding.mjs";

export const name = "mode";

const WORDS = { reply: "answers go out as replies", note: "answers go out as internal notes, which customers do not see" };

/** A person may have set another mode than REPLY_MODE: the figures tell, and /healthz does so without a token. */
export function check({ setting, facts }) {
  if (!facts.health) return skipped("not checked: no worker answers");
  const mode = facts.figures?.mode?.in_force ?? facts.health.mode ?? setting("REPLY_MODE")?.toLowerCase() ?? "reply";
  if (mode === "off") return warning("nothing is asked and nothing answered: the mode is off", "Set REPLY_MODE to note or reply; where a person has set the mode, set it back to `configured` in the console or by `POST /api/mode`.");
  const only = setting("TESTERS") ? "; nobody but TESTERS is answered" : "";
  return ok(`${WORDS[mode] ?? `the mode is ${mode}`}${only}`);
}
