// One conversation: how it stands, how its turns ended, and what happened, line by line.

import { Refused, get } from "../api.js";
import { h } from "../dom.js";
import { isWithNobody, reasonOf } from "../outcome.js";
import { button, empty, intercomLink, moment, outcomeLabel, section, since } from "../parts.js";
import { byDay, operatorLines, told, withNames } from "../story.js";
import { clock } from "../time.js";
import { turnButtons } from "../turns.js";
import { GIVEN_BACK, PHASES, SIGNS, words, capital } from "../words.js";
import { handOver } from "../actions.js";

const OPEN_MS = 3_000;
const IDLE_MS = 10_000;
/** A change is listed within this time, if it is listed at all. */
const LISTED_MS = 15_000;

/** @type {import("../main.js").View} */
export const conversation = {
  name: "Conversation",
  heading: ({ route }) => `Conversation ${route.id}`,
  every_ms: (data) => (data && data.record.phase !== "idle" ? OPEN_MS : IDLE_MS),
  ticks: true,
  load: async (context) => {
    const record = await get(`/conversations/${encodeURIComponent(context.route.id)}`, context.signal);
    return { record, changes: await changesOf(record, context) };
  },
  show: ({ record, changes }, context) => [
    h("p", { class: "back" }, h("a", { href: "#/conversations" }, "All conversations")),
    head(record, context),
    endings(record, context),
    story(record, changes, context),
  ],
  announce: ({ record }) => `Status: ${words(PHASES, record.phase)}.`,
};

/** What operators changed here. Only that list has their names, and it is read only when the history has a new line of theirs. */
async function changesOf({ conversation: id, history }, { memory, signal, now }) {
  const newest = operatorLines(history).at(-1);
  if (!newest) return [];
  if (memory.named_at === newest.at && now() - newest.at > LISTED_MS) return memory.changes;
  try {
    const { controls = [] } = await get("/workspace", signal);
    memory.changes = controls.filter(({ detail }) => detail === id);
    memory.named_at = newest.at;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  return memory.changes ?? [];
}

function head(record, context) {
  const { phase, wakes_at, teammate, given_back } = record;
  const isOpen = phase !== "idle" && phase !== "deleted";
  const last = record.turns.at(-1);
  const turn = last && { conversation: record.conversation, link: record.link, outcome: Object.keys(last.outcome)[0], detail: last.outcome };
  return h("div", { class: "card standing" },
    h("p", { class: "headline" }, capital(words(PHASES, phase)), isOpen ? "." : last ? `; the last result was ` : ".", !isOpen && last && since(last.at, context.now()), !isOpen && last && "."),
    h("ul", { class: "signs" },
      isOpen && wakes_at && h("li", {}, h("span", { class: "small" }, wakes_at <= context.now() ? "now" : since(wakes_at, context.now())), "Next step."),
      teammate && h("li", {}, h("span", { class: "small" }, since(teammate.at * 1_000, context.now())), words(SIGNS, teammate.sign)),
      given_back && h("li", {}, h("span", { class: "small" }, since(given_back.at * 1_000, context.now())), words(GIVEN_BACK, given_back.by)),
      record.waiting.length > 0 && h("li", {}, record.waiting.length === 1 ? "1 message is waiting for its result." : `${record.waiting.length} messages are waiting for their result.`),
    ),
    h("div", { class: "card-foot" }, intercomLink(record.link), isOpen ? handOverButton(record.conversation, context) : turn && turnButtons(turn, context)),
  );
}

function handOverButton(id, { change }) {
  return button("Hand over", () => change(handOver(id), `Conversation ${id} is being handed over.`), { label: `Hand over: conversation ${id}` });
}

function endings({ turns }, { now }) {
  if (turns.length === 0) return null;
  const one = ({ key, outcome, at }) => {
    const [name] = Object.keys(outcome);
    const { what, todo } = reasonOf(name, outcome);
    return h("li", { "data-key": `${key} ${at}` }, h("div", { class: "card-head" }, outcomeLabel(name), moment(at, now())), h("p", {}, what, todo && isWithNobody(name) ? ` ${todo}` : ""));
  };
  return section({ id: "endings", title: turns.length === 1 ? "Last result" : `The last ${turns.length} results, newest first` }, h("ol", { class: "endings" }, [...turns].reverse().map(one)));
}

function story({ history }, changes, context) {
  const lines = told(withNames(history, changes));
  const steps = lines.filter(({ kind }) => kind === "step").length;
  const { memory } = context;
  const toggle = steps > 0 && h("label", { class: "tick" },
    h("input", { type: "checkbox", onchange: (event) => {
      memory.isWhole = event.target.checked;
      context.draw();
    } }),
    h("span", {}, `Every step (${steps} more)`));
  const isShown = lines.filter(({ kind }) => memory.isWhole || kind !== "step");
  return section({ id: "story", title: "What happened", aside: toggle }, history.length === 0 ? empty("No history is stored") : h("div", { class: "story" }, days(isShown)));
}

/** The lines under the day on which they happened. */
function days(lines) {
  return byDay(lines).map(([name, group]) => h("section", { class: "day", "data-key": name }, h("h3", {}, name), h("ol", {}, group.map(line))));
}

function line({ at, words: sentence, name, kind, tone }) {
  return h("li", { class: `line ${kind} ${tone}` }, h("time", { datetime: new Date(at).toISOString() }, clock(at)), h("span", { title: name }, sentence));
}
