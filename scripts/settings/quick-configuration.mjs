// wrangler's configuration for `npm start`: wrangler.toml to the letter, but for the worker that it runs and what compiles it.

import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { QUICK_BUILD, ROOT } from "../lib/paths.mjs";

/** Its text. wrangler reads paths as from the folder of the configuration, which is the quick build's. */
export function quickConfiguration(text = readFileSync(join(ROOT, "wrangler.toml"), "utf8")) {
  const up = relative(QUICK_BUILD, ROOT);
  const changes = {
    'main = "build/index.js"': 'main = "index.js"',
    'command = "npm run --silent build"': 'command = "npm run --silent build -- --quick"',
    'watch_dir = ["src", "console"]': `watch_dir = ["${up}/src", "${up}/console"]`,
    'directory = "./build/console"': `directory = "${up}/build/console"`,
  };
  return Object.entries(changes).reduce((changed, [here, there]) => {
    const [before, after, ...more] = changed.split(`\n${here}\n`);
    if (after === undefined || more.length > 0) throw new Error(`wrangler.toml must have one line \`${here}\`, or scripts/settings/quick-configuration.mjs another`);
    return `${before}\n${there}\n${after}`;
  }, text);
}
