// The console in a real browser: opened, signed in to, looked at for what it must not do.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { CONSOLE_TOKEN } from "./settings.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = join(root, "docs/images");
const PATIENCE_MS = 40_000;

export const DESKTOP = { width: 1280, height: 860 };
export const PHONE = { width: 360, height: 740 };

/** @typedef {{ scheme?: "light" | "dark", viewport?: { width: number, height: number }, view?: string, name?: string, signIn?: boolean }} How */

/**
 * Opens the console in a profile of its own, and signs in unless `signIn` is false.
 * @param {import("playwright-core").Browser} browser @param {import("./world.mjs").World} world @param {How} [how]
 */
export async function openConsole(t, browser, world, { scheme = "light", viewport = DESKTOP, view = "now", name = "Ana", signIn = true } = {}) {
  const context = await browser.newContext({ colorScheme: scheme, viewport, reducedMotion: "reduce", locale: "en-GB" });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.clock.install();
  const opened = new ConsolePage(page, world);
  await opened.go(view);
  if (signIn) await opened.signIn(CONSOLE_TOKEN, name);
  return opened;
}

export class ConsolePage {
  /** What the browser complained of: errors, and what the page's policy has forbidden. @type {string[]} */
  complaints = [];

  /** @param {import("playwright-core").Page} page @param {import("./world.mjs").World} world */
  constructor(page, world) {
    this.page = page;
    this.world = world;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !isRefusal(message)) this.complaints.push(message.text());
    });
  }

  /** @param {string} view as in the address, for example `conversations?outcome=failed` */
  async go(view) {
    await this.page.goto(`${this.world.worker.url}/console#/${view}`);
  }

  async signIn(token, name = "") {
    await this.page.getByLabel("Token").fill(token);
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.shown();
  }

  /** Waits until the view shows what the worker has told. */
  async shown() {
    await this.page.locator("#live[data-live=yes]").waitFor();
    await this.page.locator("#view:not([data-missing])").waitFor();
  }

  /** Words in the view itself: what is read aloud says some of them once more. */
  said(words) {
    return this.page.locator("#view").getByText(words);
  }

  /** Lets the page's own clock go on by half a minute: longer than it waits between two looks while all is well. */
  async later() {
    await this.page.clock.fastForward(30_000);
  }

  heading() {
    return this.page.locator("#heading");
  }

  notice() {
    return this.page.locator("#notice");
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The dialog that asks; there is one at most. */
  dialog() {
    return this.page.getByRole("dialog");
  }

  /** Answers the dialog by the button with these words. */
  async answer(words) {
    await this.dialog().getByRole("button", { name: words, exact: true }).click();
  }

  /** Which element has the focus, by its words or its id, and whether that is to be seen. */
  focused() {
    return this.page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      return { words: element.getAttribute("aria-label") ?? element.textContent.trim(), id: element.id, is_seen: isSeen, is_nowhere: element === document.body };
    });
  }

  /** Presses Tab until the element with these words has the focus, as a person does; each one on the way must show that it has it. */
  async tabTo(words, most = 60) {
    for (let n = 0; n < most; n += 1) {
      await this.page.keyboard.press("Tab");
      const { words: here, is_seen, is_nowhere } = await this.focused();
      // Behind the last element comes the browser, and then the first one.
      assert.ok(is_seen || is_nowhere, `the focus on “${here}” is not to be seen`);
      if (here === words) return;
    }
    assert.fail(`${most} times Tab, and never at “${words}”`);
  }

  /** What axe finds wrong that is serious or critical, each with the element. */
  async axe() {
    await this.page.evaluate(`${AXE};0`);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return grave.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** By how many pixels it is wider than its window. */
  overhang() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** Takes a picture of what the window shows, for the documents. */
  async picture(name) {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ animations: "disabled", path: join(PICTURES, `console-${name}.png`) });
  }
}

/** The browser notes every answer that is not a success; those of the worker's API are part of the talk. */
function isRefusal(message) {
  const { pathname } = new URL(message.location().url || "about:blank", "http://nowhere");
  return message.text().startsWith("Failed to load resource") && (pathname.startsWith("/api/") || pathname === "/console/sign-in");
}
