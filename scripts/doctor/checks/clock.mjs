import { ok, skipped, warning } from "../finding.mjs";

export const name = "clock";

const MOST_MS = 30_000;

export function check({ facts }) {
  const { there, here } = facts.clock ?? {};
  if (!facts.health) return skipped("skipped: no worker answers");
  if (!Number.isFinite(there)) return skipped("skipped: the worker's answer has no Date header");
  const off = Math.round((here - there) / 1000);
  if (Math.abs(off) * 1000 <= MOST_MS) return ok("this machine's clock matches the worker's");
  return warning(`this machine's clock is ${Math.abs(off)} s ${off > 0 ? "ahead of" : "behind"} the worker's`, "Correct this machine's clock. Until then the times in this list are unreliable.");
}
