// <hotline-tickets>: this caller's open tickets first; without a caller those that are mine or wait in a queue.
import { DeskElement, common, css, html, nothing, repeat } from "./element.js";
import { store } from "./store.js";
import { get, post } from "./rest.js";
import { moment } from "./words.js";

const LOOK_EVERY = 30_000;
const SEARCH_AFTER = 300;
const OVER = new Set(["resolved", "closed"]);
// Which state may follow which, as the hotline has it.
const NEXT = {
  open: ["in_progress", "waiting_for_customer", "resolved"], in_progress: ["open", "waiting_for_customer", "resolved"],
  waiting_for_customer: ["in_progress", "resolved"], resolved: ["closed", "reopened"], closed: ["reopened"],
  reopened: ["in_progress", "waiting_for_customer", "resolved"],
};

class Tickets extends DeskElement {
  static styles = [common, css`
    li { padding: .45rem 0; border-top: 1px solid var(--line); }
    li:first-child { border-top: 0; }
    .reason { font-weight: 600; overflow-wrap: anywhere; }
    .open { text-align: start; border: 0; background: none; padding: 0; white-space: normal; font: inherit; }
    .comments { margin: .35rem 0; padding-inline-start: .6rem; border-inline-start: 3px solid var(--line); font-size: .9rem; display: grid; gap: .25rem; }
    form { display: flex; gap: .4rem; margin-top: .35rem; }
    .acts { margin-top: .4rem; }
    .acts select { width: auto; max-width: 12rem; }
    #find { width: 9rem; padding: .2rem .5rem; }
  `];
  static properties = { tickets: { state: true }, view: { state: true }, opened: { state: true }, wrong: { state: true }, queues: { state: true } };

  #word = "";
  #typed = 0;

  constructor() {
    super();
    this.tickets = null;
    this.view = "mine";
    this.opened = null;
    this.wrong = "";
    this.queues = {};
  }

