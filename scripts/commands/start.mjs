// The whole thing on this machine alone: the worker under `wrangler dev`, beside a make-believe Intercom and GPT Trainer
// with a page on which you are the customer.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { spawn } from "node:child_process";
import { CRON_PATH, runCron } from "../lib/cron.mjs";
import { KILL_WISH, killer } from "../lib/kills.mjs";
import { NPM_BINARIES, QUICK_BUILD, SANDBOX_STATE, onPath, projectEnv } from "../lib/paths.mjs";
import { freePort } from "../lib/ports.mjs";
import { Restartable } from "../lib/restartable.mjs";
import { buildSandbox } from "../lib/sandbox-binary.mjs";
import { Service } from "../lib/service.mjs";
import { duration } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";
import { quickConfiguration } from "../settings/quick-configuration.mjs";
import { setUp } from "../setup.mjs";
import { QUICK, compileWorker, finishWorker } from "./build.mjs";

const SANDBOX_READY_MS = 10_000;
const WORKER_READY_MS = 120_000;
const HEALTHY_MS = 10_000;
const CONFIGURATION = join(QUICK_BUILD, "wrangler.toml");
/** No secret: this worker can be reached from this machine only. */
const CONSOLE_TOKEN = "sandbox-console-token";

export async function run(args) {
  const begun = Date.now();
  const wanted = portsOf(args);
  const ports = {
    worker: await freePort(wanted.worker, "--port"),
    sandbox: await freePort(wanted.sandbox, "--sandbox-port"),
    inspector: await freePort(0),
  };
  const sandboxBinary = await build();

  const interrupted = interruption();
  const state = join(SANDBOX_STATE, String(ports.worker));
  const services = [];
  let isReady = false;
  let stopCron = () => {};
  let killWorker = async () => {};
  let killFailed;
  const killedInVain = new Promise((resolve) => (killFailed = resolve));
  try {
    // The make-believe Intercom starts empty each time, and so must the worker.
    rmSync(state, { recursive: true, force: true });
    mkdirSync(state, { recursive: true });
    services.push(startSandbox(sandboxBinary, ports, () => killWorker().catch(({ message }) => killFailed(message))));
    const up = (async () => {
      await services[0].ready(() => answers(`${address(ports.sandbox)}/sandbox/health`), SANDBOX_READY_MS);
      const worker = new Restartable(() => startWorker(state, ports, (line) => isReady && showWorkerLine(line)));
      services.push(worker);
      const workerRuns = () => worker.ready(() => answers(`${address(ports.worker)}/healthz`), WORKER_READY_MS);
      await workerRuns();
      killWorker = killer({
        sandbox: address(ports.sandbox),
        kill: async () => {
          await worker.kill();
          console.log("worker  │ killed from the page; restarting with the same storage");
        },
        start: async () => {
          worker.start();
          await workerRuns();
        },
      });
      await warnIfUnhealthy(`${address(ports.worker)}/healthz`);
      isReady = true;
    })();
    if ((await Promise.race([up, interrupted])) === INTERRUPTED) return 0;

    welcome(ports, Date.now() - begun);
    stopCron = runCron(address(ports.worker));
    const end = await Promise.race([interrupted, killedInVain, ...services.map((service) => service.ended)]);
    if (end !== INTERRUPTED) throw new Trouble(end);
    return 0;
  } finally {
    stopCron();
    await Promise.all(services.map((service) => service.stop()));
    rmSync(state, { recursive: true, force: true });
  }
}

/** All that runs. What compiles does so while npm downloads. @returns {Promise<string>} the sandbox's path */
async function build() {
  let sandbox, compiled;
  const meanwhile = async (rust) => {
    sandbox = await buildSandbox();
    compiled = await compileWorker(QUICK, rust);
  };
  await finishWorker(QUICK, await setUp({ isQuick: true, meanwhile }), compiled);
  const text = quickConfiguration();
  // wrangler, where one runs already, looks at it again when it is written.
  if (!existsSync(CONFIGURATION) || readFileSync(CONFIGURATION, "utf8") !== text) writeFileSync(CONFIGURATION, text);
  return sandbox;
}

