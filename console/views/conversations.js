// The turns of all conversations, the newest first.

import { h } from "../dom.js";
import { named, reasonOf } from "../outcome.js";
import { key } from "../pages.js";
import { conversationLink, empty, intercomLink, moment, outcomeLabel, table } from "../parts.js";
import { address } from "../routes.js";
import { took } from "../time.js";
import { farther, moreButton, newestTurns } from "../turns.js";
import { NOT_OURS, OUTCOMES } from "../words.js";

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
  const box = (outcome) => h("label", { class: "tick" }, h("input", { type: "checkbox", name: "outcome", value: outcome, checked: chosen.has(outcome) }), h("span", {}, outcome === "stood_down" ? NOT_OURS : named(outcome)));
  return h("form", { class: "search", role: "search", onsubmit: find, onchange: (event) => event.target.name === "outcome" && event.currentTarget.requestSubmit() },
    h("div", { class: "field" },
      h("label", { for: "find" }, "Conversation ID, or its first characters"),
      h("div", { class: "with-button" }, h("input", { id: "find", name: "conversation", type: "search", inputmode: "numeric", autocomplete: "off", spellcheck: "false", value: filter.conversation ?? "" }), h("button", { type: "submit" }, "Search")),
    ),
    h("fieldset", { class: "ticks" }, h("legend", {}, "Show only"), Object.keys(OUTCOMES).map(box)),
  );
}

function turns(list, { now }) {
  return table({
    caption: "Messages, newest first",
    rows: list.turns,
    key,
    columns: [
      { name: "When", class: "number", cell: ({ at }) => moment(at, now()) },
      { name: "Conversation", class: "main", cell: ({ conversation }) => conversationLink(conversation) },
      { name: "Result", cell: ({ outcome }) => outcomeLabel(outcome) },
      { name: "Reason", class: "why", cell: why },
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
  return isFiltered ? empty("Nothing matches", "Change the search, or clear a filter.") : empty("No results yet", "Each customer message appears here once it has been handled.");
}
