import { ok, skipped, warning } from "../finding.mjs";
import { ago } from "../ago.mjs";

export const name = "sweep";

export function check({ facts, now }) {
  if (!facts.figures) return skipped("not checked: needs CONSOLE_TOKEN");
  const { sweep, ingest } = facts.figures;
  if (ingest === "webhook") return skipped("INGEST=webhook has no sweep");
  if (!sweep?.last) return warning("the sweep has not come to its first end yet", "Wait a minute or two; if it stays so, look for `sweep_failed` in the log.");
  if (sweep.failures > 0) return warning(`Intercom's search has failed ${sweep.failures} times in a row`, "It is tried again by itself. The log's `sweep_failed` says why.");
  return ok(`the last sweep ended ${ago(sweep.last.ended_at, now())}`);
}
