// The dialogue of `npm run setup`, with a person, an Intercom and a GPT Trainer that are made up; and where its answers go.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { guide } from "../../scripts/guide/guide.mjs";
import { keepHere, keepInWrangler, putOnCloudflare, secretsAmong } from "../../scripts/guide/keep.mjs";
import { onCloudflare } from "../../scripts/commands/setup.mjs";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { Trouble } from "../../scripts/lib/trouble.mjs";
import { readDevVars } from "../../scripts/settings/dev-vars.mjs";
import { lookup, settingsDeployed } from "../../scripts/settings/sources.mjs";
import { readWranglerVars } from "../../scripts/settings/wrangler-vars.mjs";

const US = "https://api.intercom.io";
const EU = "https://api.eu.intercom.io";
const GPT = "https://app.gpt-trainer.com/api/v1";
const RESELLER = "https://ai.reseller.example/api/v1";
const ENTER = "";
const RANDOM = "0123456789abcdef0123456789abcdef";
const ADMINS = [
  { id: "11", name: "Ana", has_inbox_seat: true },
  { id: "12", name: "Robot", has_inbox_seat: true },
  { id: "13", name: "Guest", has_inbox_seat: false },
];
const CHATBOTS = [{ uuid: "aa11", name: "Sales" }, { uuid: "bb22", name: "Support" }];

/** Tokens and keys by where they are known. */
const KNOWN = { [US]: "us-token", [EU]: "eu-token", [GPT]: "gpt-key", [RESELLER]: "reseller-key" };

function services(change = {}) {
  return async (address, { headers }) => {
    const [, base] = /^(https:\/\/[^/]+(?:\/api\/v1)?)(\/.*)$/.exec(address);
    const path = address.slice(base.length);
    const knows = KNOWN[base] !== undefined && headers.authorization === `Bearer ${KNOWN[base]}`;
    const answers = {
      "/me": { app: { id_code: base === EU ? "eu123" : "us123", name: "Acme" } }, "/admins": { admins: ADMINS }, "/chatbots": CHATBOTS, ...change,
    };
    if (answers[path] instanceof Error) throw answers[path];
    if (typeof answers[path] === "number") return new Response("{}", { status: answers[path] });
    return knows ? new Response(JSON.stringify(answers[path])) : new Response("{}", { status: 401 });
  };
}

/**
 * Plays the dialogue with a person who gives these answers, in order: a text, the label or value of a choice, or yes or no.
 * @returns {Promise<{ values: Record<string, string>, made: string[], said: string, questions: string[] }>}
 */
async function played(answers, { settings = {}, fetch = services() } = {}) {
  const left = [...answers];
  const [lines, questions] = [[], []];
  const next = (question) => {
    questions.push(question);
    assert.ok(left.length > 0, `nobody answers "${question}"; before it was said:\n${lines.join("\n")}`);
    return left.shift();
  };
  const ask = {
    text: async (question, initial = "") => next(question) || initial,
    secret: async (question) => next(question),
    choice: async (question, options, initial) => {
      const wanted = next(question);
      const chosen = options.find(({ value, label }) => (wanted === ENTER ? value === initial : value === wanted || label.includes(wanted)));
      assert.ok(chosen, `"${wanted}" is none of ${JSON.stringify(options)}`);
      return chosen.value;
    },
    yes: async (question) => next(question),
  };
  const result = await guide({ ask, say: (line) => lines.push(line), fetch, setting: lookup(settings), random: () => RANDOM });
  assert.deepEqual(left, [], "all answers were asked for");
  return { ...result, said: lines.join("\n"), questions };
}

const USUAL = ["us-token", "Robot", "client-secret", "gpt-key", "Support", ENTER, ENTER];
const VALUES = {
  INTERCOM_ACCESS_TOKEN: "us-token", INTERCOM_API_URL: US, INTERCOM_APP_ID: "us123", INTERCOM_ADMIN_ID: "12", INTERCOM_CLIENT_SECRET: "client-secret",
  GPT_TRAINER_API_KEY: "gpt-key", GPT_TRAINER_API_URL: GPT, CHATBOT_UUID: "bb22", CONSOLE_TOKEN: RANDOM, REPLY_MODE: "note",
};

