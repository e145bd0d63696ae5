import { ok, skipped, warning } from "../finding.mjs";

export const name = "clock";

const MOST_MS = 30_000;

export function check({ facts }) {
  const { there, here } = facts.clock ?? {};
  if (!facts.health) return skipped("not checked: no worker answers");
  if (!Number.isFinite(there)) return skipped("the worker's answer has no Date");
  const off = Math.round((here - there) / 1000);
  if (Math.abs(off) * 1000 <= MOST_MS) return ok("this machine's clock and the worker's agree");
  return warning(`this machine's clock is ${Math.abs(off)} s ${off > 0 ? "ahead of" : "behind"} the worker's`, "Set this machine's clock; until then do not trust the times in this list.");
}
