// Plays a plan on real workerd: customers write, teammates interject, calls fail, webhooks come twice, and the whole process
// group is killed and started again on its storage. At the end, when nothing is left to be done, the audit judges.

import { setTimeout as pause } from "node:timers/promises";
import { Disk } from "../harness/disk.mjs";
import { until } from "../harness/until.mjs";
import { startWorld } from "../harness/world.mjs";
import { audit, messages, outcomeOf } from "./audit.mjs";
import { figuresOf } from "./figures.mjs";
import { storyOf } from "./story.mjs";

/** Longer than a run: the second and last attempt to deliver a webhook is made here, as soon as the worker is up again. */
const RETRY_AFTER_MS = 3_600_000;
/** A customer writes on when nothing has come for so long. */
const PATIENCE_MS = 40_000;
/** So long a kill waits for a call of the kind in which it is to strike. */
const AIM_MS = 6_000;
/** How long the worker may take for all that is left at the end: a question that is never answered takes two minutes. */
const REST_MS = 240_000;
/** Longer than any post of the plan takes to land. */
const LANDED_AFTER_MS = 15_000;
/** How long the worker waits for an answer. */
const LIMITS_MS = { intercom: 10_000, gpt_trainer: 20_000, "gpt_trainer.stream": 120_000, "gpt_trainer.non_stream": 120_000 };

/**
 * @typedef {{ at_ms: number, up_ms: number, during: string[] }} Killed
 * @typedef {{ violations: (import("./audit.mjs").Violation & { story: string })[], figures: import("./figures.mjs").Figures }} Result
 * @param {import("./plan.mjs").Plan} plan
 * @param {{ concurrency: number, progress?: (line: string) => void }} options
 * @returns {Promise<Result>}
 */
export async function run(plan, options) {
  const world = await startWorld({ ownActs: plan.ownActs });
  const chaos = new Chaos(world, plan);
  try {
    await world.sandbox.webhook({ retry_after_ms: RETRY_AFTER_MS });
    // The first call of all, which a token needs once only.
    await world.sandbox.fault({ call: "intercom.me", kind: "fail_before", status: 503 });
    return await chaos.run(options);
  } finally {
    chaos.watching = false;
    await world.stop();
  }
}

class Chaos {
  begun_ms = Date.now();
  turnsBegun = 0;
  turnsEnded = 0;
  /** @type {Killed[]} */
  killed = [];
  /** By part. @type {Map<string, string>} */
  webhooks = new Map();
  /** What the make-believe Intercom holds, a moment ago. @type {Map<string, import("../harness/sandbox.mjs").Conversation>} */
  conversations = new Map();
  /** @type {import("../harness/sandbox.mjs").Delivery[]} */
  deliveries = [];
  /** What became of second attempts, by webhook. @type {Map<string, "under way" | "reported" | "in vain">} */
  retries = new Map();
  isUp = true;
  watching = true;
  callsSeen = 0;
  /** What went wrong in the background. @type {Error | undefined} */
  failure;

  /** @param {import("../harness/world.mjs").World} world @param {import("./plan.mjs").Plan} plan */
  constructor(world, plan) {
    this.world = world;
    this.sandbox = world.sandbox;
    this.plan = plan;
    this.disk = new Disk(world.worker);
    this.turns = plan.customers.reduce((sum, { turns }) => sum + turns.length, 0);
  }

