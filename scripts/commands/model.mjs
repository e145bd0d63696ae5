// Model checking: the real machine in every world of tests/model, each explored to its end.
// An argument is a world's name or a part of it, for example `npm run model -- teammates`.

import { mustSucceed } from "../lib/run.mjs";
import { duration, heading } from "../lib/step.mjs";
import { requireRust } from "../setup/rust.mjs";

export async function run([world]) {
  const begun = Date.now();
  requireRust();
  heading("model checking (may take 10 minutes)");
  const env = world ? { ...process.env, WORLD: world } : process.env;
  await mustSucceed("cargo", ["test", "--locked", "--profile", "model", "--test", "model", "--", "--ignored", "--nocapture"], { env });
  console.log(`\n✓ model: all properties hold in all worlds (${duration(Date.now() - begun)})`);
}
