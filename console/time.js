// Times and lengths of time for people. All times are unix milliseconds; clocks are those of whoever looks.

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT_CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const LONG_DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "09:14:02" */
export function clock(at) {
  return CLOCK.format(at);
}

/** "09:14" */
export function shortClock(at) {
  return SHORT_CLOCK.format(at);
}

/** "Tue 24 Nov" */
export function day(at) {
  return DAY.format(at).replace(",", "");
}

/** "Tuesday 24 November" */
export function longDay(at) {
  return LONG_DAY.format(at).replace(",", "");
}

/** "09:14:02" where it was today, else "Tue 24 Nov, 09:14". */
export function when(at, now) {
  return day(at) === day(now) && Math.abs(now - at) < DAY_MS ? clock(at) : `${day(at)}, ${shortClock(at)}`;
}

/** "12 s", "3 min", "2 h 5 min", "4 days" */
export function duration(ms) {
  const length = Math.max(0, ms);
  if (length < MINUTE_MS) return `${Math.floor(length / SECOND_MS)} s`;
  if (length < HOUR_MS) return `${Math.floor(length / MINUTE_MS)} min`;
  if (length >= 10 * HOUR_MS && length < 2 * DAY_MS) return `${Math.floor(length / HOUR_MS)} h`;
  if (length < 2 * DAY_MS) return joined(Math.floor(length / HOUR_MS), "h", Math.floor((length % HOUR_MS) / MINUTE_MS), "min");
  return `${Math.floor(length / DAY_MS)} days`;
}

/** How long an answer took: "850 ms", "6.2 s", "1 min 20 s" */
export function took(ms) {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < HOUR_MS) return joined(Math.floor(ms / MINUTE_MS), "min", Math.floor((ms % MINUTE_MS) / SECOND_MS), "s");
  return duration(ms);
}

/** "12 s ago", or "just now"; "in 12 s" for what is to come. */
export function ago(at, now) {
  const since = now - at;
  if (since < -SECOND_MS) return `in ${duration(-since)}`;
  return since < 2 * SECOND_MS ? "just now" : `${duration(since)} ago`;
}

function joined(large, largeUnit, small, smallUnit) {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
