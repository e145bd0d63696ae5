// What workerd keeps on disk: one SQLite file for each object, and one for each class with the alarms. It is read, edited while
// the worker is down, and made to fail, all from outside: nothing in the worker knows of it.

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import workerd from "workerd";
import { familyOf } from "./processes.mjs";

const CONVERSATIONS = "do/-ConversationObject";
const ALARMS = "metadata.sqlite";

/**
 * The environment for a worker whose disk is to be filled: a limit on the size of files then is an error of the write, as on a
 * full disk. Without it the write would kill workerd.
 */
export const CAN_BE_FILLED = {
  MINIFLARE_WORKERD_PATH: join(dirname(fileURLToPath(import.meta.url)), "workerd.sh"),
  WORKERD: workerd.default,
};

/** @typedef {{ version: number, state: any }} Row */

export class Disk {
  /** @param {import("./worker.mjs").Worker} worker */
  constructor(worker) {
    this.worker = worker;
    this.folder = join(worker.state, CONVERSATIONS);
  }

  /** The stored state of a conversation, with its version. @returns {Row} */
  read(conversation) {
    return JSON.parse(using(this.#fileOf(conversation), (database) => database.prepare(STATE).get().state));
  }

  /** Puts another state in a conversation's place. The worker must be down. @param {(row: Row) => Row} change */
  edit(conversation, change) {
    this.run(conversation, "UPDATE conversation SET state = ?", JSON.stringify(change(this.read(conversation))));
  }

  /** Runs a statement on the file of a conversation's object. The worker must be down. */
  run(conversation, statement, ...values) {
    if (this.worker.group.alive().length > 0) throw new Error("what a running worker has stored is not to be edited");
    using(this.#fileOf(conversation), (database) => database.prepare(statement).run(...values), {});
  }

  /** Notices of a conversation that wait until they can be taken in. */
  held(conversation) {
    return using(this.#fileOf(conversation), (database) => database.prepare("SELECT notice FROM held").all()).length;
  }

  /** How many objects have an alarm set. */
  alarms() {
    return using(join(this.folder, ALARMS), (database) => database.prepare("SELECT count(*) AS n FROM _cf_ALARM").get().n);
  }

  /** Refuses every write of a conversation's object from now on, reads not, until it is told to let go. @returns {() => void} */
  lock(conversation) {
    // The object may be writing just now.
    const database = new DatabaseSync(this.#fileOf(conversation), { timeout: 2_000 });
    database.exec("BEGIN IMMEDIATE");
    return () => database.close();
  }

  /** No file of the worker can be written to from now on, until it is told to let go. @returns {() => void} */
  fill() {
    const { pid } = familyOf(this.worker.group.child.pid).find(({ command }) => command.includes("workerd serve"));
    const limit = (bytes) => execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
    limit(0);
    return () => limit("unlimited");
  }

  #fileOf(conversation) {
    const files = readdirSync(this.folder).filter((name) => name.endsWith(".sqlite") && name !== ALARMS);
    const found = files.map((name) => join(this.folder, name)).find((path) => isAbout(path, conversation));
    if (!found) throw new Error(`nothing is stored of conversation ${conversation}`);
    return found;
  }
}

const STATE = "SELECT state FROM conversation";

function isAbout(path, conversation) {
  return using(path, (database) => {
    const row = database.prepare(STATE).get();
    return row !== undefined && JSON.parse(row.state).state.conversation === conversation;
  });
}

function using(path, work, options = { readOnly: true }) {
  const database = new DatabaseSync(path, options);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
