// Every test there is: what is quick, then Rust natively, and beside it the built worker on real workerd, and in a real browser,
// against the sandbox.
// Arguments go to Node's test runner, for example `npm test -- --test-name-pattern=burst`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { NPM_BINARIES, ROOT, projectEnv } from "../lib/paths.mjs";
import { mustSucceed, quietly } from "../lib/run.mjs";
import { buildSandbox } from "../lib/sandbox-binary.mjs";
import { duration, heading } from "../lib/step.mjs";
import { setUp } from "../setup.mjs";
import { provideChromium } from "../setup/chromium.mjs";
import { provideRust } from "../setup/rust.mjs";
import { QUICK, RELEASE, buildWorker } from "./build.mjs";

/** What needs neither Rust nor a worker: the scripts and documents, and the console's own modules. */
const WITHOUT_WORKER = ["tests/scripts", "tests/console"];
const END_TO_END = "tests/e2e";
/** Files of them; each has a worker or two, and waits for it. */
const AT_A_TIME = 4;
const NATIVE = ["test", "--locked", "--workspace"];
/** Node says at each start that its SQLite is new. */
const QUIETLY = ["--disable-warning=ExperimentalWarning"];

export async function run(args) {
  const begun = Date.now();
  const tools = await setUp();
  const hasEndToEnd = existsSync(join(ROOT, END_TO_END));
  // Before anything that takes long: without a browser it would be for nothing.
  const chromium = hasEndToEnd && (await provideChromium());
  for (const folder of WITHOUT_WORKER.filter((each) => existsSync(join(ROOT, each)))) {
    heading(`${folder} (seconds)`);
    await runTests(folder, args);
  }
  heading("native tests, compiled (may take 4 minutes the first time)");
  await mustSucceed("cargo", [...NATIVE, "--no-run"]);
  if (hasEndToEnd) await endToEnd(tools, chromium, args);
  else await mustSucceed("cargo", NATIVE);
  console.log(`\n✓ test: all passed in ${duration(Date.now() - begun)}`);
}

/** The end-to-end tests in view, and beside them the native ones: the former wait more than they work. */
async function endToEnd(tools, chromium, args) {
  await buildWorker(RELEASE, tools);
  const sandbox = await buildSandbox();
  // One test runs `npm start`, and would wait for it.
  await buildWorker(QUICK, { ...tools, rust: await provideRust({ isQuick: true }) });
  heading("end-to-end tests, on workerd and in Chromium, and the native ones beside them (4 minutes)");
  const env = { CHROMIUM: chromium, ONEREPLY_SANDBOX_BIN: sandbox };
  const [shown, native] = await Promise.allSettled([runTests(END_TO_END, [`--test-concurrency=${AT_A_TIME}`, ...args], env), nativeTests()]);
  heading("native tests");
  console.log(native.status === "fulfilled" ? native.value : native.reason.output);
  for (const { reason } of [native, shown]) if (reason) throw reason;
}

/** Runs them where they disturb nobody who waits; resolves with how each program of them ended. */
async function nativeTests() {
  const begun = Date.now();
  const output = await quietly("nice", ["-n", "10", "cargo", ...NATIVE]);
  const results = output.split("\n").filter((line) => line.startsWith("test result: "));
  return [...results, `✓ native tests: ${duration(Date.now() - begun)}`].join("\n");
}

function runTests(folder, args, env = {}) {
  return mustSucceed(join(NPM_BINARIES, "node"), [...QUIETLY, "--test", ...args, `${folder}/**/*.test.mjs`], {
    env: projectEnv({ ...env, WRANGLER_SEND_METRICS: "false" }),
  });
}
