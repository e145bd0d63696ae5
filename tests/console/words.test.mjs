// Whatever the worker tells has words, and what has none is shown as it is.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as tables from "../../console/words.js";
import { phasesOfTheList, textsOf, historyEvents, variants } from "./names.mjs";

/** Each kind of name: the table of its words, what it is read from, and one that must be among what is read. */
const KINDS = [
  ["outcomes", tables.OUTCOMES, variants("src/turn/outcome.rs", "Outcome"), "handed_over"],
  ["reasons to hand over", tables.HAND_OVER_REASONS, variants("src/turn/outcome.rs", "HandOverReason"), "reply_unknown"],
  ["reasons to stand down", tables.STAND_DOWN_REASONS, variants("src/turn/outcome.rs", "StandDownReason"), "not_a_tester"],
  ["reasons to fail", tables.FAILURE_REASONS, variants("src/turn/outcome.rs", "FailureReason"), "conversation_gone"],
  ["who replied", tables.REPLIED_BY, variants("src/turn/outcome.rs", "RepliedBy"), "us_late"],
  ["stages", tables.PHASES, variants("src/turn/stage.rs", "Stage"), "recovering_answer"],
  ["phases", tables.PHASES, variants("src/turn/state.rs", "Phase").filter((name) => name !== "open"), "idle"],
  ["what a turn waits for", tables.WAITS, variants("src/turn/stage.rs", "Waiting"), "other_bot"],
  ["why it cannot go on", tables.HELD, variants("src/turn/open.rs", "Held"), "unreadable_state"],
  ["phases that only a list of open turns has", tables.PHASES, phasesOfTheList(), "held"],
  ["services", tables.SERVICES, variants("src/turn/call.rs", "Service"), "gpt_trainer"],
  ["events of the history", tables.EVENTS, historyEvents(), "turn_settled"],
  ["calls", tables.CALLS, variants("src/turn/call.rs", "Call"), "discard_exchange"],
  ["calls that failed", tables.TRIES, variants("src/turn/call.rs", "Call"), "seek_grant"],
  ["results and faults", tables.FAULTS, [...variants("src/fault.rs", "Fault"), ...variants("src/fault.rs", "Silence")], "rate_limited"],
  ["signs of a teammate", tables.SIGNS, variants("src/turn/owner.rs", "Sign"), "closed_or_snoozed"],
  ["ways to give back", tables.GIVEN_BACK, variants("src/turn/owner.rs", "GiveBack"), "assignment"],
  ["reports", tables.REPORTS, variants("src/intercom/events.rs", "ConversationEvent"), "customer_waits"],
  ["acts of a teammate", tables.ACTS, variants("src/intercom/events.rs", "Act"), "unsnoozed"],
  ["problems", tables.PROBLEMS, variants("src/workspace/trouble.rs", "Trouble"), "paused_by_hourly_limit"],
  ["severities", tables.SEVERITIES, variants("src/workspace/trouble.rs", "Severity"), "degraded"],
  ["findings of the audit", tables.FINDINGS, variants("src/audit/mod.rs", "FindingKind"), "over_a_human"],
  ["disagreements", tables.DISAGREEMENTS, variants("src/audit/mod.rs", "Disagreement"), "replied_twice"],
  ["who asked for an audit", tables.ASKED_BY, variants("src/audit/run.rs", "AskedBy"), "night"],
  ["who paused", tables.PAUSED_BY, variants("src/workspace/pause.rs", "PausedBy"), "hourly_limit"],
  ["what found a turn", tables.FOUND_BY, variants("src/workspace/ledger.rs", "FoundBy"), "sweep"],
  ["modes", tables.MODES, variants("src/turn/policy.rs", "ReplyMode"), "note"],
  ["what was changed", tables.CHANGES, textsOf("src/workspace/controls.rs", "in_json").filter((name) => !["hours", "configured"].includes(name)), "mode_set"],
  ["by which way", tables.VIAS, variants("src/workspace/controls.rs", "Via"), "limit"],
  ["why nothing is handed over", tables.REFUSALS, variants("src/turn/hand_over.rs", "NotHandedOver"), "nothing_here"],
  ["why nothing is tried again", tables.REFUSALS, variants("src/turn/retry.rs", "NotRetried"), "may_repeat"],
];

describe("the words", () => {
  for (const [kind, table, names, one] of KINDS) {
    test(`are there for all ${kind}`, () => {
      assert.ok(names.includes(one), `${kind} were not read: ${names}`);
      assert.deepEqual(names.filter((name) => !Object.hasOwn(table, name)), [], `${kind} without words`);
    });
  }

  test("are sentences where they are shown as sentences", () => {
    const explained = [tables.HAND_OVER_REASONS, tables.STAND_DOWN_REASONS, tables.FAILURE_REASONS].flatMap(Object.values).flatMap(({ what, todo }) => [what, todo]);
    const sentences = [tables.EVENTS, tables.REPORTS, tables.ACTS, tables.SIGNS, tables.GIVEN_BACK, tables.WAITS, tables.REFUSALS, tables.REPLIED_BY].flatMap(Object.values);
    for (const sentence of [...explained, ...sentences]) assert.match(sentence, /^$|^[A-Z].*\.$/, sentence);
  });

  test("of an unknown name are the name", () => {
    assert.equal(tables.words(tables.PHASES, "pondering"), "pondering");
    assert.deepEqual(tables.explained(tables.HAND_OVER_REASONS, "bored"), { what: "bored", todo: "" });
    for (const name of ["toString", "constructor", "__proto__"]) assert.equal(tables.words(tables.OUTCOMES, name), name);
  });
});