function startSandbox(binary, ports, killWorker) {
  return new Service({
    name: "sandbox",
    command: binary,
    args: ["--port", String(ports.sandbox), "--webhook-url", `${address(ports.worker)}/webhook/intercom`, "--exit-with-stdin", "--asks-for-kills"],
    show: (line) => (line === KILL_WISH ? killWorker() : console.log(`sandbox │ ${line}`)),
  });
}

function startWorker(state, ports, show) {
  const settings = join(state, "settings.env");
  // With a settings file of its own, wrangler leaves .dev.vars and its real secrets alone.
  writeFileSync(settings, Object.entries(sandboxSettings(address(ports.sandbox))).map(([name, value]) => `${name}="${value}"\n`).join(""));
  return new Service({
    name: "worker",
    command: join(NPM_BINARIES, "wrangler"),
    args: [
      ...["dev", "--config", CONFIGURATION, "--local", "--ip", "127.0.0.1", "--port", String(ports.worker), "--inspector-port", String(ports.inspector)],
      ...["--env-file", settings, "--persist-to", state, "--show-interactive-dev-session=false"],
    ],
    env: projectEnv({
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_LOG_PATH: join(state, "logs"),
      // Nothing here looks at where a request comes from.
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      FORCE_COLOR: "0",
    }),
    show,
  });
}

function showWorkerLine(line) {
  const isNoise = /^(\[custom build\])?\s*$/.test(line) || line.includes(CRON_PATH) || line.includes(" GET /healthz ");
  if (!isNoise) console.log(`worker  │ ${line}`);
}

/** What the sandbox expects; none of it is a secret anywhere else. */
function sandboxSettings(sandbox) {
  return {
    INTERCOM_ACCESS_TOKEN: "sandbox-access-token",
    INTERCOM_CLIENT_SECRET: "sandbox-client-secret",
    GPT_TRAINER_API_KEY: "sandbox-gpt-key",
    INTERCOM_ADMIN_ID: "3156780",
    INTERCOM_APP_ID: "abc123def",
    CHATBOT_UUID: "14fb60fa7c6c44638d8c01abc90336e2",
    INTERCOM_API_URL: `${sandbox}/intercom`,
    GPT_TRAINER_API_URL: `${sandbox}/gpt-trainer/api/v1`,
    CONSOLE_TOKEN,
  };
}

function welcome(ports, ms) {
  const page = address(ports.sandbox);
  console.log(`
✓ ready after ${duration(ms)}

  Open ${page}/ and write a message as the customer. The sandbox sends a signed webhook to the worker,
  and a few seconds later one answer appears. On the right you are the teammate and can step in.

  Health:      ${address(ports.worker)}/healthz
  The console: ${address(ports.worker)}/console (token: ${CONSOLE_TOKEN})
  Ctrl+C stops everything.
`);
  openInBrowser(`${page}/`);
}

/** Only where a person looks on. */
function openInBrowser(url) {
  const hasDisplay = process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = onPath(process.platform === "darwin" ? "open" : "xdg-open");
  if (!process.stdout.isTTY || process.env.CI || !hasDisplay || !opener) return;
  spawn(opener, [url], { stdio: "ignore", detached: true }).on("error", () => {}).unref();
}

async function answers(url) {
  return (await statusOf(url)) !== undefined;
}

async function warnIfUnhealthy(url) {
  const deadline = Date.now() + HEALTHY_MS;
  let health = await statusOf(url);
  while (health?.status !== 200 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    health = await statusOf(url);
  }
  if (health?.status !== 200) console.log(`! the worker runs but reports a problem (${health?.status}): ${health?.text}`);
}

/** @returns {Promise<{ status: number, text: string } | undefined>} undefined where nobody answers */
async function statusOf(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

const INTERRUPTED = Symbol("interrupted");

/** Resolves at the first Ctrl+C or its like; the next ones find us ending already. */
function interruption() {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve(INTERRUPTED));
  });
}

function address(port) {
  return `http://127.0.0.1:${port}`;
}

function portsOf(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { port: { type: "string", default: "8000" }, "sandbox-port": { type: "string", default: "8010" } } }));
  } catch (error) {
    throw new Trouble(`${error.message.split(". ")[0]}. Usage: \`npm start -- --port N --sandbox-port N\``);
  }
  return { worker: portOf(values.port), sandbox: portOf(values["sandbox-port"]) };
}

function portOf(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Trouble(`"${text}" is not a valid port. Use a number from 0 (any free port) to 65535.`);
}
