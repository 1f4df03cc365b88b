// <hotline-whom purpose="transfer|consult|dial">: a list that is searched by typing: lanes, colleagues, numbers.
// It says "chosen" with {lane}, {agent} or {number}, and "close".
import { DeskElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";

const DIALLED = /^\+?[0-9]{3,20}$/;

class Whom extends DeskElement {
  static styles = [common, css`
    .card { box-shadow: 0 10px 34px rgb(0 0 0 / 22%); }
    ul { max-height: 15rem; overflow-y: auto; margin-top: .5rem; }
    li { display: flex; align-items: center; gap: .5rem; padding: .3rem .5rem; border-radius: 6px; cursor: pointer; }
    li[aria-selected="true"] { background: var(--busy-ground); }
    li .kind { margin-inline-start: auto; font-size: .8rem; color: var(--soft); }
    .dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--edge, #868f88); flex: none; }
    .dot.ready { background: var(--good); }
  `];
  static properties = { purpose: {}, typed: { state: true }, at: { state: true }, targets: { state: true } };

  constructor() {
    super();
    this.typed = "";
    this.at = 0;
    this.targets = { lanes: [], agents: [], numbers: [] };
  }

  connectedCallback() {
    super.connectedCallback();
    store.say("targets");
  }

  hear(message) {
    if (message.type === "targets") this.targets = message;
  }

  // The one that is chosen is in sight, however long the list is.
  updated() {
    super.updated();
    this.renderRoot.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  firstUpdated() {
    this.renderRoot.querySelector("input").focus();
  }

  // What fits what was typed, in the hotline's order: whoever is ready comes first.
  get #fitting() {
    const { lanes, agents, numbers } = this.targets;
    const wanted = this.typed.trim().toLowerCase();
    const fits = (...texts) => texts.some((text) => text.toLowerCase().includes(wanted));
    const found = [];
    if (this.purpose !== "dial") {
      found.push(...agents.filter((each) => fits(each.name, each.agent)).map((each) => ({
        to: { agent: each.agent }, text: each.name, dot: each.state, kind: this.words.states[each.state] ?? each.state })));
    }
    if (this.purpose === "transfer") {
      found.push(...lanes.filter((each) => fits(each, store.laneTitle(each))).map((each) => ({
        to: { lane: each }, text: store.laneTitle(each), kind: this.words.lane })));
    }
    // Only who has a desk here can be asked.
    if (this.purpose !== "consult") found.push(...numbers.filter((each) => fits(each.name, each.number)).map((each) => ({
      to: { number: each.number }, text: each.name, kind: each.number })));
    // Only the hotline's own list may be handed to; what may be dialled, it says when it is asked.
    const number = this.typed.replace(/[\s()-]/g, "");
    if (this.purpose === "dial" && DIALLED.test(number)) found.push({ to: { number }, text: number, kind: this.words.dial });
    return found.slice(0, 50);
  }

  render() {
    const { words } = this;
    const found = this.#fitting;
    const at = Math.min(this.at, found.length - 1);
    return html`<div class="card">
      <div class="head"><h2>${words[`whom_${this.purpose}`]}</h2><span class="stretch"></span>
        <button class="quiet" id="whom-close" @click=${() => this.#say("close")}>${words.close}<kbd aria-hidden="true">Esc</kbd></button></div>
      <input id="whom" role="combobox" aria-expanded="true" aria-controls="found" autocomplete="off" maxlength="64"
        aria-label=${words[`whom_${this.purpose}`]} placeholder=${this.purpose === "dial" ? "" : words.search}
        aria-activedescendant=${found.length > 0 ? `found-${at}` : nothing}
        .value=${this.typed} @input=${(event) => { this.typed = event.target.value; this.at = 0; }}
        @keydown=${(event) => this.#key(event, found, at)}>
      <ul id="found" role="listbox" aria-label=${words[`whom_${this.purpose}`]}>
        ${found.map((each, index) => html`<li role="option" id="found-${index}" aria-selected=${index === at}
          @click=${() => this.#say("chosen", each.to)}>
          ${each.dot ? html`<span class="dot ${each.dot}"></span>` : nothing}<span>${each.text}</span>
          <span class="kind">${each.kind}</span></li>`)}
      </ul>
      ${found.length === 0 && this.typed ? html`<p class="soft small">${words.nobody_found}</p>` : nothing}
    </div>`;
  }

  #key(event, found, at) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = Math.max(0, Math.min(found.length - 1, at + step));
      event.preventDefault();
    } else if (event.key === "Enter" && found.length > 0) {
      // Else the same stroke would press the button to which the focus goes back.
      event.preventDefault();
      this.#say("chosen", found[at].to);
    }
  }

  #say(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

customElements.define("hotline-whom", Whom);
