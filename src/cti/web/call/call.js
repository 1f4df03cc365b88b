// The caller's page of the demo: a telephone that dials the hotline's numbers, with keys for the menu.
import { Telephone } from "/desk/telephone.js";

const WORDS = {
  en: {
    other: "中文", demo: "demo", title: "Call the hotline", number: "Number to dial", from: "Your number (may be empty)",
    call: "Call", end: "Hang up", mute: "Mute", keys: "Keys",
    lines: { off: "", connecting: "Connecting…", on: "", lost: "No line to the hotline" },
    calls: { "": "Ready to call", calling: "Calling…", talking: "Connected" },
    no_microphone: "The browser does not let this page use the microphone.",
    hint: "Press the keys that the voice names; in the example bank 2 is English, then 1 is cards. +8613800000006 is a platinum customer of Anna's.",
    over: "The call is over.",
  },
  zh: {
    other: "English", demo: "演示", title: "拨打热线", number: "拨打号码", from: "您的号码（可留空）",
    call: "拨打", end: "挂断", mute: "静音", keys: "按键",
    lines: { off: "", connecting: "正在连接…", on: "", lost: "与热线的线路中断" },
    calls: { "": "可以拨打", calling: "正在呼叫…", talking: "已接通" },
    no_microphone: "浏览器不允许此页面使用麦克风。",
    hint: "请按语音提示按键；示例银行中 1 为中文，然后 1 为银行卡。+8613800000006 是 Anna 的白金客户。",
    over: "通话已结束。",
  },
};
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const $ = (id) => document.getElementById(id);
const kept = localStorage.getItem("hotline_language");
let language = kept in WORDS ? kept : (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
let since = 0;
let said = "";
const telephone = new Telephone();

function two(number) {
  return String(number).padStart(2, "0");
}

function draw() {
  const words = WORDS[language];
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  $("language").textContent = words.other;
  $("keys").setAttribute("aria-label", words.keys);
  $("hint").textContent = words[said] ?? words.hint;
  const { line, call } = telephone;
  if (call !== "talking") since = 0;
  else since ||= Date.now();
  const seconds = since === 0 ? 0 : Math.floor((Date.now() - since) / 1000);
  const clock = call === "talking" ? ` ${Math.floor(seconds / 60)}:${two(seconds % 60)}` : "";
  $("state").textContent = call === "" ? words.lines[line] || words.calls[""] : words.calls[call] + clock;
  $("state").dataset.call = call;
  $("state").dataset.line = line;
  $("call").hidden = call !== "";
  $("call").disabled = line !== "on";
  $("end").hidden = call === "";
  $("mute").hidden = call !== "talking";
  $("mute").setAttribute("aria-pressed", String(telephone.muted));
  for (const key of $("keys").children) key.disabled = call !== "talking";
  for (const id of ["number", "from"]) $(id).disabled = call !== "";
}

function press(key) {
  if (telephone.call !== "talking") return;
  telephone.key(key);
  $("pressed").textContent = ($("pressed").textContent + key).slice(-12);
}

async function begin() {
  $("pressed").textContent = "";
  try {
    await Telephone.tryMicrophone();
  } catch {
    said = "no_microphone";
    draw();
    return;
  }
  said = "";
  telephone.dial($("number").value, $("from").value.replace(/[^0-9+]/g, ""));
}

for (const key of KEYS) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.dataset.key = key;
  button.addEventListener("click", () => press(key));
  $("keys").append(button);
}
$("call").addEventListener("click", begin);
$("end").addEventListener("click", () => telephone.hangUp());
$("mute").addEventListener("click", () => telephone.mute(!telephone.muted));
$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("hotline_language", language);
  draw();
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches("input, select") && KEYS.includes(event.key)) press(event.key);
});
telephone.addEventListener("change", () => {
  if (telephone.call === "" && since !== 0) said = "over";
  draw();
});
setInterval(draw, 1000);
// For those who look at how the sound fares.
window.telephone = telephone;

const line = await (await fetch("/call/line")).json();
$("number").replaceChildren(...line.numbers.map((number) => new Option(number, number)));
telephone.start({ ...line, register: false }, $("sound"));
draw();
