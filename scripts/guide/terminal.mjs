// Questions to the person at the terminal. Secrets are not shown while they are typed, and Ctrl+C leaves everything as it was.

import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Trouble } from "../lib/trouble.mjs";

/** @param {{ input?: NodeJS.ReadStream, output?: NodeJS.WriteStream }} [streams] */
export function openTerminal({ input = process.stdin, output = process.stdout } = {}) {
  let isHidden = false;
  const screen = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  // Without a history, a secret cannot be called back by an arrow key.
  const lines = createInterface({ input, output: screen, terminal: true, historySize: 0 });
  let giveUp = () => {};
  let isClosed = false;
  // By Ctrl+C, by the end of the input, or by us.
  lines.on("close", () => {
    isClosed = true;
    giveUp(stopped());
  });

  const question = (words, hidden = false) =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(stopped());
      giveUp = reject;
      output.write(words);
      isHidden = hidden;
      lines.question("", (typed) => {
        isHidden = false;
        if (hidden) output.write("\n");
        resolve(typed);
      });
    });

  const ask = {
    async text(words, initial) {
      return (await question(`${words}${initial ? ` [${initial}]` : ""}: `)) || (initial ?? "");
    },
    secret: (words) => question(words, true),
    async choice(words, options, initial) {
      options.forEach(({ label }, at) => output.write(`  ${at + 1}  ${label}\n`));
      const usual = options.findIndex(({ value }) => value === initial) + 1;
      for (;;) {
        const typed = (await question(`${words} (1 to ${options.length})${usual ? ` [${usual}]` : ""}: `)).trim() || String(usual);
        const chosen = /^\d+$/.test(typed) ? options[Number(typed) - 1] : undefined;
        if (chosen) return chosen.value;
      }
    },
    async yes(words, initial) {
      for (;;) {
        const typed = (await question(`${words} ${initial ? "[Y/n]" : "[y/N]"} `)).trim().toLowerCase();
        if (typed === "") return initial;
        if (/^(y|yes|n|no)$/.test(typed)) return typed.startsWith("y");
      }
    },
  };
  return {
    ask,
    say: (line) => output.write(`${line}\n`),
    close() {
      giveUp = () => {};
      lines.close();
    },
  };
}

function stopped() {
  return new Trouble("Stopped. Nothing was written.");
}
