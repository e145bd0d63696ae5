// Reading and writing `.dev.vars` and `[vars]` of wrangler.toml, as wrangler itself reads them.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { unstable_readConfig } from "wrangler";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { readDevVars, withDevVars } from "../../scripts/settings/dev-vars.mjs";
import { DEFAULTS, FORMS, SECRETS } from "../../scripts/settings/forms.mjs";
import { lookup } from "../../scripts/settings/sources.mjs";
import { namesInWranglerVars, readWranglerVars, withWranglerVars, wranglerNumber } from "../../scripts/settings/wrangler-vars.mjs";

const ours = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
const example = readFileSync(join(ROOT, ".dev.vars.example"), "utf8");

/** What wrangler makes of a configuration. */
function asWranglerReads(toml) {
  const folder = mkdtempSync(join(tmpdir(), "onereply-settings-"));
  try {
    const config = join(folder, "wrangler.toml");
    writeFileSync(config, toml);
    return unstable_readConfig({ config }, { hideWarnings: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe(".dev.vars", () => {
  test("is read with quotes, comments, export and spaces", () => {
    const text = `# A_COMMENT=1\nPLAIN=abc\nexport EXPORTED = d e \nQUOTED="a # b" # why\nSINGLE='it "is"'\r\nEMPTY=\nTAIL=x#y\n  INDENTED=1\nSIGNS=a=b==`;
    assert.deepEqual(readDevVars(text), {
      PLAIN: "abc", EXPORTED: "d e", QUOTED: "a # b", SINGLE: 'it "is"', EMPTY: "", TAIL: "x", INDENTED: "1", SIGNS: "a=b==",
    });
  });

  test("keeps every other line when something is set", () => {
    const text = "# mine\nA=1 # keep\n# B=\nC=3\n";
    assert.equal(withDevVars(text, { A: "2" }), "# mine\nA=2 # keep\n# B=\nC=3\n");
    assert.equal(withDevVars(text, { B: "new" }), "# mine\nA=1 # keep\nB=new\nC=3\n");
    assert.equal(withDevVars(text, { D: "4" }), `${text}D=4\n`);
    assert.equal(withDevVars("A=1", { D: "4" }), "A=1\nD=4\n");
    assert.equal(withDevVars("A=1\nA=2\n", { A: "3" }), "A=1\nA=3\n", "the last one counts");
  });

  test("is read back as it was written, whatever the value holds", () => {
    for (const value of ["plain", "a#b", "with space", `it's`, `say "hi"`, "$HOME", "a\\nb", "dG9rOjEy/+==", "$&$1"]) {
      for (const text of ["", example]) assert.equal(readDevVars(withDevVars(text, { INTERCOM_ACCESS_TOKEN: value })).INTERCOM_ACCESS_TOKEN, value);
    }
  });

  test("the example has every secret once", () => {
    const filled = withDevVars(example, Object.fromEntries(SECRETS.map((name) => [name, "x"])));
    assert.equal(filled.split("\n").length, example.split("\n").length, "each has its line there");
  });
});

describe("[vars] of wrangler.toml", () => {
  const everything = `name = "w"\nmain = "x.js"\n[vars]\nA = "1"\n# B = "2"\nC = """\none\ntwo "quoted" \\u00e9"""\nD = 'lit\\eral'\n  E = "esc \\" \\\\ \\n end" # why\n[dev]\nport = 8123\nip = "127.0.0.1"\n`;

  test("is read as wrangler reads it", () => {
    for (const toml of [everything, ours]) assert.deepEqual(readWranglerVars(toml), { ...asWranglerReads(toml).vars });
    assert.deepEqual(readWranglerVars('name = "w"\n'), {});
  });

  test("the defaults that the scripts know are those of the file", () => {
    const names = namesInWranglerVars(ours);
    for (const [name, value] of Object.entries(DEFAULTS)) assert.ok(ours.includes(`# ${name} = "${value}"`), name);
    for (const name of Object.keys(FORMS)) assert.ok(names.includes(name) || SECRETS.includes(name), name);
    for (const name of SECRETS) assert.ok(!names.includes(name), `${name} is a secret`);
  });

  test("something set takes the place of its comment, and nothing else changes", () => {
    const set = withWranglerVars(ours, { INTERCOM_ADMIN_ID: "42", INTERCOM_API_URL: "https://api.eu.intercom.io" });
    const changed = set.split("\n").filter((line, n) => line !== ours.split("\n")[n]);
    assert.deepEqual(changed, ['INTERCOM_ADMIN_ID = "42"', 'INTERCOM_API_URL = "https://api.eu.intercom.io"']);
    assert.equal(set.split("\n").length, ours.split("\n").length);
    const again = withWranglerVars(set, { INTERCOM_ADMIN_ID: "43" });
    assert.equal(again, set.replace('"42"', '"43"'));
    assert.equal(asWranglerReads(again).vars.INTERCOM_ADMIN_ID, "43");
  });

  test("what stands nowhere comes first in the section, which is made where there is none", () => {
    for (const toml of [everything, 'name = "w"\nmain = "x.js"\n']) {
      const { vars } = asWranglerReads(withWranglerVars(toml, { NEW: 'a "b" \\ $& é\n' }));
      assert.equal(vars.NEW, 'a "b" \\ $& é\n');
    }
  });

  test("a number of another section", () => {
    assert.equal(wranglerNumber(everything, "dev", "port"), 8123);
    assert.equal(wranglerNumber(ours, "dev", "port"), 8000);
    assert.equal(wranglerNumber(everything, "vars", "port"), undefined);
    assert.equal(wranglerNumber("", "dev", "port"), undefined);
  });
});

describe("the forms", () => {
  test("take what the worker takes, and refuse what it refuses", () => {
    const right = { INTERCOM_ADMIN_ID: ["1", "3156780"], INTERCOM_API_URL: ["https://api.eu.intercom.io", "http://127.0.0.1:8010/intercom"], CONSOLE_TOKEN: ["12345678"], INTERCOM_VERSION: ["2.16", "Preview"], INGEST: ["Both"] };
    const wrong = { INTERCOM_ADMIN_ID: ["0", "007", "+7", "Sofia"], INTERCOM_API_URL: ["http://api.intercom.io", "https://a:b@c", "api.intercom.io", "https://a/?x"], CONSOLE_TOKEN: ["1234567", "1234 5678"], CHATBOT_UUID: ["a_b"], INGEST: ["pigeon"] };
    for (const [name, values] of Object.entries(right)) for (const value of values) assert.ok(FORMS[name].fits(value), `${name} ${value}`);
    for (const [name, values] of Object.entries(wrong)) for (const value of values) assert.ok(!FORMS[name].fits(value), `${name} ${value}`);
  });

  test("a blank value counts as unset, and the first source that has the name decides", () => {
    const setting = lookup({ A: " ", B: "1" }, { A: "2", B: "3", C: " 4 " });
    assert.deepEqual([setting("A"), setting("B"), setting("C"), setting("D")], [undefined, "1", "4", undefined]);
  });
});
