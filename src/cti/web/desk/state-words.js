// An agent's states, why he is in one, and why he was refused something, in Chinese and English.
export const STATES = {
  en: {
    logged_out: "Logged out", ready: "Ready", reserved: "Call coming", ringing: "Ringing", talking: "Talking",
    wrap_up: "Wrap-up", cooling: "Short break after a missed call", paused: "Paused",
    other_call: "On another call", phone_lost: "Phone cannot be reached",
  },
  zh: {
    logged_out: "已退出", ready: "就绪", reserved: "来电分配中", ringing: "振铃", talking: "通话中",
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
  },
  zh: {
    "log in first": "请先登录", "there is no wrap-up to end": "当前没有话后处理",
    "there is no wrap-up to lengthen": "当前没有话后处理可延长",
    "this lane's wrap-up cannot be lengthened": "此业务的话后处理不能延长",
    "lengthened once already": "已延长过一次",
    "there is no caller to ask": "当前没有可验证的来电人",
    "the caller is being asked already": "正在验证来电人",
  },
};
