// The live board: one picture a second from the hotline, drawn as it comes. It never holds a word about a caller.
const WORDS = {
  en: {
    other: "中文", waiting: "Waiting", longest: "Longest wait", level: "Service level", agents: "Agents",
    paused: "No calls are being offered: the link to the switch is down", broken: "No connection to the hotline",
    promise: (share, seconds) => `${share} promised within ${seconds}\u00a0s`,
    offered: "calls", answered: "answered", abandoned: "hung up", short: "hung up at once", fell_back: "static queue",
    emergency: "Emergency switch is on", overflowed: "passed on", called_back: "wished a callback", callbacks: "waiting for a callback", left_message: "left a message", refused: "turned away",
    states: { ready: "ready", reserved: "call coming", ringing: "ringing", talking: "talking", consulted: "asked by a colleague", wrap_up: "wrap-up",
      cooling: "cooling", other_call: "other call", phone_lost: "phone lost", paused: "paused",
      logged_out: "logged out" },
    hand: (agent) => `${agent} raises a hand`,
    reserves: "Reserves", kept: "kept back", released: "let go",
    backup_kept: (lane) => `takes no calls of ${lane}`, backup_released: (lane) => `helps with ${lane}`,
    only_kept: (lane) => `takes calls of ${lane} alone`, only_released: (lane) => `takes other calls besides ${lane}`,
    until: "until", because: "because", since: (time) => `since ${time}`,
  },
  zh: {
    other: "English", waiting: "等待", longest: "最长等待", level: "服务水平", agents: "坐席",
    paused: "与交换机的连接中断，暂停分配来电", broken: "与热线的连接中断",
    promise: (share, seconds) => `承诺 ${seconds} 秒内接听 ${share}`,
    offered: "来电", answered: "接听", abandoned: "放弃", short: "即挂", fell_back: "备用队列",
    emergency: "应急开关已开启", overflowed: "转出", called_back: "要求回拨", callbacks: "待回拨", left_message: "留言", refused: "未受理",
    states: { ready: "就绪", reserved: "分配中", ringing: "振铃", talking: "通话", consulted: "同事咨询", wrap_up: "话后",
      cooling: "缓冲", other_call: "其他通话", phone_lost: "话机失联", paused: "暂停", logged_out: "未登录" },
    hand: (agent) => `${agent} 举手`,
    reserves: "预留坐席", kept: "预留中", released: "已放开",
    backup_kept: (lane) => `不接${lane}来电`, backup_released: (lane) => `支援${lane}`,
    only_kept: (lane) => `只接${lane}来电`, only_released: (lane) => `除${lane}外也接其他来电`,
    until: "直到", because: "因为", since: (time) => `${time} 起`,
  },
};
const ORDER = ["ready", "reserved", "ringing", "talking", "consulted", "wrap_up", "cooling", "other_call", "phone_lost", "paused",
  "logged_out"];
