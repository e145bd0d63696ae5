// To Cloudflare. Arguments go to `wrangler deploy`, which asks for a login where there is none.

import { join } from "node:path";
import { NPM_BINARIES, projectEnv } from "../lib/paths.mjs";
import { inView } from "../lib/run.mjs";
import { setUp } from "../setup.mjs";

export async function run(args) {
  const { rust } = await setUp();
  if (rust.panic === "abort") console.log("! this worker is built without panic unwinding. To go live, build it where rustup can download.");
  return inView(join(NPM_BINARIES, "wrangler"), ["deploy", ...args], { env: projectEnv() });
}
