// The built worker on real workerd, killed again and again while customers write and both APIs misbehave, judged from outside.
// Arguments go to tests/e2e/chaos/main.mjs.

import { join } from "node:path";
import { NPM_BINARIES, ROOT, projectEnv } from "../lib/paths.mjs";
import { inView } from "../lib/run.mjs";
import { buildSandbox } from "../lib/sandbox-binary.mjs";
import { setUp } from "../setup.mjs";
import { RELEASE, buildWorker } from "./build.mjs";

export async function run(args) {
  await buildWorker(RELEASE, await setUp());
  const sandbox = await buildSandbox();
  const main = join(ROOT, "tests/e2e/chaos/main.mjs");
  const env = projectEnv({ ONEREPLY_SANDBOX_BIN: sandbox, WRANGLER_SEND_METRICS: "false" });
  return inView(join(NPM_BINARIES, "node"), ["--disable-warning=ExperimentalWarning", main, ...args], { env });
}
