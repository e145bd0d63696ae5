// A person in a real browser: types in the messenger page, and sees the one answer.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { startWorld } from "./harness/world.mjs";

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

describe("the messenger page", () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    world = await startWorld();
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ARGUMENTS });
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  /** The page, the complaints that it made, and what is to be seen on it. */
  async function opened(t) {
    const page = await browser.newPage();
    t.after(() => page.close());
    page.setDefaultTimeout(20_000);
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto(world.sandbox.url);
    const messages = (author) => page.locator(`#messages .message[data-author="${author}"]`);
    return { page, complaints, messages };
  }

  test("a person types, and sees exactly one answer to each message", async (t) => {
    const { page, complaints, messages } = await opened(t);
    const [first, second] = [await world.question(), await world.question()];

    await page.locator("#composer").fill(first.words);
    await page.locator("#send").click();
    await messages("customer").filter({ hasText: first.words }).waitFor();
    await messages("ourselves").filter({ hasText: first.answer }).waitFor();
    assert.equal(await messages("ourselves").count(), 1);

    await page.locator("#composer").fill(second.words);
    await page.locator("#send").click();
    await messages("ourselves").filter({ hasText: second.answer }).waitFor();
    assert.deepEqual((await messages("ourselves").allInnerTexts()).map((text) => [first, second].filter(({ answer }) => text.includes(answer))), [[first], [second]]);
    assert.equal(await messages("customer").count(), 2);
    assert.ok((await page.locator("#log").innerText()).length > 0, "the log shows what the worker called");
    assert.deepEqual(complaints, []);
  });

  test("everything works with the keyboard alone", async (t) => {
    const { page, messages } = await opened(t);
    const question = await world.question();
    await page.locator("#new-conversation").focus();
    await page.keyboard.press("Enter");
    await page.locator("#composer").focus();
    await page.keyboard.type(question.words);
    await page.keyboard.press("Enter");
    await messages("ourselves").filter({ hasText: question.answer }).waitFor();
    assert.equal(await messages("ourselves").count(), 1);
    assert.equal(await page.locator("#composer").inputValue(), "");
  });

  test("what people and the AI write is shown as text, never run", async (t) => {
    const { page, complaints, messages } = await opened(t);
    const question = await world.question();
    await world.sandbox.script({ contains: question.mark, answer: `${question.answer} <img src=x onerror="document.title='run'">` });
    await page.locator("#new-conversation").click();
    await page.locator("#composer").fill(`${question.words} <script>document.title='run'</script><img src=x onerror="document.title='run'">`);
    await page.locator("#send").click();
    await messages("ourselves").filter({ hasText: question.answer }).waitFor();
    assert.notEqual(await page.title(), "run");
    assert.deepEqual(complaints, []);
  });
});
