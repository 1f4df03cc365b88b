// <hotline-agent-bar>: the agent's state, his pauses and the control of his call. It stands alone as well, so that a bank can
// put it into its own customer system; it shows nothing of a caller but what his phone is doing.
import { DeskElement, common, css, html, nothing } from "./element.js";
import { store, ON_A_CALL } from "./store.js";
import { refusal, span } from "./words.js";
import "./whom.js";
import "./keypad.js";

const COUNTED_DOWN = new Set(["wrap_up", "cooling"]);

class AgentBar extends DeskElement {
  static styles = [common, css`
    :host { position: relative; }
    .bar { display: flex; flex-wrap: wrap; align-items: stretch; gap: .5rem .75rem; }
    .state { display: flex; align-items: center; gap: .8rem; padding: .35rem .8rem; border-radius: 9px; min-width: 15rem; min-height: 2.9rem;
      background: var(--quiet-ground); flex: 0 1 auto; }
    .state .name { font-weight: 650; font-size: 1.05rem; line-height: 1.2; }
    .state .more { font-size: .8rem; line-height: 1.2; }
    .clock { margin-inline-start: auto; font-size: 1.5rem; font-weight: 350; font-variant-numeric: tabular-nums; line-height: 1; }
    .state.good { background: var(--good-ground); } .state.good .name { color: var(--good); }
    .state.busy { background: var(--busy-ground); } .state.busy .name { color: var(--busy); }
    .state.warn { background: var(--warn-ground); } .state.warn .name { color: var(--warn); }
    .state.late { background: var(--bad-ground); } .state.late * { color: var(--bad); }
    .group { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem; }
    .group > button, .group > select { min-height: 2.3rem; width: auto; }
    .group > select { background: var(--card); border-color: var(--line); }
    /* At the foot of the window for a moment, so that nothing moves under the hand. */
    .refused, .notice { position: fixed; z-index: 6; inset: auto 0 1rem; width: fit-content; max-width: calc(100% - 2rem); margin: 0 auto;
      padding: .5rem 1rem; border: 1px solid; border-radius: 8px; background: var(--bad-ground); color: var(--bad); }
    .notice { background: var(--busy-ground); color: var(--busy); }
    .panel { position: absolute; z-index: 5; top: calc(100% + .35rem); width: min(24rem, calc(100% - 1rem)); }
    .ringing { animation: pulse 1.2s ease-in-out infinite; }
    @media (max-width: 40rem) {
      .bar { gap: .35rem; }
      .state { flex: 1 1 100%; }
      .group > button { min-height: 2rem; padding: .15rem .55rem; }
      kbd { display: none; }
    }
    @keyframes pulse { 50% { opacity: .72; } }
    @media (prefers-reduced-motion: reduce) { .ringing { animation: none; } }
  `];
  static properties = { panel: { state: true } };

  #tick = 0;
  #focused = "";

  constructor() {
    super();
    this.panel = ""; // "", transfer, consult, dial, keypad
  }

  connectedCallback() {
    super.connectedCallback();
    this.#tick = setInterval(() => this.#count(), 250);
    store.start();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  willUpdate() {
    this.#focused = this.renderRoot?.activeElement?.id ?? "";
    const call = ["transfer", "consult", "keypad"].includes(this.panel);
    if (call && !store.talking && !(store.asked && this.panel === "keypad")) this.panel = "";
  }

  updated() {
    super.updated();
    // Who works by keyboard is not sent back to the top of the page when the button that he pressed goes.
    const gone = this.#focused && this.renderRoot.querySelector(`#${this.#focused}`) === null;
    if (gone) this.renderRoot.querySelector("#done, #ready, .group button")?.focus();
    this.#count();
    this.#place();
  }

  // Below the button that opened it, as far as the bar has room there.
  #place() {
    const panel = this.renderRoot.querySelector(".panel");
    const button = this.renderRoot.querySelector(`#${this.panel || "none"}`);
    if (panel === null || button === null) return;
    const most = this.clientWidth - panel.offsetWidth - 8;
    panel.style.left = `${Math.max(8, Math.min(button.offsetLeft, most))}px`;
  }

  // Only what counts is written each quarter of a second, and said to no screen reader.
  #count() {
    const place = this.renderRoot?.querySelector(".state");
    if (!place || store.state === null) return;
    const { text, late } = this.#clock();
    place.querySelector(".clock").textContent = text;
    place.classList.toggle("late", late);
    const more = place.querySelector(".more");
    if (more.textContent !== this.#more()) more.textContent = this.#more();
  }

