// An agent's states, why he is in one, and why he was refused something, in Chinese and English.
export const STATES = {
  en: {
    logged_out: "Logged out", ready: "Ready", reserved: "Call coming", ringing: "Ringing", talking: "Talking",
    consulted: "Asked by a colleague",
    wrap_up: "Wrap-up", cooling: "Short break after a missed call", paused: "Paused",
    other_call: "On another call", phone_lost: "Phone cannot be reached",
  },
  zh: {
    logged_out: "已退出", ready: "就绪", reserved: "来电分配中", ringing: "振铃", talking: "通话中",
    consulted: "同事咨询",
    wrap_up: "话后处理", cooling: "未接后短暂休息", paused: "暂停",
    other_call: "其他通话中", phone_lost: "话机无法接通",
  },
};

export const REASONS = {
  en: { break: "Break", lunch: "Lunch", training: "Training", meeting: "Meeting",
    "screen closed": "screen was closed", "logged in": "just logged in", "no answer": "a call was not answered",
    busy: "phone was busy", declined: "call was declined", unreachable: "phone could not be reached",
    failed: "call did not reach the phone" },
  zh: { break: "小休", lunch: "午餐", training: "培训", meeting: "会议",
    "screen closed": "页面已关闭", "logged in": "刚刚登录", "no answer": "有来电未接",
    busy: "话机忙", declined: "来电被拒接", unreachable: "话机无法接通", failed: "来电未送达话机" },
};

export const REFUSALS = {
  en: {
    "log in first": "Please log in first", "there is no wrap-up to end": "There is no wrap-up to end",
    "there is no wrap-up to lengthen": "There is no wrap-up to lengthen",
    "this lane's wrap-up cannot be lengthened": "This lane's wrap-up cannot be lengthened",
    "lengthened once already": "Lengthened once already",
    "there is no caller to ask": "There is no caller to ask",
    "the caller is being asked already": "The caller is being asked already",
    "the caller is on hold; take him back first": "The caller is on hold; take him back first",
    "put the caller on hold first": "Put the caller on hold first", "that is you": "That is you",
    "you are asking a colleague already": "You are asking a colleague already",
    "there is no colleague who could take the caller": "There is no colleague who could take the caller",
    "there is no colleague who could join you": "There is no colleague who could join you",
    "all of you talk together already": "All of you talk together already",
    "your colleague talks with you both; let him go first": "Your colleague talks with you both; let him go first",
    "hand the caller over to your colleague, or take him back first": "Hand the caller over, or take him back first",
  },
  zh: {
    "log in first": "请先登录", "there is no wrap-up to end": "当前没有话后处理",
    "there is no wrap-up to lengthen": "当前没有话后处理可延长",
    "this lane's wrap-up cannot be lengthened": "此业务的话后处理不能延长",
    "lengthened once already": "已延长过一次",
    "there is no caller to ask": "当前没有可验证的来电人",
    "the caller is being asked already": "正在验证来电人",
    "the caller is on hold; take him back first": "来电人在保持中，请先恢复通话",
    "put the caller on hold first": "请先保持来电人", "that is you": "这是您自己",
    "you are asking a colleague already": "您正在咨询同事",
    "there is no colleague who could take the caller": "没有可接手的同事",
    "there is no colleague who could join you": "没有可加入通话的同事",
    "all of you talk together already": "三方通话已在进行",
    "your colleague talks with you both; let him go first": "同事正在三方通话中，请先请其退出",
    "hand the caller over to your colleague, or take him back first": "请先移交来电人或恢复通话",
  },
};
