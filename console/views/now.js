// How it stands now: one line for whoever was woken, what to do, and what is open.

import { resume } from "../actions.js";
import { get } from "../api.js";
import { h } from "../dom.js";
import { button, conversationLink, empty, figures, intercomLink, mark, moment, section, since, table, withCode } from "../parts.js";
import { address } from "../routes.js";
import { countOpen, hasWrongSettings, isCalm, openInWords, otherProblems, problemName, standing } from "../standing.js";
import { duration } from "../time.js";
import { HAND_OVER_REASONS, HELD, MODES, NOT_OURS, PHASES, SERVICES, SEVERITIES, TRIES, WAITS, capital, explained, words } from "../words.js";

const BUSY_MS = 10_000;
const CALM_MS = 20_000;

/** @type {import("../main.js").View} */
export const now = {
  name: "Now",
  heading: () => "Now",
  // Ages go on by themselves meanwhile; each look costs requests and rows of the free plan's day.
  every_ms: (data) => (data && isCalm(data) ? CALM_MS : BUSY_MS),
  ticks: true,
  load: async ({ signal }) => {
    const workspace = await get("/workspace", signal);
    const open = hasWrongSettings(workspace) ? { total: 0, open: [] } : await get("/open", signal);
    return { workspace, open, read_at: Date.now() };
  },
  show: ({ workspace, open, read_at }, context) => {
    // What was so old when it was read is older now.
    const later_ms = Date.now() - read_at;
    return [
      hero(workspace, open, later_ms, context),
      problems(otherProblems(workspace)),
      !hasWrongSettings(workspace) && openTurns(open, later_ms, context),
      workspace.turns && lastHour(workspace, context),
    ];
  },
  announce: ({ workspace }) => {
    const { headline, more } = standing(workspace);
    return `${headline} ${more}`.trim();
  },
};

function hero(workspace, open, later_ms, { change, now: time }) {
  const { mood, headline, more } = standing(workspace);
  const ages = open.open.map(({ age_ms }) => age_ms).filter((age) => typeof age === "number");
  const oldest_ms = ages.length === 0 ? null : Math.max(...ages) + later_ms;
  const { pause, mode } = workspace;
  return h("div", { class: `hero ${mood}` },
    mark(mood),
    h("div", { class: "hero-words" },
      h("p", { class: "headline" }, headline),
      !hasWrongSettings(workspace) && h("p", { class: "hero-open" }, openInWords({ total: countOpen(open), oldest_ms })),
      more && h("p", {}, more),
      mode?.in_force === "off" && h("p", {}, mode.by && `Set by ${mode.by}. `, h("a", { href: "#/controls" }, "Change it under Controls"), "."),
      pause && h("p", {}, "Since ", moment(pause.since, time()), "."),
    ),
    pause && button("Resume", () => change(resume(pause.by === "hourly_limit"), "Resumed. The waiting messages are handled now."), { class: "primary" }),
  );
}

function problems(found) {
  if (found.length === 0) return null;
  const one = (problem) =>
    h("li", { class: `problem ${problem.severity ?? "problem"}`, "data-key": problem.problem ?? problem.variable },
      mark(problem.severity === "degraded" ? "warn" : "bad"),
      h("div", {},
        h("h3", {}, problemName(problem)),
        h("p", {}, withCode(problem.message)),
        problem.problem && h("p", { class: "small" }, h("code", {}, problem.problem), problem.severity && `: ${words(SEVERITIES, problem.severity)}`),
      ),
    );
  return section({ id: "problems", title: found.length === 1 ? "One problem" : `${found.length} problems` }, h("ul", { class: "problems" }, found.map(one)));
}

function openTurns(list, later_ms, { now: time }) {
  const { open } = list;
  const beyond = countOpen(list) - open.length;
  const body = open.length === 0 ? empty("No message is waiting", "Every customer message has been handled.", "good") : table({
    caption: "Waiting messages, oldest first",
    rows: open,
    key: ({ conversation }) => conversation,
    columns: [
      { name: "Conversation", class: "main", cell: ({ conversation }) => conversationLink(conversation) },
      { name: "Status", cell: phase },
      { name: "Waited", class: "number", cell: ({ age_ms }) => (typeof age_ms === "number" ? duration(age_ms + later_ms) : "–") },
      { name: "Next step", class: "number", cell: ({ wakes_at }) => (wakes_at !== null && wakes_at > time() ? `in ${duration(wakes_at - time())}` : "") },
      { name: "In Intercom", class: "links", cell: ({ link }) => intercomLink(link, "Open") },
    ],
  });
  return section({ id: "open", title: "Waiting messages", aside: phases(open) }, body, beyond > 0 && h("p", { class: "small" }, `And ${beyond} newer ones.`));
}

function phase({ phase: name, detail }) {
  // What it waits for says more than the step at which it waits.
  const status = detail?.waiting ? words(WAITS, detail.waiting).replace(/\.$/, "") : capital(words(PHASES, name));
  return [status, more(detail ?? {}).map((sentence) => h("span", { class: "sub" }, sentence))];
}

/** What else is known of an open turn. */
function more({ failing, failures, refused_by, hand_over, reason }) {
  return [
    reason && words(HELD, reason),
    refused_by && `Waiting: ${words(SERVICES, refused_by)} refuses the credentials.`,
    failing && !refused_by && `${words(TRIES, failing)} failed${failures > 1 ? ` ${failures} times` : ""} and is tried again.`,
    hand_over && explained(HAND_OVER_REASONS, hand_over).what,
  ].filter(Boolean);
}

/** How many are in each phase, the fullest first. */
function phases(open) {
  const counts = new Map();
  for (const { phase: name } of open) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (open.length < 2) return null;
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return h("ul", { class: "chips", "aria-label": "By status" }, sorted.map(([name, count]) => h("li", { "data-key": name }, h("strong", {}, count), ` ${words(PHASES, name)}`)));
}

function lastHour({ turns, webhooks, sweep, cron, mode, build }, { now: time }) {
  const hour = turns.last_hour;
  const past = (at) => (at ? since(at, time()) : "never");
  return section({ id: "hour", title: "The last hour" },
    figures([
      { name: "Messages", value: hour.turns },
      { name: "Answered", value: hour.replied },
      { name: "Answered by a note", value: hour.noted },
      { name: "Handed over", value: linked(hour.handed_over, "handed_over"), tone: hour.handed_over > 0 ? "warn" : "" },
      { name: "Not ours", value: hour.stood_down },
      { name: "Failed", value: linked(hour.failed, "failed"), tone: hour.failed > 0 ? "bad" : "" },
    ]),
    hour.stood_down > 0 && h("p", { class: "small" }, `${capital(NOT_OURS)}.`),
    h("p", { class: "small facts" },
      h("span", {}, "Last webhook: ", past(webhooks.last?.at)),
      h("span", {}, "Last sweep: ", past(sweep?.last?.ended_at)),
      h("span", {}, "Last cron: ", past(cron.last_at)),
      mode && h("span", {}, `Mode: ${explained(MODES, mode.in_force).what.toLowerCase()}`),
      build && h("span", {}, `Build ${build}`),
    ),
  );
}

/** A figure that is somebody's work leads there. */
function linked(count, outcome) {
  return count === 0 ? count : h("a", { href: address("handed-over", { outcome }) }, count);
}
