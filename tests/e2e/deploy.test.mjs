// What `npm run deploy` would put on Cloudflare, by wrangler's own dry run: without an account and without a network.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { unstable_readConfig } from "wrangler";
import { NPM_BINARIES } from "../../scripts/lib/paths.mjs";
import { SECRETS } from "../../scripts/settings/forms.mjs";
import { requireWorkerBuild, wranglerConfig } from "./harness/paths.mjs";

const PLANTED = "planted-secret-of-a-developer";
/** Of the whole worker, gzipped, on the free plan. */
const CLOUDFLARE_TAKES_KIB = 3_072;

describe("wrangler deploy --dry-run", () => {
  let folder;
  let said;
  before(async () => {
    requireWorkerBuild();
    folder = mkdtempSync(join(tmpdir(), "onereply-deploy-"));
    writeFileSync(join(folder, "wrangler.toml"), asBuilt(readFileSync(wranglerConfig, "utf8")));
    writeFileSync(join(folder, ".dev.vars"), SECRETS.map((name) => `${name}=${PLANTED}\n`).join(""));
    said = await wrangler("deploy", "--dry-run", "--outdir", "out");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The same configuration in another folder, with what was built already. */
  function asBuilt(toml) {
    const elsewhere = toml.replace(/^(main|directory) = "(.+)"$/gm, (_, name, path) => `${name} = ${JSON.stringify(resolve(dirname(wranglerConfig), path))}`);
    const unbuilt = elsewhere.replace(/^\[build\]\n(?:.+\n)*/m, "");
    assert.ok(unbuilt.length < elsewhere.length, "the configuration has a [build] that is left out here");
    return unbuilt;
  }

  function wrangler(...args) {
    // No account: neither a token nor a login.
    const env = { PATH: `${NPM_BINARIES}:${process.env.PATH}`, HOME: folder, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
    return new Promise((resolve, reject) => {
      execFile(join(NPM_BINARIES, "wrangler"), args, { cwd: folder, env }, (error, stdout, stderr) =>
        error ? reject(new Error(`wrangler ended with ${error.code}\n${stdout}${stderr}`)) : resolve(stdout + stderr),
      );
    });
  }

  const config = unstable_readConfig({ config: wranglerConfig }, { hideWarnings: true });

  test("takes the configuration as it is, without a word of warning", () => {
    assert.match(said, /--dry-run: exiting now/);
    assert.ok(!/warning|deprecated|✘|▲/i.test(said), said);
  });

  test("uploads the worker that was built, its WebAssembly to the byte, and no other module", () => {
    const uploaded = readdirSync(join(folder, "out")).filter((name) => !/^README\.md$|\.map$/.test(name));
    const wasm = uploaded.filter((name) => name.endsWith(".wasm"));
    assert.deepEqual(uploaded.filter((name) => !wasm.includes(name)), ["index.js"]);
    assert.equal(wasm.length, 1);
    const built = readFileSync(join(dirname(config.main), "index_bg.wasm"));
    assert.ok(readFileSync(join(folder, "out", wasm[0])).equals(built));
  });

  test("binds both classes of objects, each of which it exports and has a migration for", () => {
    const { bindings } = config.durable_objects;
    assert.deepEqual(bindings.map(({ name, class_name }) => [name, class_name]), [["CONVERSATION", "ConversationObject"], ["WORKSPACE", "WorkspaceObject"]]);
    const script = readFileSync(join(folder, "out/index.js"), "utf8");
    const exported = [...script.matchAll(/export\s*\{([^}]*)\}/g)].map(([, names]) => names).join();
    const migrated = config.migrations.flatMap(({ new_sqlite_classes }) => new_sqlite_classes ?? []);
    for (const { name, class_name } of bindings) {
      assert.match(said, new RegExp(`env\\.${name} \\(${class_name}\\)`));
      assert.match(exported, new RegExp(`\\b${class_name}\\b`));
      assert.ok(migrated.includes(class_name), `${class_name} has no migration`);
    }
  });

  test("brings the files that its configuration names", () => {
    const { directory, binding } = config.assets ?? {};
    if (directory) assert.match(said, new RegExp(`env\\.${binding}\\s+Assets`));
    else assert.ok(!/\bAssets\b/.test(said));
  });

  test("runs every minute, and opens no door but its own address", () => {
    assert.deepEqual([config.triggers.crons, config.preview_urls, config.keep_vars], [["* * * * *"], false, true]);
  });

  test("holds no secret, neither in its variables nor in its modules", () => {
    for (const name of SECRETS) assert.ok(!said.includes(`env.${name}`) && config.vars[name] === undefined, name);
    const files = readdirSync(join(folder, "out")).map((name) => readFileSync(join(folder, "out", name), "latin1"));
    assert.ok(![said, ...files].some((text) => text.includes(PLANTED)));
  });

  test("fits onto Cloudflare's free plan", () => {
    const [, gzipped] = /gzip: ([\d.]+) KiB/.exec(said);
    assert.ok(Number(gzipped) > 100 && Number(gzipped) < CLOUDFLARE_TAKES_KIB, `${gzipped} KiB`);
  });
});
