// "Break it" on the sandbox's page: everything goes wrong at once, the worker is killed, and the page says what came of it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { KILL_WISH, killer } from "../../scripts/lib/kills.mjs";
import { openPage, startBrowser } from "./harness/browser.mjs";
import { ourAssignments, ourNotes, ourReplies } from "./harness/counting.mjs";
import { postReply } from "./harness/direct.mjs";
import { until } from "./harness/until.mjs";
import { startWorld } from "./harness/world.mjs";

const BURST_MS = 300_000;

describe("a burst", { concurrency: 2 }, () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  /** A burst that is over, and what the page says of it. */
  async function broken(t, world) {
    t.after(() => world.stop());
    const { page, complaints } = await openPage(t, browser, world.sandbox.url);
    await page.locator("#break-tab").click();
    await page.locator("#break").click();
    const over = () => page.locator("#break").isEnabled();
    const tell = async () => [await page.locator("#break-panel").innerText(), await page.locator("#trouble").innerText(), world.worker.tell()].join("\n");
    await until(over, { what: "the burst to be over", deadline_ms: BURST_MS, tell });
    const news = await page.locator("#burst-news").innerText();
    const rows = await page.locator("#burst tbody tr").evaluateAll((rows) =>
      rows.map((row) => ({ words: row.querySelector("button").innerText, outcome: row.dataset.outcome, shown: row.lastChild.innerText })),
    );
    return { page, complaints, news, rows, tell };
  }

  const saysOf = (page) => page.locator("#verdict").evaluate((verdict) => ({ words: verdict.textContent, tone: verdict.dataset.tone }));

  /** Counted anew, by other means than the page's. */
  async function assertOneReplyEach(world, rows, told) {
    const records = await world.sandbox.get("/conversations");
    for (const { words, outcome } of rows) {
      const record = records.find(({ parts }) => parts.some(({ body }) => body?.includes(words)));
      const [mark] = /\w{5}(?=\?)/.exec(words);
      const replies = ourReplies(record).filter(({ body }) => body.includes(mark)).length;
      const handedOver = ourAssignments(record).length > 0 && ourNotes(record).some(({ body }) => body.includes(mark));
      assert.ok(replies === 1 || (replies === 0 && handedOver), `${words} has ${replies} replies\n${told}`);
      assert.equal(outcome, replies === 1 ? "replied" : "handed_over", words);
    }
  }

  test("with a kill in the middle of a post: each message gets one reply, or a person is told", async (t) => {
    const world = await startWorld({ sandboxArgs: ["--asks-for-kills"], settings: { ANSWER_DEADLINE_SECONDS: "20" } });
    const kill = killer({ sandbox: world.sandbox.url, kill: () => world.worker.kill(), start: () => world.worker.start(world.worker.settings) });
    world.sandbox.group.lines.on("line", (line) => line === KILL_WISH && kill());
    const { page, complaints, news, rows, tell } = await broken(t, world);

    const told = await tell();
    assert.equal(rows.length, 20, told);
    const handedOver = rows.filter(({ outcome }) => outcome === "handed_over").length;
    assert.deepEqual(await saysOf(page), { words: `20 messages: ${20 - handedOver} with one reply, ${handedOver} handed over to a teammate, 0 with two replies, 0 forgotten`, tone: "good" }, told);
    assert.ok(rows.every(({ shown }) => ["1 ✓", "handed over to a teammate ✓"].includes(shown)), told);
    await assertOneReplyEach(world, rows, told);

    assert.match(news, /killed in the middle of posting/);
    assert.deepEqual(await world.sandbox.get("/worker"), { can_be_killed: true, wanted: 1, killed: 1, started: 1 });
    const faults = new Set((await world.sandbox.calls()).map(({ fault }) => fault));
    for (const fault of ["act_then_cut", "act_then_500", "act_then_502", "cut_before", "fail_before", "rate_limited", "late"]) assert.ok(faults.has(fault), `${fault} has struck`);
    const attempts = await world.sandbox.deliveries();
    assert.ok(attempts.some(({ status }) => status === null), "somebody was written to while the worker was dead");
    assert.deepEqual(await world.sandbox.get("/faults").then((left) => left.filter(({ left }) => left !== 0)), [], "nothing is left switched on");
    assert.deepEqual(complaints, []);

    // What comes after the verdict is judged too.
    const [{ words }] = rows;
    const { id } = (await world.sandbox.get("/conversations")).find(({ parts }) => parts[0].body.includes(words));
    await postReply(world.sandbox, id, `Once more about ${words}`);
    await until(async () => (await saysOf(page)).tone === "bad", { what: "the page to see the second reply", tell });
    assert.match((await saysOf(page)).words, /1 with two replies, 0 forgotten$/);
    assert.equal(await page.locator("#burst tbody tr").first().locator(".outcome").innerText(), "2 ✗");
  });

  test("where nobody can kill the worker the page says so, and a click shows a conversation", async (t) => {
    const world = await startWorld();
    t.after(() => world.stop());
    const { page } = await openPage(t, browser, world.sandbox.url);
    await page.locator("#break-tab").click();
    await page.locator("#break").click();
    await page.locator("#burst-news").filter({ hasText: "cannot kill the worker" }).waitFor();
    const second = page.locator("#burst tbody button").nth(1);
    await second.click();
    await page.locator("#messages").filter({ hasText: await second.innerText() }).waitFor();
  });
});
