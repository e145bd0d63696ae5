import { call, described } from "../../lib/services.mjs";
import { failure, ok, skipped, warning } from "../finding.mjs";

export const name = "console_token";

/** Leaves `facts.figures`, and a better look at the worker's clock where its answer has one. */
export async function check({ setting, url, fetch, now, facts }) {
  if (!facts.health) return skipped("not checked: no worker answers");
  const unknown = "so nobody can tell when the last webhook came, which secret signed it, whether the cron fires and how far the sweep is";
  const token = setting("CONSOLE_TOKEN");
  if (!token) return warning(`CONSOLE_TOKEN is not known here, ${unknown}`, "Give it to this command: in .dev.vars, or `CONSOLE_TOKEN=… npm run doctor`.");
  const answer = await call(fetch, `${url}/api/workspace`, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status === 200) {
    if (Number.isFinite(answer.json?.now)) facts.clock = { there: answer.json.now, here: now() };
    if (answer.json?.cron) facts.figures = answer.json;
    return facts.figures ? ok("opens the API") : skipped(`opens the API, which tells little while settings are wrong, ${unknown}`);
  }
  if (answer.status === 401) return failure("the worker refuses this CONSOLE_TOKEN", "It must be the worker's own: set the same one in both places.");
  if (answer.status === 404) return warning(`the worker has no CONSOLE_TOKEN, ${unknown}`, "Set one (`npx wrangler secret put CONSOLE_TOKEN`): a pause by the hourly limit can only be ended with it.");
  if (answer.status === 503) return skipped(`the API does not answer while settings are wrong, ${unknown}`);
  return warning(`the API answers ${described(answer)}, ${unknown}`, "Try again in ten minutes.");
}
