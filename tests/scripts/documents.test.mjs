// The documents: every link leads somewhere, every command and every named file exists, and what is made from the source is up to date.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { documentsAsTheyShouldBe } from "../../scripts/docs/blocks.mjs";
import { settings } from "../../scripts/docs/settings.mjs";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { variants } from "../console/names.mjs";

const documents = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: ROOT, encoding: "utf8" })
  .split("\0").filter((path) => path && existsSync(join(ROOT, path)));
const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** The document without its blocks of code. */
function prose(text) {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}

/** As GitHub makes them of headings. */
function anchorsOf(text) {
  const seen = new Map();
  return [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const anchor = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

test("links between files, and to headings, lead somewhere", () => {
  assert.ok(documents.includes("README.md") && documents.length > 8, documents.join());
  const broken = [];
  for (const path of documents) {
    for (const [, link] of prose(read(path)).matchAll(/(?:\]\(|<img src=")([^()\s"]+)[)"]/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [file, anchor] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      const leads = existsSync(join(ROOT, target)) && (anchor === undefined || anchorsOf(read(target)).includes(anchor));
      if (!leads) broken.push(`${path}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("every npm command exists", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const unknown = documents.flatMap((path) => [...read(path).matchAll(/\bnpm run ([a-z][\w-]*)/g)].filter(([, name]) => !scripts[name]).map(([what]) => `${path}: ${what}`));
  assert.deepEqual(unknown, []);
});

test("every file that is named exists", () => {
  const named = /`((?:src|tests|scripts|console|docs|sandbox|fuzz)\/[\w./-]*)`/g;
  const missing = documents.flatMap((path) => [...read(path).matchAll(named)].filter(([, file]) => !existsSync(join(ROOT, file))).map(([, file]) => `${path}: ${file}`));
  assert.deepEqual(missing, []);
});

test("what is made from the source is as `npm run docs` writes it", () => {
  for (const [file, text] of documentsAsTheyShouldBe()) assert.equal(read(file), text, `${file}: run \`npm run docs\``);
});

test("every setting of the source is in the table", () => {
  const inSource = [...read("src/settings/table.rs").matchAll(/^ {4}([A-Z_]+) (?:true|false) /gm)].map(([, name]) => name);
  assert.ok(inSource.length > 35, `only ${inSource.length} settings were found`);
  assert.deepEqual(settings().map(({ name }) => name), inSource);
});

test("every reason to hand over and to stand down is explained", () => {
  const [handOver, standDown] = read("docs/troubleshooting.md").split(/^### Reasons (?:for a hand-over|to stand down)$/m).slice(1);
  for (const [section, name] of [[handOver, "HandOverReason"], [standDown, "StandDownReason"]]) {
    const reasons = variants("src/turn/outcome.rs", name);
    assert.ok(reasons.length > 8, reasons.join());
    assert.deepEqual(reasons.filter((reason) => !section.includes(`\`${reason}\``)), [], name);
  }
});
