// <hotline-desktop>: the agent's whole page, of the other elements; and the keys of the keyboard.
import { DeskElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";
import "./account.js";
import "./agent-bar.js";
import "./day.js";
import "./grants.js";
import "./history.js";
import "./log-in.js";
import "./pop.js";
import "./softphone.js";
import "./tickets.js";
import "./wrap-up.js";

const KEYS = [["R", "ready"], ["D", "done"], ["A", "answer"], ["H", "hold"], ["M", "mute"], ["K", "keypad"],
  ["T", "transfer"], ["C", "consult"], ["O", "complete"], ["G", "conference"], ["B", "cancel_consult"], ["P", "ask_pin"], ["Y", "raise_hand"], ["N", "note"], ["?", "shortcuts"], ["Esc", "close"]];

const TYPES_ON = 1500; // milliseconds within which the next letter belongs to what was typed in a field

class Desktop extends DeskElement {
  #typed = -TYPES_ON; // when a key was last pressed in a text field

  static styles = [common, css`
    :host { min-height: 100vh; background: var(--ground); font-size: .94rem; }
    header { display: flex; align-items: center; flex-wrap: wrap; gap: .2rem .75rem; padding: .35rem 1rem; border-bottom: 1px solid var(--line);
      background: var(--card); font-size: .9rem; }
    .link { padding: .1rem .6rem; border-radius: 99px; background: var(--warn-ground); color: var(--warn); font-weight: 600; }
    hotline-agent-bar { position: sticky; top: 0; z-index: 3; padding: .5rem 1rem; background: var(--ground); border-bottom: 1px solid var(--line); }
    main { display: grid; grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); gap: .75rem; padding: .75rem 1rem 2rem;
      max-width: 96rem; margin: 0 auto; align-items: start; }
    main.besides { grid-template-columns: minmax(0, 46rem); justify-content: center; }
    a { color: var(--accent); }
    main > div { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; }
    .over { margin: 12vh auto 0; width: min(24rem, 92vw); text-align: center; display: grid; gap: 1rem; padding: 1.5rem; }
    .goes-on { margin: .5rem 1rem 0; text-align: center; }
    dialog { min-width: 17rem; }
    dialog dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem; margin: .7rem 0; }
    dialog dd { margin: 0; } dialog form { margin-top: .7rem; }
    dialog kbd { font-size: .85rem; margin: 0; }
    @media (max-width: 52rem) {
      main { grid-template-columns: minmax(0, 1fr); padding: .6rem .6rem 2rem; }
      header { padding: .35rem .6rem; }
      hotline-agent-bar { padding: .5rem .6rem; }
    }
  `];

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.#key);
    document.addEventListener("pointerdown", this.#leftField);
    store.speak(store.language);
    store.start();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#key);
    document.removeEventListener("pointerdown", this.#leftField);
  }

  updated() {
    super.updated();
    const who = store.pop?.customer || store.pop?.number;
    const state = store.part === "desk" && store.state ? this.words.states[store.state.state] : "";
    // The tab says what goes on while another one is open; never who it is, for a tab is seen by others.
    const waits = store.toDecide > 0 ? `(${store.toDecide}) ` : "";
    document.title = waits + [who ? this.words.caller : state, this.words.brand].filter(Boolean).join(" · ");
  }

  render() {
    return html`${this.#header()}${{
      log_in: () => html`${this.#talkGoesOn()}<hotline-log-in></hotline-log-in>`,
      over: () => html`<section class="card over" id="over"><p>${this.words.replaced}</p>
        ${this.#talkGoesOn()}
        <button class="main" id="over-again" @click=${() => store.takeOver()}>${this.words.use_here}</button></section>`,
      desk: () => this.#desk(),
    }[store.part]?.() ?? nothing}${this.#help()}`;
  }

  #header() {
    const { words } = this;
    const other = store.language === "zh" ? "en" : "zh";
    return html`<header><strong>${words.brand}</strong><hotline-account></hotline-account>
      ${store.part === "desk" && store.me.agent !== null && !store.linked ? html`<span class="link" id="link" role="status">${words.broken}</span>` : nothing}
      <span class="stretch"></span><hotline-softphone></hotline-softphone>
      <button class="quiet" id="help" @click=${() => this.#showHelp()}>${words.help}<kbd aria-hidden="true">?</kbd></button>
      <button class="quiet" id="language" lang=${other} @click=${() => store.speak(other)}>${words.other}</button>
      ${store.part === "desk" ? html`<button class="quiet" id="log-out" @click=${() => store.logOut()}>${words.log_out}</button>` : nothing}
    </header>`;
  }

  #desk() {
    if (store.me.agent === null) return this.#besides();
    return html`<hotline-agent-bar></hotline-agent-bar>
      <main>
        <div><hotline-pop></hotline-pop><hotline-history></hotline-history></div>
        <div><hotline-wrap-up></hotline-wrap-up><hotline-tickets></hotline-tickets><hotline-grants></hotline-grants><hotline-day></hotline-day></div>
      </main>`;
  }

  // A caller is not lost because the desk is: he is heard here until the talk is over.
  #talkGoesOn() {
    return store.telephone.call !== "talking" ? nothing : html`<p class="goes-on" id="over-talk" role="status"><b>${this.words.talk_goes_on}</b></p>`;
  }

  // Who takes no calls: what he has to decide, tickets, and where else he finds what his role is for.
  #besides() {
    const { words } = this;
    return html`<main class="besides"><div><p class="card" id="besides">${words.no_desk} <a href="/board">${words.live_board}</a>
      ${store.me.rights.has("read_audit") ? html`· <a href="/api/v1/audit">${words.audit_trail}</a>` : nothing}</p>
      <hotline-grants></hotline-grants><hotline-tickets></hotline-tickets></div></main>`;
  }

  #help() {
    const { words } = this;
    return html`<dialog id="shortcuts" aria-label=${words.shortcuts}><h2>${words.shortcuts}</h2>
      <dl>${KEYS.map(([key, word]) => html`<dt><kbd>${key}</kbd></dt><dd>${words[word]}</dd>`)}</dl>
      <p class="soft small">${words.help_hint}</p>
      <form method="dialog"><button>${words.close}</button></form></dialog>`;
  }

  #showHelp() {
    this.renderRoot.querySelector("dialog").showModal();
  }

  #leftField = () => {
    this.#typed = -TYPES_ON;
  };

  // Letters only where nobody is writing, and never with Ctrl or Alt, which are the browser's. Who still types when his field
  // goes, as at the end of the wrap-up, must not answer the next caller or hand him on by that.
  #key = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || store.part !== "desk") return;
    if (this.renderRoot.querySelector("hotline-account")?.open) return;
    const at = event.composedPath()[0];
    if (at instanceof Element && at.matches("input, select, textarea, [contenteditable]")) {
      if (event.key === "Escape") at.blur();
      if (["Escape", "Tab"].includes(event.key) || (event.key === "Enter" && at.matches("input"))) this.#leftField();
      else this.#typed = event.timeStamp;
      return;
    }
    if (event.key === "Tab" || event.key === "Escape") this.#leftField();
    if (event.timeStamp - this.#typed < TYPES_ON) {
      this.#typed = event.timeStamp;
      return;
    }
    if (event.key === "?") this.#showHelp();
    else if (event.key.toLowerCase() === "n") {
      const note = this.renderRoot.querySelector("hotline-wrap-up")?.renderRoot.querySelector("#note") ?? null;
      if (note === null) return;
      note.focus();
    } else if (!this.renderRoot.querySelector("hotline-agent-bar")?.press(event.key)) return;
    event.preventDefault();
  };
}

customElements.define("hotline-desktop", Desktop);
