// The parts that the views are made of.

import { drawing, h } from "./dom.js";
import { named, toneOf } from "./outcome.js";
import { ago, when } from "./time.js";

const MARKS = {
  good: ["M4.5 10.5l3.6 3.6 7.4-8.2"],
  warn: ["M10 4.5v7", "M10 15.2v.1"],
  bad: ["M5.5 5.5l9 9", "M14.5 5.5l-9 9"],
  paused: ["M7 5v10", "M13 5v10"],
};

/** A sign that tells by its form, not by its colour alone. @param {string} mood */
export function mark(mood) {
  return h("span", { class: `mark ${mood}`, "aria-hidden": "true" }, drawing(...(MARKS[mood] ?? MARKS.warn)));
}

/** How a turn ended, as a label. */
export function outcomeLabel(outcome) {
  return h("span", { class: `label ${toneOf(outcome)}` }, named(outcome));
}

/** A point of time, with the whole of it for whoever asks. */
export function moment(at, now) {
  return h("time", { datetime: new Date(at).toISOString(), title: new Date(at).toString() }, when(at, now));
}

/** How long ago it was. */
export function since(at, now) {
  return h("time", { datetime: new Date(at).toISOString(), title: new Date(at).toString() }, ago(at, now));
}

/** A link to a conversation's own view. */
export function conversationLink(id) {
  return h("a", { href: `#/conversations/${encodeURIComponent(id)}`, class: "id" }, id);
}

/** A link out of the console. */
export function intercomLink(address, words = "Open in Intercom") {
  return isWebAddress(address) && h("a", { href: address, target: "_blank", rel: "noopener noreferrer", class: "out" }, words, h("span", { class: "unseen" }, " (opens a new tab)"));
}

function isWebAddress(address) {
  return typeof address === "string" && URL.canParse(address) && ["https:", "http:"].includes(new URL(address).protocol);
}

/** @param {{ id?: string, title: string, aside?: any }} head */
export function section({ id, title, aside }, ...children) {
  return h("section", { class: "section", "aria-labelledby": id }, h("div", { class: "section-head" }, h("h2", { id }, title), aside), ...children);
}

/** Figures side by side. @param {{ value: any, name: string, tone?: string, href?: string, key?: string }[]} figures */
export function figures(figures, more = {}) {
  const one = ({ value, name, tone }) => h("div", { class: tone ? `figure ${tone}` : "figure" }, h("dt", {}, name), h("dd", {}, value));
  return h("dl", { class: "figures", ...more }, figures.map(one));
}

/** Nothing is there, and that is said. */
export function empty(title, words = "", mood = "") {
  return h("div", { class: "empty" }, mood && mark(mood), h("p", { class: "empty-title" }, title), words && h("p", {}, words));
}

/**
 * A table, each row of which is a card where it is narrow.
 * @template T
 * @param {{ caption: string, columns: { name: string, cell: (row: T) => any, class?: string }[], rows: T[], key: (row: T) => string }} table
 */
export function table({ caption, columns, rows, key }) {
  const head = h("tr", { role: "row" }, columns.map(({ name, ...column }) => h("th", { role: "columnheader", scope: "col", class: column.class === "links" ? "links" : null }, name)));
  const body = rows.map((row) =>
    h("tr", { role: "row", "data-key": key(row) }, columns.map(({ name, cell, ...column }) => h("td", { role: "cell", class: column.class, "data-name": name }, cell(row)))),
  );
  return h("table", { class: "table", role: "table" }, h("caption", { class: "unseen" }, caption), h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, body));
}

/** @param {string} words @param {() => void} onclick @param {{ class?: string, disabled?: boolean, label?: string }} [more] */
export function button(words, onclick, more = {}) {
  return h("button", { type: "button", class: more.class, disabled: more.disabled, "aria-label": more.label, onclick }, words);
}

/** Links of which one is where one is. @param {string} label @param {{ href: string, words: string, isHere: boolean }[]} links */
export function choice(label, links) {
  return h("nav", { class: "choice", "aria-label": label }, links.map(({ href, words, isHere }) => h("a", { href, "aria-current": isHere ? "true" : null }, words)));
}

/** The worker's messages set commands in backticks. @param {string} text */
export function withCode(text) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? h("code", {}, part) : part));
}

/** The names of settings may go over a line's end behind any of their underscores. @param {string} text */
export function breakable(text) {
  return text.split(/(?<=_)/).flatMap((part, at) => (at === 0 ? [part] : [h("wbr"), part]));
}
