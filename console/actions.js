// What can be changed, each as a question that says what it means.

import { Refused, post } from "./api.js";
import { h } from "./dom.js";
import { intercomLink } from "./parts.js";
import { MODES, explained } from "./words.js";

/** @typedef {import("./dialog.js").Question} Question */

const p = (...children) => h("p", {}, ...children);

/** Tries the last turn of a conversation again. @returns {Question} */
export function retry(conversation, link) {
  const path = `/conversations/${encodeURIComponent(conversation)}/retry`;
  return {
    title: "Try this turn again?",
    text: [p("GPT Trainer is asked again, and the customer gets the answer. It is never given over a teammate.")],
    verb: "Try again",
    work: async () => {
      try {
        await post(path);
      } catch (error) {
        if (error instanceof Refused && error.code === "may_repeat") return mayRepeat(path, link);
        throw error;
      }
    },
  };
}

/** @returns {Question} */
function mayRepeat(path, link) {
  return {
    title: "The customer could get two replies",
    text: [
      p("Intercom never confirmed the first reply, and it may still appear. Look into the conversation first: where a reply is there, nothing is to be done."),
      link && p(intercomLink(link, "Look into the conversation")),
    ],
    verb: "Try again all the same",
    tone: "danger",
    work: async () => void (await post(path, { confirm: "may_repeat" })),
  };
}

/** Gives a conversation to people. @returns {Question} */
export function handOver(conversation) {
  return {
    title: "Hand this conversation over?",
    text: [p("It is assigned as HANDOVER_TEAM_ID says, and a note says why. The customer is told that a teammate will answer. The bot stays quiet until a teammate gives it back."), p("A question or a reply that is under way is waited for first.")],
    verb: "Hand over",
    work: async () => void (await post(`/conversations/${encodeURIComponent(conversation)}/hand_over`)),
  };
}

/** @returns {Question} */
export function pause() {
  return {
    title: "Pause everything?",
    text: [p("No customer is answered until somebody resumes. What they write is kept.")],
    verb: "Pause",
    tone: "danger",
    work: async () => void (await post("/pause")),
  };
}

/** @returns {Question} */
export function resume(byLimit = false) {
  return {
    title: "Resume?",
    text: [
      byLimit && p("The hourly limit was reached. Have you seen what writes so much? The hour is counted anew from now on."),
      p("All turns that wait go on. Questions that have grown too old (MAX_ANSWER_AGE_MINUTES) are answered by a note."),
    ],
    verb: "Resume",
    work: async () => void (await post("/resume")),
  };
}

/** @param {"reply" | "note" | "off" | "configured"} mode @param {string} configured what REPLY_MODE says @returns {Question} */
export function setMode(mode, configured) {
  const { what, todo } = explained(MODES, mode);
  const meaning = mode === "configured" ? `REPLY_MODE counts again, which is: ${explained(MODES, configured).what.toLowerCase()}. ${explained(MODES, configured).todo}` : todo;
  return {
    title: `Set the mode to “${what}”?`,
    text: [p(meaning), mode !== "configured" && p("It holds until somebody sets it back to “As configured”.")],
    verb: "Set the mode",
    tone: mode === "off" ? "danger" : undefined,
    work: async () => void (await post("/mode", { mode })),
  };
}

/** @param {number} hours @returns {Question} */
export function beginAudit(hours, inWords) {
  return {
    title: "Begin an audit?",
    text: [p(`The conversations of the last ${inWords} are read back from Intercom, at most 2,000. Turns go first; nothing is changed.`)],
    verb: "Begin",
    work: async () => void (await post("/audit", { hours })),
  };
}
