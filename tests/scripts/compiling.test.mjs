// What compiles the worker: versions that must agree, and that a quick build stays where `npm start` alone finds it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { QUICK, RELEASE } from "../../scripts/commands/build.mjs";
import { QUICK_BUILD, ROOT } from "../../scripts/lib/paths.mjs";
import { quickConfiguration } from "../../scripts/settings/quick-configuration.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const locked = (lock, name) => new RegExp(`^name = "${name}"\\r?\\nversion = "(.+)"`, "m").exec(read(lock))[1];
const ENTRIES = ["abort", "unwind"].map((panic) => read(`scripts/worker/entry/${panic}.js`));

test("wasm-bindgen, the program, is of the version of the crate whose work it reads", () => {
  const program = "scripts/worker/bindgen/Cargo.lock";
  assert.equal(locked(program, "wasm-bindgen-cli-support"), locked("Cargo.lock", "wasm-bindgen"));
  assert.equal(locked(program, "wasm-bindgen-shared"), locked("Cargo.lock", "wasm-bindgen-shared"));
});

test("the entries come from the worker-build that belongs to the crate `worker`: with another version of it, compare them again", () => {
  for (const entry of ENTRIES) assert.match(entry, new RegExp(`^// From worker-build ${locked("Cargo.lock", "worker").replaceAll(".", "\\.")},`, "m"));
});

test("the entries export every class that wrangler.toml names, and no other", () => {
  const named = [...read("wrangler.toml").matchAll(/^class_name = "(\w+)"$/gm)].map(([, name]) => name);
  assert.equal(named.length, 2);
  for (const entry of ENTRIES) assert.deepEqual([...entry.matchAll(/^export const (\w+)/gm)].map(([, name]) => name), named);
});

describe("the quick build", () => {
  const configuration = quickConfiguration();
  const pathIn = (text, folder, key) => resolve(folder, new RegExp(`^${key} = "(.+)"$`, "m").exec(text)[1]);

  test("is what `npm start` runs, from a folder of its own", () => {
    assert.equal(pathIn(configuration, QUICK_BUILD, "main"), join(QUICK.folder, "index.js"));
    assert.match(configuration, /^command = "npm run --silent build -- --quick"$/m);
    assert.equal(pathIn(configuration, QUICK_BUILD, "directory"), join(ROOT, "build/console"));
  });

  test("is not what is deployed", () => {
    assert.equal(dirname(pathIn(read("wrangler.toml"), ROOT, "main")), RELEASE.folder);
    assert.match(read("wrangler.toml"), /^command = "npm run --silent build"$/m);
    assert.notEqual(QUICK.folder, RELEASE.folder);
    assert.notEqual(QUICK.profile, RELEASE.profile);
  });

  test("is configured as the other one is, but for four lines", () => {
    const [here, there] = [read("wrangler.toml"), configuration].map((text) => text.split("\n"));
    assert.equal(there.length, here.length);
    assert.equal(there.filter((line, at) => line !== here[at]).length, 4);
    assert.throws(() => quickConfiguration(read("wrangler.toml").replace('main = "build/index.js"', 'main = "other.js"')), /main = "build\/index\.js"/);
  });
});
