// Conversations from seeds, optimised: `npm run simulate -- --seeds 100000`, or one seed in full view with `-- --seed N`.

import { inView, quietly } from "../lib/run.mjs";
import { timed } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { requireRust } from "../setup/rust.mjs";

const USUAL = ["--seeds", "100000"];

export async function run(args) {
  requireRust();
  const program = await timed("the simulation", "2 minutes the first time", compiled);
  const code = await inView(program, args.length > 0 ? args : USUAL);
  return code === 0 ? 0 : 1;
}

/** Compiles it and returns the program's path. */
async function compiled() {
  const told = await quietly("cargo", [
    ...["test", "--no-run", "--quiet", "--locked", "--profile", "simulation", "--test", "simulation"],
    ...["--message-format", "json-render-diagnostics"],
  ]);
  const executable = told
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .find((message) => message.target?.name === "simulation" && message.executable)?.executable;
  if (!executable) throw new Trouble("cargo did not report where it put the simulation.");
  return executable;
}
