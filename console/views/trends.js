// The last day and week: how turns ended, how long answers took, whether webhooks come.

import { get } from "../api.js";
import { trendChart } from "../charts.js";
import { h } from "../dom.js";
import { choice, empty, figures, section, table } from "../parts.js";
import { address } from "../routes.js";
import { day, shortClock, took } from "../time.js";
import { OUTCOMES, capital } from "../words.js";

const EVERY_MS = 300_000;
const COLORS = { replied: "tint-replied", noted: "tint-noted", handed_over: "tint-handed-over", stood_down: "tint-stood-down", failed: "tint-failed" };
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 3_600].map((seconds) => seconds * 1_000);

/** @type {import("../main.js").View} */
export const trends = {
  name: "Trends",
  heading: () => "Trends",
  every_ms: () => EVERY_MS,
  load: async (context) => ({ trend: await get(`/trends?window=${windowOf(context)}`, context.signal) }),
  show: ({ trend }, context) => {
    const { total, buckets } = trend;
    const window = windowOf(context);
    return [
      choice("Period", [
        { href: address("trends"), words: "Last day", isHere: window === "day" },
        { href: address("trends", { window: "week" }), words: "Last week", isHere: window === "week" },
      ]),
      total.turns === 0 ? empty("No results in this period", "Each customer message appears here once it has been handled.") : [tiles(total), endings(trend), answerTimes(trend), webhookHealth(trend), numbers(buckets)],
    ];
  },
};

function windowOf({ route: { query } }) {
  return query.get("window") === "week" ? "week" : "day";
}

function tiles(total) {
  return figures([
    { name: "Messages", value: total.turns },
    { name: "Answered", value: percent(share(total.replied, total.turns)) },
    { name: "Handed over", value: total.handed_over, tone: total.handed_over > 0 ? "warn" : "" },
    { name: "Failed", value: total.failed, tone: total.failed > 0 ? "bad" : "" },
    { name: "Half answered within", value: timeInWords(total.p50_ms) },
    { name: "95 % answered within", value: timeInWords(total.p95_ms) },
  ]);
}

function endings({ buckets, bucket_ms, total }) {
  const series = Object.entries(OUTCOMES).map(([outcome, name]) => ({ name, color: COLORS[outcome], values: buckets.map((bucket) => bucket[outcome]), total: total[outcome] }));
  const label = `Results: ${series.map(({ name, total: count }) => `${count} ${name}`).join(", ")}.`;
  return section({ id: "endings", title: "Results" }, trendChart({ label, kind: "stack", from: starts(buckets), bucket_ms, series, inWords: String, steps: COUNTS, least: 4 }));
}

function answerTimes({ buckets, bucket_ms, total }) {
  const series = [
    { name: "half within", color: "tint-p50", values: buckets.map(({ p50_ms }) => p50_ms), total: total.p50_ms },
    { name: "95 % within", color: "tint-p95", values: buckets.map(({ p95_ms }) => p95_ms), total: total.p95_ms },
  ];
  const label = `Time to the answer: half within ${timeInWords(total.p50_ms)}, 95 % within ${timeInWords(total.p95_ms)}.`;
  return section({ id: "times", title: "Time to the answer" },
    trendChart({ label, kind: "lines", from: starts(buckets), bucket_ms, series, inWords: axisTime, steps: SECONDS, least: 10_000 }),
    h("p", { class: "small" }, "From the customer’s latest message to the reply."),
  );
}

function webhookHealth({ buckets, bucket_ms, total }) {
  const heard = (bucket) => (bucket.turns === 0 ? null : share(bucket.turns - bucket.found_by_sweep, bucket.turns));
  const series = [{ name: "reported by webhook", color: "tint-webhook", values: buckets.map(heard), total: heard(total) }];
  const label = `Reported by webhook: ${percent(heard(total))} of the messages. The sweep found the other ${total.found_by_sweep}.`;
  return section({ id: "webhooks", title: "Webhook health" },
    trendChart({ label, kind: "stack", from: starts(buckets), bucket_ms, series, inWords: percent, steps: [0.25, 0.5], least: 1, most: 1.05 }),
    h("p", { class: "small" }, total.found_by_sweep === 0 ? "Webhooks reported every message." : `The sweep found ${total.found_by_sweep} of ${total.turns} messages. No webhook had reported those.`),
  );
}

function numbers(buckets) {
  const inBucket = buckets.filter(({ turns }) => turns > 0).reverse();
  return h("details", { class: "numbers" },
    h("summary", {}, "All figures"),
    table({
      caption: "Messages by time, newest first",
      rows: inBucket,
      key: ({ from }) => String(from),
      columns: [
        { name: "From", class: "main", cell: ({ from }) => `${day(from)}, ${shortClock(from)}` },
        { name: "Messages", class: "number", cell: ({ turns }) => turns },
        ...Object.entries(OUTCOMES).map(([outcome, name]) => ({ name: capital(name), class: "number", cell: (bucket) => bucket[outcome] })),
        { name: "Found by the sweep", class: "number", cell: ({ found_by_sweep }) => found_by_sweep },
        { name: "Half within", class: "number", cell: ({ p50_ms }) => timeInWords(p50_ms) },
        { name: "95 % within", class: "number", cell: ({ p95_ms }) => timeInWords(p95_ms) },
      ],
    }),
  );
}

function starts(buckets) {
  return buckets.map(({ from }) => from);
}

function share(part, whole) {
  return whole === 0 ? 0 : part / whole;
}

/** Never "100 %" where something is missing. */
function percent(part) {
  if (part === null) return "–";
  return part < 1 && part > 0.99 ? "99 %" : `${Math.round(part * 100)} %`;
}

function timeInWords(ms) {
  return ms === null ? "–" : took(ms);
}

function axisTime(ms) {
  return ms % 1_000 === 0 && ms < 60_000 ? `${ms / 1_000} s` : took(ms);
}
