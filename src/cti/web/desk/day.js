// <hotline-day>: the agent's own day, and how his lanes do at present, as a small picture of the last minutes.
import { DeskElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";
import { HOTLINE } from "./rest.js";
import { moment, span } from "./words.js";
import { Picture } from "./picture.js";

const KEPT = 900; // seconds of the picture
const GOES_ON = { talked: "talking", wrap_up: "wrap_up", paused: "paused" };

class Day extends DeskElement {
  static styles = [common, Picture.styles, css`
    .figures { display: grid; grid-template-columns: repeat(4, auto); justify-content: space-between; gap: .5rem; }
    .figures b { display: block; font-size: 1.25rem; font-weight: 500; line-height: 1.2; font-variant-numeric: tabular-nums; }
    .figures span { font-size: .78rem; color: var(--soft); }
    .lanes { margin-top: .7rem; padding-top: .6rem; border-top: 1px solid var(--line); }
    table { width: 100%; border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
    th { text-align: start; font-weight: 400; padding: .1rem 0; }
    td { text-align: end; padding: .1rem 0 .1rem .6rem; white-space: nowrap; }
    td.good { color: var(--good); } td.warn { color: var(--warn); } td.bad { color: var(--bad); font-weight: 600; }
    .chip { display: inline-block; width: .7rem; height: .22rem; margin-inline-end: .4rem; vertical-align: middle; border-radius: 2px; }
    .line-1 { background: var(--line-1); } .line-2 { background: var(--line-2); }
    .line-3 { background: var(--line-3); } .line-4 { background: var(--line-4); }
    #picture { margin-top: .4rem; height: 96px; }
  `];
  static properties = { board: { state: true } };

  #picture = new Picture(KEPT);

  constructor() {
    super();
    this.board = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.open = true;
    this.#listen();
    this.tick = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.open = false;
    clearInterval(this.tick);
    this.socket?.close();
    this.#picture.clear();
  }

  #listen() {
    if (!this.open) return;
    this.socket = new WebSocket(`${HOTLINE.replace(/^http/, "ws")}/board/feed`);
    this.socket.addEventListener("message", (event) => {
      this.board = JSON.parse(event.data);
      this.#picture.add(this.board.now / 1000, Object.fromEntries(this.board.lanes.map((lane) => [lane.lane, lane.service_level])));
    });
    this.socket.addEventListener("close", () => setTimeout(() => this.#listen(), 3000));
  }

  updated() {
    super.updated();
    const place = this.renderRoot.querySelector("#picture");
    if (place) this.#picture.draw(place, this.#shown().map((lane) => lane.lane), this.board?.target ?? null);
  }

  // The lanes that most called today; the picture has room for four. They stand in the board's order: no row and no
  // colour changes its place while somebody looks.
  #shown() {
    const called = (this.board?.lanes ?? []).filter((lane) => lane.offered > 0 || lane.waiting > 0);
    const most = new Set([...called].sort((one, other) => other.offered - one.offered).slice(0, 4));
    return called.filter((lane) => most.has(lane));
  }

  render() {
    const { day, state } = store;
    const { words } = this;
    if (day === null || state === null) return nothing;
    const so_far = (name) => span(day[`${name}_ms`] + (day.state === GOES_ON[name] ? store.now - day.now : 0));
    const figure = (word, value) => html`<div><b>${value}</b><span>${words[word]}</span></div>`;
    const shown = this.#shown();
    return html`<section class="card" id="day" aria-label=${words.day}>
      <div class="head"><h2>${words.day}</h2><span class="stretch"></span><span class="soft small">${words.since} ${moment(day.on_since, store.language)}</span></div>
      <div class="figures">${figure("calls", day.answered)}${figure("talked", so_far("talked"))}
        ${figure("wrap_up_time", so_far("wrap_up"))}${figure("breaks", so_far("paused"))}</div>
      ${shown.length === 0 ? nothing : html`<div class="lanes"><h2>${words.level}</h2>
        <div id="picture" aria-hidden="true"></div>
        <table>${shown.map((lane, at) => html`<tr><th scope="row"><span class="chip line-${at + 1}"></span>${lane.title[store.language] ?? lane.lane}</th>
          <td>${lane.waiting} ${words.waiting}</td><td class=${this.#mood(lane)}>${this.#share(lane.service_level)}</td></tr>`)}</table></div>`}
    </section>`;
  }

  #share(value) {
    return value === null ? "–" : `${Math.round(value * 100)} %`;
  }

  #mood(lane) {
    if (lane.service_level === null) return "";
    if (lane.service_level >= this.board.target) return "good";
    return lane.service_level >= this.board.target - 0.15 ? "warn" : "bad";
  }
}

customElements.define("hotline-day", Day);
