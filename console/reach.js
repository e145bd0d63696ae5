// Whether what is shown is up to date, in a few words.

import { clock } from "./time.js";

/**
 * @typedef {"none" | "refused" | "lost"} Trouble `refused`: the worker is there and has said no; `lost`: nobody answered
 * @typedef {{ trouble: Trouble, reached_at: number | null, read_at: number | null }} Reach `reached_at`: when the worker answered last,
 *   whatever it said; `read_at`: when what is shown was read, `null` where nothing of the view was
 */

/** @param {Reach} reach @returns {{ isStale: boolean, live: "yes" | "no" | "waiting", words: string }} */
export function reachInWords({ trouble, reached_at, read_at }) {
  // What was good then may not be now, whoever kept the news from us.
  if (trouble === "lost") return { isStale: true, live: "no", words: `No connection${sinceThen(reached_at)}` };
  if (trouble === "refused") return { isStale: true, live: "no", words: read_at === null ? "Nothing to show" : `Not up to date${sinceThen(read_at)}` };
  return reached_at === null ? { isStale: false, live: "waiting", words: "Connecting" } : { isStale: false, live: "yes", words: "Live" };
}

/** What the banner says where nobody answered. @param {Reach} reach */
export function lostInWords({ reached_at, read_at }) {
  if (reached_at === null) return "OneReply cannot be reached.";
  return `OneReply has not been reachable${sinceThen(reached_at)}.${fromWhen(read_at, reached_at)}`;
}

/** From when what is shown is; "then" where that has just been named. @param {number | null} read_at @param {number | null} [named_at] */
export function fromWhen(read_at, named_at = null) {
  if (read_at === null) return "";
  return ` What you see is from ${read_at === named_at ? "then" : clock(read_at)}.`;
}

function sinceThen(at) {
  return at === null ? "" : ` since ${clock(at)}`;
}