  // A pause with a limit and a wrap-up count down, and a pause then up again with a plus; everything else counts up.
  #clock() {
    const { state, since, until, reason } = store.state;
    let end = COUNTED_DOWN.has(state) ? until : null;
    if (state === "paused") {
      const allowed = store.me?.pauses[reason] ?? null;
      end = until ?? (allowed === null ? null : since + allowed);
    }
    if (end === null) return { text: span(store.now - since), late: false };
    const left = end - store.now;
    if (left > 0) return { text: span(Math.ceil(left / 1000) * 1000), late: false };
    return state === "paused" ? { text: `+${span(-left)}`, late: true } : { text: span(0), late: false };
  }

  #more() {
    const { words } = this;
    const { state, reason, until, afterwards, phone, talk, hand } = store.state;
    const more = [];
    if (reason) more.push(words.reasons[reason] ?? reason);
    if (state === "reserved" && store.pop?.callback) more.push(words.being_rung);
    if (phone === "lost" && ["paused", "wrap_up", "cooling"].includes(state)) more.push(words.phone_lost);
    if (talk?.held) more.push(words.held + (Number.isFinite(talk.held) ? ` ${span(store.now - talk.held)}` : ""));
    if (talk?.consult && store.talking) {
      more.push(`${talk.conference ? words.in_conference : words.consulting} ${store.nameOf(talk.consult.agent)}`);
    } else if (talk?.conference) more.push(words.together);
    if (hand) more.push(words.hand_up);
    if (this.#clock().late) more.push(words.late);
    else if (state === "paused" && until !== null) {
      const at = new Date(Date.now() + until - store.now);
      more.push(`${words.until} ${at.toLocaleTimeString(store.language === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" })}`);
    }
    if (afterwards) more.push(`${words.states[afterwards]} ${words.afterwards}`);
    return more.join(" · ");
  }

  // Open a panel, or close it where it is open.
  toggle(panel) {
    this.panel = this.panel === panel ? "" : panel;
  }

  render() {
    if (store.part !== "desk" || store.state === null) return nothing;
    const { state } = store.state;
    const mood = ON_A_CALL.has(state) ? "busy" : state === "ready" ? "good"
      : ["wrap_up", "cooling", "other_call", "phone_lost"].includes(state) ? "warn" : "";
    return html`
      <div class="bar">
        <div class="state ${mood} ${state === "ringing" ? "ringing" : ""}" id="state" data-state=${state}>
          <div>
            <p class="name" id="state-name" role="status">${this.words.states[state] ?? state}</p>
            <p class="more" id="state-more"></p>
          </div>
          <p class="clock" id="state-time" aria-hidden="true"></p>
        </div>
        <div class="group" role="group" aria-label=${this.words.pause}>${this.#availability()}</div>
        ${this.#control()}
        <span class="stretch"></span>
        <slot></slot>
        ${store.refused ? html`<p class="refused" role="alert" id="refused">
          ${this.words[store.refused] ?? refusal(store.refused, store.language, (name) => store.nameOf(name))}</p>` : nothing}
        <p class="notice" role="status" id="notice" ?hidden=${!store.notice}>${this.words[store.notice] ?? store.notice}</p>
      </div>
      ${this.#panel()}`;
  }

  #availability() {
    const { words } = this;
    const { state, afterwards, longer_ms: longer } = store.state;
    const settled = ["ready", "reserved", "ringing", "talking", "consulted", "other_call", "phone_lost"].includes(state);
    // On a call there is nothing to be ready for, but a pause asked for afterwards can be taken back.
    if (ON_A_CALL.has(state) && !afterwards) return this.#pauseAfterwards();
    const first = state === "wrap_up"
      ? html`<button class="main" id="done" @click=${() => this.#leaveNotes("done")}>${words.done}<kbd aria-hidden="true">D</kbd></button>`
      : html`<button class="main" id="ready" ?disabled=${settled && !afterwards} @click=${() => store.say("ready")}>
          ${words.ready}<kbd aria-hidden="true">R</kbd></button>`;
    return html`${first}
      ${longer > 0 ? html`<button id="longer" @click=${() => store.say("extend")}>${words.longer} +${span(longer)}</button>` : nothing}
      ${this.#pauses()}`;
  }

  // On a call the buttons of the call have the room, so that nothing moves under the hand.
  #pauseAfterwards() {
    const pauses = Object.keys(store.me?.pauses ?? {});
    if (pauses.length === 0) return nothing;
    return html`<select id="pause-afterwards" aria-label=${this.words.pause_after} @change=${(event) => {
      store.say("pause", { reason: event.target.value });
      event.target.value = "";
    }}><option value="">${this.words.pause_after}</option>
      ${pauses.map((each) => html`<option value=${each}>${this.words.reasons[each] ?? each}</option>`)}</select>`;
  }

  #pauses() {
    const { state, reason } = store.state;
    return Object.keys(store.me?.pauses ?? {}).map((each) => html`<button data-reason=${each}
      aria-pressed=${state === "paused" && reason === each} @click=${() => this.#leaveNotes("pause", { reason: each })}>
      ${this.words.reasons[each] ?? each}</button>`);
  }

  // The notes are put away first, where there are some; when they are safe it is said by them. A pause ends a wrap-up, too.
  #leaveNotes(type, more) {
    const detail = { type, more };
    const asked = new CustomEvent("hotline-done", { bubbles: true, composed: true, cancelable: true, detail });
    if (store.state.state !== "wrap_up" || this.dispatchEvent(asked)) store.say(type, more);
  }

  #control() {
    const { words } = this;
    const { telephone } = store;
    const talk = store.state.talk ?? null;
    const button = (id, word, key, act, more = {}) => html`<button id=${id} class=${more.kind ?? ""}
      aria-pressed=${more.pressed ?? nothing} ?disabled=${more.disabled ?? false} aria-keyshortcuts=${key}
      @click=${act}>${words[word]}${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}</button>`;
    const here = telephone.call !== "";
    if (telephone.call === "ringing") {
      return this.#group(html`
        ${button("answer", "answer", "A", () => telephone.answer(), { kind: "main" })}
        ${button("decline", "decline", "", () => telephone.hangUp())}`);
    }
    const keypad = here ? html`
      ${button("mute", telephone.muted ? "unmute" : "mute", "M", () => telephone.mute(!telephone.muted), { pressed: telephone.muted })}
      ${button("keypad", "keypad", "K", () => this.toggle("keypad"), { pressed: this.panel === "keypad" })}` : nothing;
    const end = button("hang-up", "hang_up", "", () => this.#hangUp(), { kind: "end" });
    if (store.asked) return this.#group(html`${keypad}${end}`);
    if (!store.talking) {
      return store.can("dial") && store.state.state !== "logged_out" && !ON_A_CALL.has(store.state.state)
        ? this.#group(button("dial", "dial", "", () => this.toggle("dial"), { pressed: this.panel === "dial" })) : nothing;
    }
    const asking = store.proof === "asking";
    const consulting = Boolean(talk?.consult);
    const together = Boolean(talk?.conference);
    const alone = consulting && !talk.consult.answered;
    return this.#group(html`
      ${store.can("hold") ? button("hold", talk?.held ? "resume" : "hold", "H",
        () => store.say(talk?.held ? "resume" : "hold"), { pressed: Boolean(talk?.held), disabled: together }) : nothing}
      ${keypad}
      ${store.can("transfer") && !consulting ? button("transfer", "transfer", "T", () => this.toggle("transfer"),
        { pressed: this.panel === "transfer" }) : nothing}
      ${store.can("consult") && !consulting ? button("consult", "consult", "C", () => this.toggle("consult"),
        { pressed: this.panel === "consult" }) : nothing}
      ${consulting ? html`
        ${button("complete", "complete", "O", () => store.say("complete"), { kind: "main", disabled: alone })}
        ${store.can("conference") && !together ? button("conference", "conference", "G", () => store.say("conference"),
          { disabled: alone }) : nothing}
        ${button("cancel-consult", together ? "let_go" : "cancel_consult", "B", () => store.say("cancel_consult"))}` : nothing}
      ${store.can("ask_pin") ? button("ask-pin", "ask_pin", "P", () => store.askPin(), { disabled: asking || consulting }) : nothing}
      ${store.can("raise_hand") ? button("raise-hand", store.state.hand ? "lower_hand" : "raise_hand", "Y",
        () => store.say("raise_hand", { on: !store.state.hand }), { pressed: Boolean(store.state.hand) }) : nothing}
      ${here || store.can("hang_up") ? end : nothing}`);
  }

  #group(content) {
    return html`<div class="group" role="group" aria-label=${this.words.call_control}>${content}</div>`;
  }

  // Through the core where it can be, so that the caller gets what follows the talk; else by the telephone itself.
  #hangUp() {
    // Without the hotline there is the telephone itself, and the caller waits for somebody else if he has not hung up.
    if (store.linked && store.can("hang_up")) store.say("hang_up");
    else store.telephone.hangUp();
  }

  #panel() {
    if (this.panel === "") return nothing;
    const close = () => this.#close();
    return html`<div class="panel" @keydown=${(event) => event.key === "Escape" && close()}>
      ${this.panel === "keypad"
        ? html`<hotline-keypad></hotline-keypad>`
        : html`<hotline-whom purpose=${this.panel} @chosen=${(event) => this.#chosen(event.detail)} @close=${close}></hotline-whom>`}
    </div>`;
  }

  #chosen(to) {
    if (this.panel === "dial") store.say("dial", { number: to.number });
    else if (this.panel === "consult") store.consult(to);
    else store.say(this.panel, { to });
    this.#close();
  }

  // Who works by keyboard is back at the button that opened it.
  async #close() {
    const opener = this.panel;
    this.panel = "";
    await this.updateComplete;
    this.renderRoot.querySelector(`#${opener}`)?.focus();
  }

  // A key of the keyboard, pressed outside of text fields; returns whether it meant something.
  press(key) {
    const id = { r: "ready", d: "done", a: "answer", h: "hold", m: "mute", k: "keypad", t: "transfer", c: "consult",
      o: "complete", g: "conference", b: "cancel-consult",
      p: "ask-pin", y: "raise-hand" }[key.toLowerCase()];
    const button = id ? this.renderRoot.querySelector(`#${id}`) : null;
    if (button === null || button.disabled) return false;
    button.click();
    return true;
  }
}

customElements.define("hotline-agent-bar", AgentBar);