  async run({ concurrency, progress = () => {} }) {
    const telling = setInterval(() => progress(this.#progress()), 10_000);
    const watch = this.#watch();
    try {
      const waiting = [...this.plan.customers];
      const serve = async () => {
        for (let customer = waiting.shift(); customer; customer = waiting.shift()) await this.#customer(customer);
      };
      await Promise.race([watch, Promise.all([...Array.from({ length: concurrency }, serve), this.#kills()])]);
      progress(`${this.#progress()}; waiting until all work is done`);
      let rests = await this.#rest();
      // What has been delivered once more after all that is no news either.
      await Promise.all([...this.conversations.values()].map((conversation) => this.#deliverAgain(messages(conversation).at(-1).id, 1)));
      rests &&= await this.#rest();
      return await this.#judge(rests);
    } finally {
      clearInterval(telling);
    }
  }

  async #customer({ turns }) {
    let conversation;
    for (const turn of turns) {
      if (conversation && this.#isTaken(conversation) && !turn.stays) conversation = undefined;
      conversation = await this.#turn(turn, conversation);
    }
  }

  /** @param {import("./plan.mjs").Turn} turn @returns {Promise<string>} the conversation */
  async #turn(turn, conversation) {
    this.turnsBegun += 1;
    const [first, ...more] = turn.messages;
    const id = conversation ?? (await this.#opened(turn, first));
    if (conversation) {
      await this.#prepare(turn, id);
      await this.#says(id, first);
    }
    const meanwhile = more.map((message) => this.#says(id, message));
    if (turn.interjection) meanwhile.push(this.#interject(id, turn.interjection));
    await Promise.all(meanwhile);
    if (turn.again) {
      await pause(turn.again.after_ms);
      await this.#deliverAgain(this.#lastMessage(id), turn.again.copies);
    }
    if (turn.waits) await this.#answered(id);
    await pause(turn.pause_ms);
    this.turnsEnded += 1;
    return id;
  }

  /** A conversation with its first message, whose webhook goes out only when the turn's faults are laid. */
  async #opened(turn, message) {
    const { conversation_id, part_id, notification_id } = await this.sandbox.open({ body: `<p>${message.mark}</p>`, webhook: "none" });
    this.webhooks.set(part_id, notification_id);
    await this.#prepare(turn, String(conversation_id));
    this.#meanwhile(this.#deliver(notification_id, message.webhook));
    return String(conversation_id);
  }

  async #deliver(webhook, { delay_ms = 0, copies = 1 }) {
    await pause(delay_ms);
    await this.sandbox.deliver(webhook, copies);
  }

  /** Tells once more what nobody heard, as Intercom does after a minute: long after whatever the worker died of. */
  #retry() {
    const heard = new Set(this.deliveries.filter(({ status }) => status === 200).map(({ notification_id }) => notification_id));
    const told = new Set(this.deliveries.map(({ notification_id }) => notification_id));
    for (const webhook of this.webhooks.values()) {
      if (!told.has(webhook) || heard.has(webhook) || this.retries.has(webhook)) continue;
      this.retries.set(webhook, "under way");
      const retry = this.sandbox.deliver(webhook).then(([status]) => this.retries.set(webhook, status === 200 ? "reported" : "in vain"));
      this.#meanwhile(retry);
    }
  }

  /** Lets something go on in the background; if it fails, so does the run. */
  #meanwhile(work) {
    work.catch((error) => (this.failure ??= error));
  }

  async #prepare(turn, id) {
    for (const { mark } of turn.messages) await this.sandbox.script({ contains: mark, delay_ms: turn.thinks_ms });
    for (const fault of turn.faults) await this.sandbox.fault(fault.call.startsWith("intercom.") ? { ...fault, conversation_id: id } : fault);
  }

  async #says(id, { mark, after_ms, webhook }) {
    await pause(after_ms);
    const { part_id, notification_id } = await this.sandbox.customer(id, { body: `<p>${mark}</p>`, webhook });
    this.webhooks.set(part_id, notification_id);
  }

  async #interject(id, { after_ms, ...act }) {
    await pause(after_ms);
    await this.sandbox.teammate(id, act);
  }

  async #deliverAgain(part, copies) {
    if (part !== undefined) await this.sandbox.deliver(this.webhooks.get(part), copies);
  }

  #lastMessage(id) {
    const conversation = this.conversations.get(id);
    return conversation && messages(conversation).at(-1)?.id;
  }

  /** A customer waits for an answer, but not for ever. */
  async #answered(id) {
    const end = Date.now() + PATIENCE_MS;
    const waits = () => {
      const conversation = this.conversations.get(id);
      const isOpen = (message) => outcomeOf(conversation, message) === undefined && !this.#isUndelivered(message);
      return !conversation || messages(conversation).some(isOpen);
    };
    while (Date.now() < end && waits()) await pause(100);
  }

