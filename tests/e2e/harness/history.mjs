// A past for the workspace's ledger: a week of turns, the same each time but for the hour at which it ends.

import { Disk } from "./disk.mjs";

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
const ENDINGS = [
  [0.8, () => ({ replied: { part: "9", by: "us" } })],
  [0.84, () => ({ noted: { part: "9" } })],
  [0.9, (draw) => ({ handed_over: ["customer_asked", "reply_unknown", "ai_unavailable", "daily_cap"][Math.floor(draw * 1_000) % 4] })],
  [0.995, (draw) => ({ stood_down: ["teammate", "other_bot"][Math.floor(draw * 1_000) % 2] })],
  [1, () => ({ failed: "intercom_refused" })],
];

/**
 * Enters a week of turns that ended before now, while the worker is down, and starts it again. By day there are more than by night.
 * @param {import("./world.mjs").World} world @param {Record<string, string>} settings for the restart
 */
export async function plantHistory(world, settings) {
  await world.worker.kill();
  const entries = week(Date.now() - 5 * 60_000);
  const rows = "INSERT INTO ledger (at_ms, turn, conversation, seen_s, entry) SELECT value ->> 'at', value ->> 'turn', value ->> 'conversation', 0, value FROM json_each(?)";
  new Disk(world.worker).runOnWorkspace(rows, JSON.stringify(entries));
  await world.restart(settings);
  return entries;
}

/** The turns of a week, the newest first. */
function week(end_ms) {
  const draw = draws(20_261_124);
  const entries = [];
  for (let hour = 0; hour < WEEK_HOURS; hour += 1) {
    const isDay = hour % 24 < 14;
    for (let n = Math.floor(draw() * (isDay ? 9 : 2)) + (isDay ? 5 : 0); n > 0; n -= 1) entries.push(entry(end_ms - (hour + draw()) * HOUR_MS, draw));
  }
  return entries.sort((one, other) => other.at - one.at);
}

function entry(at_ms, draw) {
  const at = Math.floor(at_ms);
  const conversation = String(215_470_000_000_000 + Math.floor(draw() * 999_999_999));
  const ending = draw();
  const [, outcome] = ENDINGS.find(([upTo]) => ending < upTo);
  const took_s = 6 + Math.floor(draw() ** 4 * 30);
  return { conversation, turn: `${conversation}-7`, outcome: outcome(ending), at, parts: ["7"], asked_at: Math.floor(at / 1_000) - took_s, found_by: draw() < 0.02 ? "sweep" : "webhook" };
}

/** Numbers between 0 and 1 that look drawn, and are the same each time. */
function draws(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
