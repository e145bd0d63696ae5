// Every test there is: the console's own modules, Rust natively, and then the built worker on real workerd, and in a real browser, against
// the sandbox.
// Arguments go to Node's test runner, for example `npm test -- --test-name-pattern=burst`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { NPM_BINARIES, ROOT, projectEnv } from "../lib/paths.mjs";
import { mustSucceed } from "../lib/run.mjs";
import { buildSandbox } from "../lib/sandbox-binary.mjs";
import { duration, heading, timed } from "../lib/step.mjs";
import { setUp } from "../setup.mjs";
import { provideChromium } from "../setup/chromium.mjs";
import { buildWorker } from "./build.mjs";

const CONSOLE = "tests/console";
const END_TO_END = "tests/e2e";
/** Node says at each start that its SQLite is new. */
const QUIETLY = ["--disable-warning=ExperimentalWarning"];

export async function run(args) {
  const begun = Date.now();
  const tools = await setUp();
  const hasEndToEnd = existsSync(join(ROOT, END_TO_END));
  // Before anything that takes long: without a browser it would be for nothing.
  const chromium = hasEndToEnd && (await provideChromium());
  heading("the console's modules (a second)");
  await mustSucceed(join(NPM_BINARIES, "node"), ["--test", ...args, `${CONSOLE}/**/*.test.mjs`], {});
  heading("native tests (may take 4 minutes the first time)");
  await mustSucceed("cargo", ["test", "--locked", "--workspace"]);
  if (hasEndToEnd) await endToEnd(tools, chromium, args);
  console.log(`\n✓ test: all passed in ${duration(Date.now() - begun)}`);
}

async function endToEnd(tools, chromium, args) {
  heading("end-to-end tests, on workerd and in Chromium (may take 10 minutes)");
  await buildWorker(tools);
  const sandbox = await timed("sandbox", "1 minute the first time", buildSandbox);
  await mustSucceed(join(NPM_BINARIES, "node"), [...QUIETLY, "--test", "--test-concurrency=3", ...args, `${END_TO_END}/**/*.test.mjs`], {
    env: projectEnv({ CHROMIUM: chromium, ONEREPLY_SANDBOX_BIN: sandbox, WRANGLER_SEND_METRICS: "false" }),
  });
}
