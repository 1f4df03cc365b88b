// The agent's page. Whatever came from a caller reaches the page by textContent only, never as markup.
import { WORDS, firstLanguage } from "/agent_words.js";

const $ = (id) => document.getElementById(id);
let language = firstLanguage();
let words = WORDS[language];
let me = null; // who is logged in: agent, shown, pause_reasons, lanes, rights
let state = null; // the last state message
let pop = null; // the last pop message, while it holds
let proof = null; // what came of asking this caller for his PIN; "asking" until it is known, null if he was not asked
let socket = null;
let clockDelta = 0; // the hotline's clock minus this browser's, in milliseconds
let retryIn = 500;

// States in which nobody's details are shown.
const NO_CALL = ["ready", "paused", "logged_out", "cooling", "other_call", "phone_lost"];

function show(part) {
  for (const id of ["log-in", "desk", "over"]) $(id).hidden = id !== part;
  $("log-out").hidden = part === "log-in";
}

function speak() {
  words = WORDS[language];
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = words[element.dataset.word];
  }
  $("language").textContent = words.other;
  $("log-out").textContent = words.log_out;
  $("link").textContent = words.broken;
  $("over-text").textContent = words.replaced;
  drawPauses();
  drawState();
  drawPop();
}

function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function drawPauses() {
  const buttons = Object.keys(me?.pause_reasons ?? {}).map((reason) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.reasons[reason] ?? reason;
    button.dataset.reason = reason;
    button.addEventListener("click", () => say({ type: "pause", reason }));
    return button;
  });
  $("pauses").replaceChildren(...buttons);
  $("pauses").setAttribute("aria-label", words.pause);
}

function drawState() {
  if (state === null) return;
  $("state").dataset.state = state.state;
  $("state-name").textContent = words.states[state.state] ?? state.state;
  $("done").hidden = state.state !== "wrap_up";
  $("ready").hidden = state.state === "wrap_up";
  drawLonger();
  // During a call there is nothing to be ready for, but a pause asked for afterwards can be taken back.
  const settled = ["ready", "reserved", "ringing", "talking", "other_call", "phone_lost"].includes(state.state);
  $("ready").disabled = settled && !state.afterwards;
  for (const button of $("pauses").children) {
    button.setAttribute("aria-pressed", String(state.state === "paused" && state.reason === button.dataset.reason));
  }
  drawClock();
}

function drawLonger() {
  const hadFocus = document.activeElement === $("longer");
  $("longer").hidden = state.longer_ms === 0;
  $("longer").textContent = `${words.longer} +${span(state.longer_ms)}`;
  // Who works by keyboard is not sent back to the top of the page when the button goes.
  if (hadFocus && $("longer").hidden && !$("done").hidden) $("done").focus();
}

// When this pause reaches what its reason allows; null if it may last. Once that is past, the hotline names no end.
function pauseLimit() {
  if (state.state !== "paused") return null;
  const allowed = me?.pause_reasons?.[state.reason] ?? null;
  return state.until ?? (allowed === null ? null : state.since + allowed);
}

function drawMore(late) {
  const more = [];
  if (state.reason) more.push(words.reasons[state.reason] ?? state.reason);
  if (words.hints[state.state]) more.push(words.hints[state.state]);
  if (state.state === "reserved" && pop?.callback) more.push(words.being_rung);
  if (state.phone === "lost" && ["paused", "wrap_up", "cooling"].includes(state.state)) more.push(words.phone_lost);
  if (late) {
    more.push(words.late);
  } else if (state.until !== null && ["wrap_up", "cooling", "paused"].includes(state.state)) {
    more.push(`${words.until} ${new Date(state.until - clockDelta).toLocaleTimeString(language, { hour12: false })}`);
  }
  if (state.afterwards) more.push(`${words.states[state.afterwards]} ${words.afterwards}`);
  const text = more.join(" · ");
  if ($("state-more").textContent !== text) $("state-more").textContent = text;
}

// A pause with a limit counts down, and then up again with a plus; everything else counts up.
function drawClock() {
  if (state === null) return;
  const now = Date.now() + clockDelta;
  const limit = pauseLimit();
  const left = limit === null ? null : limit - now;
  const late = left !== null && left <= 0;
  $("state").classList.toggle("late", late);
  if (left === null) $("state-time").textContent = span(now - state.since);
  else $("state-time").textContent = late ? `+${span(-left)}` : span(Math.ceil(left / 1000) * 1000);
  drawMore(late);
}

function badge(text, kind) {
  const element = document.createElement("span");
  element.className = `badge ${kind}`;
  element.textContent = text;
  return element;
}

function row(name, text) {
  $(`pop-${name}`).textContent = text;
  $(`pop-${name}-row`).hidden = !text;
}

function drawPop() {
  $("pop").hidden = pop === null;
  $("no-pop").hidden = pop !== null;
  drawMessage();
  drawProof();
  if (pop === null) return;
  const badges = [];
  if (pop.vip) badges.push(badge(`${words.vip} · ${pop.vip}`, "vip"));
  if (pop.tier && pop.tier !== pop.vip) badges.push(badge(pop.tier, "tier"));
  if (pop.message_of) badges.push(badge(words.left_message, "back"));
  else if (pop.callback) badges.push(badge(words.callback, "back"));
  badges.push(...proofBadges());
  $("pop-badges").replaceChildren(...badges);
  const proved = pop.verified && pop.customer_id ? `${words.customer} ${pop.customer_id}` : "";
  $("pop-who").textContent = pop.customer || proved || words.unknown_caller;
  $("pop-number").textContent = pop.number || words.hidden_number;
  $("pop-lane").textContent = me?.lanes?.[pop.lane]?.[language] ?? pop.lane;
  $("pop-language").textContent = words.languages[pop.language] ?? pop.language;
  $("pop-waited").textContent = span(pop.waited_ms);
  $("pop-dialled").textContent = pop.dialled;
  row("menu", pop.menu.map(([menu, key]) => `${menu} ${key}`).join(" › "));
  row("advert", pop.advert && `${pop.advert} · ${span(pop.advert_heard_ms)}`);
  row("says", pop.name);
}

