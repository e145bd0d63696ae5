// The worker on real workerd, in a process group that can be killed and started again on the same storage.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openFront } from "./front.mjs";
import { Group } from "./processes.mjs";
import { requireWorkerBuild } from "./paths.mjs";
import { CONSOLE_TOKEN } from "./settings.mjs";

const EVERY_MINUTE = "* * * * *";
/** Node keeps what it has compiled: Miniflare is large. */
const QUICKER = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };
/** Most of it is spent waiting for a processor, while other tests start theirs. */
const START_MS = 60_000;
const host = join(dirname(fileURLToPath(import.meta.url)), "worker-host.mjs");

/**
 * Starts a worker on a new, empty storage.
 * @param {Record<string, string>} settings @param {{ env?: NodeJS.ProcessEnv, metered?: boolean }} [how] more for its process, and
 *   whether `meter()` can be asked
 */
export async function startWorker(settings, { env = {}, metered = false } = {}) {
  requireWorkerBuild();
  const worker = new Worker(await mkdtemp(join(tmpdir(), "onereply-e2e-")), await openFront(), env, metered);
  try {
    await worker.start(settings);
  } catch (error) {
    await worker.stop();
    throw error;
  }
  return worker;
}

/**
 * `rows_written` includes one for each alarm that was set or deleted.
 * @typedef {{ fetches: number, alarms: number, subrequests: number, statements: number, rows_read: number, rows_written: number,
 *   alarms_set: number, alarms_deleted: number }} ObjectMeter
 * @typedef {{ worker: { requests: number, crons: number, subrequests: number }, ConversationObject: ObjectMeter,
 *   WorkspaceObject: ObjectMeter, nobody: { subrequests: number } }} Meter
 */

/** @typedef {{ timestamp: number, level: string, message: string }} LogLine */

export class Worker {
  /** Everything that it logged, over all restarts. @type {LogLine[]} */
  logs = [];
  /** Everything that its processes wrote to stderr. @type {string[]} */
  complaints = [];

  constructor(state, front, env, metered) {
    this.state = state;
    this.front = front;
    this.env = env;
    this.metered = metered;
  }

  async start(settings) {
    this.settings = settings;
    const group = new Group(process.execPath, [host], { env: { ...process.env, ...QUICKER, ...this.env } });
    group.complaints = this.complaints;
    group.lines.on("line", (line) => {
      const said = understood(line);
      if (said === undefined) this.complaints.push(line);
      else if (said.log) this.logs.push(said.log);
    });
    group.child.stdin.write(`${JSON.stringify({ settings, state: this.state, metered: this.metered })}\n`);
    this.group = group;
    const url = await group.firstLine((line) => understood(line)?.ready, START_MS);
    this.front.leadTo(Number(new URL(url).port));
    // The first request instantiates the WebAssembly: on a busy machine that takes longer than a webhook may.
    await (await fetch(`${this.url}/nowhere`)).arrayBuffer();
  }

  /** Where it is reached, over all restarts. */
  get url() {
    return this.front.url;
  }

  /** SIGKILL for Node and workerd alike, as when a machine loses power. */
  async kill() {
    await this.group?.kill();
    this.front.cut();
  }

  /** Starts again on the same storage, after `kill()` or without. */
  async restart(settings = this.settings) {
    await this.kill();
    await this.start(settings);
  }

  async stop() {
    await this.kill();
    this.front.close();
    await rm(this.state, { recursive: true, force: true });
  }

  /** @returns {Promise<{ status: number, text: string }>} */
  async healthz() {
    const response = await fetch(`${this.url}/healthz`);
    return { status: response.status, text: await response.text() };
  }

  /**
   * A call of its API, with the token or with another one, or (null) with none; from another address, if that matters.
   * @returns {Promise<{ status: number, headers: Headers, text: string, json: any }>}
   */
  async api(method, path, { body, token = CONSOLE_TOKEN, from } = {}) {
    const headers = { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(from === undefined ? {} : { "cf-connecting-ip": from }) };
    const response = await fetch(`${this.url}/api${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: understood(text) };
  }

  /**
   * Runs its scheduled handler, as Cloudflare does each minute; resolves when that has ended.
   * @returns {Promise<string>} `ok`, or how it ended otherwise
   */
  async cron() {
    const response = await fetch(`${this.url}/cdn-cgi/local/scheduled?${new URLSearchParams({ cron: EVERY_MINUTE, format: "json" })}`);
    return (await response.json()).outcome;
  }

  /**
   * What Cloudflare would charge for, by class, since it was started; only of a world that is `metered`.
   * @returns {Promise<Meter>}
   */
  async meter() {
    if (!this.metered) throw new Error("this worker has no meter: start its world with `metered: true`");
    return (await fetch(`${this.url}/harness/meter`)).json();
  }

  /** The end of its log; with a conversation's id, that of what it logged about this one, and all that was no plain news. */
  tell(id) {
    const tells = ({ level, message }) => id === undefined || message.includes(id) || level === "warn" || level === "error";
    const lines = this.logs.filter(tells).slice(-60).map(({ level, message }) => `${level} ${message}`);
    return [`--- the worker's log`, ...lines, `--- its stderr`, ...this.complaints.slice(-20)].join("\n");
  }
}

/** A line of the host, or undefined for what Miniflare and wrangler print of their own. */
function understood(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
