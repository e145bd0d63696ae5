import { described } from "../../lib/services.mjs";
import { findWorkspace, regionOf } from "../../lib/workspace.mjs";
import { DEFAULTS } from "../../settings/forms.mjs";
import { failure, ok, skipped } from "../finding.mjs";

export const name = "intercom_token";

/** Leaves `facts.intercom`, with which the following checks call, and `facts.me`. */
export async function check({ setting, fetch, facts }) {
  const token = setting("INTERCOM_ACCESS_TOKEN");
  if (!token) return skipped("skipped: INTERCOM_ACCESS_TOKEN is missing");
  const url = setting("INTERCOM_API_URL") ?? DEFAULTS.INTERCOM_API_URL;
  const found = await findWorkspace({ fetch, url, version: setting("INTERCOM_VERSION") ?? DEFAULTS.INTERCOM_VERSION, token });
  if (!found.me) return refused(found.answer);
  facts.intercom = found.intercom;
  facts.me = found.me;
  if (found.url !== url) return failure(`the workspace is in another region: ${regionOf(found.url)}`, `Set INTERCOM_API_URL to ${found.url}.`);
  return ok(`opens the workspace ${found.me.app.name ?? ""} (${found.me.app.id_code})`);
}

function refused(answer) {
  if (answer.status === 401) return failure(`Intercom refuses INTERCOM_ACCESS_TOKEN (${described(answer)})`, "Copy the access token again from the Developer Hub, under Configure > Authentication. Changing the app's permissions creates a new token.");
  if (answer.status === 400) return failure(`Intercom does not understand the request (${described(answer)})`, "Check INTERCOM_VERSION.");
  if (answer.status === 0 || answer.status === 404) return failure(`Intercom does not answer at INTERCOM_API_URL: ${described(answer)}`, "Check INTERCOM_API_URL and this machine's network.");
  return failure(`Intercom does not confirm the token (${described(answer)})`, "Check INTERCOM_API_URL. If it is right, try again in a minute.");
}
