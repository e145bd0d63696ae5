// The one line that somebody on call reads first.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { countOpen, hasWrongSettings, isCalm, openInWords, otherProblems, problemName, standing } from "../../console/standing.js";

const fine = { health: { status: "ok", problems: [] }, pause: null, turns: {}, mode: { configured: "reply", in_force: "reply", by: null, since: null } };

describe("how it stands", () => {
  test("is calm where nothing is open and nothing wrong", () => {
    const nothing = { total: 0, open: [] };
    assert.equal(isCalm({ workspace: fine, open: nothing }), true);
    assert.equal(isCalm({ workspace: fine, open: { total: 1, open: [] } }), false);
    assert.equal(isCalm({ workspace: { ...fine, health: { status: "degraded" } }, open: nothing }), false);
  });

  test("is good only where customers are answered in public", () => {
    assert.deepEqual(standing(fine), { mood: "good", headline: "Customers are being answered.", more: "" });
    const moods = {
      paused: { ...fine, health: { status: "problem" }, pause: { by: "operator", since: 1, who: "Ana" } },
      bad: { ...fine, health: { status: "problem" } },
      warn: { ...fine, health: { status: "degraded" } },
    };
    for (const [mood, workspace] of Object.entries(moods)) assert.equal(standing(workspace).mood, mood);
    assert.equal(standing({ ...fine, mode: { ...fine.mode, in_force: "note" } }).mood, "warn");
    assert.equal(standing({ ...fine, mode: { ...fine.mode, in_force: "off" } }).mood, "paused");
  });

  test("says that it is switched off before all other problems, which stand below it", () => {
    const off = { ...fine, mode: { ...fine.mode, in_force: "off", by: "Ana" }, health: { status: "problem", problems: [{ problem: "switched_off_by_operator" }, { problem: "webhooks_silent" }] } };
    assert.match(standing(off).headline, /^Off\./);
    assert.deepEqual(otherProblems(off).map(({ problem }) => problem), ["webhooks_silent"]);
    assert.deepEqual(otherProblems({}), []);
  });

  test("names who paused, and tells a pause by the limit from one by a person", () => {
    assert.match(standing({ ...fine, pause: { by: "operator", since: 1, who: "Ana" } }).more, /^Paused by Ana\./);
    assert.match(standing({ ...fine, pause: { by: "operator", since: 1, who: null } }).more, /^Paused by an operator\./);
    assert.match(standing({ ...fine, pause: { by: "hourly_limit", since: 1, who: null } }).headline, /hourly limit/);
  });

  test("says that settings are wrong where nothing else is told, and which one", () => {
    const wrong = { health: { status: "problem", problems: [{ variable: "INTERCOM_ADMIN_ID", message: "…" }] }, build: "1", now: 1 };
    assert.ok(hasWrongSettings(wrong));
    assert.match(standing(wrong).headline, /Settings are wrong/);
    assert.equal(problemName(wrong.health.problems[0]), "The setting INTERCOM_ADMIN_ID");
    assert.equal(problemName({ problem: "webhooks_silent" }), "No webhooks arrive");
    assert.ok(!hasWrongSettings(fine));
  });

  test("counts what is open", () => {
    assert.equal(openInWords({ total: 0, oldest_ms: null }), "No message is waiting.");
    assert.equal(openInWords({ total: 1, oldest_ms: 12_000 }), "1 message is waiting. It has waited 12 s.");
    assert.equal(openInWords({ total: 3, oldest_ms: 12_000 }), "3 messages are waiting. The longest has waited 12 s.");
    assert.equal(openInWords({ total: 3, oldest_ms: null }), "3 messages are waiting.");
    assert.equal(countOpen({ total: 2, open: [{}] }), 1, "the other one has ended, and is only to be reported");
    assert.equal(countOpen({ total: 57, open: Array(40).fill({}) }), 57);
  });
});
