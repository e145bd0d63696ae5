// Three views of one make-believe conversation: the customer's, the teammates' and the worker's.

import { safeNodes, asHtml } from "/body.js";
import { callLine, deliveryLine } from "/words.js";

const at = (id) => document.getElementById(id);
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const shortTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const ASK = ["gpt_trainer.stream", "gpt_trainer.non_stream"];
const FAULTS = [
  ["The AI does not answer", ASK, { kind: "never_answer", acts: false }],
  ["The AI fails three times", ASK, { kind: "fail_before", status: 500, times: 3 }],
  ["The AI sends an empty answer", ASK, { kind: "empty" }],
  ["A reply is posted, its answer lost", ["intercom.reply"], { kind: "act_then_cut" }],
  ["A reply is lost on its way", ["intercom.reply"], { kind: "cut_before" }],
  ["Intercom refuses the token", ["intercom.*"], { kind: "fail_before", status: 401, times: 0 }],
  ["Intercom is too busy", ["intercom.*"], { kind: "rate_limited", reset_in_s: 10, times: 2 }],
  ["Intercom is down", ["intercom.*"], { kind: "fail_before", status: 503, json: false, times: 0 }],
];

let settings = { admin_id: "", teammates: [] };
let conversations = new Map();
let current = null;
const lines = new Map();
// Answers may overtake one another; one that was asked for earlier must not replace a newer one.
let asked = 0;
const applied = new Map();

// ---- Talking to the sandbox ----

async function ask(path, body) {
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(path, request);
  const told = await response.json();
  if (!response.ok) throw new Error(told.error);
  return told;
}

async function attempt(work) {
  try {
    await work();
    at("trouble").hidden = true;
  } catch (error) {
    at("trouble").textContent = `That did not work: ${error.message}`;
    at("trouble").hidden = false;
  }
}

async function loadEverything() {
  settings = await ask("/sandbox/settings");
  conversations = new Map();
  for (const record of await ask("/sandbox/conversations")) if (!record.deleted) conversations.set(record.id, record);
  if (!conversations.has(current)) current = [...conversations.keys()].at(-1) ?? null;
  lines.clear();
  at("log").replaceChildren();
  fillSelects();
  show();
  await loadLog(0, 0);
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
    if (event.kind === "call") attempt(() => loadLog(event.n - 1, Number.MAX_SAFE_INTEGER));
    if (event.kind === "delivery") attempt(() => loadLog(Number.MAX_SAFE_INTEGER, event.n - 1));
  };
}

function live(yes) {
  at("live").dataset.live = yes ? "yes" : "no";
  at("live").textContent = yes ? "Live" : "Connecting";
}

// ---- Showing ----

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function show() {
  const record = conversations.get(current);
  const parts = record?.parts ?? [];
  showList(at("messages"), parts.filter(isForCustomer), (part) => message(part, "customer"), [
    "Hello there",
    "Write the first message, as a customer would.",
  ]);
  showList(at("parts"), parts, (part) => (hasWords(part) ? message(part, "teammate") : event(part)), [
    "Nothing here yet",
    "Conversations turn up as soon as a customer writes.",
  ]);
  showConversations();
  at("inbox-facts").textContent = record ? facts(record) : "What your teammates see";
  for (const id of ["teammate-reply", "teammate-note", "teammate-assign", "teammate-close"]) at(id).disabled = !record;
}

/** Only what is new is added, so that screen readers and selections are left in peace. */
function showList(list, parts, render, [title, words]) {
  const key = (part) => `${current} ${part.id} ${part.redacted}`;
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

const hasWords = (part) => part.body !== null || part.attachments.length > 0;
const isForCustomer = (part) => hasWords(part) && part.part_type !== "note";

function side(author) {
  if (author.type === "bot") return "bot";
  if (author.type !== "admin") return "customer";
  return author.id === settings.admin_id ? "ourselves" : "teammate";
}

function message(part, viewer) {
  const bubble = element("div", "bubble", ...safeNodes(part.body ?? ""));
  for (const file of part.attachments) bubble.append(element("p", "", `📎 ${file.name}`));
  const name = part.author.name ?? (side(part.author) === "customer" ? "Customer" : "Somebody");
  const by = side(part.author) === viewer && viewer === "customer" ? "" : `${name} · `;
  const kind = part.part_type === "note" ? "note · " : "";
  const said = `${by}${kind}${shortTime.format(part.created_ms)}`;
  const made = element("div", "message", bubble, element("div", "by", said));
  made.classList.toggle("is-note", part.part_type === "note");
  made.dataset.author = side(part.author);
  made.dataset.partType = part.part_type;
  return made;
}

function event(part) {
  const did = {
    assignment: `assigned it to ${nameOf(part.assigned_to)}`,
    assign_and_reopen: `opened it and assigned it to ${nameOf(part.assigned_to)}`,
    close: "closed the conversation",
    open: "opened the conversation",
    snoozed: "snoozed the conversation",
  };
  const words = did[part.part_type] ?? part.part_type.replaceAll("_", " ");
  const made = element("p", "event", `${part.author.name ?? "Somebody"} ${words} · ${shortTime.format(part.created_ms)}`);
  made.dataset.partType = part.part_type;
  return made;
}

function nameOf(reference) {
  if (!reference || reference.type === "nobody_admin") return "nobody";
  if (reference.type === "team") return `team ${reference.id}`;
  return settings.teammates.find(({ id }) => id === reference.id)?.name ?? `teammate ${reference.id}`;
}

function facts(record) {
  const assignee = record.admin_assignee_id;
  const who = assignee ? nameOf({ type: "admin", id: String(assignee) }) : "nobody";
  const team = record.team_assignee_id ? `, team ${record.team_assignee_id}` : "";
  return `${record.state[0].toUpperCase()}${record.state.slice(1)}, assigned to ${who}${team}`;
}

function fillSelects() {
  const option = ({ id, name }) => new Option(name, id);
  const humans = settings.teammates.filter(({ id }) => id !== settings.admin_id);
  at("teammate-who").replaceChildren(...humans.map(option));
  at("teammate-assignee").replaceChildren(...humans.map(option), ...settings.teammates
    .filter(({ id }) => id === settings.admin_id).map(option), new Option("Nobody", "0"));
  at("fault").replaceChildren(...FAULTS.map(([words], number) => new Option(words, number)));
}

function showConversations() {
  const options = [...conversations.values()].reverse().map((record) => {
    const words = asText(record.parts[0].body ?? "").slice(0, 40) || "(no words)";
    const closed = record.state === "closed" ? " · closed" : "";
    return new Option(words + closed, record.id, false, record.id === current);
  });
  if (current === null) options.unshift(new Option("New conversation", "", true, true));
  at("conversation").replaceChildren(...options);
}

function asText(html) {
  return safeNodes(html).map((node) => node.textContent).join(" ").trim();
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
  } else {
    await ask(`/sandbox/conversations/${current}/customer`, { body: asHtml(words) });
  }
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
on("new-conversation", "click", () => {
  current = null;
  show();
  at("composer").focus();
});
on("conversation", "change", () => {
  current = at("conversation").value || null;
  show();
});
on("fault-form", "submit", async () => {
  const [, calls, rule] = FAULTS[Number(at("fault").value)];
  for (const call of calls) await ask("/sandbox/faults", { call, ...rule });
});
on("fault-clear", "click", () => fetch("/sandbox/faults", { method: "DELETE" }));
sendWithEnter(at("composer"), at("messenger-form"));
sendWithEnter(at("teammate-composer"), at("teammate-form"));
show();
listen();
