import { ok, skipped, warning } from "../finding.mjs";
import { ago } from "../ago.mjs";

export const name = "sweep";

export function check({ facts, now }) {
  if (!facts.figures) return skipped("skipped: needs CONSOLE_TOKEN");
  const { sweep, ingest } = facts.figures;
  if (ingest === "webhook") return skipped("skipped: INGEST=webhook has no sweep");
  if (!sweep?.last) return warning("the first sweep has not finished yet", "Wait a minute or two. If nothing changes, look for `sweep_failed` in the log.");
  if (sweep.failures > 0) return warning(`Intercom's search has failed ${sweep.failures} times in a row`, "OneReply keeps trying. For the cause, look for `sweep_failed` in the log.");
  return ok(`the last sweep finished ${ago(sweep.last.ended_at, now())}`);
}
