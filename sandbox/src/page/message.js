// What was said and done in a conversation, as the customer and the teammates see it.

import { safeNodes } from "/body.js";

const shortTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** What the customer may click. */
const choices = (part) => part.metadata.quick_reply_options ?? [];
export const hasWords = (part) => part.body !== null || part.attachments.length > 0 || choices(part).length > 0 || part.metadata.quick_reply_uuid !== undefined;
export const isForCustomer = (part) => hasWords(part) && part.part_type !== "note";

const isCustomer = (author) => author.type !== "admin" && author.type !== "bot";

function side(author, settings) {
  if (author.type === "bot") return "bot";
  if (isCustomer(author)) return "customer";
  return author.id === settings.admin_id ? "ourselves" : "teammate";
}

/** Buttons go away when the customer has written or clicked. */
export function isOffering(part, parts) {
  return choices(part).length > 0 && !parts.slice(parts.indexOf(part) + 1).some(({ author }) => isCustomer(author));
}

/** A message, for the customer or for teammates to read; `click` takes the uuid of a button. */
export function message(part, { viewer, settings, parts, click }) {
  const author = side(part.author, settings);
  const bubble = element("div", "bubble", ...said(part, parts));
  for (const file of part.attachments) bubble.append(element("p", "", `📎 ${file.name}`));
  const name = part.author.name ?? (author === "customer" ? "Customer" : "Unknown author");
  const by = author === viewer && viewer === "customer" ? "" : `${name} · `;
  const kind = part.part_type === "note" ? "note · " : "";
  const signed = `${by}${kind}${shortTime.format(part.created_ms)}`;
  const made = element("div", "message", bubble, element("div", "by", signed));
  if (isOffering(part, parts)) made.append(buttons(part, viewer === "customer" ? click : null));
  made.classList.toggle("is-note", part.part_type === "note");
  made.dataset.author = author;
  made.dataset.partType = part.part_type;
  return made;
}

/** A click says what the button says. */
function said(part, parts) {
  const clicked = parts.flatMap(choices).find(({ uuid }) => uuid === part.metadata.quick_reply_uuid);
  if (clicked) return [element("p", "", clicked.text)];
  // What is offered without a word says nothing but its buttons.
  return part.body === null && choices(part).length > 0 ? [element("p", "", "Choose one:")] : safeNodes(part.body ?? "");
}

function buttons(part, click) {
  const made = choices(part).map(({ text, uuid }) => {
    const button = element("button", "", text);
    button.type = "button";
    button.dir = "auto";
    button.disabled = click === null;
    button.addEventListener("click", () => click(uuid));
    return button;
  });
  const group = element("div", "choices", ...made);
  group.role = "group";
  group.ariaLabel = "Quick replies";
  return group;
}

/** What was done without words. */
export function eventLine(part, settings) {
  const did = {
    assignment: `assigned it to ${nameOf(part.assigned_to, settings)}`,
    assign_and_reopen: `opened it and assigned it to ${nameOf(part.assigned_to, settings)}`,
    close: "closed the conversation",
    open: "opened the conversation",
    snoozed: "snoozed the conversation",
  };
  const words = did[part.part_type] ?? part.part_type.replaceAll("_", " ");
  const made = element("p", "event", `${part.author.name ?? "Unknown author"} ${words} · ${shortTime.format(part.created_ms)}`);
  made.dataset.partType = part.part_type;
  return made;
}

function nameOf(reference, settings) {
  if (!reference || reference.type === "nobody_admin") return "nobody";
  if (reference.type === "team") return `team ${reference.id}`;
  return settings.teammates.find(({ id }) => id === reference.id)?.name ?? `teammate ${reference.id}`;
}

/** How a conversation stands, in a few words. */
export function facts(record, settings) {
  const assignee = record.admin_assignee_id;
  const who = assignee ? nameOf({ type: "admin", id: String(assignee) }, settings) : "nobody";
  const team = record.team_assignee_id ? `, team ${record.team_assignee_id}` : "";
  return `${record.state[0].toUpperCase()}${record.state.slice(1)}, assigned to ${who}${team}`;
}