describe("the dialogue", () => {
  test("asks for what is needed, and nothing else", async () => {
    const { values, made, said, questions } = await played(USUAL);
    assert.deepEqual([values, made], [VALUES, ["CONSOLE_TOKEN"]]);
    assert.equal(questions.length, USUAL.length);
    assert.match(said, /It opens the workspace Acme \(us123\) in the region US/);
    assert.match(said, /no Inbox seat: 1/);
    for (const secret of ["us-token", "client-secret", "gpt-key", RANDOM]) assert.ok(!said.includes(secret), "no secret is shown");
  });

  test("finds the region by itself", async () => {
    const { values, said } = await played(["eu-token", ...USUAL.slice(1)]);
    assert.deepEqual([values.INTERCOM_API_URL, values.INTERCOM_APP_ID], [EU, "eu123"]);
    assert.match(said, /in the region EU/);
  });

  test("keeps with Enter whatever is set", async () => {
    const settings = { ...VALUES, CONSOLE_TOKEN: "my-own-token", REPLY_MODE: "reply", INTERCOM_ADMIN_ID: "11" };
    const { values, made, questions } = await played([ENTER, ENTER, ENTER, ENTER, ENTER, ENTER, ENTER], { settings });
    assert.deepEqual([values, made], [settings, []]);
    assert.ok(questions.filter((question) => question.includes("Enter keeps")).length === 4);
  });

  test("asks again for what is refused or misshapen", async () => {
    const { values, said } = await played(["two words", "wrong-token", "us-token", "Robot", "a b", "client-secret", "wrong-key", ENTER, "gpt-key", "Sales", "short", ENTER, "reply"]);
    assert.deepEqual(values, { ...VALUES, CHATBOT_UUID: "aa11", REPLY_MODE: "reply" });
    assert.equal(said.match(/^! It must be/gm).length, 3);
    assert.match(said, /! Intercom refuses this token in every region/);
    assert.match(said, /! GPT Trainer refuses this key/);
  });

  test("takes the address of a reseller", async () => {
    const { values } = await played(["us-token", "Robot", "client-secret", "reseller-key", "http://insecure.example", RESELLER, "reseller-key", "Support", ENTER, ENTER]);
    assert.deepEqual([values.GPT_TRAINER_API_URL, values.GPT_TRAINER_API_KEY], [RESELLER, "reseller-key"]);
  });

  test("where nobody answers, what was typed can be kept unchecked, and ids are typed by hand", async () => {
    const down = Object.assign(new TypeError("fetch failed"), { cause: { code: "ENOTFOUND" } });
    const fetch = services({ "/me": down, "/chatbots": down });
    const { values, said } = await played(["us-token", false, "us-token", true, "Sofia", "77", "client-secret", "gpt-key", true, "not_one", "cc33", ENTER, ENTER], { fetch });
    assert.deepEqual([values.INTERCOM_ADMIN_ID, values.CHATBOT_UUID, values.INTERCOM_APP_ID], ["77", "cc33", undefined]);
    assert.match(said, /cannot be checked: no answer \(ENOTFOUND\)/);
  });

  test("with a token that is kept unchecked the workspace of before is emptied, and it is said", async () => {
    const fetch = services({ "/me": 503 });
    const settings = { INTERCOM_APP_ID: "us123" };
    const { values, said } = await played(["other-token", true, "77", ...USUAL.slice(2)], { settings, fetch });
    assert.deepEqual([values.INTERCOM_ACCESS_TOKEN, values.INTERCOM_APP_ID], ["other-token", ""]);
    assert.match(said, /INTERCOM_APP_ID.* is cleared/);
  });

  test("a teammate is typed by hand where none may be listed, or none has a seat", async () => {
    for (const admins of [403, { admins: [ADMINS[2]] }]) {
      const { values } = await played(["us-token", "12", ...USUAL.slice(2)], { fetch: services({ "/admins": admins }) });
      assert.equal(values.INTERCOM_ADMIN_ID, "12");
    }
  });

  test("without webhooks no client secret is asked for", async () => {
    const { values } = await played(["us-token", "Robot", "gpt-key", "Support", ENTER, ENTER], { settings: { INGEST: "polling" } });
    assert.equal(values.INTERCOM_CLIENT_SECRET, undefined);
  });

  test("whether there are webhooks is what the place says that the settings go to", () => {
    const devVars = "INGEST=polling\nCHATBOT_UUID=aa11\nINTERCOM_ADMIN_ID=12\n";
    const deployed = settingsDeployed({}, { devVars, wranglerToml: '[vars]\nCHATBOT_UUID = "bb22"\n' });
    assert.deepEqual(["INGEST", "CHATBOT_UUID", "INTERCOM_ADMIN_ID"].map(deployed), [undefined, "bb22", "12"]);
    const polling = settingsDeployed({}, { devVars: "INGEST=both\n", wranglerToml: '[vars]\nINGEST = "polling"\n' });
    assert.equal(polling("INGEST"), "polling");
  });
});

