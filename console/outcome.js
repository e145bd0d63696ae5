// How a turn ended, in words: the outcome comes as the worker stores it, for example `{"handed_over":"ai_unavailable"}`.

import { FAILURE_REASONS, HAND_OVER_REASONS, OUTCOMES, REPLIED_BY, STAND_DOWN_REASONS, explained, words } from "./words.js";

/** @typedef {import("./words.js").Explained} Explained */

/** @typedef {"good" | "note" | "warn" | "quiet" | "bad"} Tone */

/** @type {Record<string, Tone>} */
const TONES = { replied: "good", noted: "note", handed_over: "warn", stood_down: "quiet", failed: "bad" };

const REASONS = { handed_over: HAND_OVER_REASONS, stood_down: STAND_DOWN_REASONS, failed: FAILURE_REASONS };

/** @returns {Tone} */
export function toneOf(outcome) {
  return TONES[outcome] ?? "quiet";
}

/** "handed over" */
export function named(outcome) {
  return words(OUTCOMES, outcome);
}

/** Why it ended so, and what to do. @param {string} outcome @param {any} detail the outcome as it is stored @returns {Explained} */
export function reasonOf(outcome, detail) {
  const inside = detail?.[outcome];
  if (Object.hasOwn(REASONS, outcome)) return explained(REASONS[outcome], inside ?? "");
  if (outcome === "replied") return { what: words(REPLIED_BY, inside?.by ?? "us"), todo: "" };
  if (outcome === "noted") return { what: "The answer is in an internal note.", todo: "If it is right, send it to the customer." };
  return { what: "", todo: "" };
}

/** Whether the operator can have it tried again: the worker decides for good. */
export function canBeTriedAgain(outcome) {
  return outcome !== "replied" && outcome !== "noted";
}

/** Whether nobody has it: what to do about it is somebody's who reads this. */
export function isWithNobody(outcome) {
  return outcome === "failed" || outcome === "stood_down";
}

/** By these the settings left it to people. They keep the upper hand: a hand-over would do nothing. */
const LEFT_BY_SETTINGS = new Set(["mode_off", "channel", "not_a_tester", "rollout"]);

/** Whether the operator can hand it over: it is not with people yet. @param {string} outcome @param {any} detail the outcome as it is stored */
export function canBeHandedOver(outcome, detail) {
  return isWithNobody(outcome) && !LEFT_BY_SETTINGS.has(detail?.stood_down);
}
