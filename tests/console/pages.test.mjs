// Lists that are read page by page, times, addresses, and how often is asked.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { canBeHandedOver, canBeTriedAgain, isWithNobody, reasonOf } from "../../console/outcome.js";
import { continued, key, newestOfEach, renewed } from "../../console/pages.js";
import { pauseAfter } from "../../console/poll.js";
import { fromWhen, lostInWords, reachInWords } from "../../console/reach.js";
import { address, routeOf } from "../../console/routes.js";
import { timeMarks } from "../../console/scale.js";
import { ago, clock, duration, took } from "../../console/time.js";

const turn = (at, conversation = "1") => ({ at, turn: `${conversation}-${at}`, conversation });
const ats = ({ turns }) => turns.map(({ at }) => at);

describe("a list in pages", () => {
  const shown = { turns: [turn(9), turn(8), turn(7), turn(6), turn(5)], next: "5" };

  test("takes in what is new, and keeps what was loaded of older ones", () => {
    const fresh = renewed(shown, { turns: [turn(10), turn(9), turn(8)], next: "8" });
    assert.deepEqual([ats(fresh), fresh.next], [[10, 9, 8, 7, 6, 5], "5"]);
  });

  test("drops what the newest page no longer has", () => {
    assert.deepEqual(ats(renewed(shown, { turns: [turn(10), turn(9), turn(7)], next: "7" })), [10, 9, 7, 6, 5]);
    assert.deepEqual(ats(renewed(shown, { turns: [], next: null })), []);
    assert.deepEqual(ats(renewed(shown, { turns: [turn(9)], next: null })), [9]);
  });

  test("keeps what was found further back than the newest page looks", () => {
    assert.deepEqual(ats(renewed(shown, { turns: [], next: "4" })), [9, 8, 7, 6, 5]);
  });

  test("goes on behind what is shown, without anything twice", () => {
    const more = continued(shown, { turns: [turn(5), turn(4)], next: null });
    assert.deepEqual([ats(more), more.next], [[9, 8, 7, 6, 5, 4], null]);
  });

  test("knows the newest turn of each conversation", () => {
    const newest = newestOfEach([turn(9, "a"), turn(8, "b"), turn(7, "a")]);
    assert.deepEqual([...newest].sort(), [key(turn(8, "b")), key(turn(9, "a"))].sort());
  });
});

describe("times", () => {
  test("are as long as a person says them", () => {
    assert.deepEqual([0, 12_400, 59_999, 60_000, 7_500_000, 8 * 3_600_000, 30 * 3_600_000, 4 * 86_400_000].map(duration), ["0 s", "12 s", "59 s", "1 min", "2 h 5 min", "8 h", "30 h", "4 days"]);
    assert.deepEqual([850, 6_240, 80_000, 120_000].map(took), ["850 ms", "6.2 s", "1 min 20 s", "2 min"]);
    assert.deepEqual([ago(1_000, 1_500), ago(1_000, 14_000), ago(9_000, 1_000)], ["just now", "13 s ago", "in 8 s"]);
  });

  test("are marked at full hours of a day and at midnights of a week", () => {
    const begin = new Date(2026, 10, 23, 15).getTime();
    const day = timeMarks(begin, begin + 24 * 3_600_000, 8);
    assert.deepEqual(day.at.map(day.words), ["15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00"]);
    const week = timeMarks(begin, begin + 168 * 3_600_000, 8);
    assert.equal(week.at.length, 7);
    assert.ok(week.at.every((at) => new Date(at).getHours() === 0));
  });
});

describe("the rest", () => {
  test("an address means a view, and an unknown one the first", () => {
    const views = new Set(["now", "conversations"]);
    const { view, id, query } = routeOf("#/conversations/215%2F1?outcome=failed", views);
    assert.deepEqual([view, id, query.get("outcome")], ["conversations", "215/1", "failed"]);
    for (const hash of ["", "#", "#/elsewhere", "#/__proto__"]) assert.equal(routeOf(hash, views).view, "now");
    assert.equal(routeOf("#/conversations/%E0%A4", views).id, "%E0%A4");
    assert.equal(address("conversations", { outcome: "failed", conversation: "" }), "#/conversations?outcome=failed");
  });

  test("asks ever more seldom while nobody answers, and no less than once a minute", () => {
    assert.deepEqual([0, 1, 2, 3, 20].map((failures) => pauseAfter(failures, 4_000)), [4_000, 4_000, 8_000, 16_000, 60_000]);
  });

  test("says why a turn ended so, and what can be done", () => {
    assert.match(reasonOf("handed_over", { handed_over: "reply_unknown" }).what, /never confirmed/);
    assert.match(reasonOf("replied", { replied: { part: "1", by: "another_program" } }).what, /Another program/);
    assert.equal(reasonOf("failed", { failed: "struck_by_lightning" }).what, "struck_by_lightning");
    assert.equal(reasonOf("evaporated", {}).what, "");
    assert.deepEqual(["replied", "noted", "handed_over", "stood_down", "failed"].map(canBeTriedAgain), [false, false, true, true, true]);
    assert.deepEqual(["replied", "noted", "handed_over", "stood_down", "failed"].map(isWithNobody), [false, false, false, true, true]);
  });

  test("offers a hand-over where it would do something", () => {
    const offered = (outcome, reason) => canBeHandedOver(outcome, { [outcome]: reason });
    assert.deepEqual([offered("replied", { part: "1", by: "us" }), offered("noted", { part: "1" }), offered("handed_over", "daily_cap"), offered("failed", "intercom_refused")], [false, false, false, true]);
    for (const reason of ["teammate", "rule_assigned", "other_bot", "handed_over"]) assert.equal(offered("stood_down", reason), true, reason);
    for (const reason of ["mode_off", "channel", "not_a_tester", "rollout"]) assert.equal(offered("stood_down", reason), false, reason);
  });

  test("is live only while the worker tells what is wanted", () => {
    const [then, later] = [new Date(2026, 10, 24, 16, 5).getTime(), new Date(2026, 10, 24, 16, 9).getTime()];
    const of = (trouble, reached_at, read_at) => Object.values(reachInWords({ trouble, reached_at, read_at }));
    assert.deepEqual(of("none", null, null), [false, "waiting", "Connecting"]);
    assert.deepEqual(of("none", later, later), [false, "yes", "Live"]);
    assert.deepEqual(of("refused", later, then), [true, "no", `Not up to date since ${clock(then)}`]);
    assert.deepEqual(of("refused", later, null), [true, "no", "Nothing to show"]);
    assert.deepEqual(of("lost", then, then), [true, "no", `No connection since ${clock(then)}`]);
    assert.deepEqual(of("lost", null, null), [true, "no", "No connection"]);
    assert.equal(lostInWords({ trouble: "lost", reached_at: null, read_at: null }), "OneReply cannot be reached.");
    assert.equal(lostInWords({ trouble: "lost", reached_at: then, read_at: then }), `OneReply has not been reachable since ${clock(then)}. What you see is from then.`);
    assert.match(lostInWords({ trouble: "lost", reached_at: later, read_at: then }), new RegExp(`What you see is from ${clock(then)}\\.$`), "it was refused in between");
    assert.equal(fromWhen(null), "");
  });
});
