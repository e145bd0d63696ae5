import { call, described } from "../../lib/services.mjs";
import { failure, ok, skipped, warning } from "../finding.mjs";

export const name = "console_token";

/** Leaves `facts.figures`, and a better look at the worker's clock where its answer has one. */
export async function check({ setting, url, fetch, now, facts }) {
  if (!facts.health) return skipped("skipped: no worker answers");
  const unknown = "so these checks are skipped: last webhook, client secret, cron and sweep";
  const token = setting("CONSOLE_TOKEN");
  if (!token) return warning(`CONSOLE_TOKEN is missing here, ${unknown}`, "Set it in .dev.vars, or run `CONSOLE_TOKEN=… npm run doctor`.");
  const answer = await call(fetch, `${url}/api/workspace`, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status === 200) {
    if (Number.isFinite(answer.json?.now)) facts.clock = { there: answer.json.now, here: now() };
    if (answer.json?.cron) facts.figures = answer.json;
    return facts.figures ? ok("opens the API") : skipped(`opens the API, which shows little while settings are wrong, ${unknown}`);
  }
  if (answer.status === 401) return failure("the worker refuses this CONSOLE_TOKEN", "Use the same token here and in the worker's settings.");
  if (answer.status === 404) return warning(`the worker has no CONSOLE_TOKEN, ${unknown}`, "Set one (`npx wrangler secret put CONSOLE_TOKEN`): without it you cannot end a pause by the hourly limit.");
  if (answer.status === 503) return skipped(`the API does not answer while settings are wrong, ${unknown}`);
  return warning(`the API answers ${described(answer)}, ${unknown}`, "Try again in ten minutes.");
}
