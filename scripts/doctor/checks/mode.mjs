import { ok, skipped, warning } from "../finding.mjs";

export const name = "mode";

const WORDS = { reply: "answers go out as replies", note: "answers go out as internal notes, which customers do not see" };

/** What is in force by the figures, where they tell, may have been set by a person; else what is known here. */
export function check({ setting, facts }) {
  if (!facts.health) return skipped("not checked: no worker answers");
  const mode = facts.figures?.mode?.in_force ?? setting("REPLY_MODE")?.toLowerCase() ?? "reply";
  if (mode === "off") return warning("nothing is asked and nothing answered: the mode is off", "Set REPLY_MODE to note or reply; where a person has set it, they can set it back.");
  const only = setting("TESTERS") ? "; nobody but TESTERS is answered" : "";
  return ok(`${WORDS[mode] ?? `the mode is ${mode}`}${only}`);
}
