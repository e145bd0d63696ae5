// Child processes in process groups of their own, so that a whole group can be killed at once and none outlives the tests.

import { spawn, execFileSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { until } from "./until.mjs";

/** @type {Set<Group>} */
const running = new Set();
process.on("exit", () => {
  for (const group of running) group.killNow();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** One command and everything it starts in its process group. */
export class Group {
  /** @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} [options] */
  constructor(command, args, options = {}) {
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], ...options, detached: true });
    this.name = [command, ...args].join(" ");
    /** What it wrote to stderr, line by line. @type {string[]} */
    this.complaints = [];
    running.add(this);
    this.ended = once(this.child, "close").then(([code, signal]) => {
      running.delete(this);
      return { code, signal };
    });
    this.ended.catch(() => running.delete(this));
    // Writing to a child that has just died is no news: its end is.
    this.child.stdin.on("error", () => {});
    createInterface({ input: this.child.stderr }).on("line", (line) => this.complaints.push(line));
    this.lines = createInterface({ input: this.child.stdout });
  }

  /** Resolves with the first line of stdout that `pick` makes something of; fails when the process ends before. */
  async firstLine(pick, deadline_ms) {
    let found;
    let ended;
    const look = (line) => {
      found ??= pick(line);
    };
    this.lines.on("line", look);
    this.ended.then((end) => (ended = end));
    try {
      await until(() => found !== undefined || ended, { what: `${this.name} to be ready`, deadline_ms, tell: () => this.tell() });
    } finally {
      this.lines.off("line", look);
    }
    if (found === undefined) throw new Error(`${this.name} ended before it was ready\n${this.tell()}`);
    return found;
  }

  /** SIGKILL for the whole group; resolves when nothing of it is alive. */
  async kill() {
    this.killNow();
    await this.ended;
    await until(() => this.alive().length === 0, { what: `${this.name} to be gone`, deadline_ms: 20_000, tell: () => this.alive().join("\n") });
  }

  killNow() {
    if (!running.has(this) || this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }

  /** The members of the group that still run, as `pid command`. */
  alive() {
    return processes()
      .filter((each) => each.group === this.child.pid)
      .map((each) => `${each.pid} ${each.command}`);
  }

  tell() {
    return `--- stderr of ${this.name}\n${this.complaints.slice(-40).join("\n")}`;
  }
}

/** Every process that runs, zombies left out. */
export function processes() {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match && !match[4].startsWith("Z"))
    .map(([, pid, parent, group, , command]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group), command }));
}

/** A process and all that it started, whatever group they put themselves in. */
export function familyOf(pid) {
  const all = processes();
  const family = all.filter((each) => each.pid === pid);
  for (const member of family) family.push(...all.filter((each) => each.parent === member.pid));
  return family;
}
