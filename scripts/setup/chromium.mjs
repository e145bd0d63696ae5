import { isExecutable, onPath } from "../lib/paths.mjs";
import { quietly } from "../lib/run.mjs";
import { step } from "../lib/step.mjs";
import { Trouble } from "../lib/trouble.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ON_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** The browser's full path; Debian's is installed where there is none and that is possible. */
export async function provideChromium() {
  await step({ name: "Chromium, from apt", mayTake: "3 minutes", isThere: find, provide: install });
  return find();
}

function find() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return NAMES.map(onPath).find(Boolean) ?? (isExecutable(ON_MACOS) ? ON_MACOS : undefined);
}

async function install() {
  if (process.getuid?.() !== 0 || !onPath("apt-get")) {
    throw new Trouble("The browser tests need Chromium. Install it (on Debian and Ubuntu `sudo apt-get install chromium`), or set CHROMIUM=/path/to/chromium.");
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await quietly("apt-get", ["update"], { env });
  await quietly("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env });
}