  connectedCallback() {
    super.connectedCallback();
    this.look = setInterval(() => this.load(), LOOK_EVERY);
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.look);
  }

  willUpdate() {
    const call = store.pop?.call ?? null;
    if (call === this.call) return;
    this.call = call;
    this.opened = null;
    this.load();
  }

  hear(message) {
    if (["ticket", "tickets", "verdict"].includes(message.type)) this.load();
  }

  async load() {
    const { pop, me } = store;
    if (me === null) return;
    const word = pop === null ? this.#word : "";
    const query = pop !== null ? { call: pop.call, open: true } : word ? { q: word }
      : this.view === "mine" ? { mine: true, open: true } : { queue: "any", open: true };
    const found = await get("/tickets", query);
    if ((store.pop?.call ?? null) !== (pop?.call ?? null) || (pop === null && word !== this.#word)) return;
    this.tickets = found.ok ? found.body.tickets : found.absent || found.status === 403 ? null : this.tickets;
  }

  render() {
    if (this.tickets === null) return nothing;
    const { words } = this;
    const ofCaller = store.pop !== null;
    if (ofCaller && this.tickets.length === 0) return nothing;
    const tab = (view, word) => html`<button aria-pressed=${this.view === view} @click=${() => { this.view = view; this.load(); }}>${words[word]}</button>`;
    const find = html`<input id="find" type="search" aria-label=${words.find} placeholder=${words.find} maxlength="64" @input=${(event) => this.#find(event)}>`;
    return html`<section class="card" id="tickets" aria-label=${words.tickets}>
      <div class="head"><h2>${ofCaller ? words.open_tickets : words.tickets} <span class="count">${this.tickets.length}</span></h2>
        <span class="stretch"></span>${ofCaller ? nothing : html`<span class="row">${this.#secondLine ? find : nothing}${tab("mine", "my_tickets")}${tab("queue", "queue_tickets")}</span>`}</div>
      ${this.wrong ? html`<p class="badge bad" role="alert">${this.wrong}</p>` : nothing}
      ${this.tickets.length === 0 ? html`<p class="soft small">${words.no_tickets}</p>` : nothing}
      <ul>${repeat(this.tickets.slice(0, 20), (each) => each.number, (each) => this.#ticket(each))}</ul>
    </section>`;
  }

  // Whoever works on all tickets; others on their own.
  get #secondLine() {
    return store.me.roles.some((role) => ["second_line", "supervisor"].includes(role));
  }

  #ticket(each) {
    const { words } = this;
    const { number } = each;
    const late = each.due_at < store.now && !OVER.has(each.state);
    const opened = this.opened !== null && this.opened.number === number ? this.opened : null;
    return html`<li>
      <button class="open reason" aria-expanded=${opened !== null} @click=${() => this.#open(each)}>#${number} ${each.reason}</button>
      <div class="row small soft">
        <span class="badge ${late ? "bad" : ""}">${words.ticket_states[each.state] ?? each.state}</span>
        <span>${late ? words.overdue : words.due} ${moment(each.due_at, store.language)}</span>
        <span>${words.owner} ${each.assignee ? store.nameOf(each.assignee) : each.queue_name?.[store.language] ?? each.queue}</span>
      </div>
      ${opened === null ? nothing : html`
        <div class="comments">${opened.history.filter((note) => note.text).map((note) => html`<div><span class="soft">
          ${store.nameOf(note.by)} · ${moment(note.at, store.language)}</span><p class="text">${note.text}</p></div>`)}</div>
        <form @submit=${(event) => this.#comment(event, each)}><input name="text" maxlength="4000" required aria-label=${words.comment}
          placeholder=${words.comment}><button>${words.send}</button></form>
        ${this.#secondLine || each.assignee === store.me.name ? this.#acts(each) : nothing}`}
    </li>`;
  }

  // What may be done to a ticket besides commenting on it: by the second line to all, by others to their own.
  #acts(each) {
    const { words } = this;
    const over = OVER.has(each.state);
    const option = (value, text) => html`<option value=${value}>${text}</option>`;
    const chosen = (act) => (event) => {
      act(event.target.value);
      event.target.value = "";
    };
    return html`<div class="row acts">
      ${this.#secondLine && !over && each.assignee !== store.me.name ? html`<button class="take"
        @click=${() => this.#do(each, "hand-over", { assignee: store.me.name })}>${words.take}</button>` : nothing}
      <select class="set-to" aria-label=${words.set_to} @change=${chosen((state) => this.#do(each, "state", { state }))}>
        ${option("", words.set_to)}${(NEXT[each.state] ?? []).map((state) => option(state, words.ticket_states[state]))}</select>
      ${over ? nothing : html`<select class="hand-over" aria-label=${words.hand_over} @change=${chosen((to) => {
        const [kind, name] = [to.slice(0, to.indexOf(" ")), to.slice(to.indexOf(" ") + 1)];
        this.#do(each, "hand-over", { [kind]: name });
      })}>${option("", words.hand_over)}
        ${Object.entries(this.queues).map(([queue, title]) => option(`queue ${queue}`, title[store.language] ?? queue))}
        ${Object.entries(store.me.colleagues ?? {}).map(([name, shown]) => option(`assignee ${name}`, shown))}</select>`}
    </div>`;
  }

  #find(event) {
    this.#word = event.target.value.trim();
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => this.load(), SEARCH_AFTER);
  }

  async #open(each) {
    if (this.opened !== null && this.opened.number === each.number) {
      this.opened = null;
    } else await this.#show(each);
  }

  async #show(each) {
    const [found, queues] = await Promise.all([get(`/tickets/${each.number}`), get("/queues")]);
    if (queues.ok) this.queues = queues.body;
    this.opened = found.ok ? { ...found.body.ticket, history: found.body.history } : { ...each, history: [] };
  }

  async #comment(event, each) {
    event.preventDefault();
    const form = event.target;
    if (await this.#do(each, "comments", { text: new FormData(form).get("text") })) form.reset();
  }

  // With the revision that is on the screen, so that nobody's later word is overwritten unseen.
  async #do(each, what, body) {
    const more = what === "comments" ? {} : { revision: this.opened?.revision ?? each.revision };
    const found = await post(`/tickets/${each.number}/${what}`, { ...body, ...more });
    this.wrong = found.ok ? "" : found.why(store.language, this.words.unreachable);
    await this.load();
    const now = this.tickets?.find((other) => other.number === each.number);
    if (now) await this.#show(now);
    else this.opened = null;
    return found.ok;
  }
}

customElements.define("hotline-tickets", Tickets);
