// The turns of all conversations, the newest first.

import { h } from "../dom.js";
import { named, reasonOf } from "../outcome.js";
import { key } from "../pages.js";
import { conversationLink, empty, intercomLink, moment, outcomeLabel, table } from "../parts.js";
import { address } from "../routes.js";
import { took } from "../time.js";
import { farther, moreButton, newestTurns } from "../turns.js";
import { OUTCOMES } from "../words.js";

const EVERY_MS = 30_000;

/** @type {import("../main.js").View} */
export const conversations = {
  name: "Conversations",
  heading: () => "Conversations",
  every_ms: () => EVERY_MS,
  load: async (context) => ({ list: await newestTurns(context, filterOf(context)) }),
  show: ({ list }, context) => [search(context), list.turns.length === 0 && list.next === null ? nothing(context) : list.turns.length === 0 ? farther() : turns(list, context), moreButton(context, filterOf(context))],
};

function filterOf({ route: { query } }) {
  const filter = { conversation: query.get("conversation") ?? "", outcome: query.get("outcome") ?? "" };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
}

function search(context) {
  const filter = filterOf(context);
  const find = (event) => {
    event.preventDefault();
    const { conversation, outcome } = event.currentTarget.elements;
    const chosen = [...outcome].filter(({ checked }) => checked).map(({ value }) => value);
    location.hash = address("conversations", { conversation: conversation.value.trim(), outcome: chosen.join(",") });
  };
  const chosen = new Set((filter.outcome ?? "").split(","));
  const box = (outcome) => h("label", { class: "tick" }, h("input", { type: "checkbox", name: "outcome", value: outcome, checked: chosen.has(outcome) }), h("span", {}, named(outcome)));
  return h("form", { class: "search", role: "search", onsubmit: find, onchange: (event) => event.target.name === "outcome" && event.currentTarget.requestSubmit() },
    h("div", { class: "field" },
      h("label", { for: "find" }, "Conversation’s id, or its beginning"),
      h("div", { class: "with-button" }, h("input", { id: "find", name: "conversation", type: "search", inputmode: "numeric", autocomplete: "off", spellcheck: "false", value: filter.conversation ?? "" }), h("button", { type: "submit" }, "Search")),
    ),
    h("fieldset", { class: "ticks" }, h("legend", {}, "Only those that were"), Object.keys(OUTCOMES).map(box)),
  );
}

function turns(list, { now }) {
  return table({
    caption: "Turns, the newest first",
    rows: list.turns,
    key,
    columns: [
      { name: "Ended", class: "number", cell: ({ at }) => moment(at, now()) },
      { name: "Conversation", class: "main", cell: ({ conversation }) => conversationLink(conversation) },
      { name: "How", cell: ({ outcome }) => outcomeLabel(outcome) },
      { name: "Why", class: "why", cell: why },
      { name: "Took", class: "number", cell: ({ took_ms }) => (typeof took_ms === "number" ? took(took_ms) : "") },
      { name: "Found by", cell: ({ found_by }) => found_by },
      { name: "In Intercom", class: "links", cell: ({ link }) => intercomLink(link, "Open") },
    ],
  });
}

/** That the customer has the answer is what "answered" says. */
function why({ outcome, detail }) {
  return outcome === "replied" && detail?.replied?.by === "us" ? "" : reasonOf(outcome, detail).what;
}

function nothing(context) {
  const isFiltered = Object.keys(filterOf(context)).length > 0;
  return isFiltered ? empty("No turn is like that", "Search for something else, or untick what is ticked.") : empty("No turn has ended yet", "It stands here as soon as a customer has written and the turn has ended.");
}
