import { ok, skipped, warning } from "../finding.mjs";
import { ago } from "../ago.mjs";

export const name = "webhooks_heard";

/** The figures were read before this run's own ping. */
export function check({ setting, facts, now }) {
  if (!facts.figures) return skipped("skipped: needs CONSOLE_TOKEN");
  const { webhooks, ingest } = facts.figures;
  if ((ingest ?? setting("INGEST")) === "polling") return skipped("skipped: INGEST=polling needs no webhook");
  if (webhooks?.failing_since) return warning(`the sweep has been finding messages without a webhook since ${ago(webhooks.failing_since, now())}`, "Check the address and the topics in the Developer Hub, under Configure > Webhooks. If it says suspended, press Set live.");
  const last = webhooks?.last;
  if (!last || last.topic === "ping") return warning(`no webhook about a conversation has arrived yet${last ? ", only tests" : ""}`, "Set the address and the topics in the Developer Hub, under Configure > Webhooks, then write a message in the messenger.");
  return ok(`the last webhook arrived ${ago(last.at, now())}: ${last.topic}`);
}
