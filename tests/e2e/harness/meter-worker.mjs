// Stands before the built worker where a test asks what something costs (`startWorld({ metered: true })`). It counts what Cloudflare
// would charge for, by class, and tells at METER_PATH; the worker itself is the one that is deployed.

import { AsyncLocalStorage } from "node:async_hooks";
import { WorkerEntrypoint } from "cloudflare:workers";
import * as built from "./index.js";

const METER_PATH = "/harness/meter";

/** @type {Record<string, Record<string, number>>} */
const meter = {
  worker: { requests: 0, crons: 0, subrequests: 0 },
  ConversationObject: nothingYet(),
  WorkspaceObject: nothingYet(),
  /** Should stay empty: a call that was made outside of what runs for somebody. */
  nobody: { subrequests: 0 },
};

function nothingYet() {
  return { fetches: 0, alarms: 0, subrequests: 0, statements: 0, rows_read: 0, rows_written: 0, alarms_set: 0, alarms_deleted: 0 };
}

const running = new AsyncLocalStorage();
const reallyFetch = globalThis.fetch;
globalThis.fetch = (...request) => {
  meter[running.getStore() ?? "nobody"].subrequests += 1;
  return reallyFetch(...request);
};

/** What is counted in a row's figures only when somebody has taken the rows. @type {Set<() => void>} */
const unread = new Set();

export default class extends WorkerEntrypoint {
  fetch(request) {
    if (new URL(request.url).pathname === METER_PATH) return Response.json(reading());
    meter.worker.requests += 1;
    return running.run("worker", () => this.#worker().fetch(request));
  }

  scheduled(controller) {
    meter.worker.crons += 1;
    return running.run("worker", () => this.#worker().scheduled(controller));
  }

  #worker() {
    return new built.default(this.ctx, this.env);
  }
}

export const ConversationObject = metered("ConversationObject");
export const WorkspaceObject = metered("WorkspaceObject");

function reading() {
  for (const count of unread) count();
  return meter;
}

function metered(name) {
  const figures = meter[name];
  return class {
    constructor(ctx, env) {
      this.object = new built[name](watched(ctx, figures), env);
    }

    fetch(request) {
      figures.fetches += 1;
      return running.run(name, () => this.object.fetch(request));
    }

    alarm(info) {
      figures.alarms += 1;
      return running.run(name, () => this.object.alarm(info));
    }
  };
}

/** The state of an object, with a storage that counts. */
function watched(ctx, figures) {
  let last;
  const countLast = () => {
    if (last !== undefined) {
      figures.rows_read += last.rowsRead;
      figures.rows_written += last.rowsWritten;
    }
    last = undefined;
    unread.delete(countLast);
  };
  const exec = (...statement) => {
    // The worker takes all rows of a statement before it runs the next one.
    countLast();
    figures.statements += 1;
    last = ctx.storage.sql.exec(...statement);
    unread.add(countLast);
    return last;
  };
  const setAlarm = (...when) => {
    figures.alarms_set += 1;
    figures.rows_written += 1;
    return ctx.storage.setAlarm(...when);
  };
  const deleteAlarm = (...how) => {
    figures.alarms_deleted += 1;
    figures.rows_written += 1;
    return ctx.storage.deleteAlarm(...how);
  };
  // Storage that cannot be opened is met when it is asked for, as without us.
  const sql = () => over(ctx.storage.sql, { exec: () => exec });
  const storage = () => over(ctx.storage, { sql, setAlarm: () => setAlarm, deleteAlarm: () => deleteAlarm });
  return over(ctx, { storage });
}

/** An object of the runtime with some of its properties replaced. Its methods insist on being called on itself. */
function over(native, replaced) {
  return new Proxy(native, {
    get(_, key) {
      if (Object.hasOwn(replaced, key)) return replaced[key]();
      const value = native[key];
      return typeof value === "function" ? value.bind(native) : value;
    },
  });
}