describe("to Cloudflare", () => {
  /** @param {boolean | "Ctrl+C"} answer to the last question */
  async function went(answer, { url = "https://onereply.me.workers.dev" } = {}) {
    const done = [];
    const yes = async () => {
      done.push("asked");
      if (answer === "Ctrl+C") throw new Trouble("Stopped. Nothing was written.");
      return answer;
    };
    const terminal = { ask: { yes }, say: (line) => done.push(line), close: () => done.push("closed") };
    const means = {
      keep: () => (done.push("wrangler.toml"), ["CHATBOT_UUID"]), bringTools: async () => done.push("tools"),
      put: async (secrets) => (done.push(Object.keys(secrets)), url), look: async ({ given }) => (done.push(["doctor", given === VALUES]), 0),
    };
    const code = await onCloudflare(VALUES, ["CONSOLE_TOKEN"], terminal, means).catch((error) => error);
    return { code, done, steps: done.filter((each) => typeof each !== "string" || /^(asked|closed|wrangler\.toml|tools)$/.test(each)), said: done.join("\n") };
  }
  const SECRET_NAMES = Object.keys(secretsAmong(VALUES));

  test("Ctrl+C at the last question finds nothing written, and no token made and told", async () => {
    const { code, steps, said } = await went("Ctrl+C");
    assert.match(code.message, /Nothing was written/);
    assert.deepEqual(steps, ["asked"]);
    assert.ok(!said.includes(RANDOM));
  });

  test("without a deploy wrangler.toml is written, and what is left to do is said", async () => {
    const { code, steps, said } = await went(false);
    assert.deepEqual([code, steps], [0, ["asked", "closed", "wrangler.toml"]]);
    assert.match(said, new RegExp(`CONSOLE_TOKEN.*${RANDOM}[\\s\\S]*npm run deploy.*${SECRET_NAMES.join(", ")}`));
  });

  test("with one the doctor looks at the end, where the address is known", async () => {
    const { code, steps, said } = await went(true);
    assert.deepEqual([code, steps], [0, ["asked", "closed", "wrangler.toml", "tools", SECRET_NAMES, ["doctor", true]]]);
    assert.match(said, /onereply\.me\.workers\.dev\/webhook\/intercom/);
    assert.ok(!(await went(true, { url: null })).steps.flat().includes("doctor"));
  });
});

