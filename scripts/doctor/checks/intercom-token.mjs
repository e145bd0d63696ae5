import { DEFAULTS, INTERCOM_REGIONS } from "../../settings/forms.mjs";
import { described, intercom } from "../../lib/services.mjs";
import { failure, ok, skipped } from "../finding.mjs";

export const name = "intercom_token";

/** Leaves `facts.intercom`, with which the following checks call, and `facts.me`. */
export async function check({ setting, fetch, facts }) {
  const token = setting("INTERCOM_ACCESS_TOKEN");
  if (!token) return skipped("not checked: there is no INTERCOM_ACCESS_TOKEN");
  const url = setting("INTERCOM_API_URL") ?? DEFAULTS.INTERCOM_API_URL;
  const version = setting("INTERCOM_VERSION") ?? DEFAULTS.INTERCOM_VERSION;
  const accountAt = (base) => intercom({ fetch, url: base, version, token });

  const answer = await accountAt(url).get("/me");
  if (isWorkspace(answer)) return accepted(accountAt(url), answer.json, facts);
  if (answer.status === 401) {
    for (const [region, other] of otherRegions(url)) {
      const elsewhere = await accountAt(other).get("/me");
      if (!isWorkspace(elsewhere)) continue;
      accepted(accountAt(other), elsewhere.json, facts);
      return failure(`the workspace is in another region: ${region}`, `Set INTERCOM_API_URL to ${other}.`);
    }
    return failure(`Intercom refuses INTERCOM_ACCESS_TOKEN (${described(answer)})`, "Copy the access token again from the Developer Hub, under Configure > Authentication: a change of the permissions makes a new one.");
  }
  if (answer.status === 400) return failure(`Intercom does not understand the request (${described(answer)})`, "Check INTERCOM_VERSION.");
  if (answer.status === 0 || answer.status === 404) return failure(`there is no Intercom at INTERCOM_API_URL: ${described(answer)}`, "Check INTERCOM_API_URL and this machine's network.");
  return failure(`Intercom does not say whose the token is (${described(answer)})`, "Check INTERCOM_API_URL; where that is right, try again in a minute.");
}

function accepted(account, me, facts) {
  facts.intercom = account;
  facts.me = me;
  return ok(`opens the workspace ${me.app.name ?? ""} (${me.app.id_code})`);
}

function isWorkspace({ status, json }) {
  return status === 200 && typeof json?.app?.id_code === "string";
}

/** The token goes to Intercom's own hosts only, and where another one is set, to that one only. */
function otherRegions(url) {
  const host = hostOf(url);
  const regions = Object.entries(INTERCOM_REGIONS);
  return regions.some(([, each]) => hostOf(each) === host) ? regions.filter(([, each]) => hostOf(each) !== host) : [];
}

function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
