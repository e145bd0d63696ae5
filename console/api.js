// The worker's API, with the session's cookie.

const TIME_LIMIT_MS = 20_000;

/** Nobody answered, or not the worker. */
export class Unreachable extends Error {}

/** There is no session (any more). */
export class SignedOut extends Error {}

/** The worker read the request and said no. */
export class Refused extends Error {
  /** @param {{ status: number, code: string, message: string, retry_after_s: number | null }} told */
  constructor({ status, code, message, retry_after_s }) {
    super(message);
    this.status = status;
    this.code = code;
    this.retry_after_s = retry_after_s;
  }
}

/** @param {string} path below `/api` @param {AbortSignal} [signal] */
export async function get(path, signal) {
  return json(await send(`/api${path}`, {}, signal));
}

/** @param {string} path below `/api` */
export async function post(path, body) {
  return json(await change(`/api${path}`, body));
}

/** A wrong token is refused as well as a missing session, and here it is no end of one. @param {{ token: string, name: string }} who */
export async function signIn(who) {
  const response = await change("/console/sign-in", who);
  if (response.status !== 204) throw await refusal(response);
}

export async function signOut() {
  const response = await change("/console/sign-out");
  if (response.status !== 204) throw await refusal(response);
}

function change(address, body) {
  const headers = { "x-onereply-console": "1", ...(body === undefined ? {} : { "content-type": "application/json" }) };
  return send(address, { method: "POST", headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function send(address, request, signal) {
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  try {
    return await fetch(address, { ...request, cache: "no-store", signal: signal ? AbortSignal.any([signal, limit]) : limit });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable("OneReply could not be reached.");
  }
}

async function json(response) {
  if (response.status === 401) throw new SignedOut("Sign in to continue.");
  if (!response.ok) throw await refusal(response);
  return response.json().catch(() => {
    throw new Unreachable("OneReply’s answer could not be read.");
  });
}

async function refusal(response) {
  const told = await response.json().catch(() => null);
  const retryAfter = Number(response.headers.get("retry-after"));
  if (!told?.error) {
    if (response.status === 404) return new Refused({ status: 404, code: "not_here", message: "The console is switched off: CONSOLE_TOKEN is not set, or the worker is older than this page.", retry_after_s: null });
    return new Unreachable(`OneReply answered with status ${response.status}.`);
  }
  return new Refused({ status: response.status, code: told.error.code, message: told.error.message ?? "", retry_after_s: retryAfter > 0 ? retryAfter : null });
}
