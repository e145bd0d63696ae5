// A person in a real browser: types in the messenger page, and sees the one answer.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPage, startBrowser } from "./harness/browser.mjs";
import { startWorld } from "./harness/world.mjs";

describe("the messenger page", () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    world = await startWorld();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const opened = (t) => openPage(t, browser, world.sandbox.url);

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

  test("a click on a workflow's quick reply is a message, and gets one answer", async (t) => {
    const { page, complaints, messages } = await opened(t);
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    await page.locator("#conversation").selectOption(talk.id);
    await page.locator("#workflow-offer").click();
    const choices = page.locator("#messages .choices button");
    await choices.first().waitFor();
    const [text] = await choices.allInnerTexts();
    await world.sandbox.script({ contains: text, answer: `About your choice: ${question.mark}` });
    await choices.first().click();
    await messages("ourselves").filter({ hasText: `About your choice: ${question.mark}` }).waitFor();
    assert.deepEqual([await messages("customer").count(), await messages("ourselves").count()], [2, 2]);
    assert.ok((await messages("customer").last().innerText()).startsWith(text), "the click says what the button said");
    assert.equal(await choices.count(), 0, "what was clicked is not offered any more");
    const { messages: exchanges } = await world.sessionOf(question);
    assert.ok(exchanges.at(-1).query.endsWith(text), exchanges.at(-1).query);
    assert.deepEqual(complaints, []);
  });

  test("of a teammate's HTML only what the messenger knows is rebuilt, and nothing of it runs", async (t) => {
    const { page, complaints, messages } = await opened(t);
    const question = await world.question();
    const talk = await world.open(question);
    const hostile = [
      `<p class="no-margin" onclick="document.title='run'" style="position:fixed">Hello <strong>there</strong><script>document.title='run'</script></p>`,
      `<div><a href="javascript:document.title='run'">go</a> <a href="https://example.org/" onmouseover="document.title='run'">stay</a></div>`,
      `<img src="x" alt="a plan" onerror="document.title='run'"><svg onload="document.title='run'"><a href="https://example.org/">no</a></svg>`,
      `<iframe srcdoc="<script>parent.document.title='run'</script>"></iframe><ul><li>kept<form><input name="x"></form></li></ul><h1>Plans</h1>`,
    ];
    await talk.teammate("reply", { body: hostile.join("") });
    await page.locator("#conversation").selectOption(talk.id);
    const bubble = messages("teammate").locator(".bubble");
    await bubble.waitFor();
    const made = await bubble.evaluate((bubble) => [...bubble.querySelectorAll("*")].map((each) => [each.localName, ...each.getAttributeNames()].join(" ")));
    assert.deepEqual(made, ["p dir", "b", "div dir", "a", "a href target rel", "p dir", "a", "ul dir", "li", "h3 dir"]);
    assert.deepEqual((await bubble.innerText()).split(/\s*\n\s*/), ["Hello there", "go stay", "📎 a plan", "kept", "Plans"]);
    await bubble.getByText("go", { exact: true }).click();
    assert.notEqual(await page.title(), "run");
    // That the page's own policy would refuse it too is said aloud, and no error.
    assert.deepEqual(complaints.filter((complaint) => !complaint.includes("Content Security Policy")), []);
  });
});
