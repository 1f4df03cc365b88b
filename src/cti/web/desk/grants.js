// <hotline-grants>: what an agent may give a caller, up to his grade's limit; beyond it a supervisor is asked and answers here.
import { DeskElement, common, css, html, nothing, repeat } from "./element.js";
import { store } from "./store.js";
import { get, post } from "./rest.js";
import { moment } from "./words.js";

const LOOK_EVERY = 5_000; // a supervisor is asked while somebody is on the line

// Amounts travel as whole minor units; `decimals` says how many of their digits stand behind the point.
const shown = (amount, decimals) => (amount / 10 ** decimals).toFixed(decimals);

class Grants extends DeskElement {
  static styles = [common, css`
    form { display: grid; grid-template-columns: minmax(0, 1fr) 7rem; gap: .45rem; align-items: end; }
    form select { text-overflow: ellipsis; }
    form :is(select, input) { height: 2.3rem; }
    form button { justify-self: end; }
    li { padding: .45rem 0; border-top: 1px solid var(--line); }
    .decide { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: .3rem; }
    .decide input { flex: 1 1 8rem; width: auto; }
  `];
  static properties = { actions: { state: true }, pending: { state: true }, answer: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    this.actions = null;
    this.pending = [];
    this.answer = null;
    this.wrong = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.look = setInterval(() => this.#look(), LOOK_EVERY);
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.look);
  }

  get #supervisor() {
    return store.me?.roles.includes("supervisor") ?? false;
  }

  async load() {
    if (store.me === null) return;
    const found = await get("/actions");
    if (found.ok) this.actions = found.body.actions;
    await this.#look();
  }

  async #look() {
    if (!this.#supervisor) return;
    const found = await get("/grants", { pending: true });
    if (!found.ok) return;
    this.pending = found.body.grants;
    if (store.toDecide === this.pending.length) return;
    store.toDecide = this.pending.length;
    store.tell();
  }

  hear(message) {
    if (message.type !== "grant") return;
    if (message.state !== "pending" && message.id === this.answer?.id) this.answer = message;
    this.#look();
  }

  willUpdate() {
    const call = store.pop?.call ?? null;
    if (call === this.call) return;
    Object.assign(this, { call, answer: null });
    if (call !== null) this.#recall(call);
  }

  // What was asked for in this call before the page was loaded, and what came of it.
  async #recall(call) {
    const found = await get("/grants");
    if (!found.ok || this.call !== call || this.answer !== null) return;
    this.answer = found.body.grants.find((each) => each.call === call && each.by === store.me?.name) ?? null;
  }

  render() {
    const mine = this.actions !== null && this.actions.length > 0 && store.pop !== null && (store.talking || store.state?.state === "wrap_up");
    if (!mine && !this.#supervisor) return nothing;
    const { words } = this;
    return html`<section class="card" id="grants" aria-label=${words.grants}>
      <div class="head"><h2>${words.grants}</h2><span class="stretch"></span>${this.#answered()}</div>
      ${mine ? html`<form @submit=${(event) => this.#ask(event)}>
        <label>${words.action}<select name="action">${this.actions.map((each) => html`<option value=${each.action}>
          ${each.name[store.language] ?? each.action} (${words.up_to} ${shown(each.limit, each.decimals)} ${each.unit})</option>`)}</select></label>
        <label>${words.amount}<input name="amount" type="number" min="0" step="0.01" required inputmode="decimal"></label>
        <label class="why">${words.why}<input name="text" maxlength="500"></label>
        <button id="ask-grant">${words.ask_for_it}</button></form>` : nothing}
      ${this.#supervisor ? html`<h2>${words.decide} <span class="count">${this.pending.length}</span></h2>
        ${this.wrong ? html`<p class="badge bad" role="alert" id="decide-wrong">${this.wrong}</p>` : nothing}
        ${this.pending.length === 0 ? html`<p class="soft small">${words.nothing_to_decide}</p>` : nothing}
        <ul>${repeat(this.pending, (each) => each.id, (each) => this.#request(each))}</ul>` : nothing}
    </section>`;
  }

  #answered() {
    if (this.answer === null) return nothing;
    const { state, reason, error } = this.answer;
    const kind = { granted: "good", pending: "busy" }[state] ?? "bad";
    return html`<span class="badge ${kind}" role="status" id="grant-answer">${error ?? this.words[state] ?? state}${reason ? `: ${reason}` : ""}</span>`;
  }

  #request(each) {
    const { words } = this;
    const decide = (granted) => async (event) => {
      const reason = event.target.closest("li").querySelector("input").value;
      const found = await post(`/grants/${encodeURIComponent(each.id)}/decide`, { granted, reason });
      this.wrong = found.ok ? "" : found.why(store.language, words.unreachable);
      this.#look();
    };
    return html`<li><div>${store.nameOf(each.by)} · ${each.action_name?.[store.language] ?? each.action} · <b class="number">${shown(each.amount, each.decimals)} ${each.unit}</b>
      <span class="soft small">${words.until} ${moment(each.expires_at, store.language)}</span></div>
      <p class="text small soft">${each.text}</p>
      <div class="decide"><input aria-label=${words.why} placeholder=${words.why} maxlength="200">
        <button @click=${decide(true)}>${words.allow}</button><button @click=${decide(false)}>${words.refuse}</button></div></li>`;
  }

  async #ask(event) {
    event.preventDefault();
    const form = event.target;
    const said = new FormData(form);
    const { action, decimals } = this.actions.find((each) => each.action === said.get("action"));
    const amount = Math.round(Number(said.get("amount")) * 10 ** decimals);
    const found = await post("/grants", { call: store.pop.call, action, amount, text: said.get("text") });
    // What is asked for is not asked for twice by a second press.
    if (found.ok) form.reset();
    this.answer = found.ok ? found.body : { state: "refused", error: found.why(store.language, this.words.unreachable) };
  }
}

customElements.define("hotline-grants", Grants);
