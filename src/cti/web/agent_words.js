// All that the agent's page says, in Chinese and English.
export const WORDS = {
  en: {
    other: "中文",
    log_in_title: "Log in to the hotline", agent: "Agent", password: "Password", log_in: "Log in", log_out: "Log out",
    ready: "Ready", done: "Done", longer: "Longer", pause: "Pause",
    no_call: "No call at present", lane: "Lane", language: "Language", waited: "Waited", dialled: "Dialled",
    says: "Caller's phone says", unknown_caller: "Unknown caller", hidden_number: "No number",
    number_only: "number only", vip: "VIP", unproved: "A number does not prove who is calling.",
    replaced: "This screen was opened somewhere else.", use_here: "Use it here",
    broken: "Connection lost, trying again…", refused_login: "Could not log in",
    until: "until", late: "longer than allowed", afterwards: "after this call",
    hints: { other_call: "ready again when your phone is free", phone_lost: "ready again when your phone is back" },
    phone_lost: "your phone cannot be reached",
    too_many: "Too many attempts. Please wait a little.",
    wrong: "Agent or password is wrong.", unreachable: "The hotline cannot be reached.",
    states: {
      logged_out: "Logged out", ready: "Ready", reserved: "Call coming", ringing: "Ringing", talking: "Talking",
      wrap_up: "Wrap-up", cooling: "Short break after a missed call", paused: "Paused",
      other_call: "On another call", phone_lost: "Phone cannot be reached",
    },
    reasons: { break: "Break", lunch: "Lunch", training: "Training", meeting: "Meeting",
      "screen closed": "screen was closed", "logged in": "just logged in", "no answer": "a call was not answered",
      busy: "phone was busy", declined: "call was declined", unreachable: "phone could not be reached",
      failed: "call did not reach the phone" },
    refusals: {
      "log in first": "Please log in first", "there is no wrap-up to end": "There is no wrap-up to end",
      "there is no wrap-up to lengthen": "There is no wrap-up to lengthen",
      "this lane's wrap-up cannot be lengthened": "This lane's wrap-up cannot be lengthened",
      "lengthened once already": "Lengthened once already",
    },
    languages: { zh: "Chinese", en: "English" },
  },
  zh: {
    other: "English",
    log_in_title: "登录热线", agent: "坐席", password: "密码", log_in: "登录", log_out: "退出",
    ready: "就绪", done: "完成", longer: "延长", pause: "暂停",
    no_call: "当前没有来电", lane: "业务", language: "语言", waited: "已等待", dialled: "拨打号码",
    says: "来电显示名", unknown_caller: "未知来电", hidden_number: "无号码",
    number_only: "仅凭号码", vip: "贵宾", unproved: "来电号码不能证明来电人的身份。",
    replaced: "此页面已在别处打开。", use_here: "在此使用",
    broken: "连接已断开，正在重连…", refused_login: "无法登录",
    until: "至", late: "已超过允许时间", afterwards: "本次通话后",
    hints: { other_call: "话机空闲后自动就绪", phone_lost: "话机恢复后自动就绪" },
    phone_lost: "您的话机无法接通",
    too_many: "尝试次数过多，请稍候。",
    wrong: "坐席或密码错误。", unreachable: "无法连接热线。",
    states: {
      logged_out: "已退出", ready: "就绪", reserved: "来电分配中", ringing: "振铃", talking: "通话中",
      wrap_up: "话后处理", cooling: "未接后短暂休息", paused: "暂停",
      other_call: "其他通话中", phone_lost: "话机无法接通",
    },
    reasons: { break: "小休", lunch: "午餐", training: "培训", meeting: "会议",
      "screen closed": "页面已关闭", "logged in": "刚刚登录", "no answer": "有来电未接",
      busy: "话机忙", declined: "来电被拒接", unreachable: "话机无法接通", failed: "来电未送达话机" },
    refusals: {
      "log in first": "请先登录", "there is no wrap-up to end": "当前没有话后处理",
      "there is no wrap-up to lengthen": "当前没有话后处理可延长",
      "this lane's wrap-up cannot be lengthened": "此业务的话后处理不能延长",
      "lengthened once already": "已延长过一次",
    },
    languages: { zh: "中文", en: "英语" },
  },
};

export function firstLanguage() {
  const kept = localStorage.getItem("hotline_language");
  if (kept in WORDS) return kept;
  return (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
}
