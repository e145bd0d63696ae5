// A person at the console, as the browser sends what they do, and a program that reads the metrics.

import { CONSOLE_TOKEN } from "./settings.mjs";

export const COOKIE = "__Host-onereply";
/** What the page sends with everything that changes something. */
export const FROM_PAGE = { "x-onereply-console": "1" };

/**
 * @typedef {{ status: number, headers: Headers, text: string, json: any }} Said
 * @param {import("./worker.mjs").Worker} worker @param {{ cookie?: string, headers?: Record<string, string>, body?: unknown, from?: string }} [how]
 * @returns {Promise<Said>}
 */
export async function ask(worker, method, path, { cookie, headers = {}, body, from } = {}) {
  const all = { ...(cookie ? { cookie } : {}), ...(from ? { "cf-connecting-ip": from } : {}), ...headers };
  const sent = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${worker.url}${path}`, { method, headers: all, body: sent, redirect: "manual" });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** Signs in. @returns {Promise<Said & { cookie: string }>} `cookie` as it is sent from then on */
export async function signIn(worker, { token = CONSOLE_TOKEN, name, from, headers = FROM_PAGE } = {}) {
  const said = await ask(worker, "POST", "/console/sign-in", { headers, body: { token, ...(name === undefined ? {} : { name }) }, from });
  return { ...said, cookie: said.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

/** @returns {Promise<Said>} */
export function metrics(worker, { token = CONSOLE_TOKEN } = {}) {
  return ask(worker, "GET", "/metrics", { headers: { authorization: `Bearer ${token}` } });
}

/**
 * Reads Prometheus' text format 0.0.4, strictly: each family has its HELP and TYPE, once and before its samples; no sample comes twice.
 * @returns {Map<string, number>} by name and labels, as in `onereply_turns{outcome="replied",window="day"}`, labels in order of the alphabet
 */
export function readMetrics(text) {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const samples = new Map();
  const helped = new Set();
  const typed = new Set();
  let family;
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) ([a-z_][a-z0-9_]*) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name, rest] = comment;
      const seen = kind === "HELP" ? helped : typed;
      if (seen.has(name)) throw new Error(`${kind} of ${name} comes twice`);
      if (kind === "TYPE" && (!helped.has(name) || rest !== "gauge")) throw new Error(`a TYPE without HELP, or of another kind: ${line}`);
      seen.add(name);
      family = kind === "TYPE" ? name : undefined;
      continue;
    }
    const sample = /^([a-z_][a-z0-9_]*)(?:\{([a-z_]+="(?:[^"\\\n]|\\[\\n"])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\n"])*")*)\})? (\d+(?:\.\d+)?)$/.exec(line);
    if (!sample) throw new Error(`no line of the format: ${JSON.stringify(line)}`);
    const [, name, labels, value] = sample;
    if (name !== family) throw new Error(`a sample outside its family: ${line}`);
    const key = labels ? `${name}{${labels.match(/[a-z_]+="(?:[^"\\]|\\.)*"/g).sort().join(",")}}` : name;
    if (samples.has(key)) throw new Error(`${key} comes twice`);
    samples.set(key, Number(value));
  }
  return samples;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