describe("what was answered goes", () => {
  function inFolder(t) {
    const folder = mkdtempSync(join(tmpdir(), "onereply-guide-"));
    t.after(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  test("into .dev.vars, for its owner's eyes only; other lines stay, and what holds by default is not written", (t) => {
    const path = join(inFolder(t), ".dev.vars");
    keepHere(VALUES, { path });
    const { INTERCOM_API_URL, GPT_TRAINER_API_URL, ...written } = VALUES;
    const example = readFileSync(join(ROOT, ".dev.vars.example"), "utf8");
    const comments = (text) => text.split("\n").filter((line) => line.startsWith("# ") && !/^# [A-Z_]+=/.test(line));
    assert.deepEqual(readDevVars(readFileSync(path, "utf8")), written);
    assert.deepEqual(comments(readFileSync(path, "utf8")), comments(example));
    assert.equal(statSync(path).mode & 0o777, 0o600);

    writeFileSync(path, "# mine\nQUIET_SECONDS=9\nREPLY_MODE=off\n", { mode: 0o644 });
    keepHere({ REPLY_MODE: "note", CHATBOT_UUID: "cc33" }, { path });
    assert.equal(readFileSync(path, "utf8"), "# mine\nQUIET_SECONDS=9\nREPLY_MODE=note\nCHATBOT_UUID=cc33\n");
    assert.equal(statSync(path).mode & 0o777, 0o600, "also where it was open to others");

    keepHere({ INTERCOM_APP_ID: "us123" }, { path });
    keepHere({ INTERCOM_APP_ID: "" }, { path });
    assert.equal(lookup(readDevVars(readFileSync(path, "utf8")))("INTERCOM_APP_ID"), undefined, "what is emptied counts as unset");
  });

  test("into wrangler.toml, but for the secrets", (t) => {
    const path = join(inFolder(t), "wrangler.toml");
    const before = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
    writeFileSync(path, before);
    const written = keepInWrangler({ ...VALUES, INTERCOM_API_URL: EU }, { path });
    assert.deepEqual(written.sort(), ["CHATBOT_UUID", "INTERCOM_ADMIN_ID", "INTERCOM_API_URL", "INTERCOM_APP_ID", "REPLY_MODE"]);
    const after = readFileSync(path, "utf8");
    assert.deepEqual(readWranglerVars(after), { ...readWranglerVars(before), ...Object.fromEntries(written.map((name) => [name, { ...VALUES, INTERCOM_API_URL: EU }[name]])) });
    for (const secret of Object.values(secretsAmong(VALUES))) assert.ok(!after.includes(secret));
    assert.deepEqual(keepInWrangler({ ...VALUES, INTERCOM_API_URL: EU }, { path }), [], "once");
    assert.deepEqual(keepInWrangler({ INTERCOM_APP_ID: "" }, { path }), ["INTERCOM_APP_ID"]);
    assert.equal(lookup(readWranglerVars(readFileSync(path, "utf8")))("INTERCOM_APP_ID"), undefined, "what is emptied counts as unset");
  });

  test("to Cloudflare by standard input, after the deploy, and nowhere else", async () => {
    const calls = [];
    const view = async (command, args, { env }) => {
      calls.push({ args });
      const entries = [{ type: "wrangler-session" }, { type: "deploy", targets: ["schedule: * * * * *", "https://onereply.me.workers.dev"] }];
      writeFileSync(env.WRANGLER_OUTPUT_FILE_PATH, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
      return 0;
    };
    const feed = async (command, args, input, { env }) => {
      calls.push({ args, input });
      assert.ok(!Object.values(env).some((value) => value.includes("client-secret")));
      return 0;
    };
    assert.equal(await putOnCloudflare(secretsAmong(VALUES), { view, feed }), "https://onereply.me.workers.dev");
    assert.deepEqual(calls.map(({ args }) => args), [["deploy"], ["secret", "bulk"]]);
    assert.deepEqual(JSON.parse(calls[1].input), { INTERCOM_ACCESS_TOKEN: "us-token", INTERCOM_CLIENT_SECRET: "client-secret", GPT_TRAINER_API_KEY: "gpt-key", CONSOLE_TOKEN: RANDOM });
  });

  test("nowhere, where the deploy fails; and a report without an address is no trouble", async () => {
    const never = () => assert.fail("no secret is set");
    await assert.rejects(putOnCloudflare({}, { view: async () => 1, feed: never }), /could not be deployed/);
    await assert.rejects(putOnCloudflare({}, { view: async () => 0, feed: async () => 1 }), /secrets could not be set/);
    assert.equal(await putOnCloudflare({}, { view: async () => 0, feed: async () => 0 }), undefined);
  });
});
