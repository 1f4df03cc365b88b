// <hotline-wrap-up>: what the call was about, whether it is solved, and a note for whoever comes next.
// Nothing typed is lost: each change goes to the hotline half a second later, and stays in this browser until it is there.
import { CallerElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";
import { get, post } from "./rest.js";
import { forget, joined, keep, keptOf, send, sendLeft } from "./drafts.js";
import "./follow-up.js";

const SAVE_AFTER = 500;
const EMPTY = { disposition: "", solved: null, note: "", follow_up: false };
const NOTE_AT_MOST = 4000;

class WrapUp extends CallerElement {
  static styles = [common, css`
    form { display: grid; gap: .65rem; }
    .status { font-size: .8rem; color: var(--soft); }
    .status.unsaved { color: var(--warn); font-weight: 600; }
    .error { color: var(--bad); font-size: .88rem; font-weight: 600; }
    fieldset { border: 0; margin: 0; padding: 0; display: flex; align-items: center; gap: .4rem; flex-wrap: wrap; font-size: .85rem; color: var(--soft); }
    fieldset button { color: var(--text); }
    legend { float: inline-start; padding: 0; margin-inline-end: .3rem; }
  `];
  static properties = { status: { state: true }, wrong: { state: true } };

  draft = { ...EMPTY };
  tree = null; // null where the hotline keeps no notes
  required = false;
  revision = 0;
  finished = false;
  #due = 0;
  #missed = false; // whether the hotline did not say whether it keeps notes of this call

  constructor() {
    super();
    this.status = "";
    this.wrong = "";
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener("pagehide", this.#last);
    window.addEventListener("hotline-done", this.#done);
    window.addEventListener("online", this.#again);
    this.retry = setInterval(this.#again, 3000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.#last);
    window.removeEventListener("hotline-done", this.#done);
    window.removeEventListener("online", this.#again);
    clearInterval(this.retry);
  }

  // What was typed about another caller is saved before it leaves the page.
  forget() {
    clearTimeout(this.#due);
    this.#missed = false;
    sendLeft(this.call);
    Object.assign(this, { draft: { ...EMPTY }, tree: null, revision: 0, finished: false, status: "", wrong: "" });
  }

  async load(pop) {
    const [dispositions, draft] = await Promise.all([
      get("/dispositions", { lane: pop.lane }), get(`/contacts/${encodeURIComponent(pop.call)}/draft`),
    ]);
    if (this.call === pop.call) this.#missed = !dispositions.ok && !dispositions.absent;
    if (!dispositions.ok) return;
    this.keep(pop.call, () => {
      this.tree = dispositions.body.tree ?? [];
      this.required = dispositions.body.required ?? false;
      if (draft.ok && draft.body !== null) this.#take(draft.body);
      const here = keptOf(pop.call);
      // What this browser could not save before it was closed is newer than what the hotline has.
      if (here !== null) {
        this.draft = { ...this.draft, ...here };
        this.#save();
      }
    });
  }

  #take(body) {
    const { disposition, solved, note, follow_up: followUp } = body;
    this.draft = { disposition: disposition ?? "", solved: solved ?? null, note: note ?? "", follow_up: Boolean(followUp) };
    this.revision = body.revision ?? 0;
    this.finished = body.state === "finished";
  }

  render() {
    if (this.tree === null || store.pop === null || !["talking", "wrap_up"].includes(store.state?.state)) return nothing;
    const { words, draft } = this;
    const status = { saving: words.saving, saved: words.saved, unsaved: words.unsaved, conflict: words.conflict }[this.status] ?? "";
    return html`<section class="card" id="wrap-up" aria-label=${words.wrap_up}>
      <div class="head"><h2>${words.wrap_up}</h2><span class="stretch"></span>
        <span class="status ${this.status}" id="note-status" role="status">${status}</span></div>
      <form @submit=${(event) => event.preventDefault()}>
        ${this.tree.length === 0 ? nothing : html`<label>${words.reason_for_call}
          <select id="disposition" @change=${(event) => this.#change({ disposition: event.target.value })}>
            <option value="" ?selected=${draft.disposition === ""}>${words.choose}</option>
            ${this.tree.map((each) => this.#choice(each, ""))}
          </select></label>`}
        <fieldset><legend>${words.was_solved}</legend>
          <button type="button" id="solved-yes" aria-pressed=${draft.solved === true} @click=${() => this.#solve(true)}>${words.yes}</button>
          <button type="button" id="solved-no" aria-pressed=${draft.solved === false} @click=${() => this.#solve(false)}>${words.no}</button>
          <span class="stretch"></span>
          <button type="button" id="follow-up" aria-pressed=${draft.follow_up} @click=${() => this.#change({ follow_up: !draft.follow_up })}>${words.follow_up}</button>
        </fieldset>
        <label>${words.note}
          <textarea id="note" maxlength=${NOTE_AT_MOST} placeholder=${words.note_hint} .value=${draft.note}
            @input=${(event) => this.#change({ note: event.target.value })}></textarea></label>
      </form>
      ${draft.follow_up ? html`<hotline-follow-up .about=${draft.note}></hotline-follow-up>` : nothing}
      ${this.wrong ? html`<p class="error" role="alert">${words[this.wrong] ?? this.wrong}</p>` : nothing}
    </section>`;
  }

  // A tree's leaves can be chosen; what is above them stands before their names.
  #choice(node, above) {
    const name = `${above}${node.name?.[store.language] ?? node.name ?? node.code}`;
    const under = node.under ?? [];
    if (under.length > 0) return under.map((each) => this.#choice(each, `${name} › `));
    return html`<option value=${node.code} ?selected=${this.draft.disposition === node.code}>${name}</option>`;
  }

  // Pressed once more, it is not said any more.
  #solve(solved) {
    this.#change({ solved: this.draft.solved === solved ? null : solved });
  }

  #change(change) {
    this.draft = { ...this.draft, ...change };
    this.wrong = "";
    keep(this.call, this.draft, this.revision);
    this.status = "saving";
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.#save(), SAVE_AFTER);
    this.requestUpdate();
  }

  async #save() {
    const { call } = this;
    const sent = JSON.stringify(this.draft);
    this.status = "saving";
    const found = await this.#put(call, this.draft);
    if (this.call !== call) return;
    if (found.ok) {
      this.revision = found.body?.revision ?? this.revision;
      if (JSON.stringify(this.draft) !== sent) {
        keep(call, this.draft, this.revision);
        return;
      }
      this.status = "saved";
      forget(call);
    } else if (found.status === 409 && found.body?.reason === "finished") {
      // Done already, in another window; what is typed after that belongs to no record.
      Object.assign(this, { status: "", finished: true });
      forget(call);
    } else if (found.status === 409) {
      // Another window of his was faster: its text is shown, and this one's stays at its end, so that neither is lost.
      const there = found.body?.draft ?? (await get(`/contacts/${encodeURIComponent(call)}/draft`)).body ?? {};
      const mine = this.draft.note;
      this.#take(there);
      this.status = "conflict";
      if (joined(this.draft.note, mine) !== this.draft.note) this.#change({ note: joined(this.draft.note, mine) });
      this.requestUpdate();
    } else {
      this.status = "unsaved";
    }
  }

  #put(call, draft, more) {
    return send(call, draft, this.revision, more);
  }

  #again = () => {
    if (this.status === "unsaved") this.#save();
    if (this.#missed && store.pop !== null) this.load(store.pop);
    sendLeft(this.call);
  };

  #last = () => {
    if (["saving", "unsaved"].includes(this.status)) this.#put(this.call, this.draft, { last: true });
  };

  // The wrap-up ends when the notes are safe, and not before.
  #done = async (event) => {
    if (this.tree === null || store.pop === null) return;
    event.preventDefault();
    if (this.required && this.draft.disposition === "") {
      this.wrong = "required";
      this.renderRoot.querySelector("#disposition")?.focus();
      return;
    }
    const { call } = this;
    clearTimeout(this.#due);
    if (this.status !== "saved") await this.#save();
    if (this.status === "unsaved" || this.call !== call) return;
    const found = await post(`/contacts/${encodeURIComponent(call)}/finish`);
    if (found.ok || found.absent || this.finished) store.say(event.detail.type, event.detail.more);
    else this.wrong = found.body?.reason ?? found.why(store.language, "unreachable");
  };
}

customElements.define("hotline-wrap-up", WrapUp);
