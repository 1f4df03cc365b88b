// What the desktop knows, fed by the hotline alone: after a reload, a second tab or a lost network it is told everything
// afresh. Whatever came from a caller stays text until an element shows it as text.
//
// One store for all elements of a page. `store.addEventListener("change", …)`; its fields are read, never written, by others.
import { sendLeft } from "./drafts.js";
import { get, HOTLINE, logIn, logOut, whoAmI } from "./rest.js";
import { firstLanguage, WORDS } from "./words.js";
import { Telephone } from "./telephone.js";

// States in which nobody's details are shown.
const NO_CALL = new Set(["ready", "paused", "logged_out", "cooling", "other_call", "phone_lost"]);
export const ON_A_CALL = new Set(["reserved", "ringing", "talking", "consulted"]);
// What the hotline can do with a talk if its state says anything of the talk; more is named by the agent's rights.
const WITH_TALK = new Set(["hold", "transfer", "consult", "conference", "raise_hand", "hang_up"]);
const LONGEST_RETRY = 5000;
const REFUSAL_SHOWN = 8000;
const LAST_WORDS = 2000;

class Store extends EventTarget {
  language = firstLanguage();
  part = "waiting"; // waiting, log_in, desk, over
  me = null;
  state = null; // the last state message
  day = null;
  pop = null; // the last pop, while it holds
  proof = null; // what came of asking this caller for his PIN
  customer = null; // the bank's view of the caller
  tickets = []; // what the caller on the screen has open, as the hotline said it with the pop
  toDecide = 0; // requests that wait for this supervisor
  linked = false;
  refused = ""; // why the last request was refused, in the hotline's words
  notice = ""; // how a transfer came out, as one of the words
  farewell = ""; // why he must log in again, as one of the words
  telephone = new Telephone();
  line = null; // this agent's line into the browser; null if there is none

  #socket = null;
  #delta = 0; // the hotline's clock minus this browser's, in milliseconds
  #retry = 500;
  #forget = 0;
  #whom = null; // who is to be asked as soon as the caller hears music
  #leaves = false; // logs out as soon as his call is over
  #begun = null;

  get words() {
    return WORDS[this.language];
  }

  // The hotline's clock, which no wrong clock of this machine disturbs.
  get now() {
    return Date.now() + this.#delta;
  }

  get talking() {
    return this.state?.state === "talking";
  }

  // Whether a colleague asks this agent, and the two talk.
  get asked() {
    return this.state?.state === "consulted" && Boolean(this.state.talk?.consult?.answered);
  }

  // Whether the hotline knows this request; what it does not know is not on the page.
  can(request) {
    if (this.me?.rights.has(request)) return true;
    return WITH_TALK.has(request) && this.state?.talk !== undefined;
  }

  // What people call somebody whom the hotline names.
  nameOf(name) {
    return this.me?.colleagues?.[name] ?? name;
  }

  laneTitle(lane) {
    return this.me?.lanes[lane]?.[this.language] ?? lane;
  }

  // Begin, once for all elements of a page: who is logged in here, and his desk.
  start() {
    this.#begun ??= this.#begin();
    return this.#begun;
  }

