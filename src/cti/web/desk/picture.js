// The service level of some lanes over the last minutes, drawn by uPlot: one line for each lane, and the promise as a dashed one.
import uPlot from "../vendor/uplot.js";
import { css } from "../vendor/lit.js";

// Lines are told apart by --line-1 to --line-4, which people who see few colours can tell apart as well.
const COLOURS = 4;
const HEIGHT = 96;

export class Picture {
  // What of uPlot's own style the picture needs; it has no legend and no cursor.
  static styles = css`
    .uplot, .uplot * { box-sizing: border-box; }
    .uplot { width: min-content; }
    .u-wrap { position: relative; user-select: none; }
    .u-over, .u-under { position: absolute; }
    .u-under { overflow: hidden; }
    .uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
    .u-axis { position: absolute; }
  `;

  #kept;
  #times = [];
  #levels = {};
  #plot = null;
  #drawn = "";

  constructor(kept) {
    this.#kept = kept;
  }

  // The shares of all lanes at one instant, in seconds.
  add(at, shares) {
    this.#times.push(at);
    for (const [lane, share] of Object.entries(shares)) {
      this.#levels[lane] ??= new Array(this.#times.length - 1).fill(null);
      this.#levels[lane].push(share === null ? null : share * 100);
    }
    if (this.#times.length <= this.#kept) return;
    this.#times.shift();
    for (const levels of Object.values(this.#levels)) levels.shift();
  }

  draw(place, lanes, target) {
    if (this.#times.length < 2 || place.clientWidth === 0) return;
    const style = getComputedStyle(place);
    const ink = (name) => style.getPropertyValue(name).trim();
    const key = [lanes, target, place.clientWidth, ink("--soft")].join("|");
    const data = [this.#times, ...lanes.map((lane) => this.#levels[lane] ?? this.#times.map(() => null)),
      this.#times.map(() => (target === null ? null : target * 100))];
    if (key === this.#drawn && this.#plot?.root.isConnected) {
      this.#plot.setData(data);
      return;
    }
    this.clear();
    this.#drawn = key;
    const axis = { stroke: ink("--soft"), grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    this.#plot = new uPlot({
      width: place.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [6, 4, 0, 0],
      // Always the same stretch of time, so that the picture does not breathe.
      scales: { x: { range: (_, from, to) => [to - this.#kept, to] }, y: { range: [0, 100] } },
      axes: [
        { ...axis, size: 18, space: 90, gap: 2, values: (_, ticks) => ticks.map((tick) => new Date(tick * 1000).toTimeString().slice(0, 5)) },
        { ...axis, size: 30, gap: 2, splits: () => [0, 50, 100] },
      ],
      series: [{}, ...lanes.map((_, at) => ({ stroke: ink(`--line-${(at % COLOURS) + 1}`), width: 2, points: { show: false } })),
        { stroke: ink("--soft"), width: 1, dash: [4, 4], points: { show: false } }],
    }, data, place);
  }

  clear() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#drawn = "";
  }
}
