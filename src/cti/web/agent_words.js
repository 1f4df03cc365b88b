// All that the agent's page says, in Chinese and English.
export const WORDS = {
  en: {
    other: "中文",
    log_in_title: "Log in to the hotline", agent: "Agent", password: "Password", log_in: "Log in", log_out: "Log out",
    ready: "Ready", done: "Done", pause: "Pause",
    no_call: "No call at present", lane: "Lane", language: "Language", waited: "Waited", dialled: "Dialled",
    says: "Caller's phone says", unknown_caller: "Unknown caller", hidden_number: "No number",
    number_only: "number only", vip: "VIP", unproved: "A number does not prove who is calling.",
    replaced: "This screen was opened somewhere else.", use_here: "Use it here",
    broken: "Connection lost, trying again…", refused_login: "Could not log in",
    until: "until", afterwards: "after this call", too_many: "Too many attempts. Please wait a little.",
    wrong: "Agent or password is wrong.", unreachable: "The hotline cannot be reached.",
    states: {
      logged_out: "Logged out", ready: "Ready", reserved: "Call coming", ringing: "Ringing", talking: "Talking",
      wrap_up: "Wrap-up", cooling: "Short break after a missed call", paused: "Paused",
    },
    reasons: { break: "Break", lunch: "Lunch", training: "Training", meeting: "Meeting",
      "screen closed": "screen was closed", "logged in": "just logged in" },
    languages: { zh: "Chinese", en: "English" },
  },
  zh: {
    other: "English",
    log_in_title: "登录热线", agent: "坐席", password: "密码", log_in: "登录", log_out: "退出",
    ready: "就绪", done: "完成", pause: "暂停",
    no_call: "当前没有来电", lane: "业务", language: "语言", waited: "已等待", dialled: "拨打号码",
    says: "来电显示名", unknown_caller: "未知来电", hidden_number: "无号码",
    number_only: "仅凭号码", vip: "贵宾", unproved: "来电号码不能证明来电人的身份。",
    replaced: "此页面已在别处打开。", use_here: "在此使用",
    broken: "连接已断开，正在重连…", refused_login: "无法登录",
    until: "至", afterwards: "本次通话后", too_many: "尝试次数过多，请稍候。",
    wrong: "坐席或密码错误。", unreachable: "无法连接热线。",
    states: {
      logged_out: "已退出", ready: "就绪", reserved: "来电分配中", ringing: "振铃", talking: "通话中",
      wrap_up: "话后处理", cooling: "未接后短暂休息", paused: "暂停",
    },
    reasons: { break: "小休", lunch: "午餐", training: "培训", meeting: "会议",
      "screen closed": "页面已关闭", "logged in": "刚刚登录" },
    languages: { zh: "中文", en: "英语" },
  },
};

export function firstLanguage() {
  const kept = localStorage.getItem("hotline_language");
  if (kept in WORDS) return kept;
  return (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
}
