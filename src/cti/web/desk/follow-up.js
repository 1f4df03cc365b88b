// <hotline-follow-up>: a ticket made of the call on the screen, for whoever is to look after it.
import { CallerElement, common, css, html, nothing } from "./element.js";
import { store } from "./store.js";
import { post } from "./rest.js";

const DAY = 86_400_000;

class FollowUp extends CallerElement {
  static styles = [common, css`
    form { display: grid; gap: .55rem; margin-top: .65rem; padding-top: .65rem; border-top: 1px solid var(--line); }
    .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .55rem; }
    .made { margin-top: .6rem; }
    .error { color: var(--bad); font-size: .88rem; }
  `];
  static properties = { about: {}, made: { state: true }, wrong: { state: true } };

  forget() {
    Object.assign(this, { made: null, wrong: "" });
  }

  // Tomorrow at this time, in the form that the field wants.
  get #tomorrow() {
    const at = new Date(store.now + DAY);
    return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }

  render() {
    const { words } = this;
    if (store.pop === null) return nothing;
    if (this.made) return html`<p class="row"><span class="badge good made" id="ticket-made">${words.ticket_made} #${this.made}</span></p>`;
    return html`<form @submit=${(event) => this.#make(event)}>
      <label>${words.ticket_why}<input name="reason" required maxlength="120"></label>
      <div class="two">
        <label>${words.ticket_due}<input name="due" type="datetime-local" required .value=${this.#tomorrow}></label>
        <label>${words.ticket_queue}<select name="queue">${Object.keys(store.me?.lanes ?? {}).map((lane) => html`
          <option value=${lane} ?selected=${lane === store.pop.lane}>${store.laneTitle(lane)}</option>`)}</select></label>
      </div>
      ${this.wrong ? html`<p class="error" role="alert">${this.wrong}</p>` : nothing}
      <div><button id="make-ticket">${words.ticket_make}</button></div>
    </form>`;
  }

  async #make(event) {
    event.preventDefault();
    const said = new FormData(event.target);
    const { pop } = store;
    const found = await post("/tickets", {
      call: pop.call, customer: pop.customer_id || null, number: pop.number || null, lane: pop.lane,
      reason: said.get("reason"), text: this.about || said.get("reason"),
      due_at: new Date(said.get("due")).getTime(), queue: said.get("queue"),
    });
    if (found.ok) {
      this.made = found.body.number;
      store.dispatchEvent(new CustomEvent("message", { detail: { type: "ticket" } }));
    } else this.wrong = found.why(store.language, this.words.unreachable);
  }
}

customElements.define("hotline-follow-up", FollowUp);
