// A conversation's history in plain words: what was heard, done and decided, line by line.

import { named, reasonOf, toneOf } from "./outcome.js";
import { longDay } from "./time.js";
import { ACTS, CALLS, EVENTS, FAULTS, GIVEN_BACK, REPORTS, SERVICES, SIGNS, WAITS, words, capital } from "./words.js";

/**
 * A line of the story. `step` are those that matter only to whoever looks for a cause; `ends` are those with which a turn ended.
 * @typedef {{ at: number, words: string, name: string, kind: "main" | "step" | "ends", tone: import("./outcome.js").Tone | "plain" }} Told
 */

/** Calls whose success is no news of its own. */
const ROUTINE = new Set(["verify_workspace", "read_conversation", "seek_grant", "open_session", "read_session", "discard_exchange"]);
const STEPS = new Set(["stale_read", "late_result", "credentials_accepted"]);
const TONES = {
  call_failed: "warn", credentials_refused: "bad", workspace_mismatch: "bad", another_program_answers: "bad", turn_waits: "warn",
  interrupted: "warn", nudge_unfounded: "warn", hand_over_begun: "warn",
};

/** @param {any[]} history oldest first @returns {Told[]} */
export function told(history) {
  // An answer that is there and not posted yet: a turn that ends then drops it.
  let isAnswerInHand = false;
  return history.map((entry) => {
    const line = lineOf(entry, isAnswerInHand);
    isAnswerInHand = inHand(entry, isAnswerInHand);
    return { at: entry.at, name: entry.event, ...line };
  });
}

function inHand({ event, call, result }, before) {
  if (event === "called" && call === "ask" && result === "ok") return true;
  if (event === "called" && call === "post") return false;
  return event === "turn_settled" || event === "answer_superseded" ? false : before;
}

function lineOf(entry, isAnswerInHand) {
  const { event } = entry;
  const tell = Object.hasOwn(TELLERS, event) ? TELLERS[event] : () => words(EVENTS, event);
  return { words: tell(entry, isAnswerInHand), kind: kindOf(entry), tone: toneOfLine(entry) };
}

function kindOf(entry) {
  if (entry.event === "turn_settled") return "ends";
  return isStep(entry) ? "step" : "main";
}

function isStep({ event, call, result, report }) {
  // The bot's own words come like this too; where a teammate has taken over, that is told for itself.
  if (event === "reported") return ["spoke", "noted", "assigned"].includes(actOf(report));
  return STEPS.has(event) || (event === "called" && result === "ok" && ROUTINE.has(call));
}

function toneOfLine({ event, outcome, result }) {
  if (event === "turn_settled" || event === "turn_corrected") return toneOf(outcome);
  if (event === "called") return result === "ok" ? "plain" : "warn";
  return TONES[event] ?? "plain";
}

/** What an operator did, as the history and as the list of changes call it. */
const OPERATOR_LINES = { retry_requested: "retry", hand_over_requested: "hand_over" };
/** A change is listed a moment after the conversation has taken it in. */
const SAME_CHANGE_MS = 10_000;

/** The lines of a history that an operator caused. @param {any[]} history */
export function operatorLines(history) {
  return history.filter(({ event }) => Object.hasOwn(OPERATOR_LINES, event));
}

/** The history with the operator's name, `by`, where the list of changes has it. @param {any[]} history @param {any[]} changes of this conversation */
export function withNames(history, changes) {
  const nameOfOperator = ({ event, at }) => changes.find((change) => change.what === OPERATOR_LINES[event] && Math.abs(change.at - at) < SAME_CHANGE_MS)?.by;
  return history.map((entry) => (Object.hasOwn(OPERATOR_LINES, entry.event) ? { ...entry, by: nameOfOperator(entry) } : entry));
}

const TELLERS = {
  reported: ({ report }) => ofReport(report),
  called: ({ call, result }) => (result === "ok" ? doneOf(call) : `${capital(nameOf(call))} failed: ${words(FAULTS, result)}.`),
  turn_settled: ({ outcome, detail }, isAnswerInHand) => {
    const { what } = reasonOf(outcome, detail);
    const dropped = isAnswerInHand && outcome === "stood_down" ? " The draft answer was dropped." : "";
    return `Result: ${named(outcome)}. ${what}${dropped}`.trim();
  },
  turn_corrected: ({ outcome, detail }) => `The result was corrected: ${named(outcome)}. ${reasonOf(outcome, detail).what}`.trim(),
  retry_requested: ({ by }) => `${by ?? "An operator"} asked to try again.`,
  hand_over_requested: ({ by }) => `${by ?? "An operator"} handed it over.`,
  taken_over: ({ sign }) => words(SIGNS, sign),
  given_back: ({ by }) => words(GIVEN_BACK, by),
  turn_waits: (entry) => words(WAITS, entry.for),
  hand_over_begun: ({ reason }) => `Handing over to a teammate. ${reasonOf("handed_over", { handed_over: reason }).what}`,
  call_failed: ({ service, fault }) => `A call to ${words(SERVICES, service)} failed: ${words(FAULTS, faultName(fault))}. OneReply tries again or hands over to a teammate.`,
  credentials_refused: ({ service }) => `${words(SERVICES, service)} refused the credentials. The message waits until they are fixed.`,
  credentials_accepted: ({ service }) => `${words(SERVICES, service)} accepts the credentials again.`,
};

function doneOf(call) {
  return Object.hasOwn(CALLS, call) ? CALLS[call].done : String(call);
}

function nameOf(call) {
  return Object.hasOwn(CALLS, call) ? CALLS[call].name : String(call);
}

/** A fault is stored as a name, or as an object whose one key is its name. */
function faultName(fault) {
  if (typeof fault !== "object" || fault === null) return String(fault);
  const [name] = Object.keys(fault);
  return name === "unanswered" ? String(fault.unanswered) : String(name);
}

function ofReport(report) {
  const name = typeof report === "object" && report !== null ? Object.keys(report)[0] ?? "other" : String(report);
  return name === "teammate_acted" ? words(ACTS, actOf(report)) : words(REPORTS, name);
}

/** What a teammate did, if that is what was told. */
function actOf(report) {
  const act = report?.teammate_acted?.act;
  return typeof act === "object" && act !== null ? Object.keys(act)[0] : act;
}

/** The lines under the name of the day on which they happened. @param {Told[]} lines @returns {[string, Told[]][]} */
export function byDay(lines) {
  const days = new Map();
  for (const line of lines) {
    const name = longDay(line.at);
    if (!days.has(name)) days.set(name, []);
    days.get(name).push(line);
  }
  return [...days];
}
