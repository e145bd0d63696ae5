// What an answer looks like in the messenger: written in Markdown, posted as HTML, and seen in Chromium.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openPage, startBrowser } from "./harness/browser.mjs";
import { root } from "./harness/paths.mjs";
import { startWorld } from "./harness/world.mjs";

const PICTURE = join(root, "docs/images/answer.png");
const RAW_MARKDOWN = [/\*\*/, /\]\(/, /^\s*#+ /m, /^\s*[-*+] /m, /^\s*\d+[.)] /m, /\|\s*:?-{2,}/, /`/, /<\/?\w+>/];

const ANSWER = `## Returning an order

You have **30 days** to send things back, *even* on sale. Here is how:

1. Open **My orders** and choose the order.
2. Choose what comes back:
   - whole parcels
   - single things
     - with their box
     - without it
3. Print the label, or read [how it works without a printer](https://example.org/help/returns).

Things to know:

- Shipping is \`free\` above €40.
- The money is back in five days.

| Country | Days | Cost |
|:--------|-----:|-----:|
| Germany | 2 | free |
| **France** | 4 | €3 |

\`\`\`sh
curl api.example.org/returns \\
  -d order=1042
\`\`\`
`;
const LONG_ADDRESS = "https://example.org/a/page/with/a/very/long/address/that/has/to/wrap/somewhere/because/no/bubble/is/as/wide/as/this/one?and=more&so=on";

describe("an answer", () => {
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

  /** A customer asks on the page, and this is the answer: its bubble. */
  async function answered(t, words, answer, how = {}) {
    await world.sandbox.script({ contains: words, answer });
    const opened = await openPage(t, browser, world.sandbox.url, { colorScheme: "light", viewport: { width: 1500, height: 1160 }, ...how });
    await opened.page.locator("#new-conversation").click();
    await opened.page.locator("#composer").fill(words);
    await opened.page.locator("#send").click();
    const bubble = opened.messages("ourselves").locator(".bubble");
    await bubble.waitFor();
    return { ...opened, bubble };
  }

  test("reads as it was meant: paragraphs, bold, lists, links, and no Markdown", async (t) => {
    const { page, bubble, complaints } = await answered(t, "How do I send my parcel back?", `${ANSWER}\n${LONG_ADDRESS}`);
    const [frame] = await drawn(bubble);

    const words = await bubble.innerText();
    for (const mark of RAW_MARKDOWN) assert.doesNotMatch(words, mark);
    for (const said of ["30 days", "without it", "Germany | 2 | free", "-d order=1042"]) assert.ok(words.includes(said), `${said}: ${words}`);

    const [heading, ...paragraphs] = await drawn(bubble.locator("> p"));
    assert.equal(heading.text, "Returning an order");
    assert.ok(paragraphs.length >= 4 && paragraphs.every(({ weight }) => weight < 600), "what is not bold is not drawn so");
    const bold = await drawn(bubble.locator("b"));
    assert.deepEqual(bold.map(({ text }) => text), ["Returning an order", "30 days", "My orders", "Country", "Days", "Cost", "France"]);
    assert.ok(bold.every(({ weight }) => weight >= 600), JSON.stringify(bold));
    assert.deepEqual((await drawn(bubble.locator("i"))).map(({ text, slant }) => [text, slant]), [["even", "italic"]]);

    const steps = await drawn(bubble.locator("> ol > li"));
    const below = await drawn(bubble.locator("> ol > li > ul > li"));
    const deepest = await drawn(bubble.locator("> ol > li > ul > li > ul > li"));
    const things = await drawn(bubble.locator("> ul > li"));
    assert.deepEqual([steps, below, deepest, things].map((items) => items.length), [3, 2, 2, 2]);
    for (const item of [...steps, ...below, ...deepest, ...things]) {
      assert.equal(item.display, "list-item", item.text);
      assert.ok(item.height > 10, `${item.text} can be seen`);
    }
    assert.ok(steps.every(({ marker }) => marker === "decimal"), JSON.stringify(steps));
    assert.ok([...below, ...deepest, ...things].every(({ marker }) => ["disc", "circle", "square"].includes(marker)), JSON.stringify(below));
    // A marker stands left of its words, so there must be room for it.
    for (const [inner, outer] of [[steps[0], frame], [things[0], frame], [below[0], steps[0]], [deepest[0], below[0]]]) {
      assert.ok(inner.left - outer.left >= 16, `${inner.text} at ${inner.left} is set in from ${outer.left}`);
    }
    assert.ok(steps.every((step, i) => i === 0 || step.top >= steps[i - 1].bottom), "one below the other");

    const [link, long] = await drawn(bubble.locator("a"));
    assert.deepEqual([link.text, link.href], ["how it works without a printer", "https://example.org/help/returns"]);
    for (const each of [link, long]) {
      assert.equal(each.underline, "underline");
      assert.notEqual(each.colour, paragraphs[0].colour);
    }
    assert.ok(long.height > 2 * link.height && long.right <= frame.right, `a long address wraps: ${JSON.stringify({ long, frame })}`);
    assert.ok(await page.locator("#messages").evaluate((list) => list.scrollWidth <= list.clientWidth), "nothing sticks out");
    assert.deepEqual(complaints, []);
  });

  test("looks like its picture in the documentation", async (t) => {
    const { page } = await answered(t, "How do I return my order?", ANSWER, { deviceScaleFactor: 1.5, viewport: { width: 1500, height: 880 } });
    await page.locator("#composer").blur();
    await page.locator("#messages .message.new").last().evaluate((message) => Promise.all(message.getAnimations({ subtree: true }).map((animation) => animation.finished)));
    const folder = mkdtempSync(join(tmpdir(), "onereply-picture-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const taken = join(folder, "answer.png");
    await page.locator("#messenger").screenshot({ path: process.env.UPDATE_SCREENSHOTS === "1" ? PICTURE : taken });
    if (process.env.UPDATE_SCREENSHOTS === "1") return;

    const [kept, now] = [await looks(page, PICTURE), await looks(page, taken)];
    // Other fonts draw other pixels and break lines elsewhere, so nothing more is compared: how it is drawn is judged above.
    assert.deepEqual([now.width, now.height], [kept.width, kept.height]);
    for (const { colours } of [kept, now]) assert.ok(colours > 30, `a picture of ${colours} colours shows nothing`);
  });

  test("reads from right to left where its words do", async (t) => {
    const { bubble } = await answered(t, "איך מחזירים הזמנה?", "**שלום!** כך עושים זאת:\n\n- ראשון\n- שני\n\nSee *Orders* for more.");
    const [hebrew, english] = await drawn(bubble.locator("> p"));
    assert.deepEqual([hebrew.direction, english.direction], ["rtl", "ltr"]);
    const [[frame], [item]] = [await drawn(bubble), await drawn(bubble.locator("li"))];
    assert.equal(item.direction, "rtl");
    assert.ok(frame.right - item.right >= 16, "the marker stands on the right");
  });

  test("opens a link in a tab of its own, which knows nothing of this one", async (t) => {
    const { page, bubble } = await answered(t, "Where are you?", `Look [here](${world.sandbox.url}/sandbox/health).`);
    const [tab] = await Promise.all([page.context().waitForEvent("page"), bubble.locator("a").click()]);
    await tab.waitForURL(`${world.sandbox.url}/sandbox/health`);
    assert.equal(await tab.evaluate(() => window.opener), null);
    assert.match(await bubble.locator("a").getAttribute("rel"), /noopener/);
    assert.equal(page.url(), `${world.sandbox.url}/`);
  });
});

/** How each of these elements is drawn. @param {import("playwright-core").Locator} locator */
function drawn(locator) {
  return locator.evaluateAll((elements) =>
    elements.map((element) => {
      const style = getComputedStyle(element);
      const { left, right, top, bottom, height } = element.getBoundingClientRect();
      return {
        text: element.innerText, href: element.getAttribute("href"), left, right, top, bottom, height,
        display: style.display, marker: style.listStyleType, weight: Number(style.fontWeight), slant: style.fontStyle,
        underline: style.textDecorationLine, colour: style.color, direction: style.direction,
      };
    }),
  );
}

/** The size of a picture, and how many colours it has. @param {import("playwright-core").Page} page */
async function looks(page, path) {
  const blank = await page.context().newPage();
  const picture = await blank.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const { width, height } = image;
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return { width, height, colours: new Set(new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer)).size };
  }, `data:image/png;base64,${readFileSync(path).toString("base64")}`);
  await blank.close();
  return picture;
}
