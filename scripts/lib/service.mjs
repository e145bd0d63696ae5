// A program that keeps running beside us, in a process group of its own so that it ends with everything it started.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ROOT } from "./paths.mjs";
import { answerOf } from "./run.mjs";
import { Trouble } from "./trouble.mjs";

const GRACE_MS = 5_000;
/** Longer than the system takes to end a process that was killed. */
const DYING_MS = 5_000;
const LINES_KEPT = 20;

export class Service {
  #lines = [];
  #child;

  /** @param {{ name: string, command: string, args: string[], env?: NodeJS.ProcessEnv, show?: (line: string) => void }} options */
  constructor({ name, command, args, env = process.env, show = () => {} }) {
    this.name = name;
    // A standard input that is never written to: it closes with us, however we end.
    this.#child = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines = [...this.#lines, line].slice(-LINES_KEPT);
        show(line);
      });
    }
    /** Resolves, with what is to be said about it, when the program has ended. */
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve(`${name} could not be started (${error.code}).`));
      this.#child.once("close", (code, signal) => resolve(`${name} ended (${signal ?? code}):\n${this.#lines.join("\n")}`));
    });
  }

  /** Waits until `isReady` says so; it is trouble if the program ends before, or takes too long. */
  async ready(isReady, deadline_ms) {
    const deadline = Date.now() + deadline_ms;
    let end;
    this.ended.then((told) => (end = told));
    while (!(await isReady())) {
      if (end) throw new Trouble(end);
      if (Date.now() > deadline) throw new Trouble(`${this.name} was not ready after ${deadline_ms / 1000} s:\n${this.#lines.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the whole group: politely first, and then for good. */
  async stop() {
    this.#signal("SIGTERM");
    const patience = new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref());
    await Promise.race([this.ended, patience]);
    // The program itself may have gone before its children.
    this.#signal("SIGKILL");
    await this.ended;
  }

  /** Ends the whole group at once; resolves when none of it holds a port or a file any more. */
  async kill() {
    this.#signal("SIGKILL");
    await this.ended;
    const deadline = Date.now() + DYING_MS;
    while (this.#isAlive() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Whether any process of the group still runs; a zombie does not, and holds nothing. */
  #isAlive() {
    const all = answerOf("ps", ["-A", "-o", "pgid=,stat="]) ?? "";
    return all.split("\n").some((line) => {
      const [group, state] = line.trim().split(/\s+/);
      return Number(group) === this.#child.pid && !state.startsWith("Z");
    });
  }

  #signal(signal) {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
}
