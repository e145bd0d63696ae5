// The worker as wrangler.toml describes it, in the words of Miniflare. wrangler takes a second to load, and each start of a worker
// would wait for it: what it once made of a configuration is kept in the system's folder for such things.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wranglerConfig } from "./paths.mjs";

/** @returns {Promise<{ workerOptions: object, main: string, vars: Record<string, string> }>} */
export async function describedWorker() {
  const { version } = createRequire(import.meta.url)("wrangler/package.json");
  const source = JSON.stringify([version, wranglerConfig, readFileSync(wranglerConfig, "utf8")]);
  const kept = join(tmpdir(), `onereply-worker-${createHash("sha256").update(source).digest("hex")}.json`);
  if (!existsSync(kept)) {
    // Others may be doing the same.
    const mine = `${kept}.${process.pid}`;
    writeFileSync(mine, JSON.stringify(await described()));
    renameSync(mine, kept);
  }
  return JSON.parse(readFileSync(kept, "utf8"));
}

async function described() {
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import("wrangler");
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(wranglerConfig);
  const { vars } = unstable_readConfig({ config: wranglerConfig }, { hideWarnings: true });
  return { workerOptions, main, vars };
}
