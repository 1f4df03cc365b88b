// <hotline-keypad>: the keys of a telephone, for the softphone during a talk.
import { DeskElement, common, css, html } from "./element.js";
import { store } from "./store.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

class Keypad extends DeskElement {
  static styles = [common, css`
    .card { box-shadow: 0 10px 34px rgb(0 0 0 / 22%); width: 13rem; }
    .keys { display: grid; grid-template-columns: repeat(3, 1fr); gap: .35rem; }
    .keys button { font-size: 1.2rem; padding: .35rem 0; }
  `];

  firstUpdated() {
    this.renderRoot.querySelector("button").focus();
  }

  render() {
    return html`<div class="card keys" role="group" aria-label=${this.words.keypad} @keydown=${(event) => this.#key(event)}>
      ${KEYS.map((key) => html`<button data-key=${key} @click=${() => store.telephone.key(key)}>${key}</button>`)}</div>`;
  }

  #key(event) {
    if (!KEYS.includes(event.key)) return;
    store.telephone.key(event.key);
    event.stopPropagation();
  }
}

customElements.define("hotline-keypad", Keypad);
