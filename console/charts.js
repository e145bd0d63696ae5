// Charts over time, by uPlot: stacked bars and lines, in the colours of the page, with their figures in words beside them.

import uPlot from "uplot";
import { h, update } from "./dom.js";
import { timeMarks } from "./scale.js";
import { day, shortClock } from "./time.js";

/**
 * @typedef {{ name: string, color: string, values: (number | null)[], total: number | null }} Series `color` is a class that sets it
 * @typedef {{ label: string, kind: "stack" | "lines", from: number[], bucket_ms: number, series: Series[], inWords: (value: number) => string,
 *   steps: number[], least: number, most?: number }} Chart `least` is the least that the axis reaches up to
 */

const HEIGHT = 190;
const NARROW = 520;

class TrendChart extends HTMLElement {
  /** @type {Chart | null} */
  #chart = null;
  #plot = null;
  #hovered = null;
  #legend = h("ul", { class: "legend" });
  #canvas = h("div", { class: "canvas", role: "img" });
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #redraw = () => this.#draw();
  #resizing = new ResizeObserver(() => this.#plot?.width !== this.#width() && this.#draw());

  connectedCallback() {
    this.append(this.#legend, this.#canvas);
    this.#scheme.addEventListener("change", this.#redraw);
    this.#resizing.observe(this);
    this.#draw();
  }

  disconnectedCallback() {
    this.#scheme.removeEventListener("change", this.#redraw);
    this.#resizing.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** @param {Chart} chart */
  show(chart) {
    const isNew = JSON.stringify(chart) !== JSON.stringify(this.#chart);
    this.#chart = chart;
    if (isNew && this.isConnected) this.#draw();
  }

  /** Another one was made in its place. @param {TrendChart} other */
  takeOver(other) {
    this.show(other.#chart);
  }

  #width() {
    return Math.floor(this.#canvas.clientWidth);
  }

  #draw() {
    if (!this.#chart || this.#width() === 0) return;
    this.#plot?.destroy();
    this.#hovered = null;
    this.#canvas.setAttribute("aria-label", this.#chart.label);
    this.#plot = new uPlot(this.#options(), columns(this.#chart), this.#canvas);
    this.#showLegend();
  }

  /** The figures of the bucket under the pointer, or those of the whole time. */
  #showLegend() {
    const { series, inWords, from, bucket_ms } = this.#chart;
    const at = this.#hovered;
    const one = ({ name, color, values, total }) => {
      const value = at === null ? total : values[at];
      return h("li", { "data-key": name }, h("span", { class: `swatch ${color}` }), name, " ", h("strong", {}, value === null ? "–" : inWords(value)));
    };
    const time = at === null ? "" : `${day(from[at])}, ${shortClock(from[at])}–${shortClock(from[at] + bucket_ms)}`;
    update(this.#legend, [...series.map(one), h("li", { class: "at", "data-key": "at" }, time)]);
  }

  #options() {
    const { kind, from, bucket_ms, series, inWords, steps, least, most } = this.#chart;
    const color = (name) => colorOf(this, name);
    const [begin, end] = [from[0], from.at(-1) + bucket_ms];
    const grid = { stroke: color("tint-grid"), width: 1 };
    const axis = { stroke: color("tint-axis"), font: "12px system-ui, sans-serif", ticks: { show: false } };
    const drawn = kind === "stack" ? [...series].reverse() : series;
    return {
      width: this.#width(),
      height: HEIGHT,
      ms: 1,
      legend: { show: false },
      padding: [8, 0, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === "lines" } },
      scales: { x: { time: false, range: () => [begin, end] }, y: { range: (_plot, _min, max) => [0, most ?? Math.max(least, max * 1.1)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 28, splits: () => timeMarks(begin, end, this.#width() < NARROW ? 4 : 8).at, values: (_plot, at) => at.map(timeMarks(begin, end, 8).words) },
        { ...axis, grid, size: 52, incrs: steps, values: (_plot, at) => at.map(inWords) },
      ],
      series: [{}, ...drawn.map((each) => (kind === "stack" ? bar(color(each.color)) : line(color(each.color))))],
      hooks: { setCursor: [({ cursor }) => this.#hover(cursor.left < 0 ? null : cursor.idx)] },
    };
  }

  #hover(at) {
    const known = at !== null && at !== undefined && at < this.#chart.from.length ? at : null;
    if (known === this.#hovered) return;
    this.#hovered = known;
    this.#showLegend();
  }
}

function bar(color) {
  // Beside the time at which its bucket begins.
  return { fill: color, stroke: color, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.82, 40], align: 1 }) };
}

function line(color) {
  return { stroke: color, width: 2, points: { show: true, size: 6, fill: color, stroke: color } };
}

/** uPlot paints one series over the other: of a stack the whole first, and then what lies below it. */
function columns({ kind, from, bucket_ms, series }) {
  if (kind === "lines") return [from.map((at) => at + bucket_ms / 2), ...series.map(({ values }) => values)];
  const sums = [];
  series.reduce((below, { values }) => {
    const sum = below.map((value, at) => value + (values[at] ?? 0));
    sums.unshift(sum);
    return sum;
  }, from.map(() => 0));
  return [from, ...sums];
}

/** The color that a class sets, as a canvas knows it: which of two schemes counts is settled by the page. */
function colorOf(element, name) {
  const probe = h("span", { class: name });
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

customElements.define("trend-chart", TrendChart);

/** @param {Chart} chart */
export function trendChart(chart) {
  const made = /** @type {TrendChart} */ (document.createElement("trend-chart"));
  made.show(chart);
  return made;
}
