// Which Intercom workspace a token opens, and in which region.

import { INTERCOM_REGIONS } from "../settings/forms.mjs";
import { intercom } from "./services.mjs";

/**
 * Asks at this address first and, where the token is refused there, in the other regions. Where none knows it, `answer` is the first one's.
 * @param {{ fetch: typeof globalThis.fetch, url: string, version: string, token: string }} account
 */
export async function findWorkspace({ url, ...account }) {
  let answer;
  for (const each of [url, ...otherRegions(url)]) {
    const there = intercom({ ...account, url: each });
    const found = await there.get("/me");
    if (found.status === 200 && typeof found.json?.app?.id_code === "string") return { url: each, intercom: there, me: found.json };
    answer ??= found;
    if (answer.status !== 401) break;
  }
  return { answer };
}

/** The name of the region, or undefined for an address that is none of Intercom's own. */
export function regionOf(url) {
  return Object.entries(INTERCOM_REGIONS).find(([, each]) => hostOf(each) === hostOf(url))?.[0];
}

/** The token goes to Intercom's own hosts only, and where another one is set, to that one only. */
function otherRegions(url) {
  return regionOf(url) ? Object.values(INTERCOM_REGIONS).filter((each) => hostOf(each) !== hostOf(url)) : [];
}

function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
