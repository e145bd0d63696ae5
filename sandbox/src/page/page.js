// Three views of one make-believe conversation: the customer's, the teammates' and the worker's.

import { asHtml, asText } from "/body.js";
import { BreakIt } from "/break.js";
import { faultSwitches } from "/faults.js";
import { element, eventLine, facts, hasWords, isForCustomer, isOffering, message } from "/message.js";
import { ask, remove } from "/sandbox.js";
import { tabs } from "/tabs.js";
import { callLine, deliveryLine } from "/words.js";

const at = (id) => document.getElementById(id);
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** What the page's workflow lets the customer click. */
const CHOICES = ["How do I export a report?", "Where is my invoice?", "Something else"];

let settings = { admin_id: "", teammates: [] };
let conversations = new Map();
let current = null;
// Whoever wants a new conversation is not to find an old one there when everything is loaded (again).
let wantsNew = false;
const lines = new Map();
// Answers may overtake one another; one that was asked for earlier must not replace a newer one.
let asked = 0;
const applied = new Map();

// ---- Talking to the sandbox ----

async function attempt(work) {
  try {
    await work();
    at("trouble").hidden = true;
  } catch (error) {
    at("trouble").textContent = `This failed: ${error.message}`;
    at("trouble").hidden = false;
  }
}

async function loadEverything() {
  settings = await ask("/sandbox/settings");
  conversations = new Map();
  for (const record of await ask("/sandbox/conversations")) if (!record.deleted) conversations.set(record.id, record);
  if (!conversations.has(current) && !wantsNew) current = [...conversations.keys()].at(-1) ?? null;
  lines.clear();
  at("log").replaceChildren();
  fillSelects();
  show();
  await Promise.all([loadLog(0, 0), loadFaults()]);
}

async function loadFaults() {
  const on = await showFaults();
  at("faults-on").textContent = on > 0 ? String(on) : "";
}

async function loadConversation(id) {
  const turn = ++asked;
  const record = await ask(`/sandbox/conversations/${encodeURIComponent(id)}`);
  if (turn < (applied.get(id) ?? 0)) return;
  applied.set(id, turn);
  if (record.deleted) conversations.delete(id);
  else conversations.set(id, record);
  if (!conversations.has(current) && id === current) current = null;
  show();
}

async function loadLog(call, delivery) {
  const [calls, deliveries] = await Promise.all([
    ask(`/sandbox/calls?after=${call}`),
    ask(`/sandbox/deliveries?after=${delivery}`),
  ]);
  for (const record of calls) line(`call ${record.n}`, record.at_ms, callLine(record, settings), "called");
  for (const record of deliveries) line(`delivery ${record.n}`, record.at_ms, deliveryLine(record), "told");
}

function listen() {
  const events = new EventSource("/sandbox/events");
  events.onopen = () => {
    live(true);
    attempt(loadEverything);
  };
  events.onerror = () => live(false);
  events.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.kind === "reset") attempt(loadEverything);
    if (event.kind === "conversation" && event.id) attempt(() => loadConversation(event.id));
    if (event.kind === "conversation") breakIt.changed(event.id);
    if (event.kind === "faults") attempt(loadFaults);
    if (event.kind === "call") attempt(() => loadLog(event.n - 1, Number.MAX_SAFE_INTEGER));
    if (event.kind === "delivery") attempt(() => loadLog(Number.MAX_SAFE_INTEGER, event.n - 1));
  };
}

function live(yes) {
  at("live").dataset.live = yes ? "yes" : "no";
  at("live").textContent = yes ? "Live" : "Connecting";
}

// ---- Showing ----

function show() {
  const record = conversations.get(current);
  const parts = record?.parts ?? [];
  const view = { settings, parts, click: (uuid) => attempt(() => customerClicks(uuid)) };
  showList(at("messages"), parts.filter(isForCustomer), (part) => message(part, { ...view, viewer: "customer" }), [
    "Hello there",
    "Write the first message, as a customer would.",
  ]);
  showList(at("parts"), parts, (part) => (hasWords(part) ? message(part, { ...view, viewer: "teammate" }) : eventLine(part, settings)), [
    "Nothing here yet",
    "Conversations appear as soon as a customer writes.",
  ]);
  showConversations();
  at("inbox-facts").textContent = record ? facts(record, settings) : "What your teammates see";
  for (const id of ["teammate-reply", "teammate-note", "teammate-assign", "teammate-close", "workflow-offer"]) at(id).disabled = !record;
}

