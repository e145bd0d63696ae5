import { failure, ok, skipped, warning } from "../finding.mjs";

export const name = "health";

/** Customers are answered all the same, unless polling is the only way in. */
const MILD = ["sweep_stuck", "cron_silent", "webhooks_silent"];

export function check({ setting, facts }) {
  if (!facts.health) return skipped("skipped: no worker answers");
  const { problems } = facts.health;
  if (problems.length === 0) return ok("/healthz reports that customers are answered");
  const isMild = (problem) => MILD.includes(problem) && facts.health.status !== "problem" && setting("INGEST")?.toLowerCase() !== "polling";
  return problems.map(({ problem, variable, message }) => {
    const about = problem ?? variable;
    const finding = isMild(about) ? warning : failure;
    return { ...finding(`/healthz reports ${about}`, message), about };
  });
}
