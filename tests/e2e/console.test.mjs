// An operator at the console: signs in, sees what happens as it happens, and steers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./harness/browser.mjs";
import { openConsole } from "./harness/console-page.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { until } from "./harness/until.mjs";
import { startWorld } from "./harness/world.mjs";

/** A world with the console, and a browser. */
function stage(settings = {}) {
  const stage = {};
  before(async () => {
    stage.world = await startWorld({ settings: { CONSOLE_TOKEN, ANSWER_DEADLINE_SECONDS: "600", ...settings }, ownActs: "untold" });
    stage.browser = await startBrowser();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.world?.stop();
  });
  return stage;
}

/** A turn that was handed over because Intercom did this to its reply. */
async function handedOverBy(world, fault) {
  const question = await world.question();
  const talk = await world.open(question, { webhook: "none" });
  await talk.fault({ call: "intercom.reply", ...fault });
  await world.sandbox.deliver(talk.opening.notification_id);
  await talk.assertEnded("handed_over");
  await talk.until(async () => (await world.worker.api("GET", "/turns?outcome=handed_over")).text.includes(`"${talk.id}"`), "the workspace to know of it");
  return { question, talk };
}

const REFUSED = { kind: "fail_before", status: 422 };

const on = stage();

describe("signing in", { concurrency: true }, () => {
  test("takes the token, keeps the place, shows the name, and ends when it is wanted", async (t) => {
    const opened = await openConsole(t, on.browser, on.world, { view: "audit", signIn: false });
    const { page } = opened;
    await page.getByLabel("Token").fill("not-the-token");
    await page.keyboard.press("Enter");
    await page.getByText("This token is wrong.").waitFor();
    assert.equal((await opened.focused()).id, "token");
    assert.equal(await page.locator(".views").isVisible(), false, "nothing to go to yet");

    await opened.signIn(CONSOLE_TOKEN, "Ana");
    assert.equal(await opened.heading().innerText(), "Audit");
    assert.equal((await opened.focused()).id, "heading");
    await page.getByText("Ana", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.cookie), "", "no script can read the session");
    const [cookie] = await page.context().cookies(on.world.worker.url);
    assert.deepEqual([cookie.name, cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], ["__Host-onereply", true, true, "Strict", "/"]);
    await page.reload();
    await opened.shown();

    await opened.button("Sign out").click();
    await page.getByText("You are signed out.").waitFor();
    assert.deepEqual(await page.context().cookies(on.world.worker.url), []);
    await page.reload();
    await opened.button("Sign in").waitFor();
    assert.deepEqual(opened.complaints, []);
  });

  test("is asked for again when the session has ended, and goes on where it was", async (t) => {
    const opened = await openConsole(t, on.browser, on.world, { view: "controls" });
    await opened.button("Pause…").click();
    await opened.page.context().clearCookies();
    await opened.answer("Pause");
    await opened.page.getByText("Your session has ended.").waitFor();
    assert.equal(await opened.dialog().count(), 0);
    await opened.signIn(CONSOLE_TOKEN, "Ben");
    assert.equal(await opened.heading().innerText(), "Controls");
    assert.equal((await on.world.worker.api("GET", "/workspace")).json.pause, null, "nothing was paused without a session");
    assert.deepEqual(opened.complaints, []);
  });

  test("is possible without a name and by keyboard alone, and so is all the rest", async (t) => {
    const opened = await openConsole(t, on.browser, on.world, { signIn: false });
    const { page } = opened;
    await opened.button("Sign in").waitFor();
    await page.keyboard.type(CONSOLE_TOKEN);
    await page.keyboard.press("Enter");
    await opened.shown();
    await opened.tabTo("Controls");
    await page.keyboard.press("Enter");
    await opened.said("Replies are on.").waitFor();
    assert.equal((await opened.focused()).id, "heading");

    await opened.tabTo("Pause…");
    await page.keyboard.press("Enter");
    await opened.dialog().waitFor();
    assert.equal((await opened.focused()).words, "Cancel", "what does nothing comes first");
    await page.keyboard.press("Escape");
    await opened.dialog().waitFor({ state: "detached" });
    assert.equal((await opened.focused()).words, "Pause…", "the focus is back");
    await opened.tabTo("Audit");
    await page.keyboard.press("Enter");
    await opened.said("No audit has run yet").waitFor();
    await opened.tabTo("Start an audit…");
    await page.keyboard.press("Enter");
    await opened.dialog().waitFor();
    await opened.tabTo("Start");
    await page.keyboard.press("Enter");
    await opened.said("No problems found.").waitFor();
    assert.deepEqual(opened.complaints, []);
  });
});

