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
    title: "Try again?",
    text: [p("GPT Trainer is asked again and the customer gets the answer. If a teammate has taken over, nothing is sent.")],
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
      p("Intercom never confirmed the first reply, so it may still appear. Check the conversation first. If the reply is there, you are done."),
      link && p(intercomLink(link, "Open the conversation")),
    ],
    verb: "Try again anyway",
    tone: "danger",
    work: async () => void (await post(path, { confirm: "may_repeat" })),
  };
}

/** Gives a conversation to people. @returns {Question} */
export function handOver(conversation) {
  return {
    title: "Hand this conversation over?",
    text: [p("It is assigned to the team in HANDOVER_TEAM_ID, and a note explains why. The customer gets a message that a teammate will answer. The bot stays quiet until a teammate gives the conversation back."), p("A question or a reply in progress finishes first.")],
    verb: "Hand over",
    work: async () => void (await post(`/conversations/${encodeURIComponent(conversation)}/hand_over`)),
  };
}

/** @returns {Question} */
export function pause() {
  return {
    title: "Pause replies?",
    text: [p("Customers get no answers until an operator resumes. Their messages are kept.")],
    verb: "Pause",
    tone: "danger",
    work: async () => void (await post("/pause")),
  };
}

/** @returns {Question} */
export function resume(byLimit = false) {
  return {
    title: "Resume replies?",
    text: [
      byLimit && p("The hourly limit was reached. Make sure you know what sends so many messages. The count starts again from zero."),
      p("All waiting messages are handled. Messages that are too old by now (MAX_ANSWER_AGE_MINUTES) get a note instead of a reply."),
    ],
    verb: "Resume",
    work: async () => void (await post("/resume")),
  };
}

/** @param {"reply" | "note" | "off" | "configured"} mode @param {string} configured what REPLY_MODE says @returns {Question} */
export function setMode(mode, configured) {
  const { what, todo } = explained(MODES, mode);
  const meaning = mode === "configured" ? `REPLY_MODE applies again, which is: ${explained(MODES, configured).what.toLowerCase()}. ${explained(MODES, configured).todo}` : todo;
  return {
    title: `Set the mode to “${what}”?`,
    text: [p(meaning), mode !== "configured" && p("It stays until an operator sets it back to “As configured”.")],
    verb: "Set the mode",
    tone: mode === "off" ? "danger" : undefined,
    work: async () => void (await post("/mode", { mode })),
  };
}

/** @param {number} hours @returns {Question} */
export function beginAudit(hours, inWords) {
  return {
    title: "Start an audit?",
    text: [p(`OneReply reads the conversations of the last ${inWords} back from Intercom, at most 2,000. Answering customers comes first. Nothing is changed.`)],
    verb: "Start",
    work: async () => void (await post("/audit", { hours })),
  };
}
