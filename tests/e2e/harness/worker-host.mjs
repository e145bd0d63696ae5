// Runs in a process of its own: Miniflare, and under it the real workerd, with the options of wrangler.toml.
// The first line of stdin is `{"settings", "state", "metered"}`; stdout carries one JSON object per line, `{"ready": url}` or `{"log": …}`.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import { describedWorker } from "./described-worker.mjs";

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
// Whoever started us is gone when stdin ends, however they ended; workerd goes with us.
process.stdin.on("end", () => process.exit(0));

const input = createInterface({ input: process.stdin });
const [first] = await new Promise((resolve) => input.once("line", (line) => resolve([line])));
const { settings, state, metered } = JSON.parse(first);

const { workerOptions: described, main, vars } = await describedWorker();
// The build is bundled already, so the modules are named rather than found by rules.
const { modulesRules: _, ...workerOptions } = described;
const build = dirname(main);
const wasm = readdirSync(build).filter((name) => name.endsWith(".wasm"));
const modules = [{ type: "ESModule", path: main }, ...wasm.map((name) => ({ type: "CompiledWasm", path: join(build, name) }))];
if (metered) {
  // As if it lay beside the build, which it imports; the first module is the one that runs.
  const contents = readFileSync(new URL("meter-worker.mjs", import.meta.url), "utf8");
  modules.unshift({ type: "ESModule", path: join(build, "meter-worker.js"), contents });
  workerOptions.compatibilityFlags = [...workerOptions.compatibilityFlags, "nodejs_als"];
}
// wrangler describes a worker in the words of Miniflare 4.
const options = convertV4MiniflareOptions({
  ...workerOptions,
  // Never a developer's own .dev.vars: what the configuration says, and what the test says.
  bindings: { ...vars, ...settings },
  modules,
  modulesRoot: build,
  host: "127.0.0.1",
  port: 0,
  cf: false,
  // A test says where a request comes from, as Cloudflare does.
  stripCfConnectingIp: false,
  // Opens the address at which a test is the clock of the cron trigger.
  unsafeTriggerHandlers: true,
  resourcePersistencePath: state,
  log: new Log(LogLevel.ERROR),
  handleStructuredLogs: (log) => say({ log }),
});
const url = await new Miniflare(options).ready;
say({ ready: url.origin });
