// `npm run setup` as a person finds it: at a terminal, beside the make-believe services.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT, onPath } from "../../scripts/lib/paths.mjs";
import { freePort } from "../../scripts/lib/ports.mjs";
import { readDevVars } from "../../scripts/settings/dev-vars.mjs";
import { Group } from "./harness/processes.mjs";
import { startSandbox } from "./harness/sandbox.mjs";
import { APP_ID, CHATBOT, OURSELVES, secrets } from "./harness/settings.mjs";
import { until } from "./harness/until.mjs";

const CLI = join(ROOT, "scripts/cli.mjs");
/** `script` of util-linux runs a command in a terminal of its own; that of other systems takes other arguments. */
const hasTerminals = process.platform === "linux" && onPath("script") !== undefined;

describe("npm run setup at a terminal", { skip: hasTerminals ? false : "needs `script` of util-linux" }, () => {
  /** @type {import("./harness/sandbox.mjs").Sandbox} */
  let sandbox;
  let folder;
  let asBefore;
  before(async () => {
    sandbox = await startSandbox();
    folder = mkdtempSync(join(tmpdir(), "onereply-setup-"));
    const nobodysPort = await freePort(0);
    writeFileSync(join(folder, "wrangler.toml"), readFileSync(join(ROOT, "wrangler.toml"), "utf8").replace(/^port = \d+$/m, `port = ${nobodysPort}`));
    asBefore = `# mine\nINTERCOM_API_URL=${sandbox.url}/intercom\nGPT_TRAINER_API_URL=${sandbox.url}/gpt-trainer/api/v1\nQUIET_SECONDS=9\n`;
    writeFileSync(join(folder, ".dev.vars"), asBefore, { mode: 0o644 });
  });
  after(async () => {
    await sandbox?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs it in a terminal; `answer` waits for a question and types. */
  function atTerminal(t) {
    const { CI: _, ...env } = process.env;
    const names = Object.keys(env).filter((name) => /^(INTERCOM|GPT_TRAINER|CHATBOT|CONSOLE)_/.test(name));
    for (const name of names) delete env[name];
    const command = `'${process.execPath}' '${CLI}' setup`;
    const group = new Group("script", ["-qefc", command, "/dev/null"], { env: { ...env, ONEREPLY_SETTINGS_FOLDER: folder, TERM: "xterm" } });
    t.after(() => group.killNow());
    let screen = "";
    let seen = 0;
    group.child.stdout.on("data", (chunk) => (screen += chunk));
    const tell = () => `--- the screen\n${screen}\n${group.tell()}`;
    const answer = async (question, typed) => {
      const at = await until(() => screen.slice(seen).search(question) + 1, { what: `${question} on the screen`, tell });
      seen += at + (question.exec(screen.slice(seen))?.[0].length ?? 0) - 1;
      group.child.stdin.write(typed);
    };
    return { answer, ended: group.ended, screen: () => screen, tell };
  }

  test("asks, checks, writes .dev.vars and has the doctor look; no secret is ever on the screen", async (t) => {
    const person = atTerminal(t);
    await person.answer(/Where to save the settings \(1 to 2\) \[1\]: /, "1\r");
    await person.answer(/INTERCOM_ACCESS_TOKEN: /, "a-mistyped-token\r");
    await person.answer(/Intercom refuses this token[\s\S]*INTERCOM_ACCESS_TOKEN: /, `${secrets.INTERCOM_ACCESS_TOKEN}\r`);
    await person.answer(/It opens the workspace Sandbox \(abc123def\)[\s\S]*1 {2}Sandbox Assistant[\s\S]*\(1 to 3\): /, "1\r");
    await person.answer(/INTERCOM_CLIENT_SECRET: /, `${secrets.INTERCOM_CLIENT_SECRET}\r`);
    await person.answer(/GPT_TRAINER_API_KEY: /, `${secrets.GPT_TRAINER_API_KEY}\r`);
    await person.answer(/1 {2}Sandbox chatbot[\s\S]*\(1 to 1\): /, "1\r");
    await person.answer(/CONSOLE_TOKEN \(Enter creates a random one\): /, "\r");
    await person.answer(/Answers go out \(1 to 3\) \[1\]: /, "\r");
    const { code } = await person.ended;
    assert.equal(code, 0, person.tell());

    const text = readFileSync(join(folder, ".dev.vars"), "utf8");
    const { CONSOLE_TOKEN, ...written } = readDevVars(text);
    assert.ok(text.startsWith(asBefore), "what was there stays");
    assert.deepEqual(written, { ...readDevVars(asBefore), ...secrets, INTERCOM_APP_ID: APP_ID, INTERCOM_ADMIN_ID: OURSELVES, CHATBOT_UUID: CHATBOT, REPLY_MODE: "note" });
    assert.match(CONSOLE_TOKEN, /^[0-9a-f]{64}$/);
    assert.equal(statSync(join(folder, ".dev.vars")).mode & 0o777, 0o600);
    for (const secret of [...Object.values(secrets), CONSOLE_TOKEN, "a-mistyped-token"]) assert.ok(!person.screen().includes(secret), person.tell());
    assert.match(person.screen(), /✓ teammate .*has an Inbox seat[\s\S]*! worker .*npm run dev/s);
  });

  test("Ctrl+C leaves everything as it was", async (t) => {
    const before = readFileSync(join(folder, ".dev.vars"), "utf8");
    const person = atTerminal(t);
    await person.answer(/Where to save the settings \(1 to 2\) \[1\]: /, "\r");
    await person.answer(/INTERCOM_ACCESS_TOKEN \(Enter keeps the current one\): /, "\r");
    await person.answer(/Choose the teammate \(1/, "\x03");
    const { code } = await person.ended;
    assert.equal(code, 1, person.tell());
    assert.match(person.screen(), /Stopped\. Nothing was written\./);
    assert.equal(readFileSync(join(folder, ".dev.vars"), "utf8"), before);
  });

  test("Ctrl+C at the last question does so too, on the way to Cloudflare", async (t) => {
    const files = () => [".dev.vars", "wrangler.toml"].map((name) => readFileSync(join(folder, name), "utf8"));
    const before = files();
    const person = atTerminal(t);
    await person.answer(/Where to save the settings \(1 to 2\) \[1\]: /, "2\r");
    const kept = [/INTERCOM_ACCESS_TOKEN \(Enter[^:]*: /, /Choose the teammate \(1[^:]*: /, /INTERCOM_CLIENT_SECRET \(Enter[^:]*: /, /GPT_TRAINER_API_KEY \(Enter[^:]*: /, /Choose the chatbot[^:]*: /, /CONSOLE_TOKEN \(Enter[^:]*: /, /Answers go out[^:]*: /];
    for (const question of kept) await person.answer(question, "\r");
    await person.answer(/Deploy now\?/, "\x03");
    const { code } = await person.ended;
    assert.equal(code, 1, person.tell());
    assert.match(person.screen(), /Stopped\. Nothing was written\./);
    assert.deepEqual(files(), before);
  });
});

test("npm run setup without a terminal brings the tools, and asks nothing", async () => {
  for (const args of [[], ["--tools"]]) {
    const { code, said } = await new Promise((resolve) => {
      execFile(process.execPath, [CLI, "setup", ...args], { timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error ? (error.code ?? error.signal) : 0, said: stdout + stderr }));
    });
    assert.equal(code, 0, said);
    assert.match(said, /✓ setup: all tools are ready/);
    assert.ok(!said.includes("INTERCOM_ACCESS_TOKEN"));
  }
});
