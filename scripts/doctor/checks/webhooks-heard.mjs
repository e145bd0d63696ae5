import { ok, skipped, warning } from "../finding.mjs";
import { ago } from "../ago.mjs";

export const name = "webhooks_heard";

/** The figures were read before this run's own ping. */
export function check({ setting, facts, now }) {
  if (!facts.figures) return skipped("not checked: needs CONSOLE_TOKEN");
  const { webhooks, ingest } = facts.figures;
  if ((ingest ?? setting("INGEST")) === "polling") return skipped("INGEST=polling needs no webhook");
  if (webhooks?.failing_since) return warning(`the sweep finds messages and no webhook has come since ${ago(webhooks.failing_since, now())}`, "Check the address and the topics in the Developer Hub, under Configure > Webhooks; if it says suspended, press Set live.");
  const last = webhooks?.last;
  if (!last || last.topic === "ping") return warning(`no webhook of a conversation has come yet${last ? ", only tests" : ""}`, "Set the address and the topics in the Developer Hub, under Configure > Webhooks, and write something in the messenger.");
  return ok(`the last webhook came ${ago(last.at, now())}: ${last.topic}`);
}
