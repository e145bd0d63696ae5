// One sandbox and one worker that belong together, and conversations in them.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { assertReplies, describeRecord, isLine, ourAssignments, ourLines, ourNotes, ourReplies } from "./counting.mjs";
import { startSandbox } from "./sandbox.mjs";
import { quickSettings } from "./settings.mjs";
import { until } from "./until.mjs";
import { startWorker } from "./worker.mjs";

const RETRY_AFTER_MS = 5_000;

/**
 * `ownActs: "untold"` is an app that does not have `conversation.admin.replied` ticked, so that the worker must look for its own
 * replies; a setting that is `undefined` is left out.
 * @param {{ settings?: Record<string, string | undefined>, sandboxArgs?: string[], ownActs?: "told" | "untold",
 *   workerEnv?: NodeJS.ProcessEnv, metered?: boolean }} [options]
 */
export async function startWorld({ settings = {}, sandboxArgs = [], ownActs = "told", workerEnv = {}, metered = false } = {}) {
  const sandbox = await startSandbox({ args: sandboxArgs });
  try {
    const world = new World(sandbox, await startWorker(merged(sandbox, settings), { env: workerEnv, metered }));
    await world.connect();
    // Intercom's second attempt comes sooner than after a minute, where a busy machine took too long for the first.
    await sandbox.webhook({ api_acts_notify: ownActs === "told", retry_after_ms: RETRY_AFTER_MS });
    return world;
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** A customer's words and the answer that the AI has for them, told from all others by a mark. @typedef {{ mark: string, words: string, answer: string }} Question */

export class World {
  /** @param {import("./sandbox.mjs").Sandbox} sandbox @param {import("./worker.mjs").Worker} worker */
  constructor(sandbox, worker) {
    this.sandbox = sandbox;
    this.worker = worker;
  }

  /** Sends Intercom's webhooks to this worker from now on. */
  connect() {
    return this.sandbox.webhook({ url: `${this.worker.url}/webhook/intercom` });
  }

  /** Starts the worker again on the same storage, with the usual settings and these. */
  async restart(settings = {}) {
    await this.worker.restart(merged(this.sandbox, settings));
  }

  async stop() {
    await this.worker.stop();
    await this.sandbox.stop();
  }

  /** Makes up a question, and an answer of the AI for every query that holds it. @returns {Promise<Question>} */
  async question({ delay_ms } = {}) {
    const mark = `q${randomBytes(6).toString("hex")}`;
    const question = { mark, words: `How do I export ${mark}?`, answer: `By the button for ${mark}.` };
    await this.sandbox.script({ contains: mark, answer: question.answer, ...(delay_ms === undefined ? {} : { delay_ms }) });
    return question;
  }

  /** A customer starts a conversation with this question. @returns {Promise<Talk>} */
  async open(question, more = {}) {
    const { conversation_id, part_id, notification_id } = await this.sandbox.open({ body: `<p>${question.words}</p>`, ...more });
    return new Talk(this, String(conversation_id), { part_id, notification_id }, question.mark);
  }

  /** A conversation that was begun by other means. @returns {Promise<Talk>} */
  async talk(conversation_id) {
    const [source] = (await this.sandbox.conversation(conversation_id)).parts;
    return new Talk(this, String(conversation_id), { part_id: source.id, notification_id: "" }, "");
  }

  /**
   * Lets minutes pass for the worker's cron, one after another, until a condition holds.
   * @template T @param {() => T | Promise<T>} condition @param {string} what @param {number} [deadline_ms] @returns {Promise<T>}
   */
  sweepUntil(condition, what, deadline_ms) {
    const swept = async () => {
      const outcome = await this.worker.cron();
      const value = await condition();
      if (!value && outcome !== "ok") throw new Error(`the last cron ended as ${outcome}`);
      return value;
    };
    return until(swept, { what, deadline_ms, tell: () => this.worker.tell() });
  }

  /**
   * Lets the worker finish what it had to do: somebody else's conversation of two turns, begun now, is answered meanwhile.
   * Whatever the worker was about to do before takes less than that.
   */
  async meanwhile() {
    const first = await this.question();
    const talk = await this.open(first);
    await talk.answered(first);
    const second = await this.question();
    await talk.says(second);
    await talk.answered(second);
  }

  /** The session in which this question was asked. */
  async sessionOf(question) {
    return (await this.sandbox.sessions()).find((session) => session.messages.some(({ query }) => query.includes(question.mark)));
  }

  /** In no session were there ever two questions at the same time. */
  async assertOneQuestionAtATime() {
    const busy = (await this.sandbox.sessions()).filter((session) => session.most_questions_in_flight > 1);
    assert.deepEqual(busy, [], "sessions with several questions at the same time");
  }

  /** How often the AI was really asked this question: entries that the session holds, and those that were deleted from it. */
  async timesAsked(question) {
    const calls = await this.sandbox.calls();
    return calls.filter((call) => isQuestion(call) && call.acted && nowWrites(call.body?.query).includes(question.mark)).length;
  }
}

/** One conversation. */
export class Talk {
  /** @param {World} world @param {string} id @param {import("./sandbox.mjs").Said} opening @param {string} mark */
  constructor(world, id, opening, mark) {
    this.world = world;
    this.sandbox = world.sandbox;
    this.id = id;
    this.opening = opening;
    this.marks = [mark];
  }

  /** The customer goes on. @param {Question} question */
  says(question, more = {}) {
    this.marks.push(question.mark);
    return this.sandbox.customer(this.id, { body: `<p>${question.words}</p>`, ...more });
  }

  teammate(action, more = {}) {
    return this.sandbox.teammate(this.id, { action, ...more });
  }

  /** The next calls for this conversation fail so. */
  fault(fault) {
    return this.sandbox.fault({ conversation_id: this.id, ...fault });
  }

  /** Fin, Operator or a workflow speaks. */
  bot(body, more = {}) {
    return this.sandbox.bot(this.id, { body: `<p>${body}</p>`, ...more });
  }

  /** The customer clicks the newest button that says this. */
  async clicks(text, more = {}) {
    const { parts } = await this.record();
    const offered = parts.flatMap(({ metadata }) => metadata.quick_reply_options ?? []);
    return this.sandbox.click(this.id, offered.findLast((option) => option.text === text).uuid, more);
  }

  fin(resolution_state) {
    return this.sandbox.fin(this.id, resolution_state);
  }

  record() {
    return this.sandbox.conversation(this.id);
  }

  /** The worker's calls to Intercom for this conversation. */
  async calls(name) {
    const calls = await this.sandbox.calls();
    return calls.filter((call) => String(call.conversation_id) === this.id && (name === undefined || call.call === name));
  }

  /** The worker's posts of an answer for this conversation. */
  async posts() {
    return (await this.calls("intercom.reply")).filter(({ body }) => !isLine(body));
  }

  until(condition, what, deadline_ms) {
    return until(condition, { what, deadline_ms, tell: () => this.tell() });
  }

  /** Waits until the customer has this answer. @param {Question} question */
  answered(question, deadline_ms) {
    const said = async () => ourReplies(await this.record()).some((part) => part.body.includes(question.answer));
    return this.until(said, `the answer to ${question.mark} in conversation ${this.id}`, deadline_ms);
  }

  /** Waits until somebody was told: the conversation is assigned, and a note says why. */
  async handedOver(deadline_ms) {
    const told = async () => {
      const record = await this.record();
      return ourAssignments(record).length > 0 && ourNotes(record).length > 0;
    };
    await this.until(told, `the assignment and the note in conversation ${this.id}`, deadline_ms);
    return ourNotes(await this.record());
  }

  /** Waits until the AI was asked this question, and has answered or is about to. @param {Question} question */
  async asking(question) {
    const arrived = async () => (await this.sandbox.calls()).some((call) => isQuestion(call) && call.body?.query?.includes(question.mark));
    await this.until(arrived, `the question ${question.mark} to reach the AI`);
  }

  /** Waits until the AI has made its answer, whether or not anybody got it. @param {Question} question */
  async madeUp(question) {
    const there = async () => (await this.world.sessionOf(question))?.messages.some(({ query, response }) => query.includes(question.mark) && response);
    await this.until(there, `the AI to have answered ${question.mark}`);
  }

  /** Waits for a call of the worker. @returns {Promise<import("./sandbox.mjs").Call>} */
  called(name, condition = () => true) {
    return this.until(async () => (await this.calls(name)).find(condition), `${name} for conversation ${this.id}`);
  }

  /** How its turns ended, by the worker's log. @returns {string[]} */
  outcomes() {
    const lines = this.world.worker.logs.map(({ message }) => message).filter((message) => message.includes('"turn_settled"'));
    return lines.map((line) => JSON.parse(line)).filter(({ conversation }) => conversation === this.id).map(({ outcome }) => outcome);
  }

  /** Waits until its turns have ended, and they did so in exactly these ways. */
  async assertEnded(...outcomes) {
    await this.until(() => this.outcomes().length >= outcomes.length, `conversation ${this.id} to end as ${outcomes}`);
    assert.deepEqual(this.outcomes(), outcomes);
  }

  /** Waits until the customer was told of the hand-over. */
  lineSaid(deadline_ms) {
    return this.until(async () => ourLines(await this.record()).length > 0, `the line in conversation ${this.id}`, deadline_ms);
  }

  /** What its record says of it, by the API. */
  async history() {
    const { status, json, text } = await this.world.worker.api("GET", `/conversations/${this.id}`);
    assert.equal(status, 200, text);
    return json;
  }

  /** Our public parts are exactly the answers to these. @param {Question[]} questions */
  async assertReplies(...questions) {
    assertReplies(await this.record(), questions.map(({ answer }) => answer), await this.tell());
  }

  /**
   * Exactly these were answered, once each, and it stays so: the customer writes once more, and when that is answered too,
   * there is its answer and nothing else.
   * @param {Question[]} questions
   */
  async assertStays(...questions) {
    await this.assertReplies(...questions);
    const later = await this.world.question();
    await this.says(later);
    await this.answered(later);
    await this.assertReplies(...questions, later);
  }

  /** Everything that is known of this conversation, for a person who looks for what went wrong. */
  async tell() {
    const calls = await this.sandbox.calls();
    const sessions = new Set(calls.filter((call) => isQuestion(call) && this.marks.some((mark) => call.body?.query?.includes(mark))).map((call) => call.session));
    const isOurs = (call) => String(call.conversation_id) === this.id || sessions.has(call.session) || (call.conversation_id ?? call.session ?? "") === "" && call.status !== 200;
    const deliveries = (await this.sandbox.deliveries()).filter((delivery) => String(delivery.conversation_id) === this.id);
    return [
      describeRecord(await this.record()),
      "--- calls for this conversation, and failed ones that name none",
      ...calls.filter(isOurs).slice(-60).map(describeCall),
      "--- deliveries",
      ...deliveries.map((each) => `  ${each.at_ms} ${each.topic} attempt ${each.attempt}: ${each.status} after ${each.ms} ms`),
      this.world.worker.tell(this.id),
    ].join("\n");
  }
}

/** @param {import("./sandbox.mjs").Call} call */
function describeCall({ at_ms, call, session, status, acted, fault, body }) {
  return `  ${at_ms} ${call} ${session?.slice(0, 6) ?? ""} ${status}${acted ? " acted" : ""} ${fault ?? ""} ${body == null ? "" : JSON.stringify(body).slice(0, 160)}`;
}

/** @param {import("./sandbox.mjs").Call} call */
export function isQuestion({ call }) {
  return call === "gpt_trainer.stream" || call === "gpt_trainer.non_stream";
}

/** What a question asks, without what the worker tells a new session of the conversation before. */
function nowWrites(query = "") {
  return query.slice(query.lastIndexOf("The customer now writes:") + 1);
}

function merged(sandbox, settings) {
  return Object.fromEntries(Object.entries({ ...quickSettings(sandbox.url), ...settings }).filter(([, value]) => value !== undefined));
}
