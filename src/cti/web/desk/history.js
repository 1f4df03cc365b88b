// <hotline-history>: what was spoken of before with this caller, newest first, with each agent's notes.
import { CallerElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";
import { get } from "./rest.js";
import { moment, span } from "./words.js";

class History extends CallerElement {
  static styles = [common, css`
    li { padding: .5rem 0; border-top: 1px solid var(--line); }
    li:first-child { border-top: 0; padding-top: 0; }
    .note { margin-top: .25rem; padding-inline-start: .6rem; border-inline-start: 3px solid var(--line); font-size: .93rem; }
  `];

  contacts = null; // null while there is nothing to show
  names = {}; // of dispositions, by lane and code

  forget() {
    this.contacts = null;
  }

  // Whose they are is the hotline's to say: it knows who has proved to be whom, from whatever telephone.
  async load(pop) {
    const found = await get("/contacts", { limit: 20 });
    if (!found.ok) return;
    this.keep(pop.call, () => { this.contacts = found.body; });
    // What each lane calls its codes; a lane that is gone leaves them as they are.
    for (const lane of new Set(found.body.filter((each) => each.disposition).map((each) => each.lane))) {
      const tree = await get("/dispositions", { lane });
      if (tree.ok) this.keep(pop.call, () => this.#name(lane, tree.body.tree));
    }
  }

  #name(lane, nodes) {
    for (const node of nodes) {
      this.names[`${lane} ${node.code}`] = node.name;
      this.#name(lane, node.under ?? []);
    }
  }

  hear(message) {
    // He has proved who he is, or has failed to.
    if (message.type === "verdict" && message.call === this.call && store.pop !== null) this.load(store.pop);
    if (message.type === "contacts" && message.call === this.call) this.contacts = message.contacts;
  }

  render() {
    if (this.contacts === null || store.pop === null) return nothing;
    const { words } = this;
    const earlier = this.contacts.filter((each) => each.call !== this.call);
    return html`<section class="card" id="history" aria-label=${words.history}>
      <div class="head"><h2>${words.history} <span class="count">${earlier.length}</span></h2>
        ${store.pop.verified || earlier.length === 0 ? nothing : html`<span class="soft small">${words.history_of_number}</span>`}</div>
      ${earlier.length === 0 ? html`<p class="soft small">${words.no_history}</p>` : nothing}
      <ul>${earlier.map((each) => this.#contact(each))}</ul>
    </section>`;
  }

  #contact(each) {
    const { words } = this;
    return html`<li>
      <div class="row small">
        <b class="number">${moment(each.at, store.language)}</b>
        <span class="soft">${store.laneTitle(each.lane)} · ${each.agent ? store.nameOf(each.agent) : words.nobody} · ${span(each.duration_ms ?? 0)}</span>
        <span class="stretch"></span>
        ${each.disposition ? html`<span class="badge">${this.names[`${each.lane} ${each.disposition}`]?.[store.language] ?? each.disposition}</span>` : nothing}
        ${each.solved === true ? html`<span class="badge good">${words.solved}</span>` : nothing}
        ${each.solved === false ? html`<span class="badge warn">${words.not_solved}</span>` : nothing}
        ${each.ticket ? html`<span class="badge busy">${words.with_ticket} ${each.ticket}</span>` : nothing}
      </div>
      ${(each.notes ?? []).map((note) => html`<p class="note text">${note.number ? html`<span class="soft">#${note.number} </span>` : nothing}${note.text}</p>`)}
    </li>`;
  }
}

customElements.define("hotline-history", History);
