// Every test there is: what is quick, Rust natively, and then the built worker on real workerd, and in a real browser, against
// the sandbox.
// Arguments go to Node's test runner, for example `npm test -- --test-name-pattern=burst`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { NPM_BINARIES, ROOT, projectEnv } from "../lib/paths.mjs";
import { mustSucceed } from "../lib/run.mjs";
import { buildSandbox } from "../lib/sandbox-binary.mjs";
import { duration, heading } from "../lib/step.mjs";
import { setUp } from "../setup.mjs";
import { provideChromium } from "../setup/chromium.mjs";
import { provideRust } from "../setup/rust.mjs";
import { QUICK, RELEASE, buildWorker } from "./build.mjs";

/** What needs neither Rust nor a worker: the scripts and documents, and the console's own modules. */
const QUICK = ["tests/scripts", "tests/console"];
const END_TO_END = "tests/e2e";
/** Node says at each start that its SQLite is new. */
const QUIETLY = ["--disable-warning=ExperimentalWarning"];

export async function run(args) {
  const begun = Date.now();
  const tools = await setUp();
  const hasEndToEnd = existsSync(join(ROOT, END_TO_END));
  // Before anything that takes long: without a browser it would be for nothing.
  const chromium = hasEndToEnd && (await provideChromium());
  for (const folder of QUICK.filter((each) => existsSync(join(ROOT, each)))) {
    heading(`${folder} (seconds)`);
    await runTests(folder, args);
  }
  heading("native tests (may take 4 minutes the first time)");
  await mustSucceed("cargo", ["test", "--locked", "--workspace"]);
  if (hasEndToEnd) await endToEnd(tools, chromium, args);
  console.log(`\n✓ test: all passed in ${duration(Date.now() - begun)}`);
}

async function endToEnd(tools, chromium, args) {
  heading("end-to-end tests, on workerd and in Chromium (may take 10 minutes)");
  await buildWorker(RELEASE, tools);
  const sandbox = await buildSandbox();
  // One test runs `npm start`, and would wait for it.
  await buildWorker(QUICK, { ...tools, rust: await provideRust({ isQuick: true }) });
  await runTests(END_TO_END, ["--test-concurrency=3", ...args], { CHROMIUM: chromium, ONEREPLY_SANDBOX_BIN: sandbox });
}

function runTests(folder, args, env = {}) {
  return mustSucceed(join(NPM_BINARIES, "node"), [...QUIETLY, "--test", ...args, `${folder}/**/*.test.mjs`], {
    env: projectEnv({ ...env, WRANGLER_SEND_METRICS: "false" }),
  });
}
