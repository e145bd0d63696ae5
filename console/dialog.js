// A question before something is changed. What goes wrong is said in it, and the focus goes back to where it was.

import { h, shown } from "./dom.js";
import { Refused, SignedOut } from "./api.js";
import { REFUSALS, words } from "./words.js";

/**
 * @typedef {{ title: string, text: any[], verb: string, tone?: "danger", work: () => Promise<Question | void> }} Question
 *   `work` may answer with one more question
 */

/**
 * Asks, and does it if that is wanted.
 * @param {Question} question @param {(error: Error) => void} onSignedOut @returns {Promise<boolean>} whether it was done
 */
export function ask(question, onSignedOut) {
  const before = document.activeElement;
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text" }));
  document.body.append(dialog);
  let isDone = false;
  // What is being done cannot be called back, and its outcome must be told: the dialog stays until that is known.
  const stay = (event) => dialog.dataset.working === "yes" && event.preventDefault();
  // A browser lets a page hold `cancel` back once only; and the disabled button no longer has the focus, so the key may come from anywhere.
  const stayOnEscape = (event) => event.key === "Escape" && stay(event);
  document.addEventListener("keydown", stayOnEscape, true);
  dialog.addEventListener("cancel", stay);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      document.removeEventListener("keydown", stayOnEscape, true);
      dialog.remove();
      returnFocus(before);
      resolve(isDone);
    });
    const finish = () => {
      isDone = true;
      dialog.close();
    };
    pose(dialog, question, finish, (error) => {
      dialog.close();
      onSignedOut(error);
    });
    dialog.showModal();
    dialog.querySelector(".cancel")?.focus();
  });
}

function pose(dialog, question, finish, onSignedOut) {
  const trouble = h("p", { class: "dialog-trouble", role: "alert", hidden: true });
  const cancel = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "cancel", onclick: () => dialog.close() }, "Cancel"));
  const go = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: question.tone === "danger" ? "danger" : "primary" }, question.verb));
  const showWorking = (isWorking) => {
    dialog.dataset.working = isWorking ? "yes" : "no";
    go.disabled = isWorking;
    cancel.disabled = isWorking;
    go.textContent = isWorking ? "Working…" : question.verb;
  };
  go.onclick = async () => {
    showWorking(true);
    try {
      const next = await question.work();
      if (!next) return finish();
      showWorking(false);
      pose(dialog, next, finish, onSignedOut);
      dialog.querySelector(".cancel")?.focus();
    } catch (error) {
      if (error instanceof SignedOut) return onSignedOut(error);
      trouble.textContent = inWords(error);
      trouble.hidden = false;
      showWorking(false);
      go.focus();
    }
  };
  dialog.replaceChildren(
    h("h2", { id: "dialog-title" }, question.title),
    h("div", { id: "dialog-text", class: "dialog-text" }, ...shown(question.text)),
    trouble,
    h("div", { class: "dialog-buttons" }, cancel, go),
  );
}

/** What an error says, to a person. @param {any} error */
export function inWords(error) {
  if (!(error instanceof Refused)) return `${error.message} It may or may not have been done. Check before you try again.`;
  const known = words(REFUSALS, error.code);
  return known === error.code ? error.message || error.code : known;
}

/** What was clicked may be gone; then the view's heading is where one goes on. */
function returnFocus(before) {
  const target = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : document.getElementById("heading");
  target?.focus();
}
