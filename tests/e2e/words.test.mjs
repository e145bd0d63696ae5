// Words in and words out: what the AI is asked and told, and what the customer sees of its answer.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourReplies } from "./harness/counting.mjs";
import { startWorld } from "./harness/world.mjs";

const PAGE = "https://shop.example.com/help";

describe("words", { concurrency: 6 }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { ATTACHMENTS: "ask", CONTEXT: "name,email,page" } });
  });
  after(() => world?.stop());

  /** What GPT Trainer was asked. @param {import("./harness/world.mjs").Question} question @returns {Promise<string>} */
  async function asked(question) {
    const { messages } = await world.sessionOf(question);
    return messages.find(({ query }) => query.includes(question.mark)).query;
  }

  test("a click on a quick reply is what its button says: it is asked, and gets one reply", async () => {
    const [before, chosen] = [await world.question(), await world.question()];
    const talk = await world.open(before);
    await talk.answered(before);
    await talk.bot("What else?", { quick_replies: ["Nothing", chosen.words] });
    const clicked = await talk.clicks(chosen.words);
    assert.equal((await talk.record()).parts.find(({ id }) => id === clicked.part_id).body, null, "the click itself holds no words");
    await talk.answered(chosen);
    assert.equal(await asked(chosen), chosen.words);
    await talk.assertStays(before, chosen);
  });

  test("a click and words in one turn are asked together", async () => {
    const [chosen, typed] = [await world.question(), await world.question()];
    const talk = await world.open(await world.question(), { webhook: "none" });
    await talk.teammate("reply", { body: "<p>Ask our assistant.</p>", webhook: "none" });
    await talk.teammate("note", { body: "<p>/bot on</p>", webhook: "none" });
    await talk.bot("What is it about?", { quick_replies: [chosen.words, "Something else"], webhook: "none" });
    await talk.clicks(chosen.words, { webhook: "none" });
    await talk.says(typed);
    await talk.until(async () => ourReplies(await talk.record()).length > 0, "a reply");
    assert.ok((await asked(typed)).endsWith(`${chosen.words}\n\n${typed.words}`), await asked(typed));
    assert.equal(ourReplies(await talk.record()).length, 1);
  });

  test("the markers of an answer's sources are left out, and the sources are not looked up", async () => {
    const question = await world.question();
    await world.sandbox.script({ contains: question.mark, answer: `${question.answer} [1.2] See [2].`, citations: CITED });
    const talk = await world.open(question);
    await talk.answered(question);
    const [{ body }] = ourReplies(await talk.record());
    assert.equal(body, `<p>${question.answer} See [2].</p>`);
    assert.equal((await lookUps(world, question)).length, 0);
  });

  test("what is known of the customer is told when the session is made", async () => {
    const [known, unknown] = [await world.question(), await world.question()];
    const talk = await world.open(known, { contact: { name: "Ada & Co", email: "ada@example.com" } });
    const other = await world.open(unknown, { contact: {} });
    await talk.answered(known);
    await other.answered(unknown);
    assert.deepEqual((await world.sessionOf(known)).initial_variables, { user_name: "Ada & Co", user_email: "ada@example.com", page_url: PAGE });
    assert.deepEqual((await world.sessionOf(unknown)).initial_variables, { page_url: PAGE });
  });

  test("a session that is new in a conversation with a past is told the past, and of it nothing that is internal", async () => {
    const [earlier, now] = [await world.question(), await world.question()];
    const talk = await world.open(earlier, { webhook: "none", ago_s: 600 });
    await talk.teammate("reply", { body: "<p>Which <b>report</b> is it?</p>", webhook: "none", ago_s: 500 });
    await talk.teammate("note", { body: "<p>An awkward customer.</p>", webhook: "none", ago_s: 450 });
    await talk.teammate("note", { body: "<p>/bot on</p>", webhook: "none", ago_s: 400 });
    await talk.says(now);
    await talk.answered(now);
    const past = `Customer: ${earlier.words}\nTeammate: Which report is it?`;
    assert.equal(await asked(now), `Earlier in this conversation:\n${past}\n\nThe customer now writes:\n${now.words}`);
    await talk.assertStays(now);
  });

  test("a long message is cut and says so; the short one behind it stays whole", async () => {
    const [long, short] = [await world.question(), await world.question()];
    const talk = await world.open({ ...long, words: `${long.words} ${"And so on and on. ".repeat(1_000)}The end.` }, { webhook: "none" });
    await talk.says(short);
    await talk.answered(short);
    const query = await asked(short);
    assert.ok(query.length <= 6_000, `${query.length} characters`);
    assert.ok(query.startsWith(long.words) && !query.includes("The end."), query);
    assert.ok(query.endsWith(` […] [The message is longer and was cut here.]\n\n${short.words}`), query.slice(-200));
    assert.equal(ourReplies(await talk.record()).length, 1);
  });

  test("a picture without words is asked about by its name", async () => {
    const [before, picture] = [await world.question(), await world.question()];
    const talk = await world.open(before);
    await talk.answered(before);
    const file = { name: `${picture.mark}.png`, url: "https://example.com/a.png?signature=secret", content_type: "image/png" };
    await talk.says(picture, { body: undefined, attachments: [file] });
    await talk.answered(picture);
    assert.equal(await asked(picture), `[image: ${file.name}]`);
    await talk.assertStays(before, picture);
  });
});

