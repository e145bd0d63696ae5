// Everything goes wrong at once: conversations with faults of their own, and a worker that is killed in the middle.

import { ask, remove } from "/sandbox.js";

/** Intercom's second attempt comes after a minute; nobody wants to look on for so long. */
const SECOND_ATTEMPT_MS = 10_000;
const POLL_MS = 250;
/** How long the kill waits for a reply that is just being posted, and for the worker to run again. */
const PATIENCE_MS = 30_000;
const RESTART_MS = 90_000;

/** What is wrong in each conversation; `says` is how its customer's messages are told to the worker. */
const STORIES = {
  told: { words: "each webhook arrives three times", says: [{ copies: 3 }] },
  quick: { words: "three quick messages, each webhook arrives twice", says: [{ copies: 2 }, { copies: 2 }, { copies: 2 }] },
  cut: { words: "reply posted, confirmation lost", says: ["send"], fault: { call: "intercom.reply", kind: "act_then_cut" } },
  bad: { words: "reply posted, but Intercom returns 502", says: ["send"], fault: { call: "intercom.reply", kind: "act_then_502" } },
  failed: { words: "reply posted, but Intercom returns 500", says: ["send"], fault: { call: "intercom.reply", kind: "act_then_500" } },
  late: { words: "webhook late, overtaken by the next one", says: [{ delay_ms: 6_000 }, "send"] },
  lost: { words: "webhook lost, only the next one arrives", says: ["none", "send"] },
  reads: { words: "Intercom's reads fail", says: ["send"], fault: { call: "intercom.read", kind: "fail_before", status: 500, times: 2 } },
  busy: { words: "Intercom limits the rate of calls", says: ["send"], fault: { call: "intercom.*", kind: "rate_limited", reset_in_s: 3, times: 2 } },
  vanished: { words: "reply lost on the way", says: ["send"], fault: { call: "intercom.reply", kind: "cut_before" } },
  posting: { words: "worker killed while posting", says: ["send"], fault: { call: "intercom.reply", kind: "late", ms: 15_000 } },
  thinking: { words: "worker killed while the AI thinks", says: ["send"], thinks_ms: 15_000 },
  asleep: { words: "written while the worker is down", says: [] },
};
/** Nobody can say whose question they strike. */
const FOR_ALL = [
  { call: "gpt_trainer.questions", kind: "fail_before", status: 500, times: 2 },
  { call: "gpt_trainer.questions", kind: "act_then_cut", skip: 3 },
];

export class Burst {
  /** @type {import("/verdict.js").Message[]} */
  messages = [];
  /** @type {"playing" | "over"} */
  state = "playing";
  /** What has happened, for whoever looks on. */
  news = [];
  #talks = new Map();
  #faults = [];
  #run = Math.random().toString(36).slice(2, 5).toUpperCase().padEnd(3, "X");

  /** @param {() => void} changed is called whenever there is more to show */
  constructor(changed) {
    this.changed = changed;
  }

  /** Plays until every message has been written; what comes of them shows later. */
  async play() {
    const { retry_after_ms } = await ask("/sandbox/settings");
    const { can_be_killed } = await ask("/sandbox/worker");
    await ask("/sandbox/webhook", { retry_after_ms: SECOND_ATTEMPT_MS });
    try {
      this.#tell("Customers write. GPT Trainer fails twice and loses an answer.");
      for (const fault of FOR_ALL) await this.#fault(fault);
      for (const [name, story] of Object.entries(STORIES)) {
        for (const webhook of story.says) await this.#says(name, webhook);
      }
      if (can_be_killed) await this.#kill();
      else this.#tell("This sandbox cannot kill the worker, so nothing is killed. Use `npm start` to include that.");
      // The dead are written to first; then everybody whose first message went wrong writes once more.
      for (const name of ["asleep", "told"]) await this.#says(name, "send");
      if (can_be_killed) await this.#runsAgain();
      for (const name of ["cut", "bad"]) await this.#says(name, { copies: 2 });
      this.#tell("All messages are written. Now the worker handles them.");
    } finally {
      await ask("/sandbox/webhook", { retry_after_ms });
    }
  }

  /** Switches off what has not struck. */
  async end() {
    this.state = "over";
    for (const id of this.#faults) await remove(`/sandbox/faults/${id}`).catch(() => {});
    this.changed();
  }

  /** The worker is killed while a reply is under way: it is posted, and nobody has told the worker. */
  async #kill() {
    const { id } = this.#talks.get("posting");
    const isPosting = async () => (await ask("/sandbox/calls")).some((call) => call.call === "intercom.reply" && call.conversation_id === id && call.acted);
    await waited(isPosting, PATIENCE_MS);
    const { killed } = await ask("/sandbox/worker");
    await ask("/sandbox/worker/kill", {});
    const isDead = async () => (await ask("/sandbox/worker")).killed > killed;
    if (!(await waited(isDead, PATIENCE_MS))) throw new Error("the worker was not killed in time");
    this.#tell("The worker was killed in the middle of posting a reply.");
  }

  async #runsAgain() {
    const isUp = async () => {
      const { killed, started } = await ask("/sandbox/worker");
      return started >= killed;
    };
    if (!(await waited(isUp, RESTART_MS))) throw new Error("the worker was killed and did not start again in time");
    this.#tell("The worker runs again.");
  }

  /** A customer writes, in a conversation that begins with their first words. */
  async #says(name, webhook) {
    const story = STORIES[name];
    const mark = `${this.#run}${String(this.messages.length + 1).padStart(2, "0")}`;
    const words = `Where is parcel ${mark}?`;
    const body = `<p>${words}</p>`;
    if (story.thinks_ms) await ask("/sandbox/gpt-trainer/script", { contains: mark, delay_ms: story.thinks_ms });
    const talk = this.#talks.get(name);
    const said = talk ? await ask(`/sandbox/conversations/${talk.id}/customer`, { body, webhook }) : await this.#begin(name, body, webhook);
    this.messages.push({ conversation_id: said.conversation_id, part_id: said.part_id, mark, words, story: story.words });
    this.changed();
  }

  async #begin(name, body, webhook) {
    const contact = { name: `Customer ${this.#talks.size + 1}`, email: `customer${this.#talks.size + 1}@example.com` };
    const { fault } = STORIES[name];
    const begun = await ask("/sandbox/conversations", { body, contact, webhook });
    this.#talks.set(name, { id: begun.conversation_id });
    if (fault) await this.#fault({ ...fault, conversation_id: begun.conversation_id });
    return begun;
  }

  async #fault(fault) {
    const { id } = await ask("/sandbox/faults", fault);
    this.#faults.push(id);
  }

  #tell(words) {
    this.news.push(words);
    this.changed();
  }
}

/** Asks again and again, until something holds (true) or patience is at an end (false). */
async function waited(holds, patience_ms) {
  const end = Date.now() + patience_ms;
  while (Date.now() < end) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}
