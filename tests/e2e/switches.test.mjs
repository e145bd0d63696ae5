// The faults of the sandbox as switches on its page: by mouse, by keyboard and on a phone.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openPage, startBrowser } from "./harness/browser.mjs";
import { root } from "./harness/paths.mjs";
import { startWorld } from "./harness/world.mjs";

const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true };

describe("a fault's switch", () => {
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

  async function opened(t, how) {
    const { page, complaints } = await openPage(t, browser, world.sandbox.url, how);
    const at = (name) => page.getByRole("switch", { name, exact: true });
    const row = (name) => page.locator(".fault", { has: at(name) });
    const shows = (name, text) => row(name).filter({ hasText: text }).waitFor();
    const isOn = async (name) => (await at(name).getAttribute("aria-checked")) === "true";
    return { page, complaints, at, shows, isOn };
  }

  test("is switched on by the keyboard, counts what it strikes, and goes off when it is used up", async (t) => {
    const { page, complaints, at, shows, isOn } = await opened(t);
    const name = "A reply is posted, but its confirmation is lost";
    await page.locator("#log-tab").focus();
    await page.keyboard.press("ArrowRight");
    assert.ok(await page.locator("#faults-panel").isVisible());
    await at(name).focus();
    await page.keyboard.press("Space");
    await shows(name, "Not used yet, 1 left.");
    assert.ok(await isOn(name));
    assert.equal(await page.locator("#faults-on").innerText(), "1");

    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    await shows(name, "Used once, none left.");
    assert.equal(await isOn(name), false);
    assert.equal(await page.locator("#faults-on").innerText(), "");
    await talk.assertStays(question);
    assert.equal((await talk.calls("intercom.reply")).filter(({ fault }) => fault === "act_then_cut").length, 1);
    assert.deepEqual(complaints, []);
  });

  test("that stays on is seen by everybody, and holds until it is switched off", async (t) => {
    const [here, there] = [await opened(t), await opened(t, PHONE)];
    const name = "Intercom is down";
    await here.page.locator("#faults-tab").click();
    await here.at(name).click();
    const question = await world.question();
    const talk = await world.open(question);
    await talk.called("intercom.read", ({ fault }) => fault === "fail_before");
    await there.page.locator("nav a[href='#watch']").tap();
    await there.page.locator("#faults-tab").tap();
    await there.shows(name, /Used .+\.$/);
    assert.ok(await there.isOn(name));
    assert.ok(await there.page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), "nothing sticks out on a phone");
    await there.at(name).tap();
    await here.page.waitForFunction(() => document.getElementById("faults-on").textContent === "");
    assert.equal(await here.isOn(name), false);
    await talk.answered(question, 60_000);
    await talk.assertStays(question);
  });

  test("for webhooks lets each come three times; there is one reply", async (t) => {
    const { page, at } = await opened(t);
    await page.locator("#faults-tab").click();
    await at("Webhooks arrive three times").click();
    await page.locator("#faults-on").filter({ hasText: "1" }).waitFor();
    const question = await world.question();
    const talk = await world.open(question);
    await talk.answered(question);
    const copies = (await world.sandbox.deliveries()).filter(({ notification_id }) => notification_id === talk.opening.notification_id);
    assert.equal(copies.length, 3);
    await page.locator("#fault-clear").click();
    await page.waitForFunction(() => document.getElementById("faults-on").textContent === "");
    await talk.assertStays(question);
  });

  test("exists for every fault that the sandbox knows, and each can be switched on and off", async (t) => {
    const { page, complaints } = await opened(t);
    await page.locator("#faults-tab").click();
    const kinds = new Set();
    for (const each of await page.getByRole("switch").all()) {
      await each.click();
      await page.locator(".switch[aria-checked=true]").waitFor();
      for (const { kind } of await world.sandbox.get("/faults")) kinds.add(kind);
      await each.click();
      await page.waitForFunction(() => !document.querySelector(".switch[aria-checked=true]"));
    }
    const documented = readFileSync(join(root, "sandbox/README.md"), "utf8").split("### Faults")[1].split("\n## ")[0];
    const rows = documented.split("\n").filter((line) => /^\| `\w+`/.test(line)).map((line) => line.split("|")[1]);
    // A kind's own fields stand beside it, and two kinds may share a row.
    const known = rows.flatMap((row) => [...row.matchAll(/(?:^|,) `(\w+)`/g)].map(([, kind]) => kind)).filter((kind) => kind !== "kind");
    assert.deepEqual([...kinds].sort(), known.sort());
    assert.deepEqual(await page.locator(".faults legend").allInnerTexts(), ["Intercom", "GPT Trainer", "Webhooks"]);
    assert.deepEqual(complaints, []);
  });
});
