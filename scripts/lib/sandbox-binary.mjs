import { join } from "node:path";
import { cargoTarget } from "./paths.mjs";
import { mustSucceed } from "./run.mjs";
import { timed } from "./step.mjs";

/** Compiles the make-believe Intercom and GPT Trainer and returns the program's path. Unoptimised: it compiles far quicker and is quick enough. */
export async function buildSandbox() {
  const build = () => mustSucceed("cargo", ["build", "--quiet", "--locked", "--profile", "quick", "-p", "onereply-sandbox"]);
  await timed("sandbox", "1 minute the first time", build);
  return join(cargoTarget(), "quick/onereply-sandbox");
}