/** Only what is new is added, so that screen readers and selections are left in peace. */
function showList(list, parts, render, [title, words]) {
  const key = (part) => `${current} ${part.id} ${part.redacted} ${isOffering(part, parts)}`;
  const shown = [...list.children];
  const isPrefix = shown.length <= parts.length && shown.every((child, at) => child.dataset.key === key(parts[at]));
  if (parts.length === 0) {
    list.replaceChildren(element("div", "empty", element("strong", "", title), element("span", "", words)));
    return;
  }
  const from = isPrefix ? shown.length : 0;
  if (!isPrefix) list.replaceChildren();
  for (const part of parts.slice(from)) {
    const made = render(part);
    made.dataset.key = key(part);
    made.classList.toggle("new", isPrefix);
    list.append(made);
  }
  if (from < parts.length) list.scrollTop = list.scrollHeight;
}

function fillSelects() {
  const option = ({ id, name }) => new Option(name, id);
  const humans = settings.teammates.filter(({ id }) => id !== settings.admin_id);
  at("teammate-who").replaceChildren(...humans.map(option));
  at("teammate-assignee").replaceChildren(...humans.map(option), ...settings.teammates
    .filter(({ id }) => id === settings.admin_id).map(option), new Option("Nobody", "0"));
}

/** Which conversation is looked at; null is one that is yet to begin. */
function choose(conversation) {
  current = conversation;
  wantsNew = current === null;
  show();
}

function showConversations() {
  const options = [...conversations.values()].reverse().map((record) => {
    const words = asText(record.parts[0].body ?? "").slice(0, 40) || "(no text)";
    const closed = record.state === "closed" ? " · closed" : "";
    return new Option(words + closed, record.id, false, record.id === current);
  });
  if (current === null) options.unshift(new Option("New conversation", "", true, true));
  at("conversation").replaceChildren(...options);
}

function line(key, atMs, { words, detail, outcome, tone }, kind) {
  const list = at("log");
  const known = lines.get(key);
  if (known && tone === "open") return;
  const said = element("span", "", words);
  if (detail) said.append(element("small", "", detail));
  const made = element("li", kind, element("time", "", time.format(atMs)), said, element("span", `outcome ${tone}`, outcome));
  made.dataset.at = atMs;
  lines.set(key, made);
  if (known) {
    known.replaceWith(made);
    return;
  }
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  made.classList.add("new");
  const later = [...list.children].findLast((child) => Number(child.dataset.at) <= atMs);
  if (later) later.after(made);
  else list.prepend(made);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

// ---- Acting ----

function take(field) {
  const words = field.value.trim();
  if (words) field.value = "";
  return words;
}

async function customerWrites() {
  const words = take(at("composer"));
  at("composer").focus();
  if (!words) return;
  if (current === null) {
    const contact = { name: "Casey Customer", email: "casey@example.com" };
    const begun = await ask("/sandbox/conversations", { body: asHtml(words), contact });
    current = begun.conversation_id;
    wantsNew = false;
  } else {
    await ask(`/sandbox/conversations/${current}/customer`, { body: asHtml(words) });
  }
  await loadConversation(current);
}

async function customerClicks(quick_reply_uuid) {
  await ask(`/sandbox/conversations/${current}/click`, { quick_reply_uuid });
  await loadConversation(current);
  at("composer").focus();
}

async function workflowOffers() {
  if (current === null) return;
  await ask(`/sandbox/conversations/${current}/bot`, { body: "<p>What is it about?</p>", quick_replies: CHOICES });
  await loadConversation(current);
}

async function teammateActs(action, more = {}) {
  if (current === null) return;
  await ask(`/sandbox/conversations/${current}/teammate`, { action, admin_id: at("teammate-who").value, ...more });
  await loadConversation(current);
}

async function teammateSays(action) {
  const words = take(at("teammate-composer"));
  at("teammate-composer").focus();
  if (words) await teammateActs(action, { body: asHtml(words) });
}

function sendWithEnter(field, form) {
  field.addEventListener("keydown", (key) => {
    if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
    key.preventDefault();
    form.requestSubmit();
  });
}

function on(id, name, work) {
  at(id).addEventListener(name, (event) => {
    if (name === "submit") event.preventDefault();
    attempt(work);
  });
}

on("messenger-form", "submit", customerWrites);
on("teammate-form", "submit", () => teammateSays("reply"));
on("teammate-note", "click", () => teammateSays("note"));
on("teammate-assign", "click", () => teammateActs("assign", { assignee_id: at("teammate-assignee").value }));
on("teammate-close", "click", () => teammateActs("close"));
on("workflow-offer", "click", workflowOffers);
on("new-conversation", "click", () => {
  choose(null);
  at("composer").focus();
});
on("conversation", "change", () => choose(at("conversation").value || null));
const showFaults = faultSwitches(at("faults"), attempt);
const breakIt = new BreakIt(
  { button: at("break"), verdict: at("verdict"), news: at("burst-news"), table: at("burst") },
  { attempt, adminId: () => settings.admin_id, open: choose },
);
tabs(at("watch-tabs"));
on("fault-clear", "click", () => remove("/sandbox/faults"));
sendWithEnter(at("composer"), at("messenger-form"));
sendWithEnter(at("teammate-composer"), at("teammate-form"));
show();
listen();