describe("the console, live", { concurrency: true }, () => {
  test("shows a turn when it opens and when it ends, without a reload", async (t) => {
    const { world } = on;
    const opened = await openConsole(t, on.browser, world);
    await opened.page.evaluate(() => (window.isStillThisPage = true));
    await opened.said("Customers are being answered.").waitFor();
    const question = await world.question({ delay_ms: 4_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    await opened.later();
    const row = opened.page.locator(".table tbody tr", { hasText: talk.id });
    await row.getByText("Waiting for GPT Trainer’s answer").waitFor();
    await talk.answered(question);
    await talk.until(async () => !(await world.worker.api("GET", "/open")).text.includes(`"${talk.id}"`), "the workspace to know that it ended");
    await opened.later();
    await row.waitFor({ state: "detached" });
    await talk.assertReplies(question);
    assert.equal(await opened.page.evaluate(() => window.isStillThisPage), true);
    assert.deepEqual(opened.complaints, []);
  });

  test("names why a turn was handed over, and tries it again", async (t) => {
    const { world } = on;
    const { question, talk } = await handedOverBy(world, REFUSED);
    const opened = await openConsole(t, on.browser, world, { view: "handed-over" });
    const card = opened.page.locator(".card", { hasText: talk.id });
    await card.getByText("Intercom refused the reply.").waitFor();
    await opened.button(`Try again: conversation ${talk.id}`).click();
    await opened.answer("Cancel");
    assert.equal((await opened.focused()).words, `Try again: conversation ${talk.id}`);
    await talk.assertReplies();
    await opened.button(`Try again: conversation ${talk.id}`).click();
    await opened.answer("Try again");
    await opened.notice().getByText("is being tried again").waitFor();
    await talk.answered(question);
    await talk.assertStays(question);
    assert.deepEqual(opened.complaints, []);
  });

  test("warns before a second reply could come, and sends nothing without that being wanted", async (t) => {
    const { world } = on;
    const { question, talk } = await handedOverBy(world, { kind: "cut_before" });
    const opened = await openConsole(t, on.browser, world, { view: "handed-over" });
    const again = opened.button(`Try again: conversation ${talk.id}`);
    await again.click();
    await opened.answer("Try again");
    await opened.dialog().getByText("The customer could get two replies").waitFor();
    assert.match(await opened.dialog().getByRole("link").getAttribute("href"), new RegExp(`${talk.id}$`));
    await opened.answer("Cancel");
    await world.meanwhile();
    await talk.assertReplies();

    await again.click();
    await opened.answer("Try again");
    await opened.answer("Try again anyway");
    await talk.answered(question);
    await talk.assertReplies(question);
    assert.deepEqual(opened.complaints, []);
  });

  test("says what cannot be done any more, in the dialog", async (t) => {
    const { world } = on;
    const { question, talk } = await handedOverBy(world, REFUSED);
    const opened = await openConsole(t, on.browser, world, { view: `conversations/${talk.id}` });
    await opened.button(`Try again: conversation ${talk.id}`).click();
    assert.equal((await world.worker.api("POST", `/conversations/${talk.id}/retry`)).status, 202);
    await talk.answered(question);
    await talk.assertEnded("handed_over", "replied");
    await opened.answer("Try again");
    await opened.dialog().getByText("The last message has been answered in the meantime.").waitFor();
    await opened.answer("Cancel");
    await talk.assertReplies(question);
  });

  test("stays with what is being done until its outcome is known", async (t) => {
    const { world } = on;
    const opened = await openConsole(t, on.browser, world, { view: "audit" });
    const { page } = opened;
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/api/audit", async (route) => {
      if (route.request().method() === "POST") await held;
      await route.continue();
    });
    await opened.button("Start an audit…").click();
    await opened.answer("Start");
    await opened.dialog().getByText("Working…").waitFor();
    assert.equal(await opened.dialog().getByRole("button", { name: "Cancel" }).isDisabled(), true);
    for (let n = 0; n < 3; n += 1) await page.keyboard.press("Escape");
    assert.equal(await opened.dialog().count(), 1);
    release();
    await opened.dialog().waitFor({ state: "detached" });
    await opened.notice().waitFor();
    assert.deepEqual(opened.complaints, []);
  });

  test("shows what it had as no longer up to date while the worker refuses", async (t) => {
    const opened = await openConsole(t, on.browser, on.world, { view: "controls" });
    const { page } = opened;
    const refusal = { error: { code: "workspace_unknown", message: "Intercom does not confirm which workspace the token belongs to." } };
    await page.route("**/api/workspace", (route) => route.fulfill({ status: 503, json: refusal }));
    await opened.later();
    await page.locator("#live[data-live=no]").waitFor();
    assert.match(await page.locator("#live").innerText(), /^Not up to date since \d\d:\d\d:\d\d$/);
    assert.equal(await page.locator("#view").getAttribute("data-stale"), "yes");
    await opened.said("Replies are on.").waitFor();
    await page.getByText(/Intercom does not confirm .* What you see is from \d\d:\d\d:\d\d\.$/).waitFor();
    await page.unroute("**/api/workspace");
    await opened.later();
    await page.locator("#live[data-live=yes]").waitFor();
    assert.equal(await page.locator("#view").getAttribute("data-stale"), "no");
  });

  test("keeps what a person types and where they are while it is brought up to date", async (t) => {
    const { world } = on;
    const opened = await openConsole(t, on.browser, world, { view: "conversations" });
    const { page } = opened;
    const question = await world.question();
    const talk = await world.open(question);
    await page.getByRole("searchbox").fill("half an id");
    await talk.answered(question);
    await talk.until(async () => (await world.worker.api("GET", "/turns")).text.includes(`"${talk.id}"`), "the workspace to know of it");
    await opened.later();
    await page.locator(".table tbody tr", { hasText: talk.id }).waitFor();
    assert.equal(await page.getByRole("searchbox").inputValue(), "half an id");
    assert.equal((await opened.focused()).id, "find");
  });
});

