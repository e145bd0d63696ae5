// Calls to Intercom, GPT Trainer and a worker, answered in a form that a person can be told of. Nothing is retried.

const PATIENCE_MS = 15_000;

/**
 * `status` is 0 where nobody answered, and `why` says why.
 * @typedef {{ status: number, json: any, headers: Headers, ms: number, why?: string }} Answer
 * @typedef {typeof globalThis.fetch} Fetch
 */

/** @param {{ fetch: Fetch, url: string, version: string, token: string }} account */
export function intercom({ fetch, url, version, token }) {
  const headers = { authorization: `Bearer ${token}`, accept: "application/json", "intercom-version": version };
  return caller(fetch, url, headers);
}

/** @param {{ fetch: Fetch, url: string, key: string }} account */
export function gptTrainer({ fetch, url, key }) {
  return caller(fetch, url, { authorization: `Bearer ${key}`, accept: "application/json" });
}

/** @param {Fetch} fetch @param {string} url @param {RequestInit} init @returns {Promise<Answer>} */
export async function call(fetch, url, init = {}) {
  const begun = performance.now();
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS), ...init });
    const text = await response.text();
    return { status: response.status, json: parsed(text), headers: response.headers, ms: Math.round(performance.now() - begun) };
  } catch (error) {
    const why = error.name === "TimeoutError" ? `timed out after ${PATIENCE_MS / 1000} s` : (error.cause?.code ?? error.cause?.message ?? error.message);
    return { status: 0, json: undefined, headers: new Headers(), ms: Math.round(performance.now() - begun), why };
  }
}

/** An answer that is not what was hoped for, in a few words that hold nothing but its status and its code. */
export function described({ status, json, why }) {
  if (status === 0) return `no answer (${why})`;
  const code = json?.errors?.[0]?.code;
  return typeof code === "string" && /^[\w.-]{1,60}$/.test(code) ? `${status}, ${code}` : String(status);
}

/** Whether Intercom says that the token may not do this. It is valid, so 401 means that too. */
export function isForbidden({ status }) {
  return status === 401 || status === 403;
}

function caller(fetch, url, headers) {
  const base = url.replace(/\/+$/, "");
  return {
    get: (path) => call(fetch, `${base}${path}`, { headers }),
    post: (path, body) =>
      call(fetch, `${base}${path}`, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) }),
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
