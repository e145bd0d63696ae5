// What other people's machines read: the workflow of GitHub Actions, and what Cloudflare's Deploy button asks for.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, test } from "node:test";
import { ROOT, onPath } from "../../scripts/lib/paths.mjs";
import { provideRustup } from "../../scripts/setup/rust.mjs";
import { readDevVars } from "../../scripts/settings/dev-vars.mjs";
import { required } from "../../scripts/settings/forms.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");

describe("the workflow", () => {
  const workflow = read(".github/workflows/ci.yml");
  const [head, test_, deploy] = workflow.split(/^  (?:test|deploy):$/m);

  test("pins each action to a commit, and says which version that is", () => {
    const used = [...workflow.matchAll(/^\s+(?:- )?uses: (.+)$/gm)].map(([, what]) => what);
    assert.ok(used.length >= 4);
    for (const what of used) assert.match(what, /^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("may read the repository and nothing else, and shows secrets to the deploy alone", () => {
    assert.match(head, /^permissions:\n  contents: read\n\n/m);
    assert.ok(!/\bwrite\b|pull_request_target|secrets: inherit/.test(workflow.replace(/^\s*#.*$/gm, "")));
    assert.ok(!/secrets\./.test(head + test_) && /secrets\.CLOUDFLARE_API_TOKEN/.test(deploy));
    assert.equal(workflow.match(/actions\/checkout@/g).length, workflow.match(/persist-credentials: false/g).length);
  });

  test("deploys only main, only what was tested, and only with a token", () => {
    assert.match(deploy, /needs: test\n\s+if: github\.ref == 'refs\/heads\/main' && github\.event_name != 'pull_request'/);
    const steps = deploy.split(/^      - /m).slice(1);
    assert.ok(steps.length >= 4);
    for (const step of steps) assert.match(step, /^if: env\.CLOUDFLARE_API_TOKEN (?:!=|==) ''/);
  });

  test("runs scripts that exist, and no text of strangers in a shell", () => {
    const { scripts } = JSON.parse(read("package.json"));
    for (const [, name] of workflow.matchAll(/npm run (\w+)/g)) assert.ok(scripts[name], name);
    assert.match(test_, /run: \.ci\/run/);
    for (const [, command] of workflow.matchAll(/run: (.+)$/gm)) assert.ok(!command.includes("${{"), command);
  });

  test("is YAML without tabs or odd indents", () => {
    for (const line of workflow.split("\n")) assert.match(line, /^(?:  )*(?! )[^\t]*$/);
  });
});

describe("the Deploy button", () => {
  test("asks for all that is needed, and says of each where it is found", () => {
    const asked = Object.keys(readDevVars(read(".dev.vars.example")));
    const { bindings } = JSON.parse(read("package.json")).cloudflare;
    assert.deepEqual(asked.sort(), [...required(() => undefined), "CONSOLE_TOKEN"].sort());
    assert.deepEqual(Object.keys(bindings).sort(), asked);
    for (const { description } of Object.values(bindings)) assert.ok(description.length > 20);
  });

  test("brings Rust where Cloudflare builds, and finds it again in the next command's shell", async (t) => {
    const home = mkdtempSync(join(tmpdir(), "onereply-rustup-"));
    const { PATH, HOME } = process.env;
    t.after(() => {
      Object.assign(process.env, { PATH, HOME });
      rmSync(home, { recursive: true });
    });
    // In the place of the installer from the network: what it would leave.
    const tools = join(home, "tools");
    mkdirSync(tools);
    const curl = `#!/bin/sh\necho 'mkdir -p "${home}/.cargo/bin" && cp "$(which true)" "${home}/.cargo/bin/rustup" && echo "$@" > "${home}/asked"'\n`;
    writeFileSync(join(tools, "curl"), curl);
    chmodSync(join(tools, "curl"), 0o755);
    Object.assign(process.env, { HOME: home, PATH: [tools, "/usr/bin", "/bin"].join(delimiter) });
    assert.equal(onPath("rustup"), undefined);
    await provideRustup();
    assert.equal(onPath("rustup"), join(home, ".cargo/bin/rustup"));
    assert.equal(readFileSync(join(home, "asked"), "utf8"), "-y --profile minimal\n");

    rmSync(join(home, "asked"));
    process.env.PATH = [tools, "/usr/bin", "/bin"].join(delimiter);
    await provideRustup();
    assert.equal(onPath("rustup"), join(home, ".cargo/bin/rustup"), "it is there, and not brought twice");
    assert.throws(() => readFileSync(join(home, "asked")), /ENOENT/);
  });
});
