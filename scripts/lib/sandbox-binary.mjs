import { join } from "node:path";
import { cargoTarget } from "./paths.mjs";
import { mustSucceed } from "./run.mjs";

/** Compiles the make-believe Intercom and GPT Trainer and returns the program's path. Unoptimised: it compiles far quicker and is quick enough. */
export async function buildSandbox() {
  await mustSucceed("cargo", ["build", "--quiet", "--locked", "-p", "onereply-sandbox"]);
  return join(cargoTarget(), "debug/onereply-sandbox");
}
