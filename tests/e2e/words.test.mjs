// Words in and words out, where more than one call or an answer of another service is needed: clicks, the past, the context, sources.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ourReplies } from "./harness/counting.mjs";
import { startWorld } from "./harness/world.mjs";

const PAGE = "https://shop.example.com/help";
const CITED = {
  "1.2": { title: "Prices & plans", url: "https://example.org/prices" },
  "2.1": { title: "", url: "https://example.org/terms" },
  "2.2": { title: "prices.pdf", url: "prices.pdf" },
};

describe("words", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  before(async () => {
    world = await startWorld({ settings: { CITATIONS: "links", CONTEXT: "name,email,page" } });
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


  test("the sources of an answer that have an address stand under it, each once, and are looked up once", async () => {
    const question = await world.question();
    await world.sandbox.script({ contains: question.mark, answer: `${question.answer} [2.1] Prices [1.2][2.2] and terms [2.1].`, citations: CITED });
    const talk = await world.open(question);
    await talk.answered(question);
    const [{ body }] = ourReplies(await talk.record());
    const sources = `<a href="https://example.org/terms">https://example.org/terms</a><br><a href="https://example.org/prices">Prices &amp; plans</a>`;
    assert.equal(body, `<p>${question.answer} Prices and terms.</p><p>${sources}</p>`);
    const { uuid } = await world.sessionOf(question);
    assert.equal((await world.sandbox.calls()).filter(({ call, session }) => call === "gpt_trainer.messages" && session === uuid).length, 1);
    await talk.assertStays(question);
  });
});
