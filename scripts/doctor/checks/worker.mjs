import { call, described } from "../../lib/services.mjs";
import { failure, ok, warning } from "../finding.mjs";

export const name = "worker";

/** Leaves `facts.health`, and when the answer came by either clock. */
export async function check({ url, fetch, now, facts, isDeployed }) {
  const answer = await call(fetch, `${url}/healthz`);
  if (typeof answer.json?.build === "string" && Array.isArray(answer.json.problems)) {
    facts.health = answer.json;
    facts.clock = { there: Date.parse(answer.headers.get("date") ?? ""), here: now() };
    return ok(`OneReply ${answer.json.build} answers at ${url}`);
  }
  const what = answer.status === 0 ? described(answer) : `${url}/healthz returns ${answer.status}, which is not OneReply's answer`;
  if (answer.status === 0 && !isDeployed) return warning(`no worker runs at ${url} (${what})`, "Start it with `npm run dev`, or check a deployed worker: `npm run doctor -- --url https://…`.");
  return failure(`there is no worker at ${url}: ${what}`, "Check the address that `npm run deploy` printed. Bot protection or a firewall in front of the worker can also cause this.");
}
