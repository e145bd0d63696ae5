// The names that the worker can tell, read from its sources: the console must have words for each.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** A source file without its tests and its comments. @param {string} path */
export function source(path) {
  const [text] = readFileSync(join(ROOT, path), "utf8").split("#[cfg(test)]");
  return text.replaceAll(/^\s*\/\/.*$/gm, "");
}

/** The variants of an enum, as serde and strum write them. @param {string} path @param {string} name */
export function variants(path, name) {
  const body = new RegExp(`pub enum ${name} \\{([\\s\\S]*?)\\n\\}`).exec(source(path))?.[1];
  if (body === undefined) throw new Error(`${path} has no enum ${name}`);
  // Those stand one step in; the fields of a variant stand further. One may be given another name.
  return [...body.matchAll(/^(?: {4}#\[strum\(serialize = "(\w+)"\)\]\n)? {4}([A-Z]\w*)/gm)].map(([, name, variant]) => name ?? snake(variant));
}

/** All texts in the body of a function. @param {string} path @param {string} name */
export function textsOf(path, name) {
  const body = new RegExp(`fn ${name}\\b[\\s\\S]*?\\n( *)\\}\\n`).exec(source(path))?.[0];
  if (body === undefined) throw new Error(`${path} has no function ${name}`);
  return [...body.matchAll(/"([a-z_]+)"/g)].map(([, text]) => text);
}

/** The events of a conversation's history. */
export function historyEvents() {
  const text = source("src/turn/history.rs");
  const heard = [...text.matchAll(/\binfo\("([a-z_]+)"/g)];
  const announced = [...text.matchAll(/\((?:Info|Warn|Error), "([a-z_]+)"/g)];
  return [...heard, ...announced].map(([, name]) => name);
}

/** What `GET /api/open` names a phase beside the stages. */
export function phasesOfTheList() {
  return [...source("src/turn/open.rs").matchAll(/phase: "([a-z_]+)"/g)].map(([, name]) => name);
}

function snake(name) {
  return name.replaceAll(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
