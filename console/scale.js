// Where the marks of a time axis stand: at full hours or at midnight, by the clock of whoever looks.

import { shortClock } from "./time.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = [1, 2, 3, 4, 6, 8, 12];
const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });

/**
 * @param {number} begin @param {number} end @param {number} most how many marks there is room for
 * @returns {{ at: number[], words: (at: number) => string }}
 */
export function timeMarks(begin, end, most) {
  const length = end - begin;
  const hours = HOURS.find((each) => length / (each * HOUR_MS) <= most);
  // By the calendar and not by adding up: a day may have 23 hours.
  const step = hours && length <= 2 * DAY_MS ? (date) => date.setHours(date.getHours() + hours) : (date) => date.setDate(date.getDate() + Math.max(1, Math.ceil(length / DAY_MS / most)));
  const date = new Date(begin);
  date.setHours(0, 0, 0, 0);
  const at = [];
  for (; date.getTime() < end; step(date)) if (date.getTime() >= begin) at.push(date.getTime());
  return { at, words: length <= 2 * DAY_MS ? shortClock : (time) => WEEKDAY.format(time) };
}
