// Who writes when, what goes wrong and when the worker is killed: all of it follows from the seed.
//
// The plan is the same for the same seed. What comes of it is not: a kill meets whatever the worker does at that moment of real time.

import { ANA, JOHN } from "../harness/settings.mjs";
import { faultsOf } from "./faults.mjs";
import { Chance } from "./random.mjs";

/**
 * @typedef {{ mark: string, after_ms: number, webhook: import("../harness/sandbox.mjs").Webhook }} Message
 * @typedef {{ action: string, body?: string, admin_id: string, assignee_id?: string, assignee_type?: string, after_ms: number,
 *   webhook: import("../harness/sandbox.mjs").Webhook }} Interjection
 * @typedef {{ messages: Message[], thinks_ms: number, faults: object[], interjection?: Interjection,
 *   again?: { after_ms: number, copies: number }, waits: boolean, stays: boolean, pause_ms: number }} Turn
 * @typedef {{ turns: Turn[] }} Customer
 * @typedef {{ afterTurns: number, after_ms: number, during?: string, down_ms: number, ownActs: "told" | "untold" }} Kill
 * @typedef {{ customers: Customer[], kills: Kill[], ownActs: "told" | "untold" }} Plan
 */

/** @param {{ seed: number, turns: number, kills: number }} options @returns {Plan} */
export function planOf({ seed, turns, kills }) {
  const chance = new Chance("chaos", seed);
  // What takes minutes is only for runs that do so too.
  const pace = turns >= 100 ? "long" : "short";
  const customers = [];
  for (let planned = 0; planned < turns; planned += customers.at(-1).turns.length) {
    const size = Math.min(chance.of("customer", planned).between(1, 5), turns - planned);
    customers.push({ turns: Array.from({ length: size }, (_, i) => turnOf(chance.of("turn", planned + i), planned + i, pace)) });
  }
  const killing = Array.from({ length: kills }, (_, i) => killOf(chance.of("kill", i), turns));
  killing.sort((a, b) => a.afterTurns - b.afterTurns);
  return { customers, kills: killing, ownActs: chance.pick(["told", "untold"]) };
}

function turnOf(chance, number, pace) {
  const mark = `q${String(number).padStart(4, "0")}`;
  const messages = [{ mark: `${mark}a`, after_ms: 0, webhook: webhookOf(chance) }];
  // Three quick messages, or one that comes while the AI thinks.
  const more = chance.weigh([[70, 0], [20, 1], [10, 2]]);
  for (let i = 1; i <= more; i += 1) {
    const after_ms = chance.happens(0.5) ? chance.between(0, 600) : chance.between(1_000, 3_000);
    messages.push({ mark: mark + "abc"[i], after_ms, webhook: webhookOf(chance) });
  }
  return {
    messages,
    thinks_ms: chance.between(50, 1_500),
    faults: faultsOf(chance, pace),
    interjection: chance.happens(0.18) ? interjectionOf(chance) : undefined,
    again: chance.happens(0.25) ? { after_ms: chance.between(0, 6_000), copies: chance.between(1, 4) } : undefined,
    waits: chance.happens(0.9),
    stays: chance.happens(0.3),
    pause_ms: chance.between(0, 800),
  };
}

function webhookOf(chance) {
  return chance.weigh([
    [65, "send"],
    [20, { copies: chance.between(2, 5) }],
    [15, { delay_ms: chance.between(100, 3_000) }],
  ]);
}

function interjectionOf(chance) {
  const action = chance.weigh([[35, "reply"], [20, "assign"], [15, "close"], [10, "snooze"], [20, "note"]]);
  const details = {
    reply: { body: "<p>I am on it.</p>" },
    note: { body: "<p>Interesting.</p>" },
    assign: { assignee_id: chance.pick([JOHN, ANA]), assignee_type: "admin" },
  };
  const webhook = chance.weigh([[50, "send"], [30, "none"], [20, { delay_ms: chance.between(100, 3_000) }]]);
  return { action, ...details[action], admin_id: chance.pick([JOHN, ANA]), after_ms: chance.between(0, 3_500), webhook };
}

/** Half of the kills strike at any moment, the others at one while such a call is under way. */
function killOf(chance, turns) {
  const during = chance.weigh([
    [50, undefined],
    [20, "intercom.reply"],
    [10, "intercom.read"],
    [10, "gpt_trainer.stream"],
    [4, "gpt_trainer.messages"],
    [3, "intercom.parts"],
    [3, "intercom.note"],
  ]);
  return {
    afterTurns: chance.between(Math.min(4, turns), turns),
    after_ms: chance.between(0, 2_000),
    during,
    down_ms: chance.between(0, 500),
    ownActs: chance.pick(["told", "untold"]),
  };
}
