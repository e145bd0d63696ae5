// Making elements, and bringing shown ones up to date without replacing them: what has the focus keeps it, and nothing flickers.

const HANDLERS = ["onclick", "onsubmit", "onchange"];
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Makes an element. Attributes that are `false`, `null` or `undefined` are left out, handlers are set as properties, and texts are
 * never markup.
 * @param {string} name @param {Record<string, any>} [attributes] @param {...(Child | Child[])} children @returns {HTMLElement}
 */
export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (HANDLERS.includes(attribute)) made[attribute] = value;
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(attribute, value === true ? "" : String(value));
  }
  made.append(...shown(children));
  return made;
}

/** @param {(Child | Child[])[]} children */
export function shown(children) {
  const isShown = (child) => child !== null && child !== undefined && child !== false;
  return children.flat(3).filter(isShown).map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/** A drawing of 20 by 20, for eyes only. @param {...string} paths */
export function drawing(...paths) {
  const made = document.createElementNS(SVG, "svg");
  for (const [attribute, value] of Object.entries({ viewBox: "0 0 20 20", class: "drawing", "aria-hidden": "true", focusable: "false" })) made.setAttribute(attribute, value);
  for (const path of paths) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    made.append(line);
  }
  return made;
}

/** Makes the children of an element those wanted, with as few changes as can be. @param {Element} parent @param {Node[]} wanted */
export function update(parent, wanted) {
  const keyed = new Map();
  for (const child of parent.children) if (child.dataset?.key) keyed.set(child.dataset.key, child);
  const kept = new Set(wanted.map(keyOf).filter(Boolean));
  // First those that go: nothing else is then moved, and what is moved loses the focus.
  for (const [key, child] of keyed) if (!kept.has(key)) child.remove();
  let next = parent.firstChild;
  for (const fresh of wanted) {
    const key = keyOf(fresh);
    const old = key ? keyed.get(key) : isAlike(next, fresh) ? next : null;
    if (!old) {
      parent.insertBefore(fresh, next);
      continue;
    }
    if (old === next) next = next.nextSibling;
    else parent.insertBefore(old, next);
    become(old, fresh);
  }
  while (next) {
    const following = next.nextSibling;
    next.remove();
    next = following;
  }
}

function keyOf(node) {
  return node instanceof Element ? node.dataset?.key : undefined;
}

function isAlike(old, fresh) {
  return old !== null && old.nodeName === fresh.nodeName && !keyOf(old) && (old.nodeType !== Node.ELEMENT_NODE || old.id === fresh.id);
}

function become(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  // One that draws itself is given what it is to draw.
  if (typeof old.takeOver === "function") return old.takeOver(fresh);
  const before = { checked: old.defaultChecked, value: old.defaultValue };
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !isPersons(old, name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !isPersons(old, name)) old.setAttribute(name, value);
  // What is typed or ticked is the person's, until what was shown of it changes.
  if (before.checked !== old.defaultChecked) old.checked = old.defaultChecked;
  if (old.nodeName === "INPUT" && before.value !== old.defaultValue) old.value = old.defaultValue;
  for (const handler of HANDLERS) old[handler] = fresh[handler];
  update(old, [...fresh.childNodes]);
}

/** What a person has opened stays open. */
function isPersons(element, attribute) {
  return attribute === "open" && (element.nodeName === "DETAILS" || element.nodeName === "DIALOG");
}
