// <hotline-account>: who is logged in here, another password, and where else he is logged in.
import { DeskElement, common, css, html, nothing } from "./element.js";
import { end, get, post } from "./rest.js";
import { store } from "./store.js";

class Account extends DeskElement {
  static styles = [common, css`
    dialog { width: min(26rem, 94vw); }
    form, section { display: grid; gap: .6rem; margin-top: .8rem; }
    .head form { margin: 0; }
    li { display: flex; align-items: center; gap: .6rem; padding: .3rem 0; border-top: 1px solid var(--line); min-height: 2.5rem; }
    .error { padding: .45rem .7rem; border-radius: 7px; background: var(--bad-ground); color: var(--bad); }
  `];
  static properties = { wrong: { state: true }, busy: { state: true }, sessions: { state: true } };

  // Who logs out takes nothing of this with him.
  willUpdate() {
    if (store.part !== "desk") Object.assign(this, { wrong: "", sessions: [] });
  }

  render() {
    if (store.part !== "desk") return html`<span class="soft" id="person">${store.me?.shown ?? ""}</span>`;
    const { words } = this;
    const field = (name, complete) => html`<label>${words[name]}
      <input id=${name} name=${name} type="password" autocomplete=${complete} aria-describedby="password-rule" required maxlength="256"></label>`;
    return html`<button class="quiet" id="person" aria-haspopup="dialog" @click=${() => this.#open()}>${store.me.shown}</button>
      <dialog id="account" aria-label=${words.account}>
        <div class="head"><h2>${words.account}</h2><span class="stretch"></span>
          <form method="dialog"><button>${words.close}</button></form></div>
        <form id="change" @submit=${(event) => this.#change(event)}>
          <!-- For the browser's own keeper of passwords. -->
          <input hidden autocomplete="username" value=${store.me.name}>
          ${field("old_password", "current-password")}${field("new_password", "new-password")}${field("new_again", "new-password")}
          <p class="soft small" id="password-rule">${words.password_rule}</p>
          ${this.wrong ? html`<p class="error" role="alert" id="password-error">${words[this.wrong]}</p>` : nothing}
          <button class="main" type="submit" ?disabled=${this.busy ?? false}>${words.change_password}</button>
        </form>
        <section><h2>${words.log_ins}</h2><ul id="log-ins">${(this.sessions ?? []).map((each) => this.#session(each))}</ul></section>
      </dialog>`;
  }

  #session(each) {
    const { words } = this;
    const since = new Date(each.begun_at).toLocaleString(store.language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
    return html`<li><span>${words.since} ${since}</span>${each.page_open ? html`<span class="badge good">${words.page_open}</span>` : nothing}
      <span class="stretch"></span>
      ${each.mine ? html`<span class="soft small">${words.this_one}</span>` : html`<button @click=${() => this.#end(each.id)}>${words.end_log_in}</button>`}</li>`;
  }

  // Whether the dialog is there, over all else.
  get open() {
    return this.renderRoot.querySelector("dialog")?.open ?? false;
  }

  #open() {
    this.renderRoot.querySelector("dialog").showModal();
    this.#load();
  }

  async #load() {
    const found = await get("/sessions", { name: store.me.name });
    if (found.ok) this.sessions = found.body;
    else if (found.status === 401) store.loggedOut("session_over");
  }

  async #end(id) {
    await end(`/sessions/${id}`);
    await this.#load();
  }

  async #change(event) {
    event.preventDefault();
    const form = event.target;
    const said = new FormData(form);
    const clear = (...names) => names.forEach((name) => { form.elements[name].value = ""; });
    // Said anew each time, so that it is read out each time.
    this.wrong = "";
    await this.updateComplete;
    if (said.get("new_password") !== said.get("new_again")) {
      clear("new_again");
      this.wrong = "not_the_same";
      return;
    }
    this.busy = true;
    const answer = await post("/password", { old: said.get("old_password"), new: said.get("new_password") });
    this.busy = false;
    if (answer.ok) {
      clear("old_password", "new_password", "new_again");
      // The new password has ended every log-in, this one too.
      store.loggedOut("password_changed");
    } else if (answer.status === 401 && (await get("/me")).status === 401) store.loggedOut("session_over");
    else this.wrong = { 0: "unreachable", 401: "wrong_old", 422: "password_rule", 429: "too_many" }[answer.status] ?? "not_changed";
  }
}

customElements.define("hotline-account", Account);