  /** Whether both attempts to tell of a message have failed. */
  #isUndelivered({ id }) {
    return this.retries.get(this.webhooks.get(id)) === "in vain";
  }

  #isTaken(id) {
    const conversation = this.conversations.get(id);
    return conversation !== undefined && messages(conversation).some((message) => ["told", "taken"].includes(outcomeOf(conversation, message)));
  }

  async #kills() {
    for (const kill of this.plan.kills) {
      await until(() => this.turnsBegun >= kill.afterTurns, { what: `turn ${kill.afterTurns} to begin`, deadline_ms: 3_600_000 });
      await pause(kill.after_ms);
      if (kill.during) await this.#aim(kill.during);
      const during = (await this.#underWay()).map(({ call }) => call);
      this.isUp = false;
      await this.world.worker.kill();
      const at_ms = Date.now();
      await pause(kill.down_ms);
      await this.sandbox.webhook({ api_acts_notify: kill.ownActs === "told" });
      await this.world.restart();
      this.isUp = true;
      this.killed.push({ at_ms, up_ms: Date.now(), during });
    }
  }

  async #aim(call) {
    const end = Date.now() + AIM_MS;
    while (Date.now() < end && !(await this.#underWay()).some((made) => made.call === call)) await pause(15);
  }

  /** The calls that the worker waits for now. */
  async #underWay() {
    const recent = await this.sandbox.calls(Math.max(0, this.callsSeen - 200));
    this.callsSeen = recent.at(-1)?.n ?? 0;
    const since = this.killed.at(-1)?.at_ms ?? 0;
    const isCut = ({ fault }) => fault === "cut_before" || fault === "act_then_cut";
    const limit = ({ api, call }) => LIMITS_MS[call] ?? LIMITS_MS[api];
    return recent.filter((call) => call.status === null && !isCut(call) && call.at_ms > since && Date.now() - call.at_ms < limit(call));
  }

  /** Waits until every message has its outcome and nothing can happen any more. */
  async #rest() {
    const isOver = async () => {
      const facts = await this.#facts();
      const landing = facts.calls.some(({ fault, acted, at_ms }) => fault === "late" && !acted && Date.now() - at_ms < LANDED_AFTER_MS);
      const heard = new Set(facts.deliveries.filter(({ status }) => status === 200).map(({ notification_id }) => notification_id));
      const untold = [...facts.webhooks.values()].some((id) => !heard.has(id) && this.retries.get(id) !== "in vain");
      return !landing && !untold && this.disk.alarms() === 0 && !audit(facts).some(({ wrong }) => wrong === "lost");
    };
    return until(isOver, { what: "nothing to be left to be done", deadline_ms: REST_MS, poll_ms: 500 }).catch(() => false);
  }

  async #judge(rests) {
    const facts = await this.#facts();
    const violations = audit(facts).map((violation) => ({ ...violation, story: storyOf(violation.conversation, facts, this) }));
    if (!rests) violations.push({ wrong: "unfinished", conversation: "", because: `work is still open after ${REST_MS / 1000} s`, story: this.world.worker.tell() });
    return { violations, figures: figuresOf(facts, this) };
  }

  /** @returns {Promise<import("./audit.mjs").Facts>} */
  async #facts() {
    const [conversations, calls, deliveries, sessions] = await Promise.all([
      this.sandbox.get("/conversations"), this.sandbox.calls(), this.sandbox.deliveries(), this.sandbox.sessions(),
    ]);
    return { conversations, calls, deliveries, sessions, webhooks: this.webhooks };
  }

  async #watch() {
    while (this.watching) {
      for (const conversation of await this.sandbox.get("/conversations")) this.conversations.set(conversation.id, conversation);
      this.deliveries.push(...(await this.sandbox.deliveries(this.deliveries.length)));
      if (this.isUp) this.#retry();
      if (this.failure) throw this.failure;
      await pause(200);
    }
  }

  #progress() {
    const s = Math.round((Date.now() - this.begun_ms) / 1000);
    return `${s} s: ${this.turnsEnded} of ${this.turns} turns, ${this.killed.length} of ${this.plan.kills.length} kills`;
  }
}
