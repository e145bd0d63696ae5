// The button that breaks everything, and the table that shows what came of it.

import { Burst } from "/burst.js";
import { element } from "/message.js";
import { ask } from "/sandbox.js";
import { judge, verdict } from "/verdict.js";

const LOOK_MS = 700;
/** So long nothing more may happen to a message that has its outcome. */
const QUIET_MS = 6_000;
/** Whoever has waited so long for the sweep and everything else was forgotten. */
const PATIENCE_MS = 240_000;

/** The next look tells. */
const inVain = () => {};
const MARKS = { replied: "✓", handed_over: "✓", twice: "✗", open: "…" };

export class BreakIt {
  #burst = null;
  #rows = new Map();
  #isStale = false;
  #showing = null;

  /** @param {{ button: HTMLButtonElement, verdict: HTMLElement, news: HTMLElement, table: HTMLTableElement }} parts
   *  @param {{ adminId: () => string, attempt: (work: () => Promise<void>) => Promise<void>, open: (conversation: string) => void }} page */
  constructor(parts, page) {
    this.parts = parts;
    this.page = page;
    parts.button.addEventListener("click", () => this.#run());
  }

  async #run() {
    this.parts.button.disabled = true;
    this.#rows.clear();
    this.parts.table.tBodies[0].replaceChildren();
    this.parts.news.replaceChildren();
    this.parts.table.hidden = false;
    const burst = new Burst(() => this.#show().catch(inVain));
    this.#burst = burst;
    await this.page.attempt(async () => {
      try {
        await burst.play();
        await this.#settled();
      } finally {
        await burst.end();
      }
    });
    this.parts.button.disabled = false;
    await this.#show();
  }

  /** What comes after the verdict is shown too: a second reply is one whenever it comes. */
  changed(conversation) {
    if (this.#burst?.messages.some(({ conversation_id }) => conversation_id === conversation)) this.#show().catch(inVain);
  }

  /** Waits until every message has its outcome, and nothing has changed for a while. */
  async #settled() {
    const end = Date.now() + PATIENCE_MS;
    let [seen, since] = ["", Date.now()];
    while (Date.now() < end) {
      const results = await this.#show();
      const now = JSON.stringify(results.map(({ replies, outcome }) => [replies, outcome]));
      if (now !== seen) [seen, since] = [now, Date.now()];
      if (results.every(({ outcome }) => outcome !== "open") && Date.now() - since >= QUIET_MS) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Shows how everything stands; who asks meanwhile gets a newer answer. */
  #show() {
    this.#isStale = true;
    this.#showing ??= this.#lookUntilFresh().finally(() => (this.#showing = null));
    return this.#showing;
  }

  async #lookUntilFresh() {
    let results = [];
    while (this.#isStale) {
      this.#isStale = false;
      results = await this.#look();
    }
    return results;
  }

  async #look() {
    const burst = this.#burst;
    const records = new Map((await ask("/sandbox/conversations")).map((record) => [record.id, record]));
    const results = judge(burst.messages, records, this.page.adminId());
    for (const result of results) this.#row(result);
    const { words, tone } = verdict(results, burst.state);
    // What is written anew is read aloud anew, so only what has changed is.
    if (this.parts.verdict.textContent !== words) this.parts.verdict.textContent = words;
    this.parts.verdict.dataset.tone = tone;
    for (const news of burst.news.slice(this.parts.news.childElementCount)) this.parts.news.append(element("li", "", news));
    return results;
  }

  #row({ message, replies, outcome }) {
    const { words, story, mark, conversation_id } = message;
    if (!this.#rows.has(mark)) {
      const open = element("button", "link", words);
      open.type = "button";
      open.addEventListener("click", () => this.page.open(conversation_id));
      const row = element("tr", "", element("td", "", open, element("small", "", story)), element("td", "outcome"));
      this.#rows.set(mark, row);
      this.parts.table.tBodies[0].append(row);
    }
    const row = this.#rows.get(mark);
    row.dataset.outcome = outcome;
    row.lastChild.textContent = outcome === "handed_over" ? `handed over to a teammate ${MARKS[outcome]}` : `${replies} ${MARKS[outcome]}`;
    const isForgotten = outcome === "open" && this.#burst.state === "over";
    row.lastChild.className = `outcome ${isForgotten || outcome === "twice" ? "bad" : outcome === "open" ? "open" : "good"}`;
    if (isForgotten) row.lastChild.textContent = "forgotten ✗";
  }
}
