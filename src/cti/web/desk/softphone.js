// <hotline-softphone>: whether calls ring in this browser, and how its line is. The telephone itself belongs to the store.
import { DeskElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";

class Softphone extends DeskElement {
  static styles = [common, css`
    :host { display: flex; align-items: center; }
    .phone { display: flex; align-items: center; gap: .4rem; font-size: .85rem; flex-wrap: wrap; }
    .dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--edge, #868f88); flex: none; }
    .dot.on { background: var(--good); } .dot.lost { background: var(--bad); } .dot.connecting { background: var(--warn); }
    button { padding: .15rem .5rem; font-size: .85rem; }
    button:disabled { opacity: 1; } /* it says how the line is, also while it cannot be pressed */
  `];

  connectedCallback() {
    super.connectedCallback();
    this.append(store.sound);
    store.telephone.addEventListener("change", this.#itself);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.telephone.removeEventListener("change", this.#itself);
  }

  // Who wears a headset all day may have his calls answered for him, a moment after he has seen who it is.
  #itself = () => {
    if (store.telephone.call === "ringing" && localStorage.getItem("hotline_by_itself") === "yes") {
      setTimeout(() => store.telephone.answer(), 600);
    }
  };

  render() {
    if (store.part !== "desk" || store.line === null) return nothing;
    const { words } = this;
    const { line } = store.telephone;
    const here = store.inBrowser;
    const itself = localStorage.getItem("hotline_by_itself") === "yes";
    return html`<div class="phone" id="softphone" data-line=${line}>
      <button id="use-browser" aria-pressed=${here} title=${words.use_softphone} ?disabled=${store.telephone.call !== ""} @click=${() => this.#use(!here)}>
        <span class="row"><span class="dot ${line}"></span>${words.softphone}${here ? words.colon + words.lines[line] : ""}</span></button>
      ${here ? html`<button id="by-itself" aria-pressed=${itself} @click=${() => this.#toggle(itself)}>${words.by_itself}</button>` : nothing}
    </div>`;
  }

  async #use(wanted) {
    await store.useBrowser(wanted);
    store.tell();
  }

  #toggle(itself) {
    localStorage.setItem("hotline_by_itself", itself ? "no" : "yes");
    this.requestUpdate();
  }
}

customElements.define("hotline-softphone", Softphone);
