// What needs people: turns that failed or were handed over, each with why and what to do.

import { h } from "../dom.js";
import { reasonOf } from "../outcome.js";
import { key, newestOfEach } from "../pages.js";
import { breakable, choice, conversationLink, empty, intercomLink, moment, outcomeLabel } from "../parts.js";
import { address } from "../routes.js";
import { farther, moreButton, newestTurns, turnButtons } from "../turns.js";

const EVERY_MS = 30_000;
const BOTH = "failed,handed_over";

/** @type {import("../main.js").View} */
export const handedOver = {
  name: "Handed over",
  heading: () => "Failed and handed over",
  every_ms: () => EVERY_MS,
  load: async (context) => ({ list: await newestTurns(context, filterOf(context)) }),
  show: ({ list }, context) => [
    choice("Show", [
      { href: address("handed-over"), words: "Both", isHere: wanted(context) === BOTH },
      { href: address("handed-over", { outcome: "failed" }), words: "Failed", isHere: wanted(context) === "failed" },
      { href: address("handed-over", { outcome: "handed_over" }), words: "Handed over", isHere: wanted(context) === "handed_over" },
    ]),
    list.turns.length === 0 && list.next === null ? nothing(wanted(context)) : list.turns.length === 0 ? farther() : cards(list.turns, context),
    moreButton(context, filterOf(context)),
  ],
};

function wanted({ route: { query } }) {
  const outcome = query.get("outcome");
  return outcome === "failed" || outcome === "handed_over" ? outcome : BOTH;
}

function filterOf(context) {
  return { outcome: wanted(context) };
}

function cards(turns, context) {
  const newest = newestOfEach(turns);
  return h("ul", { class: "cards" }, turns.map((turn) => card(turn, newest.has(key(turn)), context)));
}

function card(turn, isNewest, context) {
  const { what, todo } = reasonOf(turn.outcome, turn.detail);
  return h("li", { class: `card ${turn.outcome === "failed" ? "bad" : "warn"}`, "data-key": key(turn) },
    h("div", { class: "card-head" }, outcomeLabel(turn.outcome), moment(turn.at, context.now()), conversationLink(turn.conversation)),
    h("p", { class: "card-what" }, what),
    todo && h("p", {}, breakable(todo)),
    h("div", { class: "card-foot" }, intercomLink(turn.link), isNewest ? turnButtons(turn, context) : h("span", { class: "small" }, "See the newer message of this conversation above.")),
  );
}

function nothing(outcome) {
  const title = { failed: "Nothing failed", handed_over: "Nothing was handed over", [BOTH]: "Nothing failed, and nothing was handed over" }[outcome];
  return empty(title, "As far back as messages are kept (RETENTION_DAYS).", "good");
}
