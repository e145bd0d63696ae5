// Where the things under test are. Nothing here builds anything: `npm test` does, before it comes to these tests.

import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
export const wranglerConfig = join(root, "wrangler.toml");

/** The sandbox's binary: the one named by ONEREPLY_SANDBOX_BIN, else the newest that cargo built. */
export function sandboxBinary() {
  const named = process.env.ONEREPLY_SANDBOX_BIN;
  if (named) return named;
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const built = ["release", "debug", "quick"].map((profile) => join(target, profile, "onereply-sandbox")).filter(existsSync);
  if (built.length === 0) {
    throw new Error("the sandbox is not built: run `cargo build -p onereply-sandbox`, or set ONEREPLY_SANDBOX_BIN");
  }
  return built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** The built worker; says what to do where there is none. */
export function requireWorkerBuild() {
  for (const path of [wranglerConfig, join(root, "build/index.js"), join(root, "build/console/index.html")]) {
    if (!existsSync(path)) throw new Error(`${path} is missing: run \`npm run build\` first`);
  }
}
