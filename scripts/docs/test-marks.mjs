// Which tests show which part of the promise: those under a mark such as `// shows: G1`, or `// found by: model`.
// A mark above a test is about that test; a mark anywhere else is about the whole file.

import { filesBelow } from "./rust-source.mjs";

const MARK = /^[ \t]*\/\/ (shows|found by): ([\w, ]+)\n/gm;
/** What follows a mark that is about one test: further marks, attributes and the test's name. */
const TEST = /^(?:[ \t]*\/\/ (?:shows|found by): .*\n)*[ \t]*#\[test\]\n(?:[ \t]*#\[.*\n)*[ \t]*fn (\w+)\(/;
const KINDS = ["shows", "found by"];

/** @returns {{ path: string, kind: string, what: string, test?: string }[]} */
function marks() {
  const files = [...filesBelow("src", ".rs"), ...filesBelow("tests", ".rs"), ...filesBelow("tests", ".mjs")];
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(MARK)].flatMap(({ 0: { length }, 1: kind, 2: whats, index }) => {
      const test = TEST.exec(text.slice(index + length))?.[1];
      return whats.split(", ").map((what) => ({ path, kind, what, test }));
    }));
}

export const shownBy = (promise) => list(KINDS[0], promise);
export const foundBy = (finder) => list(KINDS[1], finder);

function list(kind, what) {
  const files = new Map();
  for (const mark of marks().filter((mark) => mark.kind === kind && mark.what === what)) {
    files.set(mark.path, [...(files.get(mark.path) ?? []), mark.test]);
  }
  // Of a file that has a mark as a whole no test is named.
  const [whole, some] = [[], []];
  for (const [path, tests] of files) {
    if (tests.includes(undefined)) whole.push(`\`${path}\``);
    else some.push(`- \`${path}\`: ${tests.map((test) => `\`${test}\``).join(", ")}`);
  }
  return [...(whole.length > 0 ? [`- all of ${whole.join(", ")}`] : []), ...some].join("\n");
}