// What a caller only says of himself is never shown as a name, nor like something that is known.
function proofBadges() {
  if (pop.verified) return [badge(words.verified, "verified")];
  const claim = pop.customer_id ? [badge(`${words.claims} ${pop.customer_id}`, "claim")] : [];
  return pop.customer || !claim.length ? [badge(words.number_only, "unproved"), ...claim] : claim;
}

function drawMessage() {
  const sound = $("message-sound");
  const source = pop?.message_of ? `/recordings/${encodeURIComponent(pop.message_of)}` : "";
  $("message").hidden = !source;
  if ((sound.getAttribute("src") ?? "") === source) return;
  sound.pause();
  if (source) sound.src = source;
  else sound.removeAttribute("src");
  sound.load();
}

// Who the caller is, as far as it is proved; and the button that has him asked, while the two talk.
function drawProof() {
  if (pop === null) return;
  const talking = state?.state === "talking";
  const unproved = pop.customer_id ? words.unproved_claim : words.unproved;
  const text = proof !== null ? words.verdicts[proof] : pop.verified ? words.verdicts.verified : unproved;
  if ($("proof-text").textContent !== text) $("proof-text").textContent = text;
  $("proof-text").dataset.verdict = proof ?? "";
  // Also a caller who is verified may be asked: the phone may be in other hands by now.
  $("ask-pin").hidden = !talking || !me?.rights.includes("ask_for_pin");
  $("ask-pin").disabled = proof === "asking";
}

function askForPin() {
  if (socket?.readyState !== WebSocket.OPEN) return;
  proof = "asking";
  drawProof();
  say({ type: "ask_pin" });
}

function hearVerdict(message) {
  if (pop?.call !== message.call) return;
  proof = message.verdict;
  // Whoever keys a wrong PIN is not who proved it before; where nothing was keyed or checked, all is as it was.
  if (["verified", "wrong", "locked"].includes(message.verdict)) {
    pop.verified = message.verdict === "verified";
    pop.customer = message.customer;
    pop.customer_id = message.customer_id;
  }
  drawPop();
}

function hearRefusal(message) {
  $("refused").textContent = words.refusals[message.reason] ?? message.reason;
  $("refused").hidden = false;
  if (message.request === "ask_pin") {
    proof = null;
    drawProof();
  }
}

function setPop(next) {
  if (next?.call !== pop?.call) proof = null;
  pop = next;
  drawPop();
}

function say(message) {
  $("refused").hidden = true;
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function hear(message) {
  switch (message.type) {
    case "state":
      clockDelta = message.now - Date.now();
      // The caller's details stay through the talk and the wrap-up, and go with the agent's next step.
      state = message;
      if (message.state !== "talking" && proof === "asking") proof = null;
      drawState();
      setPop(NO_CALL.includes(message.state) ? null : pop);
      break;
    case "pop":
      // A pop that comes again says whether he is verified by now; a verdict may have been missed.
      if (proof === "asking") proof = null;
      setPop(message);
      say({ type: "shown", offer: message.offer });
      break;
    case "verdict":
      hearVerdict(message);
      break;
    case "pop_end":
      if (pop?.offer === message.offer) setPop(null);
      break;
    case "refused":
      hearRefusal(message);
      break;
    case "replaced":
      socket.onclose = null;
      socket.close();
      setPop(null);
      show("over");
      break;
  }
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/agent/ws`);
  socket.onopen = () => {
    retryIn = 500;
    $("link").hidden = true;
  };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    $("link").hidden = false;
    setTimeout(start, retryIn);
    retryIn = Math.min(retryIn * 2, 5000);
  };
}

async function start() {
  let answer;
  try {
    answer = await fetch("/api/v1/me");
  } catch {
    $("link").hidden = false;
    setTimeout(start, retryIn);
    retryIn = Math.min(retryIn * 2, 5000);
    return;
  }
  if (answer.status !== 200) {
    me = null;
    $("link").hidden = true;
    $("person").textContent = "";
    show("log-in");
    $("agent").focus();
    return;
  }
  me = await answer.json();
  $("person").textContent = me.shown;
  show("desk");
  speak();
  connect();
}

async function logIn(event) {
  event.preventDefault();
  const error = $("log-in-error");
  error.hidden = true;
  try {
    const answer = await fetch("/api/v1/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: $("agent").value.trim(), password: $("password").value }),
    });
    $("password").value = "";
    if (answer.ok) return await start();
    error.textContent = answer.status === 429 ? words.too_many : words.wrong;
  } catch {
    error.textContent = words.unreachable;
  }
  error.hidden = false;
}

async function logOut() {
  if (socket !== null) {
    socket.onclose = null;
    socket.close();
  }
  state = null;
  setPop(null);
  try {
    await fetch("/api/v1/logout", { method: "POST" });
  } finally {
    await start();
  }
}

$("log-in").addEventListener("submit", logIn);
$("log-out").addEventListener("click", logOut);
$("over-again").addEventListener("click", start);
$("ready").addEventListener("click", () => say({ type: "ready" }));
$("done").addEventListener("click", () => say({ type: "done" }));
$("ask-pin").addEventListener("click", askForPin);
$("longer").addEventListener("click", () => say({ type: "extend" }));
$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("hotline_language", language);
  speak();
});
setInterval(drawClock, 250);
speak();
start();
