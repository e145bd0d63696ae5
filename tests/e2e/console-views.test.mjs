// How the console looks and reads: every view in light at a desk, and in dark on a phone.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./harness/browser.mjs";
import { DESKTOP, PHONE, openConsole } from "./harness/console-page.mjs";
import { plantHistory } from "./harness/history.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

/** Pictures are kept only where that is wanted: whether a view is right is judged by what it says. */
const UPDATES = process.env.UPDATE_SCREENSHOTS === "1";
const MOST_BYTES = 100_000;
const SETTINGS = { CONSOLE_TOKEN, ANSWER_DEADLINE_SECONDS: "600", INGEST: "both" };
const LOOKS = [
  { look: "light", how: { scheme: "light", viewport: DESKTOP } },
  { look: "phone-dark", how: { scheme: "dark", viewport: PHONE } },
];

describe("the console's views", { concurrency: 2 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** A conversation in which a teammate was quicker than the bot. @type {import("./harness/world.mjs").Talk} */
  let overtaken;
  let planted;

  before(async () => {
    world = await startWorld({ settings: SETTINGS });
    browser = await startBrowser();
    overtaken = await overtakenByATeammate(world);
    await overtaken.until(async () => (await world.worker.api("GET", "/workspace")).json.turns.last_day.turns === 2, "both turns to be counted");
    planted = await plantHistory(world, SETTINGS);
    await steered(world);
    assert.equal(await world.worker.cron(), "ok");
    assert.ok([200, 202].includes((await world.worker.api("POST", "/audit", { body: { hours: 24, who: "Ben" } })).status));
    for (let n = 0; n < 3; n += 1) {
      const slow = await world.question({ delay_ms: 110_000 });
      await (await world.open(slow)).asking(slow);
    }
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  /** Each view, and what it must show before it is looked at. */
  const VIEWS = [
    { name: "now", view: () => "now", shows: "text=3 messages are waiting" },
    { name: "handed-over", view: () => "handed-over", shows: "text=Answer the customer" },
    { name: "conversations", view: () => "conversations", shows: "text=Load more" },
    { name: "conversation", view: () => `conversations/${overtaken.id}`, shows: "text=The draft answer was dropped." },
    { name: "trends", view: () => "trends", shows: "text=Half answered within" },
    { name: "trends-week", view: () => "trends?window=week", shows: "[aria-current=true] >> text=Last week" },
    { name: "controls", view: () => "controls", shows: "text=Latest changes" },
    { name: "audit", view: () => "audit", shows: "text=No problems found." },
  ];

  for (const { look, how } of LOOKS) {
    test(`are readable, accessible and no wider than the window: ${look}`, async (t) => {
      const opened = await openConsole(t, browser, world, { ...how, signIn: false });
      await opened.button("Sign in").waitFor();
      await judge(opened, "sign-in", look);
      await opened.signIn(CONSOLE_TOKEN, "Ana");
      for (const { name, view, shows } of VIEWS) {
        await opened.go(view());
        await opened.page.locator("#view").locator(shows).first().waitFor();
        await judge(opened, name, look);
      }
      assert.deepEqual(opened.complaints, []);
    });
  }

  async function judge(opened, name, look) {
    assert.deepEqual(await opened.axe(), [], `${name}, ${look}`);
    assert.equal(await opened.overhang(), 0, `${name} is wider than the window: ${look}`);
    if (UPDATES) await opened.picture(`${name}-${look}`);
  }

  test("load less than 100 KB in all", async (t) => {
    const opened = await openConsole(t, browser, world, { signIn: false });
    const loaded = new Set();
    opened.page.on("response", (response) => loaded.add(new URL(response.url()).pathname));
    await opened.page.reload();
    await opened.signIn(CONSOLE_TOKEN);
    for (const { view } of VIEWS) await opened.go(view());
    await opened.shown();
    const files = [...loaded].filter((path) => !path.startsWith("/api/") && path !== "/console/sign-in");
    assert.deepEqual(files.sort(), ["/console", "/console/console.css", "/console/console.js"]);
    const zipped = async (path) => gzipSync(Buffer.from(await (await fetch(world.worker.url + path)).arrayBuffer())).length;
    const sizes = await Promise.all(files.map(async (path) => [path, await zipped(path)]));
    const sum = sizes.reduce((total, [, bytes]) => total + bytes, 0);
    assert.ok(sum < MOST_BYTES, `${sum} bytes gzipped: ${JSON.stringify(sizes)}`);
    t.diagnostic(`${sum} bytes gzipped: ${sizes.map(([path, bytes]) => `${path} ${bytes}`).join(", ")}`);
  });

  test("forbid what is not the page's own, and notice it", async (t) => {
    const opened = await openConsole(t, browser, world);
    await opened.page.evaluate(() => document.body.append(Object.assign(document.createElement("img"), { src: "http://127.0.0.1:9/x.png" })));
    await opened.page.waitForFunction(() => document.querySelector("body > img").complete);
    assert.match(opened.complaints.join(), /Content Security Policy/, "a violation would be noticed");
  });

  test("show numbers that are those of the API", async (t) => {
    const opened = await openConsole(t, browser, world, { view: "trends?window=week" });
    const { total } = (await world.worker.api("GET", "/trends?window=week")).json;
    const figure = (name) => opened.page.locator(".figure", { has: opened.page.getByText(name, { exact: true }) }).locator("dd");
    assert.equal(await figure("Messages").innerText(), String(total.turns));
    assert.equal(await figure("Handed over").innerText(), String(total.handed_over));
    assert.ok(total.turns > 500, `${total.turns}`);
    const label = await opened.page.locator(".canvas").first().getAttribute("aria-label");
    assert.equal(label, `Results: ${total.replied} answered, ${total.noted} answered by a note, ${total.handed_over} handed over, ${total.stood_down} not ours, ${total.failed} failed.`);
    const isDrawn = () => opened.page.evaluate(() => [...document.querySelectorAll(".canvas canvas")].map((canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)));
    assert.deepEqual(await isDrawn(), [true, true, true]);
    await opened.page.getByText("All figures").click();
    assert.ok((await opened.page.locator(".numbers tbody tr").count()) >= 27);
  });

  test("find a conversation by the beginning of its id, filter by how turns ended, and load what is older", async (t) => {
    const opened = await openConsole(t, browser, world, { view: "conversations" });
    const { page } = opened;
    const rows = page.locator(".table tbody tr");
    const first = await rows.count();
    await opened.button("Load more").click();
    await page.waitForFunction((count) => document.querySelectorAll(".table tbody tr").length > count, first);
    assert.equal(await rows.count(), 2 * first);
    const ids = await rows.locator("a.id").allInnerTexts();
    assert.deepEqual(ids.slice(2, 2 * first), planted.map(({ conversation }) => conversation).slice(0, 2 * first - 2), "newest first, none left out");

    await page.getByLabel("failed", { exact: true }).check();
    await page.waitForFunction(() => [...document.querySelectorAll(".table tbody .label")].every(({ textContent }) => textContent === "failed"));
    assert.equal(await rows.count(), planted.filter(({ outcome }) => outcome.failed).length);
    assert.match(page.url(), /outcome=failed/);
    assert.equal(await page.evaluate(() => document.activeElement.value), "failed", "the tick has kept the focus");

    await page.getByLabel("failed", { exact: true }).uncheck();
    const wanted = planted[40].conversation;
    await page.getByRole("searchbox").fill(wanted.slice(0, -1));
    await page.keyboard.press("Enter");
    await page.waitForFunction((id) => [...document.querySelectorAll(".table a.id")].every(({ textContent }) => textContent.startsWith(id)), wanted.slice(0, -1));
    assert.ok((await rows.locator("a.id").allInnerTexts()).includes(wanted));
    await page.getByRole("searchbox").fill("no such id");
    await page.keyboard.press("Enter");
    await opened.said("Nothing matches").waitFor();
    assert.deepEqual(opened.complaints, []);
  });

  test("tell a conversation's story in plain words, with a link into Intercom", async (t) => {
    const opened = await openConsole(t, browser, world, { view: `conversations/${overtaken.id}` });
    const { page } = opened;
    const story = async () => (await page.locator(".line > span").allInnerTexts());
    const told = await story();
    assert.equal(told.filter((line) => line === "The customer wrote.").length, 2);
    for (const line of ["GPT Trainer answered.", "A teammate replied.", "Result: answered. The customer has the answer."]) assert.ok(told.includes(line), `${line} in ${told}`);
    assert.match(told.at(-1), /^Result: not ours\. A teammate has it\. The draft answer was dropped\.$/);
    assert.match(await page.locator(".line time").first().innerText(), /^\d\d:\d\d:\d\d$/);
    assert.match(await page.getByRole("link", { name: "Open in Intercom" }).getAttribute("href"), new RegExp(`^https?://.*${overtaken.id}$`));
    await page.getByLabel(/Every step/).check();
    await page.getByText("Read the conversation.").first().waitFor();
    assert.ok((await story()).length > told.length);
  });

  test("say what is not there", async (t) => {
    const opened = await openConsole(t, browser, world);
    await opened.go("conversations/999");
    await opened.said("OneReply has no record of this conversation.").waitFor();
    assert.deepEqual(await opened.axe(), []);
    await opened.go("handed-over?outcome=failed");
    const failed = planted.filter(({ outcome }) => outcome.failed).length;
    await opened.page.locator(".card").first().waitFor();
    assert.equal(await opened.page.locator(".card").count(), failed);
    assert.deepEqual(opened.complaints, []);
  });
});

/** Changes for the list of them. */
async function steered(world) {
  for (const [path, body] of [["/pause", { who: "Ana" }], ["/resume", { who: "Ben" }], ["/mode", { mode: "note", who: "Ben" }], ["/mode", { mode: "configured" }]]) {
    assert.equal((await world.worker.api("POST", path, { body })).status, 200, path);
  }
}

/** One turn that was answered, and one in which a teammate replied while GPT Trainer was asked. */
async function overtakenByATeammate(world) {
  const first = await world.question();
  const talk = await world.open(first);
  await talk.answered(first);
  const second = await world.question({ delay_ms: 3_000 });
  await talk.says(second);
  await talk.asking(second);
  await talk.teammate("reply", { body: "<p>I am on it.</p>" });
  await talk.assertEnded("replied", "stood_down");
  return talk;
}
