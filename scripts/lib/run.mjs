// Child processes that are waited for. Those that keep running are in `service.mjs`.

import { spawn, spawnSync } from "node:child_process";
import { ROOT } from "./paths.mjs";
import { Trouble } from "./trouble.mjs";

/** A command that ended badly; `output` is all it wrote. */
export class CommandFailed extends Trouble {
  constructor(command, args, code, output) {
    const told = lastLines(output, 15);
    super(`\`${[command, ...args].join(" ")}\` failed (${code})${told ? `:\n${told}` : "."}`);
    this.output = output;
  }
}

/** Runs a command whose output is only of interest when it fails, and returns that output. */
export function quietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => reject(new CommandFailed(command, args, error.code, "")));
    child.on("close", (code, signal) =>
      code === 0 ? resolve(output) : reject(new CommandFailed(command, args, signal ?? code, output)),
    );
  });
}

/** Runs a command in full view and returns its exit code; Ctrl-C is the command's to handle. */
export function inView(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: "inherit", ...options });
    const pass = (signal) => child.kill(signal);
    const wait = () => {};
    process.on("SIGTERM", pass).on("SIGHUP", pass).on("SIGINT", wait);
    child.on("error", (error) => reject(new CommandFailed(command, args, error.code, "")));
    child.on("close", (code, signal) => {
      process.off("SIGTERM", pass).off("SIGHUP", pass).off("SIGINT", wait);
      // Ctrl+C reached us both, and there is nothing to explain.
      if (signal === "SIGINT") process.exit(130);
      resolve(signal ? 1 : code);
    });
  });
}

/** As `inView`, with this text, and nothing more, as its standard input. */
export function withInput(command, args, input, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ["pipe", "inherit", "inherit"] });
    child.on("error", (error) => reject(new CommandFailed(command, args, error.code, "")));
    child.on("close", (code) => resolve(code ?? 1));
    // A command that does not read to the end says why by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** As `inView`, and a bad end is trouble. */
export async function mustSucceed(command, args, options) {
  const code = await inView(command, args, options);
  if (code !== 0) throw new Trouble(`\`${[command, ...args].join(" ")}\` failed (${code}). The messages above say why.`);
}

/** What a quick command prints, or undefined if it cannot be run or fails. */
export function answerOf(command, args, options = {}) {
  const { status, stdout } = spawnSync(command, args, { cwd: ROOT, encoding: "utf8", ...options });
  return status === 0 ? stdout.trim() : undefined;
}

function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
