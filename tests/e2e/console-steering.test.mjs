// An operator at the console steers: pauses, sets the mode, hands over; each with who and when.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./harness/browser.mjs";
import { openConsole } from "./harness/console-page.mjs";
import { CONSOLE_TOKEN } from "./harness/settings.mjs";
import { startWorld } from "./harness/world.mjs";

describe("steering", () => {
  const on = {};
  before(async () => {
    on.world = await startWorld({ settings: { CONSOLE_TOKEN, ANSWER_DEADLINE_SECONDS: "600" }, ownActs: "untold" });
    on.browser = await startBrowser();
  });
  after(async () => {
    await on.browser?.close();
    await on.world?.stop();
  });

  test("pauses and resumes, with who and when", async (t) => {
    const { world } = on;
    const opened = await openConsole(t, on.browser, world, { view: "controls" });
    await opened.button("Pause…").click();
    assert.deepEqual(await opened.axe(), [], "the dialog");
    await opened.answer("Pause");
    await opened.notice().getByText("Paused. Customers get no answers").waitFor();
    await opened.said("Replies are paused.").first().waitFor();
    assert.match(await opened.page.locator(".switch").innerText(), /By Ana, /);
    assert.equal((await world.worker.healthz()).status, 503);

    const question = await world.question();
    const talk = await world.open(question);
    await opened.go("now");
    await opened.said("Paused. Customers are not getting answers.").waitFor();
    await opened.page.locator(".table tbody tr", { hasText: talk.id }).getByText("Waiting: replies are paused").waitFor();
    await talk.assertReplies();
    assert.deepEqual(await opened.axe(), [], "while it is paused");
    await opened.button("Resume").click();
    await opened.answer("Resume");
    await opened.said("Customers are being answered.").waitFor();
    await opened.button("Resume").waitFor({ state: "detached" });
    assert.equal((await opened.focused()).id, "heading", "the button is gone, so one goes on from the heading");
    await talk.answered(question);

    await opened.go("controls");
    const changes = opened.page.locator(".table tbody tr");
    await changes.nth(1).waitFor();
    assert.match(await changes.nth(0).innerText(), /Replies were resumed\.\s+Ana\s+in the console/);
    assert.match(await changes.nth(1).innerText(), /Replies were paused\.\s+Ana\s+in the console/);
    await talk.assertReplies(question);
    assert.deepEqual(opened.complaints, []);
  });

  test("sets the mode, and sets it back to what is configured", async (t) => {
    const { world } = on;
    const opened = await openConsole(t, on.browser, world, { view: "controls" });
    const mode = async (name) => {
      await opened.page.getByRole("radio", { name }).check();
      await opened.button("Set the mode…").click();
      await opened.answer("Set the mode");
      await opened.notice().getByText("The mode is set").waitFor();
    };
    await mode(/^Notes only/);
    await opened.said("Current mode: notes only.").waitFor();
    const noted = await world.question();
    const talk = await world.open(noted);
    await talk.assertEnded("noted");
    await talk.assertReplies();
    await opened.go("now");
    await opened.said("Answers become notes. Customers see nothing.").waitFor();

    await opened.go("controls");
    await mode(/^As configured/);
    await opened.said("Current mode: replies.").waitFor();
    const replied = await world.question();
    await talk.says(replied);
    await talk.answered(replied);
    await talk.assertReplies(replied);
    assert.deepEqual(opened.complaints, []);
  });

  test("hands an open turn over", async (t) => {
    const { world } = on;
    const question = await world.question({ delay_ms: 5_000 });
    const talk = await world.open(question);
    await talk.asking(question);
    const opened = await openConsole(t, on.browser, world, { view: `conversations/${talk.id}` });
    await opened.button(`Hand over: conversation ${talk.id}`).click();
    await opened.answer("Hand over");
    await talk.handedOver();
    await talk.assertEnded("handed_over");
    await talk.until(async () => (await world.worker.api("GET", "/turns?outcome=handed_over")).text.includes(`"${talk.id}"`), "the workspace to know of it");
    await opened.go("handed-over");
    await opened.page.locator(".card", { hasText: talk.id }).getByText("An operator handed it over.").waitFor();
    await talk.assertReplies();
    assert.deepEqual(opened.complaints, []);
  });
});
