// A conversation's history in plain words.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { byDay, operatorLines, told, withNames } from "../../console/story.js";
import { historyEvents } from "./names.mjs";

const wrote = { at: 2_000, event: "reported", report: { customer_wrote: { part: "7", at: 2 } } };
const read = { at: 6_000, event: "called", call: "read_conversation", result: "ok" };
const asked = { at: 6_100, event: "asked" };
const answered = { at: 9_000, event: "called", call: "ask", result: "ok" };
const posted = { at: 9_500, event: "called", call: "post", result: "ok" };
const spoke = { at: 19_000, event: "taken_over", sign: "spoke" };
const stoodDown = { at: 19_100, event: "turn_settled", turn: "1-7", outcome: "stood_down", detail: { stood_down: "teammate" } };

const sentences = (...history) => told(history).map(({ words }) => words);

describe("the story of a conversation", () => {
  test("is told day by day", () => {
    const at = (day, hour) => ({ at: new Date(2026, 10, day, hour).getTime() });
    const lines = [at(23, 22), at(23, 23), at(24, 0)];
    const days = byDay(lines);
    assert.deepEqual(days.map(([, of]) => of), [lines.slice(0, 2), lines.slice(2)]);
    assert.notEqual(days[0][0], days[1][0]);
    assert.deepEqual(byDay([]), []);
  });

  test("says what happened, line by line", () => {
    assert.deepEqual(sentences(wrote, read, asked, answered, posted), ["The customer wrote.", "Read the conversation.", "Asked GPT Trainer.", "GPT Trainer answered.", "Posted in Intercom."]);
    const settled = { at: 1, event: "turn_settled", outcome: "replied", detail: { replied: { part: "8", by: "us" } } };
    assert.deepEqual(sentences(settled), ["Result: answered. The customer has the answer."]);
  });

  test("says that an answer was dropped only where there was one", () => {
    assert.match(sentences(wrote, answered, spoke, stoodDown).at(-1), /A teammate has it\. The draft answer was dropped\.$/);
    assert.match(sentences(wrote, spoke, stoodDown).at(-1), /A teammate has it\.$/);
    assert.match(sentences(wrote, answered, posted, spoke, stoodDown).at(-1), /A teammate has it\.$/);
  });

  test("tells what failed, whatever form the fault has", () => {
    const failed = (fault) => sentences({ at: 1, event: "call_failed", service: "gpt_trainer", fault })[0];
    assert.match(failed({ unanswered: "timeout" }), /GPT Trainer failed: no answer came in time/);
    assert.match(failed({ failed: { status: 500, code: "none" } }), /the service failed/);
    assert.match(failed("not_found"), /it was not found/);
    assert.match(sentences({ at: 1, event: "called", call: "assign", result: "refused" })[0], /^Assigning the conversation failed: the request was refused\.$/);
  });

  test("leaves out by default what matters only to whoever looks for a cause, and never a failure or an ending", () => {
    const kinds = (...history) => told(history).map(({ kind }) => kind);
    assert.deepEqual(kinds(wrote, read, answered, spoke, stoodDown), ["main", "step", "main", "main", "ends"]);
    assert.deepEqual(kinds({ ...read, result: "timeout" }, { at: 1, event: "call_failed", service: "intercom", fault: "not_found" }), ["main", "main"]);
  });

  test("tells of our own words, which Intercom calls a teammate's, only to those", () => {
    const acted = (act) => told([{ at: 1, event: "reported", report: { teammate_acted: { part: "9", at: 1, admin: "2", act } } }])[0];
    assert.deepEqual([acted("spoke").kind, acted({ assigned: { to: "nobody" } }).kind, acted("closed").kind], ["step", "step", "main"]);
    assert.equal(acted("closed").words, "The conversation was closed.");
  });

  test("names the operator where the list of changes does", () => {
    const history = [wrote, { at: 20_000, event: "retry_requested" }, { at: 40_000, event: "hand_over_requested" }];
    const changes = [{ what: "hand_over", by: null, at: 40_100 }, { what: "retry", by: "Mara", at: 20_100 }, { what: "hand_over", by: "Ben", at: 90_000 }];
    assert.deepEqual(operatorLines(history).map(({ at }) => at), [20_000, 40_000]);
    assert.deepEqual(sentences(...withNames(history, changes)), ["The customer wrote.", "Mara asked to try again.", "An operator handed it over."]);
    assert.deepEqual(sentences(...withNames(history, [])).slice(1), ["An operator asked to try again.", "An operator handed it over."]);
  });

  test("shows what it does not know as it is", () => {
    assert.deepEqual(sentences({ at: 1, event: "levitated" }, { at: 1, event: "reported", report: { sang: {} } }, { at: 1, event: "called", call: "dance", result: "ok" }), ["levitated", "sang", "dance"]);
  });

  test("has a sentence for every event, also where fields are missing", () => {
    for (const event of historyEvents()) assert.ok(sentences({ at: 1, event })[0].length > 0, event);
  });
});
