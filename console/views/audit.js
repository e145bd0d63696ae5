// The audit: whether Intercom's own record shows that everybody was answered, once, and never over a teammate.

import { beginAudit } from "../actions.js";
import { Refused, get } from "../api.js";
import { h } from "../dom.js";
import { conversationLink, empty, figures, mark, moment, section, table } from "../parts.js";
import { took } from "../time.js";
import { ASKED_BY, DISAGREEMENTS, FINDINGS, explained, words, capital } from "../words.js";

const RUNNING_MS = 2_000;
const IDLE_MS = 20_000;
const LENGTHS = [[24, "day"], [48, "2 days"], [168, "week"], [720, "30 days"]];
const KINDS = Object.keys(FINDINGS);

/** @type {import("../main.js").View} */
export const audit = {
  name: "Audit",
  heading: () => "Audit",
  every_ms: (data) => (data?.run?.status === "running" ? RUNNING_MS : IDLE_MS),
  load: async ({ signal }) => ({ run: await lastRun(signal) }),
  show: ({ run }, context) => [
    h("p", { class: "lead" }, "Every night OneReply reads conversations back from Intercom and compares them with its own records. Zero everywhere means all is well."),
    run ? [verdict(run, context), findings(run)] : empty("No audit has run yet", "One runs every night. You can start one now."),
    begin(run, context),
  ],
  announce: ({ run }) => (run ? sentence(run) : ""),
};

async function lastRun(signal) {
  try {
    return await get("/audit", signal);
  } catch (error) {
    if (error instanceof Refused && error.code === "no_audit") return null;
    throw error;
  }
}

function total({ summary }) {
  return KINDS.reduce((sum, kind) => sum + summary[kind], 0);
}

function sentence(run) {
  if (run.status === "running") return "An audit is running.";
  if (total(run) > 0) return total(run) === 1 ? "1 problem found." : `${total(run)} problems found.`;
  return isWhole(run) ? "No problems found." : "No problems found, but not everything could be read.";
}

function isWhole({ summary }) {
  return summary.unread === 0 && summary.reach === "all";
}

function moodOf(run) {
  if (total(run) > 0) return "bad";
  return run.status === "running" || !isWhole(run) ? "warn" : "good";
}

function verdict(run, { now }) {
  const { summary, status, began_at, ended_at, asked_by, since: from } = run;
  const kinds = KINDS.map((kind) => ({ name: explained(FINDINGS, kind).what, value: summary[kind], tone: summary[kind] > 0 ? "bad" : "good" }));
  return section({ id: "last", title: status === "running" ? "Running" : "Last audit" },
    h("div", { class: `hero slim ${moodOf(run)}` }, mark(moodOf(run)), h("div", { class: "hero-words" },
      h("p", { class: "headline" }, sentence(run)),
      h("p", {}, `Checked ${counted(summary.turns, "message")} in ${counted(summary.conversations, "conversation")}${status === "running" ? " so far" : ""}.`),
      status === "running" && h("progress", { "aria-label": "The audit is running" }),
    )),
    figures(kinds, { class: "figures four" }),
    summary.unread > 0 && h("p", { class: "small" }, `${counted(summary.unread, "conversation")} could not be read.`),
    summary.reach === "unknown" && h("p", { class: "small" }, "Intercom’s search failed, so there may be more conversations that were not checked."),
    h("p", { class: "small facts" },
      h("span", {}, "Started ", words(ASKED_BY, asked_by), ", ", moment(began_at, now())),
      ended_at !== null && h("span", {}, `Took ${took(ended_at - began_at)}`),
      h("span", {}, "Looked back to ", moment(from * 1_000, now())),
    ),
  );
}

function findings({ summary }) {
  if (summary.findings.length === 0) return null;
  return section({ id: "findings", title: "Findings" },
    table({
      caption: "Findings",
      rows: summary.findings,
      key: (finding) => JSON.stringify(finding),
      columns: [
        { name: "Problem", class: "main", cell: ({ kind, about }) => [h("strong", {}, explained(FINDINGS, kind).what), h("span", { class: "sub" }, about ? `${capital(words(DISAGREEMENTS, about))}.` : explained(FINDINGS, kind).todo)] },
        { name: "Conversation", cell: ({ conversation }) => conversationLink(conversation) },
        { name: "Message ID", class: "id", cell: ({ message }) => message ?? "–" },
        { name: "Our reply or note", class: "id", cell: ({ part }) => part ?? "–" },
        { name: "Our record", class: "id", cell: ({ turn }) => turn ?? "–" },
      ],
    }),
    summary.more > 0 && h("p", { class: "small" }, `And ${summary.more} more.`),
  );
}

function begin(run, { change }) {
  const start = (event) => {
    event.preventDefault();
    const hours = Number(new FormData(event.currentTarget).get("hours"));
    change(beginAudit(hours, LENGTHS.find(([length]) => length === hours)[1]), "The audit has started.");
  };
  const isRunning = run?.status === "running";
  return section({ id: "begin", title: "Start an audit" },
    h("form", { class: "inline", onsubmit: start },
      h("label", { for: "hours" }, "Check messages of the last"),
      h("select", { id: "hours", name: "hours" }, LENGTHS.map(([hours, name]) => h("option", { value: hours }, name))),
      h("button", { type: "submit", disabled: isRunning }, isRunning ? "An audit is running" : "Start an audit…"),
    ),
  );
}

function counted(count, thing) {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
