// What a person may change for the whole workspace, and who has changed what.

import { pause, resume, setMode } from "../actions.js";
import { get } from "../api.js";
import { h } from "../dom.js";
import { button, conversationLink, empty, mark, moment, section, since, table } from "../parts.js";
import { hasWrongSettings } from "../standing.js";
import { CHANGES, MODES, PAUSED_BY, VIAS, explained, words } from "../words.js";

const EVERY_MS = 15_000;

/** @type {import("../main.js").View} */
export const controls = {
  name: "Controls",
  heading: () => "Controls",
  every_ms: () => EVERY_MS,
  load: async ({ signal }) => ({ workspace: await get("/workspace", signal) }),
  show: ({ workspace }, context) => {
    if (hasWrongSettings(workspace)) return [empty("Settings are wrong", "The controls work again once the settings are fixed. The page “Now” names the problem.", "bad")];
    return [pauseSwitch(workspace, context), workspace.mode && modes(workspace.mode, context), changes(workspace.controls ?? [], context)];
  },
};

function pauseSwitch({ pause: paused, mode }, { change, now }) {
  const isPaused = paused !== null;
  const who = isPaused && (paused.who ?? words(PAUSED_BY, paused.by));
  return section({ id: "pause", title: "Pause" },
    h("div", { class: `card switch ${isPaused ? "warn" : "good"}` },
      mark(isPaused ? "paused" : "good"),
      h("div", {},
        h("p", { class: "card-what" }, isPaused ? "Replies are paused." : mode?.in_force === "reply" ? "Replies are on." : "Replies are not paused."),
        h("p", {}, isPaused ? ["By ", who, ", ", since(paused.since, now()), "."] : "Pausing holds every answer in every conversation. GPT Trainer is not asked and customers get nothing. While paused, conversations can still be handed to your team."),
      ),
      isPaused
        ? button("Resume", () => change(resume(paused.by === "hourly_limit"), "Resumed. The waiting messages are handled now."), { class: "primary" })
        : button("Pause…", () => change(pause(), "Paused. Customers get no answers until an operator resumes."), { class: "danger-plain" }),
    ),
  );
}

function modes(mode, { change, now }) {
  const isConfigured = mode.since === null || mode.since === undefined;
  const set = (event) => {
    event.preventDefault();
    const wanted = new FormData(event.currentTarget).get("mode");
    change(setMode(wanted, mode.configured), `The mode is set: ${explained(MODES, wanted).what.toLowerCase()}.`);
  };
  const chosen = isConfigured ? "configured" : mode.in_force;
  const option = (name) => {
    const { what, todo } = explained(MODES, name);
    const meaning = name === "configured" ? `${todo} Now: ${explained(MODES, mode.configured).what.toLowerCase()}.` : todo;
    return h("label", { class: "option" }, h("input", { type: "radio", name: "mode", value: name, checked: name === chosen }), h("span", {}, h("strong", {}, what), h("span", { class: "sub" }, meaning)));
  };
  return section({ id: "mode", title: "Mode" },
    h("form", { class: "card", onsubmit: set, "data-key": `mode ${chosen}` },
      h("p", { class: "card-what" }, `Current mode: ${explained(MODES, mode.in_force).what.toLowerCase()}.`),
      h("p", {}, isConfigured ? "As configured in REPLY_MODE." : ["Set by ", mode.by ?? "an operator without a name", ", ", since(mode.since, now()), `. REPLY_MODE is set to: ${explained(MODES, mode.configured).what.toLowerCase()}.`]),
      h("fieldset", { class: "options" }, h("legend", {}, "What happens to answers"), ["reply", "note", "off", "configured"].map(option)),
      h("button", { type: "submit" }, "Set the mode…"),
    ),
  );
}

function changes(made, { now }) {
  const body = made.length === 0 ? empty("No changes yet") : table({
    caption: "Changes, newest first",
    rows: made,
    key: ({ at, what }) => `${at} ${what}`,
    columns: [
      { name: "When", class: "number", cell: ({ at }) => moment(at, now()) },
      { name: "What", class: "main", cell: (change) => [words(CHANGES, change.what), detailOf(change)] },
      { name: "Who", cell: ({ by, via }) => by ?? (via === "limit" ? words(PAUSED_BY, "hourly_limit") : "an operator without a name") },
      { name: "How", cell: ({ via }) => words(VIAS, via) },
    ],
  });
  return section({ id: "changes", title: "Latest changes" }, body);
}

/** A mode, a conversation, or so many hours. */
function detailOf({ what, detail }) {
  if (detail === null || detail === undefined) return "";
  if (typeof detail === "object") return h("span", { class: "sub" }, Object.entries(detail).map(([name, value]) => `${value} ${name}`).join(", "));
  if (what === "retry" || what === "hand_over") return h("span", { class: "sub" }, conversationLink(String(detail)));
  return h("span", { class: "sub" }, Object.hasOwn(MODES, detail) ? explained(MODES, detail).what : detail);
}
