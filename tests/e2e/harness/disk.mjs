// What workerd keeps on disk: one SQLite file for each object, and one for each class with the alarms. It is read, edited while
// the worker is down, and made to fail, all from outside: nothing in the worker knows of it.

import { execFileSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import workerd from "workerd";
import { familyOf } from "./processes.mjs";
import { APP_ID } from "./settings.mjs";

const CONVERSATION = "-ConversationObject";
const WORKSPACE = "-WorkspaceObject";
const DAY_MS = 24 * 60 * 60 * 1000;
const ALARMS = "metadata.sqlite";

/**
 * The environment for a worker whose disk is to be filled: a limit on the size of files then is an error of the write, as on a
 * full disk. Without it the write would kill workerd.
 */
export const CAN_BE_FILLED = {
  MINIFLARE_WORKERD_PATH: join(dirname(fileURLToPath(import.meta.url)), "workerd.sh"),
  WORKERD: workerd.default,
};

/**
 * @typedef {{ version: number, state: any }} Row
 * @typedef {{ files: string[], rows: Record<string, object[]>, alarm_ms: number | undefined }} Leftovers
 */

export class Disk {
  /** @param {import("./worker.mjs").Worker} worker */
  constructor(worker) {
    this.worker = worker;
    this.folder = join(worker.state, "do", CONVERSATION);
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
    this.#edit(this.#fileOf(conversation), statement, ...values);
  }

  /** Events of a conversation that wait until they can be taken in. */
  held(conversation) {
    return using(this.#fileOf(conversation), (database) => database.prepare("SELECT events FROM held").all()).length;
  }

  /** How many objects have something to do; an alarm on a day far off is only there to delete what nobody needs any more. */
  alarms() {
    const soon = BigInt(Date.now() + DAY_MS) * BigInt(NANOS);
    return using(join(this.folder, ALARMS), (database) => database.prepare("SELECT count(*) AS n FROM _cf_ALARM WHERE scheduled_time < ?").get(soon).n);
  }

  /** When a conversation's object is to be woken, in milliseconds; undefined where it has no alarm. @returns {number | undefined} */
  alarm(conversation) {
    const path = join(this.folder, ALARMS);
    if (!existsSync(path)) return undefined;
    const row = using(path, (database) => database.prepare(`SELECT scheduled_time / ${NANOS} AS ms FROM _cf_ALARM WHERE actor_id = ?`).get(idOf(conversation)));
    return row?.ms;
  }

  /** The alarm of a conversation's object is lost: neither the runtime nor the object knows of one. The worker must be down. */
  dropAlarm(conversation) {
    this.#edit(join(this.folder, ALARMS), "DELETE FROM _cf_ALARM WHERE actor_id = ?", idOf(conversation));
    this.#edit(this.#fileOf(conversation), `DELETE FROM _cf_METADATA WHERE key = ${ALARM_KEY}`);
  }

  /** A conversation's object is to be woken at this time, whatever it said itself. The worker must be down. */
  setAlarm(conversation, at_ms) {
    const nanos = BigInt(at_ms) * BigInt(NANOS);
    // Lost first, so that there is a row to insert whether there was one before or not.
    this.dropAlarm(conversation);
    this.#edit(join(this.folder, ALARMS), "INSERT INTO _cf_ALARM (actor_id, scheduled_time, actor_name) VALUES (?, ?, ?)", idOf(conversation), nanos, nameOf(conversation));
    this.#edit(this.#fileOf(conversation), `INSERT INTO _cf_METADATA (key, value) VALUES (${ALARM_KEY}, ?)`, nanos);
  }

  /**
   * All that is stored of a conversation: the files of its object, the rows of every table in them (of empty ones, none), and its
   * alarm. @returns {Leftovers}
   */
  leftovers(conversation) {
    const id = idOf(conversation);
    const files = existsSync(this.folder) ? readdirSync(this.folder).filter((name) => name.startsWith(id)) : [];
    const rows = files.includes(`${id}.sqlite`) ? rowsOf(join(this.folder, `${id}.sqlite`)) : {};
    return { files, rows, alarm_ms: this.alarm(conversation) };
  }

  /** The rows of a table of the workspace's object. @returns {any[]} */
  workspaceRows(table) {
    return using(this.#workspaceFile(), (database) => database.prepare(`SELECT * FROM "${table}"`).all());
  }

  /** What the workspace's object keeps under a name; undefined where that is nothing. */
  kept(name) {
    const row = this.workspaceRows("kept").find((row) => row.name === name);
    return row && JSON.parse(row.value);
  }

  /** Runs a statement on the file of the workspace's object. The worker must be down. */
  runOnWorkspace(statement, ...values) {
    this.#edit(this.#workspaceFile(), statement, ...values);
  }

  /** Puts something else in the place of what the workspace's object keeps under a name. The worker must be down. */
  editKept(name, change) {
    this.runOnWorkspace("UPDATE kept SET value = ? WHERE name = ?", JSON.stringify(change(this.kept(name))), name);
  }

  /** All bytes of a conversation's files, those of deleted rows among them. @returns {Buffer} */
  bytes(conversation) {
    return Buffer.concat(this.leftovers(conversation).files.map((name) => readFileSync(join(this.folder, name))));
  }

  /** Refuses every write of a conversation's object from now on, reads not, until it is told to let go. @returns {() => void} */
  lock(conversation) {
    return locked(this.#fileOf(conversation));
  }

  /** The same for the workspace's object. @returns {() => void} */
  lockWorkspace() {
    return locked(this.#workspaceFile());
  }

  /** No file of the worker can be written to from now on, until it is told to let go. @returns {() => void} */
  fill() {
    const { pid } = familyOf(this.worker.group.child.pid).find(({ command }) => command.includes("workerd serve"));
    const limit = (bytes) => execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
    limit(0);
    return () => limit("unlimited");
  }

  #fileOf(conversation) {
    const path = join(this.folder, `${idOf(conversation)}.sqlite`);
    if (!existsSync(path)) throw new Error(`nothing is stored of conversation ${conversation}`);
    return path;
  }

  #workspaceFile() {
    const folder = join(this.worker.state, "do", WORKSPACE);
    const [path, ...others] = existsSync(folder) ? objectsIn(folder) : [];
    if (path === undefined || others.length > 0) throw new Error(`there are ${path ? others.length + 1 : 0} files of the workspace's object`);
    return path;
  }

  #edit(path, statement, ...values) {
    if (this.worker.group.alive().length > 0) throw new Error("what a running worker has stored is not to be edited");
    using(path, (database) => database.prepare(statement).run(...values), { timeout: 20_000 });
  }
}

/** workerd keeps times in nanoseconds, and an object's own knowledge of its alarm under this key. */
const NANOS = 1_000_000;
const ALARM_KEY = 1;

function nameOf(conversation) {
  return `${APP_ID}:${conversation}`;
}

/** The id, and so the name of the file, that workerd makes of an object's name. */
function idOf(conversation) {
  const key = createHash("sha256").update(CONVERSATION).digest();
  const half = (of) => createHmac("sha256", key).update(of).digest().subarray(0, 16);
  const named = half(nameOf(conversation));
  return Buffer.concat([named, half(named)]).toString("hex");
}

function objectsIn(folder) {
  return readdirSync(folder).filter((name) => name.endsWith(".sqlite") && name !== ALARMS).map((name) => join(folder, name));
}

/** Every table with its rows, those of SQLite and workerd among them; what is too large for a number is a bigint. */
function rowsOf(path) {
  return using(path, (database) => {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return Object.fromEntries(tables.map(({ name }) => [name, allOf(database, name)]));
  });
}

function allOf(database, table) {
  const statement = database.prepare(`SELECT * FROM "${table}"`);
  statement.setReadBigInts(true);
  return statement.all().map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plain(value)])));
}

function plain(value) {
  return typeof value === "bigint" && BigInt.asIntN(53, value) === value ? Number(value) : value;
}

const STATE = "SELECT state FROM conversation";

function locked(path) {
  // The object may be writing just now.
  const database = new DatabaseSync(path, { timeout: 20_000 });
  database.exec("BEGIN IMMEDIATE");
  return () => database.close();
}

function using(path, work, options = { readOnly: true, timeout: 20_000 }) {
  const database = new DatabaseSync(path, options);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
