// What all elements of the desktop have in common: they show the store, in the agent's language, in the house's style.
import { LitElement, css, html, nothing, repeat } from "../vendor/lit.js";
import { store } from "./store.js";

// The colours come from the page (colours.css); in somebody else's page these are what is fallen back to.
export const common = css`
  :host { display: block; font: inherit; color: var(--text, #1c211d); }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  [hidden] { display: none !important; }
  button, input, select, textarea { font: inherit; color: inherit; }
  button { border: 1px solid var(--line, #dcdfd9); border-radius: 7px; background: var(--card, #fff); padding: .3rem .65rem;
    cursor: pointer; white-space: nowrap; line-height: 1.4; }
  button:hover:enabled { border-color: var(--soft, #5c665f); }
  button:disabled { opacity: .45; cursor: default; }
  button.main { background: var(--accent, #0f6b4f); border-color: var(--accent, #0f6b4f); color: var(--on-accent, #fff); font-weight: 600; }
  button.end { background: var(--bad, #a92b2b); border-color: var(--bad, #a92b2b); color: var(--card, #fff); font-weight: 600; }
  button[aria-pressed="true"] { border-color: var(--accent, #0f6b4f); box-shadow: inset 0 0 0 1px var(--accent, #0f6b4f);
    background: var(--good-ground, #dcefe6); }
  button.quiet { border-color: transparent; background: none; color: var(--soft, #5c665f); }
  kbd { font: inherit; font-size: .75em; font-weight: 600; opacity: .75; border: 1px solid currentColor; border-radius: 4px;
    padding: 0 .3em; margin-inline-start: .45em; }
  input, select, textarea { border: 1px solid var(--edge, #868f88); border-radius: 7px; background: var(--ground, #f4f5f3);
    padding: .35rem .5rem; width: 100%; }
  textarea { resize: vertical; min-height: 5.5rem; line-height: 1.45; }
  label { display: grid; gap: .15rem; font-size: .85rem; color: var(--soft, #5c665f); }
  label > :is(input, select, textarea) { font-size: .95rem; color: var(--text, #1c211d); }
  :focus-visible { outline: 2px solid var(--accent, #0f6b4f); outline-offset: 2px; }
  .card { background: var(--card, #fff); border: 1px solid var(--line, #dcdfd9); border-radius: 10px; padding: .8rem .95rem; }
  h2 { margin: 0; font-size: .82rem; font-weight: 650; color: var(--soft, #5c665f); letter-spacing: .01em; }
  h2 .count { font-weight: 500; }
  .head { display: flex; align-items: center; gap: .6rem; margin-bottom: .5rem; flex-wrap: wrap; }
  .stretch { flex: 1; }
  .soft { color: var(--soft, #5c665f); }
  .small { font-size: .85rem; }
  dialog { border: 1px solid var(--line); border-radius: 12px; background: var(--card); color: var(--text); padding: 1.1rem 1.3rem; }
  dialog::backdrop { background: rgb(0 0 0 / 35%); }
  .row { display: flex; align-items: center; gap: .5rem; flex-wrap: wrap; }
  .badge { font-size: .8rem; font-weight: 600; padding: .05rem .5rem; border-radius: 99px; white-space: nowrap;
    background: var(--quiet-ground, #e9ebe7); color: var(--soft, #4c564f); }
  .badge.vip { background: var(--vip-ground); color: var(--vip); }
  .badge.good { background: var(--good-ground); color: var(--good); }
  .badge.busy { background: var(--busy-ground); color: var(--busy); }
  .badge.warn { background: var(--warn-ground); color: var(--warn); }
  .badge.bad { background: var(--bad-ground); color: var(--bad); }
  p { margin: 0; }
  .text { white-space: pre-wrap; overflow-wrap: anywhere; }
  .number { font-variant-numeric: tabular-nums; }
  ul { list-style: none; margin: 0; padding: 0; }
`;

export class DeskElement extends LitElement {
  static styles = common;

  #changed = () => this.requestUpdate();
  #told = (event) => this.hear(event.detail);

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener("change", this.#changed);
    store.addEventListener("message", this.#told);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.removeEventListener("change", this.#changed);
    store.removeEventListener("message", this.#told);
  }

  // An element with nothing to show takes no room.
  updated() {
    this.toggleAttribute("hidden", this.renderRoot.childElementCount === 0);
  }

  // A message of the hotline, as it came; for elements that keep something of their own.
  hear(_message) {}

  get words() {
    return store.words;
  }
}

// An element that loads what belongs to the caller on the screen, once for each caller, and hides where there is nothing.
export class CallerElement extends DeskElement {
  call = null; // the call of which something is shown

  willUpdate() {
    const call = store.pop?.call ?? null;
    if (call === this.call) return;
    this.call = call;
    this.forget();
    if (call !== null) this.load(store.pop);
  }

  forget() {}

  async load(_pop) {}

  // Show what was loaded for this call, unless another one has come meanwhile.
  keep(call, change) {
    if (this.call !== call) return;
    change();
    this.requestUpdate();
  }
}

export { css, html, nothing, repeat };
