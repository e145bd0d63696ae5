// The token, typed once; from then on the session's cookie does.

import { Refused, signIn } from "./api.js";
import { h } from "./dom.js";
import { duration } from "./time.js";
import { REFUSALS, words } from "./words.js";

const NAME_AT_MOST = 40;

/** @param {string} why what is said above it, if anything @param {() => void} done */
export function signInForm(why, done) {
  const token = /** @type {HTMLInputElement} */ (h("input", { id: "token", type: "password", autocomplete: "current-password", required: true, spellcheck: "false", autocapitalize: "off", "aria-describedby": "token-help trouble" }));
  const name = /** @type {HTMLInputElement} */ (h("input", { id: "name", type: "text", autocomplete: "username", maxlength: NAME_AT_MOST, "aria-describedby": "name-help" }));
  const trouble = h("p", { id: "trouble", class: "field-trouble", role: "alert" });
  const go = /** @type {HTMLButtonElement} */ (h("button", { type: "submit", class: "primary" }, "Sign in"));

  async function send(event) {
    event.preventDefault();
    if (!token.value.trim()) return complain("Enter the token first.");
    go.disabled = true;
    try {
      await signIn({ token: token.value.trim(), name: name.value.trim() });
      token.value = "";
      done();
    } catch (error) {
      complain(inWords(error));
    } finally {
      go.disabled = false;
    }
  }

  function complain(sentence) {
    // Emptied first, so that the same sentence is read out again.
    trouble.textContent = "";
    trouble.textContent = sentence;
    token.setAttribute("aria-invalid", "true");
    token.focus();
    token.select();
  }

  return h("form", { class: "sign-in", onsubmit: send, novalidate: true },
    why && h("p", { role: "status" }, why),
    h("div", { class: "field" }, h("label", { for: "token" }, "Token"), token, h("p", { id: "token-help", class: "help" }, "The CONSOLE_TOKEN of your OneReply worker."), trouble),
    h("div", { class: "field" }, h("label", { for: "name" }, "Your name ", h("span", { class: "help" }, "(optional)")), name, h("p", { id: "name-help", class: "help" }, "Shown next to changes you make.")),
    go,
  );
}

function inWords(error) {
  if (!(error instanceof Refused)) return `${error.message} Check your internet connection and try again.`;
  const known = words(REFUSALS, error.code);
  const wait = error.retry_after_s ? ` Try again in ${duration(error.retry_after_s * 1_000)}.` : "";
  return `${known === error.code ? error.message || error.code : known}${wait}`;
}