  #begin() {
    this.telephone.addEventListener("change", () => this.tell());
    // Who leaves the page leaves his telephone: he is asked first, and then it hangs up as a telephone does.
    window.addEventListener("beforeunload", (event) => this.telephone.call === "talking" && event.preventDefault());
    window.addEventListener("pagehide", () => this.telephone.stop());
    // A connection may seem to be there long after the network has gone: the browser knows better.
    window.addEventListener("offline", () => this.#cut() && setTimeout(() => this.#socket === null && this.#connect(), LONGEST_RETRY));
    window.addEventListener("online", () => this.#cut() && this.#connect());
    return this.#look();
  }

  async #look() {
    const found = await whoAmI();
    if (found.status === 401) return this.#show("log_in");
    if (!found.ok) {
      setTimeout(() => this.#look(), 2000);
      return undefined;
    }
    return this.#enter(found.body);
  }

  // Returns the word that says why not, or "" when he is in.
  async logIn(agent, password) {
    const found = await logIn(agent, password);
    if (found.ok) {
      await this.#enter((await whoAmI()).body);
      return "";
    }
    if (found.status === 0) return "unreachable";
    return { 401: "wrong", 429: "too_many" }[found.status] ?? "refused_login";
  }

  // Who talks is logged out by the hotline when his call is over, and no caller is hung up on by it. What was typed and not
  // kept yet goes first; a hotline that does not hear of it has nobody logged out, and says so.
  async logOut() {
    if (this.talking) {
      if (!this.linked) return this.refuse("unreachable");
      this.#leaves = true;
      return this.say("log_out");
    }
    await Promise.race([sendLeft(null), new Promise((resume) => setTimeout(resume, LAST_WORDS))]);
    const found = await logOut();
    if (!found.ok && found.status !== 401) return this.refuse("unreachable");
    this.telephone.stop();
    return this.#leave();
  }

  // His log-in is over, and one of the words says why; a talk goes on to its end.
  loggedOut(farewell) {
    this.telephone.retire();
    this.#leave();
    this.farewell = farewell;
    this.tell();
  }

  speak(language) {
    this.language = language;
    localStorage.setItem("hotline_language", language);
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    this.tell();
  }

  say(type, more = {}) {
    if (type === "ready") this.#leaves = false;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type, ...more }));
  }

  // Ask a colleague. The caller is put on hold first, if he is not, and nobody is asked while he hears it.
  consult(to) {
    if (this.state?.talk?.held) return this.say("consult", { to });
    this.#whom = to;
    return this.say("hold");
  }

  // Take the desktop back from the newer screen, and the telephone with it.
  takeOver() {
    this.#show("desk");
    this.#connect();
    return this.inBrowser ? this.useBrowser(true) : undefined;
  }

  // Whether calls ring in this browser, as chosen at the last log-in on it.
  get inBrowser() {
    return localStorage.getItem("hotline_phone") !== "sip";
  }

  async useBrowser(wanted) {
    localStorage.setItem("hotline_phone", wanted ? "browser" : "sip");
    if (!wanted) {
      this.telephone.stop();
      return;
    }
    try {
      await Telephone.tryMicrophone();
    } catch {
      this.refuse("no_microphone");
    }
    const silent = this.telephone.line === "off" || this.telephone.retired;
    if (this.line !== null && silent) this.telephone.start(this.line, this.sound);
  }

  // The element that speaks; one for the page, so that a call outlives whatever is drawn anew.
  get sound() {
    this.speaker ??= Object.assign(document.createElement("audio"), { autoplay: true });
    return this.speaker;
  }

  refuse(reason, notice = "") {
    Object.assign(this, { refused: reason, notice });
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      Object.assign(this, { refused: "", notice: "" });
      this.tell();
    }, REFUSAL_SHOWN);
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }

  async #enter(me) {
    this.me = me;
    this.farewell = "";
    this.#show("desk");
    // Who answers no calls has tickets and decisions here, and neither a state nor a telephone.
    if (me.agent === null) return;
    this.#connect();
    const line = await get("/softphone");
    this.line = line.ok ? line.body : null;
    if (this.line !== null && this.inBrowser) await this.useBrowser(true);
    this.tell();
  }

  #leave() {
    this.#socket?.close();
    this.#leaves = false;
    Object.assign(this, { me: null, state: null, day: null, line: null, toDecide: 0 });
    this.#noCaller();
    this.#show("log_in");
  }

  #noCaller() {
    Object.assign(this, { pop: null, proof: null, customer: null, tickets: [] });
  }

  #show(part) {
    this.part = part;
    this.tell();
  }

  #connect() {
    if (this.part !== "desk" || (this.#socket !== null && this.#socket.readyState <= WebSocket.OPEN)) return;
    const socket = new WebSocket(`${HOTLINE.replace(/^http/, "ws")}/agent/ws`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#retry = 500;
      this.linked = true;
      this.tell();
    });
    socket.addEventListener("message", (event) => socket === this.#socket && this.#hear(JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#lost(socket));
  }

  // Let a connection go that may be dead; returns whether there was one. What still comes from it counts for nothing.
  #cut() {
    if (this.part !== "desk" || this.me?.agent == null) return false;
    const socket = this.#socket;
    this.#socket = null;
    this.linked = false;
    socket?.close();
    this.tell();
    return true;
  }

  async #lost(socket) {
    if (socket !== this.#socket) return;
    this.linked = false;
    this.tell();
    if (this.part !== "desk") return;
    await new Promise((resume) => setTimeout(resume, this.#retry));
    this.#retry = Math.min(LONGEST_RETRY, this.#retry * 1.7);
    if (this.part !== "desk" || socket !== this.#socket) return;
    const found = await whoAmI();
    if (found.status === 401) {
      // Whose log-in is over talks on; he hangs up when he is in again, or his caller does.
      this.telephone.retire();
      this.#leave();
    } else this.#connect();
  }

  #hear(message) {
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
    switch (message.type) {
      case "state":
        this.#delta = message.now - Date.now();
        this.state = message;
        if (!this.talking) this.#whom = null;
        else if (message.talk?.held && this.#whom !== null) {
          this.say("consult", { to: this.#whom });
          this.#whom = null;
        }
        if (NO_CALL.has(message.state)) this.#noCaller();
        if (message.state === "logged_out" && this.#leaves) this.logOut();
        break;
      case "pop":
        // Told again from the notes alone, after a restart of the hotline: what stands here says more.
        if (this.pop?.call === message.call && message.offer === 0) break;
        if (this.pop?.call !== message.call) this.#noCaller();
        this.pop = message;
        this.#acknowledge(message.offer);
        break;
      case "pop_end":
        if (this.pop?.offer === message.offer) this.#noCaller();
        break;
      case "verdict":
        this.#prove(message);
        break;
      case "customer":
        if (this.pop?.call === message.call) this.customer = message;
        break;
      case "ticket":
        if (message.why === "pop" && this.pop?.call === message.call) this.tickets = message.tickets;
        break;
      case "day":
        this.day = message;
        break;
      case "refused":
        if (message.request === "hold") this.#whom = null;
        if (message.request === "ask_pin") this.proof = null;
        this.refuse(message.reason);
        break;
      case "control_failed":
        this.#whom = null;
        this.refuse("control_failed");
        break;
      case "transfer":
        // Who is in a lane waits there; nobody has taken him yet.
        this.refuse("", message.result === "reached" && message.to?.lane ? "transfer_to_lane" : `transfer_${message.result}`);
        break;
      case "replaced":
        // Whoever talks here talks on; the newer screen has the next call.
        this.telephone.retire();
        this.#show("over");
        break;
    }
    this.tell();
  }

  // The hotline lets the phone ring when the caller is on the screen: after the browser has drawn him.
  #acknowledge(offer) {
    const shown = () => this.say("shown", { offer });
    // A page in the background draws nothing, and must not keep the caller waiting for it.
    if (document.hidden) shown();
    else requestAnimationFrame(() => setTimeout(shown, 0));
  }

  #prove(message) {
    if (this.pop?.call !== message.call) return;
    this.proof = message.verdict;
    // Nothing was learned where PINs cannot be checked, so nothing is taken back.
    if (message.verdict === "unavailable") return;
    this.pop = { ...this.pop, verified: message.verdict === "verified", customer: message.customer, customer_id: message.customer_id };
  }

  askPin() {
    this.proof = "asking";
    this.say("ask_pin");
    this.tell();
  }
}

export const store = new Store();