// Ways out of a lane that a calm day does not know; each is shown once it has happened.
const SELDOM = ["fell_back", "overflowed", "called_back", "left_message", "refused"];
const $ = (id) => document.getElementById(id);
const kept = localStorage.getItem("hotline_language");
let language = kept in WORDS ? kept : (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
let picture = null;
let connected = false;

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function span(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// A count stays on one line with its word.
const whole = (text) => text.replaceAll(" ", "\u00a0");
const share = (value) => (value === null ? "–" : `${Math.round(value * 100)}\u00a0%`);

function levelMood(lane) {
  if (lane.service_level === null) return "";
  const target = picture.target;
  if (lane.service_level >= target) return "good";
  return lane.service_level >= target - 0.15 ? "warn" : "bad";
}

function waitMood(lane) {
  if (lane.waiting === 0 || lane.longest_wait_ms <= picture.answer_within_ms) return "";
  return lane.longest_wait_ms > 4 * picture.answer_within_ms ? "bad" : "warn";
}

// A lane as a whole is as well as its worst figure.
function mood(lane) {
  if (lane.emergency) return "bad";
  const moods = [levelMood(lane), waitMood(lane)];
  return ["bad", "warn", "good"].find((each) => moods.includes(each)) ?? "";
}

function figure(value, what, className = "") {
  const box = make("div", "");
  box.append(make("b", className, value), make("span", "what", what));
  return box;
}

function bar(value, feeling) {
  const box = make("div", `bar ${feeling}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("width", `${(value ?? 0) * 100}%`);
  rect.setAttribute("height", "100%");
  svg.append(rect);
  box.append(svg);
  return box;
}

function laneCard(lane) {
  const words = WORDS[language];
  const card = make("article", `lane ${mood(lane)}`);
  const figures = make("div", "figures");
  figures.append(
    figure(String(lane.waiting), words.waiting),
    figure(span(lane.longest_wait_ms), words.longest, waitMood(lane)),
    figure(share(lane.service_level), words.level, levelMood(lane)),
  );
  const counts = [
    `${lane.offered} ${words.offered}`, `${lane.answered} ${words.answered}`,
    `${lane.abandoned} ${words.abandoned}`, `${lane.short_abandoned} ${words.short}`,
  ];
  if (lane.callbacks > 0) counts.unshift(`${lane.callbacks} ${words.callbacks}`);
  for (const way of SELDOM) if (lane[way] > 0) counts.push(`${lane[way]} ${words[way]}`);
  card.append(make("h2", "", lane.title[language] ?? lane.lane));
  if (lane.emergency) card.append(make("p", "emergency", words.emergency));
  card.append(figures, bar(lane.service_level, levelMood(lane)),
    make("p", "counts", counts.map(whole).join(" · ")));
  return card;
}

function reserveCard(reserve) {
  const words = WORDS[language];
  const state = reserve.released ? "released" : "kept";
  const lane = reserve.title[language] ?? reserve.lane;
  const card = make("article", `reserve ${state}`);
  const head = make("p", "reserve-head");
  head.append(make("b", "", reserve.reserve), make("span", "badge", words[state]));
  const what = [words[`${reserve.only ? "only" : "backup"}_${state}`](lane)];
  if (reserve.since !== null) {
    const time = new Date(reserve.since).toLocaleTimeString(language, { hour12: false, hour: "2-digit", minute: "2-digit" });
    what.push(whole(words.since(time)));
  }
  const why = make("p", "why", `${reserve.released ? words.because : words.until} `);
  why.append(make("code", "", reserve.until));
  card.append(head, make("p", "", what.join(" · ")), why);
  return card;
}

function draw() {
  const words = WORDS[language];
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  $("language").textContent = words.other;
  document.body.classList.toggle("stale", !connected);
  $("trouble").hidden = connected && (picture === null || picture.routing);
  $("trouble").textContent = connected ? words.paused : words.broken;
  if (picture === null) return;
  const sum = (key) => picture.lanes.reduce((total, lane) => total + lane[key], 0);
  const left = sum("left");
  $("waiting").textContent = sum("waiting");
  $("longest").textContent = span(Math.max(0, ...picture.lanes.map((lane) => lane.longest_wait_ms)));
  $("level").textContent = share(left === 0 ? null : sum("answered_in_time") / left);
  $("promise").textContent = words.promise(share(picture.target), picture.answer_within_ms / 1000);
  $("agents").replaceChildren(...ORDER.filter((state) => picture.agents[state] > 0 || state === "ready").map((state) => {
    const chip = make("span", `agent-state ${state} ${picture.agents[state] ? "" : "none"}`);
    chip.append(make("b", "", String(picture.agents[state])), make("span", "", words.states[state]));
    return chip;
  }), ...picture.hands.map((hand) => make("span", "agent-state hand", words.hand(hand.agent))));
  $("lanes").replaceChildren(...picture.lanes.map(laneCard));
  $("reserves-part").hidden = picture.reserves.length === 0;
  $("reserves").replaceChildren(...picture.reserves.map(reserveCard));
  $("clock").textContent = new Date(picture.now).toLocaleTimeString(language, { hour12: false });
}

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/board/feed`);
  socket.onmessage = (event) => {
    picture = JSON.parse(event.data);
    connected = true;
    draw();
  };
  socket.onclose = () => {
    connected = false;
    draw();
    setTimeout(connect, 2000);
  };
}

$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("hotline_language", language);
  draw();
});
draw();
connect();
