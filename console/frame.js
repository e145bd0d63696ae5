// What stands around every view: where one is, whether the worker is reached, who is signed in, what was done last.

import { Refused } from "./api.js";
import { inWords } from "./dialog.js";
import { h, shown, update } from "./dom.js";
import { button, mark } from "./parts.js";
import { fromWhen, lostInWords, reachInWords } from "./reach.js";

const at = (id) => document.getElementById(id);

export class Frame {
  /** @param {Record<string, import("./main.js").View>} views */
  constructor(views) {
    this.view = at("view");
    this.links = Object.entries(views).map(([path, { name }]) => ({ path, name }));
  }

  /** @param {import("./routes.js").Route} route */
  showPlace(route, heading) {
    at("heading").textContent = heading;
    document.title = `${heading} · OneReply`;
    update(at("views"), this.links.map(({ path, name }) => h("a", { href: `#/${path}`, "aria-current": path === route.view ? "page" : null }, name)));
  }

  focusHeading() {
    at("heading").focus();
    scrollTo(0, 0);
  }

  /** Whether what is shown is up to date; where it is not, since when. @param {Error | null} trouble @param {{ reached_at: number | null, read_at: number | null }} times */
  showReach(trouble, times, retry) {
    const isLost = trouble !== null && !(trouble instanceof Refused);
    const reach = { ...times, trouble: isLost ? "lost" : trouble ? "refused" : "none" };
    const { isStale, live, words } = reachInWords(reach);
    this.view.dataset.stale = isStale ? "yes" : "no";
    at("live").dataset.live = live;
    at("live").textContent = words;
    update(at("banner"), isLost ? [lost(reach, retry)] : trouble && this.view.dataset.missing !== "yes" ? [said(trouble, reach)] : []);
  }

  /** @param {any[]} children */
  showView(children) {
    const hadFocus = this.view.contains(document.activeElement);
    delete this.view.dataset.missing;
    update(this.view, shown(children));
    // What had it is gone; then the heading is where one goes on.
    if (hadFocus && document.activeElement === document.body) at("heading").focus();
  }

  /** Nothing is there to be shown yet. */
  showMissing(trouble) {
    this.view.dataset.missing = "yes";
    update(this.view, shown([trouble instanceof Refused ? refused(trouble) : trouble ? null : loading()]));
  }

  /** What was done; it stays until something else is done, or one goes elsewhere. */
  tell(words, mood = "good") {
    update(at("notice"), words === null ? [] : [h("div", { class: `notice ${mood}` }, mark(mood), h("p", {}, words), button("Dismiss", () => this.tell(null), { class: "plain" }))]);
  }

  /** For whoever listens: only what has changed. */
  announce(words) {
    if (at("announcer").textContent !== words) at("announcer").textContent = words;
  }

  /** @param {"in" | "out"} session */
  showSession(session, name = null, leave = null) {
    document.body.dataset.session = session;
    update(at("session"), shown(session === "out" ? [] : [
      name && h("span", { class: "who" }, name),
      leave && button("Sign out", leave, { class: "plain" }),
    ]));
  }

  showSignIn(form) {
    at("heading").textContent = "Sign in";
    document.title = "Sign in · OneReply";
    update(at("banner"), []);
    this.tell(null);
    this.announce("");
    this.view.dataset.missing = "yes";
    this.view.replaceChildren(form);
    form.querySelector("input[type=password]").focus();
  }
}

function lost(reach, retry) {
  return h("div", { class: "notice bad" }, mark("bad"), h("p", {}, `${lostInWords(reach)} The page keeps trying. Check your internet connection and Cloudflare’s status.`), button("Try now", retry));
}

function said(trouble, { read_at }) {
  return h("div", { class: "notice warn" }, mark("warn"), h("p", {}, `${inWords(trouble)}${fromWhen(read_at)}`));
}

function refused(trouble) {
  const isGone = trouble.status === 404;
  return h("div", { class: "empty" }, mark(isGone ? "warn" : "bad"), h("p", { class: "empty-title" }, isGone ? "Not found" : "This cannot be shown right now"), h("p", {}, inWords(trouble)));
}

function loading() {
  return h("div", { class: "loading" }, h("p", { class: "unseen" }, "Loading"), h("div", { class: "bone wide", "aria-hidden": "true" }), h("div", { class: "bone", "aria-hidden": "true" }), h("div", { class: "bone", "aria-hidden": "true" }));
}
