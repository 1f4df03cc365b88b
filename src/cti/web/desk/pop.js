// <hotline-pop>: who calls, why, and what may be said to him. It goes with the offer, and nothing in it is ever markup.
import { CallerElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";
import { get, HOTLINE } from "./rest.js";
import { span } from "./words.js";

class Pop extends CallerElement {
  static styles = [common, css`
    .pop { border-inline-start: 5px solid var(--busy); }
    .who { font-size: 1.55rem; font-weight: 650; line-height: 1.2; margin: .2rem 0 0; overflow-wrap: anywhere; color: var(--text); letter-spacing: 0; }
    .name { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .8rem; }
    .dial { font-size: 1.05rem; overflow-wrap: anywhere; }
    .saying { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 0 .6rem; }
    dl { display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; margin: .55rem 0 0; }
    dl > div { min-width: 4.5rem; }
    dt { font-size: .78rem; color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    .proof { margin-top: .7rem; padding: .35rem .6rem; border-radius: 7px; font-size: .88rem; background: var(--quiet-ground); }
    .proof[data-verdict="verified"] { background: var(--good-ground); color: var(--good); }
    .proof[data-verdict="asking"] { background: var(--busy-ground); color: var(--busy); }
    .proof:is([data-verdict="wrong"], [data-verdict="locked"]) { background: var(--bad-ground); color: var(--bad); }
    .proof:is([data-verdict="unavailable"], [data-verdict="not_given"]) { background: var(--warn-ground); color: var(--warn); }
    .say { margin-top: .7rem; padding: .4rem .6rem; border-radius: 7px; background: var(--busy-ground); }
    .say h3, .bank h3 { margin: 0 0 .15rem; font-size: .78rem; font-weight: 650; color: var(--soft); }
    .bank { margin-top: .8rem; padding-top: .6rem; border-top: 1px solid var(--line); }
    audio { display: block; width: 100%; height: 2.3rem; margin-top: .3rem; }
    .empty { text-align: center; padding: 2.2rem 1rem; border: 1px dashed var(--line); border-radius: 10px; color: var(--soft); }
    .empty b { display: block; font-weight: 600; color: var(--text); }
  `];

  said = {}; // what the lane has its agents say and offer

  forget() {
    this.said = {};
  }

  async load(pop) {
    const found = await get("/script", { lane: pop.lane });
    if (found.ok) this.keep(pop.call, () => { this.said = found.body; });
  }

  render() {
    const { pop } = store;
    if (pop === null) {
      return html`<div class="empty" id="no-pop"><b>${this.words.no_call}</b><span class="small">${this.words.no_call_more}</span></div>`;
    }
    const { words } = this;
    const proved = pop.verified && pop.customer_id ? `${words.customer} ${pop.customer_id}` : "";
    return html`<article class="card pop" id="pop" aria-live="assertive" aria-label=${words.caller}>
      <p class="row" id="pop-badges">${this.#badges()}</p>
      <div class="name"><h2 class="who" id="pop-who">${pop.customer || proved || words.unknown_caller}</h2>
        <p class="dial number soft" id="pop-number">${pop.number || words.hidden_number}</p></div>
      <dl>
        ${this.#row("lane", store.laneTitle(pop.lane))}
        ${this.#row("waited", span(pop.waited_ms))}
        ${this.#row("language", words.languages[pop.language] ?? pop.language)}
        ${this.#row("menu", (pop.menu ?? []).map(([menu, key]) => `${menu} ${key}`).join(" › "))}
        ${this.#row("advert", pop.advert && `${pop.advert} · ${span(pop.advert_heard_ms)}`)}
        ${this.#row("dialled", pop.dialled)}
        ${this.#row("says", pop.name)}
      </dl>
      ${pop.message_of ? html`<div class="say" id="message"><h3>${words.message}</h3>
        <audio id="message-sound" controls controlslist="nodownload" preload="none"
          src=${`${HOTLINE}/recordings/${encodeURIComponent(pop.message_of)}`}></audio></div>` : nothing}
      <div class="saying">${this.#said("script", [this.said.script])}${this.#said("may_offer", this.said.may_offer)}</div>
      <p class="proof" id="proof-text" role="status" data-verdict=${store.proof ?? ""}>${this.#proof()}</p>
      ${this.#bank()}
    </article>`;
  }

  #row(name, text) {
    return text ? html`<div id="pop-${name}-row"><dt>${this.words[name]}</dt><dd id="pop-${name}">${text}</dd></div>` : nothing;
  }

  #badges() {
    const { words } = this;
    const { pop } = store;
    const badge = (text, kind) => html`<span class="badge ${kind}">${text}</span>`;
    return [
      pop.vip ? badge(`${words.vip} · ${pop.vip}`, "vip") : nothing,
      pop.tier && pop.tier !== pop.vip ? badge(pop.tier, "tier") : nothing,
      pop.consulted_by ? badge(`${store.talking ? words.handed_on_by : words.consulted_by} ${store.nameOf(pop.consulted_by)}`, "busy consulted") : nothing,
      pop.transferred_by ? badge(pop.transferred_by === store.me?.agent ? words.came_back
        : `${words.handed_on_by} ${store.nameOf(pop.transferred_by)}`, "busy handed-on") : nothing,
      store.tickets.length === 0 ? nothing : badge(`${words.open_ticket} ${store.tickets.map((each) => `#${each.number}`).slice(0, 3).join(" ")}`,
        `${store.tickets.some((each) => each.overdue) ? "bad" : "busy"} with-ticket`),
      pop.message_of ? badge(words.left_message, "busy back") : pop.callback ? badge(words.callback, "busy back") : nothing,
      pop.verified ? badge(words.verified, "good verified")
        : pop.customer_id ? badge(`${words.claims} ${pop.customer_id}`, "warn claim") : badge(words.number_only, "number-only"),
    ];
  }

  // Who is proved is said where it was asked; else that nothing is.
  #proof() {
    const { words } = this;
    if (store.proof !== null) return words.verdicts[store.proof] ?? store.proof;
    if (store.pop.verified) return words.verdicts.verified;
    return store.pop.customer_id ? words.unproved_claim : words.unproved;
  }

  // What the lane has its agents say, in the caller's language, else in the agent's.
  #said(name, texts) {
    const said = (texts ?? []).map((each) => each?.[store.pop.language] ?? each?.[store.language]).filter(Boolean);
    if (said.length === 0) return nothing;
    return html`<div class="say" id="pop-${name}"><h3>${this.words[name]}</h3><p class="text">${said.join("\n")}</p></div>`;
  }

  // What the bank's systems know; one that does not answer in time is named and holds nothing up.
  #bank() {
    const { customer } = store;
    if (customer === null) return nothing;
    const shown = (customer.fields ?? []).filter((each) => each.value !== undefined && each.value !== null && each.value !== "");
    const gone = (customer.sources ?? []).filter((each) => each.state === "unavailable");
    if (shown.length === 0 && gone.length === 0) return nothing;
    const several = customer.identity === "several" ? html`<p class="badge warn">${this.words.several}</p>` : nothing;
    return html`<section class="bank" id="bank" aria-label=${this.words.from_bank}><h3>${this.words.from_bank}</h3>${several}
      <dl>${shown.map((each) => html`<div><dt>${each.label?.[store.language] ?? each.name}</dt>
        <dd>${each.type === "badge" ? html`<span class="badge busy">${each.value}</span>` : this.#value(each)}</dd></div>`)}</dl>
      ${customer.withheld ? html`<p class="soft small">${this.words.withheld}</p>` : nothing}
      ${gone.map((each) => html`<p class="small"><span class="badge warn">${each.label?.[store.language] ?? each.name}:
        ${this.words.not_available}</span></p>`)}
    </section>`;
  }

  #value(field) {
    const language = store.language === "zh" ? "zh-CN" : "en-GB";
    if (field.type === "date") return new Date(`${field.value}T12:00`).toLocaleDateString(language, { dateStyle: "medium" });
    // Digits as the source has them: a large amount must not be rounded on its way to the screen.
    if (field.type === "amount") return `${field.value.replace(/\B(?=(\d{3})+(?!\d)(?=\.|$))/g, " ")} ${field.currency}`.trim();
    return String(field.value);
  }
}

customElements.define("hotline-pop", Pop);
