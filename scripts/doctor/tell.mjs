// The findings as lines for a person, and as one object for a program.

import { isWell } from "./examine.mjs";

const SIGNS = { ok: "✓", warning: "!", failure: "✗", skipped: "·" };

/** One line, and under what has to be mended what to do. */
export function lineOf({ check, status, message, fix }) {
  const line = `${SIGNS[status]} ${check.padEnd(19)} ${message}`;
  return fix ? `${line}\n    ${fix}` : line;
}

export function summaryOf(findings) {
  const count = (status) => findings.filter((finding) => finding.status === status).length;
  const [failures, warnings, skips] = [count("failure"), count("warning"), count("skipped")];
  if (failures > 0) return `✗ ${failures} to fix`;
  if (warnings > 0) return `✓ nothing to fix; ${warnings} to check`;
  return skips > 0 ? "✓ no problems found; some checks were skipped" : "✓ no problems found";
}

export function asObject(url, findings) {
  const checks = findings.map(({ check, status, message, about = null, fix = null }) => ({ check, status, about, message, fix }));
  return { ok: isWell(findings), url, checks };
}
