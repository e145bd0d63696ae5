// A person's browser: Chromium, and the sandbox's page in it.

import { chromium } from "playwright-core";

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** @returns {Promise<import("playwright-core").Browser>} */
export function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ARGUMENTS });
}

/**
 * The page of a sandbox, the complaints that it made, and what is to be seen on it; closed when the test ends.
 * @param {import("node:test").TestContext} t @param {import("playwright-core").Browser} browser @param {string} url
 * @param {import("playwright-core").BrowserContextOptions} [how]
 */
export async function openPage(t, browser, url, how = {}) {
  const context = await browser.newContext(how);
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(url);
  const messages = (author) => page.locator(`#messages .message[data-author="${author}"]`);
  return { page, complaints, messages };
}
