// How the whole stands, in one sentence: what somebody on call reads first.

import { duration } from "./time.js";
import { MODES, PAUSED_BY, PROBLEMS, explained, words } from "./words.js";

/**
 * @typedef {"good" | "warn" | "bad" | "paused"} Mood
 * @typedef {{ mood: Mood, headline: string, more: string }} Standing
 * @typedef {{ problem: string, message: string, severity: string }} Problem
 */

/** @param {any} workspace the answer of `/api/workspace` @returns {Standing} */
export function standing(workspace) {
  const { health, pause, mode } = workspace;
  if (hasWrongSettings(workspace)) {
    return { mood: "bad", headline: "Settings are wrong. Customers are not getting answers.", more: "Their messages are stored and are answered once the settings are fixed." };
  }
  if (pause?.by === "hourly_limit") {
    return { mood: "bad", headline: "Paused by the hourly limit. Customers are not getting answers.", more: "Find out what sends so many messages, then resume. Messages wait until then." };
  }
  if (pause) return { mood: "paused", headline: "Paused. Customers are not getting answers.", more: `Paused by ${pause.who ?? words(PAUSED_BY, pause.by)}. Messages wait until an operator resumes.` };
  if (mode?.in_force === "off") return { mood: "paused", headline: "Off. Customers are not getting answers.", more: explained(MODES, "off").todo };
  if (health?.status === "problem") {
    return { mood: "bad", headline: "Customers are not getting answers.", more: "See the problem and the fix below." };
  }
  if (health?.status === "degraded") {
    return { mood: "warn", headline: "Customers are answered, but later or less reliably.", more: "See the problem and the fix below." };
  }
  if (mode?.in_force === "note") return { mood: "warn", headline: "Answers become notes. Customers see nothing.", more: "The mode is set to notes only." };
  return { mood: "good", headline: "Customers are being answered.", more: "" };
}

/** Problems that the one line has told already, with what to do. */
const TOLD_BY_THE_LINE = new Set(["paused_by_operator", "paused_by_hourly_limit", "switched_off_by_operator"]);

/** What else is wrong. @param {any} workspace @returns {Problem[]} */
export function otherProblems({ health }) {
  return (health?.problems ?? []).filter(({ problem }) => !TOLD_BY_THE_LINE.has(problem));
}

/** With wrong settings the worker tells of nothing else. */
export function hasWrongSettings({ health, turns }) {
  return health?.status === "problem" && turns === undefined;
}

/** Whether nothing is open and nothing wrong, so that there is less to be watched. @param {{ workspace: any, open: { total: number } }} read */
export function isCalm({ workspace, open }) {
  return workspace.health?.status === "ok" && open.total === 0;
}

/** The worker lists at most so many. */
const MOST_LISTED = 40;

/** How many turns are open: a list that is not full names all of them, and the total also counts what only has to be reported. */
export function countOpen({ total, open }) {
  return open.length < MOST_LISTED ? open.length : Math.max(total, open.length);
}

/** "3 messages are waiting. The longest has waited 12 s." @param {{ total: number, oldest_ms: number | null }} open */
export function openInWords({ total, oldest_ms }) {
  const age = oldest_ms === null ? "" : duration(oldest_ms);
  if (total === 0) return "No message is waiting.";
  if (total === 1) return age ? `1 message is waiting. It has waited ${age}.` : "1 message is waiting.";
  return age ? `${total} messages are waiting. The longest has waited ${age}.` : `${total} messages are waiting.`;
}

/** What a problem is called; one of a setting names the setting. @param {any} problem */
export function problemName(problem) {
  return problem.variable ? `The setting ${problem.variable}` : words(PROBLEMS, problem.problem);
}