test("a worker that is not reached is said so, with since when, and when it is back nothing needs to be loaded again; settings that are wrong are named, and all else waits for that", async (t) => {
  const world = await startWorld({ settings: { CONSOLE_TOKEN } });
  t.after(() => world.stop());
  const browser = await startBrowser();
  t.after(() => browser.close());
  const opened = await openConsole(t, browser, world);
  const { page } = opened;
  await world.worker.kill();
  await opened.later();
  await page.getByText(/^OneReply has not been reachable since \d\d:\d\d:\d\d\. What you see is from then\./).waitFor();
  assert.match(await page.locator("#live").innerText(), /^No connection since/);
  await opened.said("Customers are being answered.").waitFor();
  await world.restart({ CONSOLE_TOKEN });
  await opened.button("Try now").click();
  await page.locator("#banner .notice").waitFor({ state: "detached" });
  assert.equal(await page.locator("#live").innerText(), "Live");

  await world.restart({ CONSOLE_TOKEN, QUIET_SECONDS: "soon" });
  const held = await openConsole(t, browser, world);
  await held.said("Settings are wrong. Customers are not getting answers.").waitFor();
  await held.said('QUIET_SECONDS is "soon". It must be').waitFor();
  for (const view of ["controls", "handed-over", "conversations"]) {
    await held.go(view);
    await held.said(/Settings are wrong/).first().waitFor();
  }
  await until(async () => (await held.focused()).id === "heading", { what: "the focus to be at the heading" });
  assert.deepEqual(held.complaints, []);
});