/** How often the session of a question was looked at. @param {import("./harness/world.mjs").World} world */
async function lookUps(world, question) {
  const { uuid } = await world.sessionOf(question);
  return (await world.sandbox.calls()).filter(({ call, session }) => call === "gpt_trainer.messages" && session === uuid);
}

const CITED = {
  "1.2": { title: "Prices & plans", url: "https://example.org/prices" },
  "2.1": { title: "", url: "https://example.org/terms" },
  "2.2": { title: "prices.pdf", url: "prices.pdf" },
};

// Faults of GPT Trainer are for everybody, so these come one after another.
describe("words when GPT Trainer refuses", () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { CITATIONS: "links", CONTEXT: "name" } });
  });
  after(() => world?.stop());

  /** An answer with sources, which the AI takes its time for. */
  async function cited() {
    const question = await world.question();
    await world.sandbox.script({ contains: question.mark, answer: `${question.answer} [2.1] Prices [1.2][2.2] and terms [2.1].`, citations: CITED, delay_ms: 800 });
    return { question, talk: await world.open(question) };
  }

  test("the sources that have an address stand under the answer, each once", async () => {
    const { question, talk } = await cited();
    await talk.answered(question);
    const [{ body }] = ourReplies(await talk.record());
    const sources = `<a href="https://example.org/terms">https://example.org/terms</a><br><a href="https://example.org/prices">Prices &amp; plans</a>`;
    assert.equal(body, `<p>${question.answer} Prices and terms.</p><p>${sources}</p>`);
    assert.equal((await lookUps(world, question)).length, 1);
    await talk.assertStays(question);
  });

  const failures = {
    "500": { kind: "fail_before", status: 500 },
    "404": { kind: "fail_before", status: 404 },
    "a cut connection": { kind: "cut_before" },
    "half a JSON text": { kind: "malformed" },
  };
  for (const [what, fault] of Object.entries(failures)) {
    test(`sources that cannot be looked up (${what}) never cost the reply`, async () => {
      const { question, talk } = await cited();
      await talk.asking(question);
      // A connection that is cut only once is none that fails: workerd asks again by itself.
      await world.sandbox.fault({ call: "gpt_trainer.messages", ...fault, times: 0 });
      await talk.answered(question);
      await world.sandbox.mend();
      const [{ body }] = ourReplies(await talk.record());
      assert.equal(body, `<p>${question.answer} Prices and terms.</p>`);
      assert.ok((await lookUps(world, question)).some((call) => call.fault === fault.kind), "the fault has struck");
      await talk.assertStays(question);
      assert.equal(await world.timesAsked(question), 1);
    });
  }

  test("variables that are refused (422) cost neither the session nor the reply", async () => {
    await world.sandbox.fault({ call: "gpt_trainer.create_session", kind: "fail_before", status: 422 });
    const question = await world.question();
    const talk = await world.open(question, { contact: { name: "Ada" } });
    await talk.answered(question);
    const made = (await world.sandbox.calls()).filter((call) => call.call === "gpt_trainer.create_session").slice(-2);
    assert.deepEqual(made.map(({ status, body }) => [status, body?.initial_variables]), [[422, { user_name: "Ada" }], [200, undefined]]);
    assert.equal((await world.sessionOf(question)).initial_variables, null);
    await talk.assertStays(question);
  });
});
