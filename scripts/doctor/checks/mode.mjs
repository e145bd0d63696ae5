import { ok, skipped, warning } from "../finding.mjs";

export const name = "mode";

const WORDS = { reply: "customers get answers as replies", note: "answers become internal notes, which customers do not see" };

/** A person may have set another mode than REPLY_MODE: the figures tell, and /healthz does so without a token. */
export function check({ setting, facts }) {
  if (!facts.health) return skipped("skipped: no worker answers");
  const mode = facts.figures?.mode?.in_force ?? facts.health.mode ?? setting("REPLY_MODE")?.toLowerCase() ?? "reply";
  if (mode === "off") return warning("the mode is off: customers get no answers", "Set REPLY_MODE to note or reply. If an operator switched the mode off, set it back to `configured` in the console or with `POST /api/mode`.");
  const only = setting("TESTERS") ? "; only TESTERS get answers" : "";
  return ok(`${WORDS[mode] ?? `the mode is ${mode}`}${only}`);
}
