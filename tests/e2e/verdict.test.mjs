// How the sandbox's page judges a burst: by the record of conversations alone. It must be able to say that a promise was broken.

import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, verdict } from "../../sandbox/src/page/verdict.js";
import { JOHN, OURSELVES } from "./harness/settings.mjs";

const MESSAGES = ["K01", "K02", "K03"].map((mark, i) => ({ conversation_id: "1", part_id: `c${i + 1}`, mark }));

const customer = (id, more = {}) => part({ id, author: { type: "user", id: "u" }, body: "<p>Where is it?</p>", ...more });
const reply = (text, more = {}) => part({ author: { type: "admin", id: OURSELVES }, body: `<p>${text}</p>`, ...more });
const note = (text, more = {}) => reply(text, { part_type: "note", ...more });
const assignment = (more = {}) => reply("", { part_type: "assignment", body: null, ...more });
const part = (more) => ({ id: "p", part_type: "comment", redacted: false, ...more });

/** The outcomes of as many messages as customers have written here, and all of it in words. */
function judged(...parts) {
  const said = MESSAGES.slice(0, parts.filter(({ author }) => author.type === "user").length);
  const results = judge(said, new Map([["1", { parts }]]), OURSELVES);
  return { outcomes: results.map(({ replies, outcome }) => `${replies} ${outcome}`), ...verdict(results, "over") };
}

test("one reply for each message, or one for all of them", () => {
  assert.deepEqual(judged(customer("c1"), reply("About K01"), customer("c2"), reply("About K02")), {
    outcomes: ["1 replied", "1 replied"],
    words: "2 messages: 2 with one reply, 0 handed over to a teammate, 0 with two replies, 0 forgotten",
    tone: "good",
  });
  assert.deepEqual(judged(customer("c1"), customer("c2"), customer("c3"), reply("About K01, K02 and K03")).outcomes, ["1 replied", "1 replied", "1 replied"]);
  // Between the last read and the post a message may come; then each has a reply of its own.
  assert.deepEqual(judged(customer("c1"), customer("c2"), reply("About K01"), reply("About K02")).outcomes, ["1 replied", "1 replied"]);
});

test("a second reply is one too many, whenever it comes", () => {
  const doubled = judged(customer("c1"), reply("About K01"), reply("About K01"));
  assert.deepEqual(doubled.outcomes, ["2 twice"]);
  assert.deepEqual([doubled.words, doubled.tone], ["1 message: 0 with one reply, 0 handed over to a teammate, 1 with two replies, 0 forgotten", "bad"]);
  assert.deepEqual(judged(customer("c1"), reply("About K01"), customer("c2"), reply("About K01"), reply("About K02")).outcomes, ["2 twice", "1 replied"]);
  assert.deepEqual(judged(customer("c1"), customer("c2"), reply("About K01 and K02"), reply("About K02")).outcomes, ["1 replied", "2 twice"]);
  assert.deepEqual(judged(customer("c1"), reply("About K01"), reply("Something else")).outcomes, ["2 twice"]);
  const withHandOver = [customer("c1"), reply("About K01"), assignment(), note("About K01"), reply("A person comes."), reply("About K01")];
  assert.deepEqual(judged(...withHandOver).outcomes, ["2 twice"]);
});

test("a message without a reply is forgotten, and open before all is over", () => {
  const forgotten = judged(customer("c1"), reply("About K01"), customer("c2"));
  assert.deepEqual([forgotten.outcomes, forgotten.tone], [["1 replied", "0 open"], "bad"]);
  assert.match(forgotten.words, /1 forgotten$/);
  const open = verdict(judge(MESSAGES.slice(0, 1), new Map(), OURSELVES), "playing");
  assert.deepEqual([open.words, open.tone], ["1 message: 0 with one reply, 0 handed over to a teammate, 0 with two replies, 1 still open", "open"]);
});

test("what teammates, bots and deleted parts say is no reply of ours", () => {
  const others = [
    reply("About K01", { author: { type: "admin", id: JOHN } }),
    reply("About K01", { author: { type: "bot", id: OURSELVES } }),
    reply("About K01", { redacted: true }),
    note("About K01"),
  ];
  assert.deepEqual(judged(customer("c1"), ...others).outcomes, ["0 open"]);
});

test("a hand-over counts for the messages of which a person was told, and those after it", () => {
  const told = judged(customer("c1"), assignment(), note("The question: K01"), reply("A person comes."), customer("c2"));
  assert.deepEqual([told.outcomes, told.tone], [["0 handed_over", "0 handed_over"], "good"]);
  assert.deepEqual(judged(customer("c1"), customer("c2"), assignment(), note("The question: K02")).outcomes, ["0 open", "0 handed_over"]);
  assert.deepEqual(judged(customer("c1"), note("The question: K01")).outcomes, ["0 open"], "a note that comes to nobody tells nobody");
  // What is said to the customer of it is said once.
  assert.deepEqual(judged(customer("c1"), assignment(), note("K01"), reply("A person comes."), reply("A person comes.")).outcomes, ["1 twice"]);
});
