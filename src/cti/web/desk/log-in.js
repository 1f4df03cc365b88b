// <hotline-log-in>: who works here today, and on which telephone.
import { DeskElement, common, css, html, nothing } from "./element.js";
import { get, SINGLE_SIGN_ON } from "./rest.js";
import { store } from "./store.js";

class LogIn extends DeskElement {
  static styles = [common, css`
    form { display: grid; gap: .9rem; width: min(23rem, 100%); margin: 9vh auto 0; padding: 1.4rem; }
    h1 { margin: 0; font-size: 1.25rem; }
    fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: .35rem; font-size: .85rem; color: var(--soft); }
    .choice { display: flex; align-items: center; gap: .5rem; color: var(--text); font-size: .95rem; }
    .choice input { width: auto; accent-color: var(--accent); margin: 0; }
    button { padding: .5rem; }
    a.button { padding: .45rem; text-align: center; border: 1px solid var(--line); border-radius: 7px; color: var(--accent); text-decoration: none; }
    .good { padding: .45rem .7rem; border-radius: 7px; background: var(--good-ground); color: var(--good); }
    .error { padding: .45rem .7rem; border-radius: 7px; background: var(--bad-ground); color: var(--bad); }
  `];
  static properties = { wrong: { state: true }, busy: { state: true }, elsewhere: { state: true } };

  async firstUpdated() {
    this.renderRoot.querySelector("#agent")?.focus();
    this.elsewhere = (await get("/login")).body?.single_sign_on;
  }

  // Single sign-on leads away from this page, and so would hang up a talk that goes on in it.
  render() {
    const { words } = this;
    const choice = (value, word) => html`<label class="choice">
      <input type="radio" name="phone" value=${value} @change=${() => localStorage.setItem("hotline_phone", value)} ?checked=${store.inBrowser === (value === "browser")}>${words[word]}</label>`;
    return html`<form id="log-in" class="card" @submit=${(event) => this.#logIn(event)}>
      <h1>${words.log_in_title}</h1>
      <label>${words.agent}<input id="agent" name="agent" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="32"></label>
      <label>${words.password}<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256"></label>
      <fieldset><legend>${words.your_phone}</legend>${choice("browser", "in_browser")}${choice("sip", "on_desk")}</fieldset>
      <button class="main" type="submit" ?disabled=${this.busy ?? false}>${words.log_in}</button>
      ${this.elsewhere && store.telephone.call !== "talking" ? html`<a class="button" id="single-sign-on" href=${SINGLE_SIGN_ON}>${words.single_sign_on}</a>` : nothing}
      ${store.farewell ? html`<p class="good" role="status" id="farewell">${words[store.farewell]}</p>` : nothing}
      ${this.wrong ? html`<p class="error" role="alert" id="log-in-error">${words[this.wrong]}</p>` : nothing}
    </form>`;
  }

  async #logIn(event) {
    event.preventDefault();
    const form = event.target;
    const said = new FormData(form);
    this.busy = true;
    this.wrong = await store.logIn(said.get("agent").trim(), said.get("password"));
    this.busy = false;
    form.elements.password.value = "";
  }
}

customElements.define("hotline-log-in", LogIn);
