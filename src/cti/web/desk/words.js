// All that the agents' desktop says, in Chinese and English. `test_desk_words` holds the two to the same keys.
import { STATES, REASONS, REFUSALS } from "./state-words.js";

export const WORDS = {
  en: {
    other: "中文", brand: "Hotline", log_in_title: "Log in to the hotline", agent: "Name", password: "Password",
    log_in: "Log in", log_out: "Log out", your_phone: "Your phone", in_browser: "in this browser, with a headset",
    on_desk: "my own SIP phone", wrong: "Name or password is wrong.", too_many: "Too many attempts. Please wait a little.",
    unreachable: "The hotline cannot be reached.", refused_login: "Could not log in.",
    replaced: "This desktop was opened somewhere else.", use_here: "Use it here",
    talk_goes_on: "Your talk goes on in this window: leave it open until it is over.", broken: "Connection lost, trying again…",
    ready: "Ready", done: "Done", longer: "Longer", pause: "Pause", pause_after: "Pause after this call", until: "until", late: "longer than allowed",
    afterwards: "after this call", phone_lost: "your phone cannot be reached", being_rung: "the customer is being rung",
    answer: "Answer", decline: "Decline", hold: "Hold", resume: "Resume", mute: "Mute", unmute: "Unmute", keypad: "Keypad",
    transfer: "Transfer", consult: "Ask a colleague", conference: "All together", complete: "Hand over", cancel_consult: "Back to the caller", let_go: "Let colleague go",
    ask_pin: "Ask for PIN", raise_hand: "Raise hand", lower_hand: "Lower hand", hang_up: "Hang up", dial: "Dial",
    held: "on hold", control_failed: "The switch could not do that; the talk goes on as before.",
    transfer_to_lane: "The caller waits in that lane now.", transfer_reached: "The caller has been taken.", transfer_returned: "Nobody answered: the caller comes back to you.",
    transfer_in_line: "Nobody answered: the caller waits at the head of his lane.", transfer_hung_up: "The caller hung up.",
    transfer_fell_back: "The static queue has the caller.", handed_on_by: "handed on by", came_back: "back from your transfer", consulted_by: "asked by", consulting: "asking", in_conference: "together with", together: "all together", hand_up: "hand raised",
    call_control: "Call control", more: "More", close: "Close", cancel: "Cancel", send: "Send", save: "Save",
    whom_transfer: "Hand the caller to", whom_consult: "Ask first", whom_dial: "Number to dial",
    search: "Search lanes, people, numbers", nobody_found: "Nobody by that name", lanes: "Lanes", people: "People",
    numbers: "Numbers",
    no_desk: "You take no calls. What happens on the hotline is on", live_board: "the live board",
    audit_trail: "the audit trail", no_call: "No call at present", no_call_more: "The next caller appears here before your phone rings.",
    caller: "Caller", unknown_caller: "Unknown caller", hidden_number: "No number", number_only: "number only", vip: "VIP",
    unproved: "A number does not prove who is calling.", claims: "says to be customer", customer: "Customer",
    unproved_claim: "Anybody can key a customer's number: who is calling is not proved.", verified: "verified",
    callback: "callback", left_message: "left a message", lane: "Lane", language: "Language", waited: "Waited",
    dialled: "Dialled", menu: "Keys pressed", advert: "Advert heard", says: "Phone says",
    message: "The caller's message, to be answered", script: "To say", may_offer: "May be offered",
    not_available: "not available", withheld: "More is shown once the caller has proved who he is.",
    several: "several customers have this number", from_bank: "From the bank's systems",
    history: "Earlier contacts", no_history: "No earlier contact.", history_of_number: "of this number; who called is not proved",
    solved: "solved", not_solved: "not solved", with_ticket: "ticket", open_ticket: "open ticket", nobody: "nobody",
    wrap_up: "Notes", reason_for_call: "What it was about", choose: "Choose…", was_solved: "Solved?", yes: "Yes", no: "No",
    note: "Note for whoever comes next", note_hint: "What was said and promised. #17 mentions an earlier note.",
    follow_up: "Follow up", saved: "saved", saving: "saving…", unsaved: "kept in this browser until the hotline is back",
    required: "Please choose what it was about.", disposition_missing: "Please choose what it was about.",
    disposition_unknown: "Please choose again what it was about.", still_talking: "You still talk.", conflict: "changed in another window; that text is shown",
    finish: "Finish", finished: "finished", ticket_why: "What is to be done", ticket_due: "Promised for",
    ticket_queue: "For", ticket_make: "Make a ticket", ticket_made: "Ticket made",
    tickets: "Tickets", my_tickets: "Mine", queue_tickets: "Queue", no_tickets: "No ticket here.", due: "due",
    overdue: "overdue", comment: "Comment", take: "Take", owner: "with", find: "Find",
    set_to: "Set to…", hand_over: "Hand over to…", open_tickets: "Open tickets of this caller",
    grants: "Grants", action: "What", up_to: "up to", amount: "Amount", ask_for_it: "Grant", pending: "waiting for a decision",
    granted: "granted", refused: "refused", expired: "expired", decide: "To decide", nothing_to_decide: "Nothing to decide.", allow: "Allow", refuse: "Refuse", why: "Why",
    day: "Today", calls: "Calls", talked: "Talk", wrap_up_time: "Wrap-up", breaks: "Breaks", since: "since",
    level: "Service level", promise: "promised", waiting: "waiting",
    softphone: "Softphone", colon: ":\u00a0", lines: { off: "off", connecting: "connecting", on: "ready", lost: "no line" },
    no_microphone: "The browser does not let this page use the microphone.", by_itself: "Answer by itself",
    use_softphone: "Use this browser as phone",
    account: "Your account", old_password: "Present password", new_password: "New password", new_again: "New password again",
    password_rule: "12 to 256 characters, without your name in them, and not the same few again and again.", change_password: "Change password",
    password_changed: "Your password is changed. Log in with the new one.", not_the_same: "The new passwords are not the same.",
    wrong_old: "The present password is wrong.", not_changed: "The password could not be changed.", log_ins: "Where you are logged in", session_over: "Your log-in is over. Log in again.",
    page_open: "page open", this_one: "here", end_log_in: "End", single_sign_on: "Log in with the bank's account",
    help: "Keys", shortcuts: "Shortcuts", help_hint: "Letters work outside of text fields.",
    languages: { zh: "Chinese", en: "English" }, states: STATES.en, reasons: REASONS.en, refusals: REFUSALS.en,
    verdicts: {
      asking: "The caller is keying the PIN. You hear a tone meanwhile.",
      verified: "The caller has proved by PIN who he is.",
      wrong: "The PIN was not right. The caller is not verified.",
      locked: "Too many wrong PINs: locked for a while. The caller is not verified.",
      unavailable: "PINs cannot be checked at present. Verify the caller yourself.",
      not_given: "The caller keyed no PIN. He is not verified.",
    },
    ticket_states: { open: "open", in_progress: "in progress", waiting_for_customer: "waiting for customer",
      resolved: "resolved", closed: "closed", reopened: "opened again" },
  },
  zh: {
    other: "English", brand: "热线", log_in_title: "登录热线", agent: "用户名", password: "密码",
    log_in: "登录", log_out: "退出", your_phone: "您的话机", in_browser: "此浏览器（使用耳机）",
    on_desk: "我的 SIP 话机", wrong: "用户名或密码错误。", too_many: "尝试次数过多，请稍候。",
    unreachable: "无法连接热线。", refused_login: "无法登录。",
    replaced: "此桌面已在别处打开。", use_here: "在此使用",
    talk_goes_on: "通话仍在此窗口进行，结束前请勿关闭。", broken: "连接已断开，正在重连…",
    ready: "就绪", done: "完成", longer: "延长", pause: "暂停", pause_after: "通话后暂停", until: "至", late: "已超时",
    afterwards: "本次通话后", phone_lost: "您的话机无法接通", being_rung: "正在呼叫客户",
    answer: "接听", decline: "拒接", hold: "保持", resume: "恢复", mute: "静音", unmute: "取消静音", keypad: "键盘",
    transfer: "转接", consult: "咨询同事", conference: "三方通话", complete: "移交", cancel_consult: "回到来电人", let_go: "请同事退出",
    ask_pin: "验证密码", raise_hand: "举手", lower_hand: "取消举手", hang_up: "挂断", dial: "拨号",
    held: "保持中", control_failed: "交换机无法执行，通话照旧。",
    transfer_to_lane: "来电人已转入该业务等候。", transfer_reached: "来电人已被接起。", transfer_returned: "无人接听，来电人回到您这里。",
    transfer_in_line: "无人接听，来电人在队列最前等候。", transfer_hung_up: "来电人已挂断。",
    transfer_fell_back: "来电人已进入备用队列。", handed_on_by: "转自", came_back: "转接未成，返回给您", consulted_by: "咨询人", consulting: "咨询中", in_conference: "三方通话：", together: "三方通话中", hand_up: "已举手",
    call_control: "通话控制", more: "更多", close: "关闭", cancel: "取消", send: "发送", save: "保存",
    whom_transfer: "将来电人转接至", whom_consult: "先咨询", whom_dial: "要拨打的号码",
    search: "搜索业务、同事、号码", nobody_found: "没有找到", lanes: "业务", people: "同事",
    numbers: "号码",
    no_desk: "您不接听来电。热线的实时情况见", live_board: "实时看板",
    audit_trail: "审计记录", no_call: "当前没有来电", no_call_more: "下一位来电人会在您的话机振铃之前显示在这里。",
    caller: "来电人", unknown_caller: "未知来电", hidden_number: "无号码", number_only: "仅凭号码", vip: "贵宾",
    unproved: "来电号码不能证明来电人的身份。", claims: "自称客户", customer: "客户",
    unproved_claim: "任何人都可以输入他人的客户号，来电人的身份未经证明。", verified: "已验证",
    callback: "回拨", left_message: "有留言", lane: "业务", language: "语言", waited: "已等待",
    dialled: "拨打号码", menu: "按键", advert: "已听广告", says: "来电显示名",
    message: "待回复的来电留言", script: "话术", may_offer: "可以提供",
    not_available: "暂不可用", withheld: "来电人验证身份后显示更多内容。",
    several: "此号码属于多位客户", from_bank: "银行系统信息",
    history: "联系记录", no_history: "没有联系记录。", history_of_number: "仅凭此号码，来电人身份未经证明",
    solved: "已解决", not_solved: "未解决", with_ticket: "工单", open_ticket: "未结工单", nobody: "无",
    wrap_up: "记录", reason_for_call: "来电事由", choose: "请选择…", was_solved: "是否解决？", yes: "是", no: "否",
    note: "留给下一位同事的记录", note_hint: "谈了什么，答应了什么。用 #17 提及以往记录。",
    follow_up: "跟进", saved: "已保存", saving: "正在保存…", unsaved: "暂存于此浏览器，热线恢复后保存",
    required: "请选择来电事由。", disposition_missing: "请选择来电事由。",
    disposition_unknown: "请重新选择来电事由。", still_talking: "您仍在通话中。", conflict: "已在另一窗口修改，现显示该文本",
    finish: "完成", finished: "已完成", ticket_why: "需要做什么", ticket_due: "承诺时间",
    ticket_queue: "交给", ticket_make: "建立工单", ticket_made: "工单已建立",
    tickets: "工单", my_tickets: "我的", queue_tickets: "队列", no_tickets: "暂无工单。", due: "到期",
    overdue: "已逾期", comment: "备注", take: "领取", owner: "处理人", find: "查找",
    set_to: "状态改为…", hand_over: "移交给…", open_tickets: "来电人未结工单",
    grants: "授权", action: "事项", up_to: "最高", amount: "金额", ask_for_it: "提交", pending: "等待审批",
    granted: "已批准", refused: "已拒绝", expired: "已过期", decide: "待审批", nothing_to_decide: "暂无待审批事项。", allow: "批准", refuse: "拒绝", why: "原因",
    day: "今日", calls: "来电", talked: "通话", wrap_up_time: "话后", breaks: "休息", since: "始于",
    level: "服务水平", promise: "承诺", waiting: "人等待",
    softphone: "软电话", colon: "：", lines: { off: "关闭", connecting: "正在连接", on: "就绪", lost: "线路中断" },
    no_microphone: "浏览器不允许此页面使用麦克风。", by_itself: "自动接听",
    use_softphone: "用此浏览器作话机",
    account: "我的账户", old_password: "当前密码", new_password: "新密码", new_again: "再次输入新密码",
    password_rule: "12 至 256 个字符；不得包含用户名，也不得反复使用少数几个字符。", change_password: "修改密码",
    password_changed: "密码已修改，请用新密码登录。", not_the_same: "两次输入的新密码不一致。",
    wrong_old: "当前密码错误。", not_changed: "无法修改密码。", log_ins: "已登录的位置", session_over: "登录已失效，请重新登录。",
    page_open: "页面已打开", this_one: "本机", end_log_in: "退出", single_sign_on: "使用银行账户登录",
    help: "按键", shortcuts: "快捷键", help_hint: "在文本框之外按字母键有效。",
    languages: { zh: "中文", en: "英语" }, states: STATES.zh, reasons: REASONS.zh, refusals: REFUSALS.zh,
    verdicts: {
      asking: "来电人正在输入密码，期间您会听到提示音。",
      verified: "来电人已通过密码验证身份。",
      wrong: "密码不正确，来电人未通过验证。",
      locked: "密码错误次数过多，已暂时锁定，来电人未通过验证。",
      unavailable: "暂时无法核对密码，请人工核实来电人身份。",
      not_given: "来电人未输入密码，未通过验证。",
    },
    ticket_states: { open: "未处理", in_progress: "处理中", waiting_for_customer: "等待客户",
      resolved: "已解决", closed: "已关闭", reopened: "重新打开" },
  },
};

export function firstLanguage() {
  const kept = localStorage.getItem("hotline_language");
  if (kept in WORDS) return kept;
  return (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
}

// A length of time for people: 0:07, 12:40, 1:02:03.
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

// A day and a time for people, short.
export function moment(milliseconds, language) {
  const at = new Date(milliseconds);
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { month: "short", day: "numeric" };
  return at.toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { ...day, hour: "2-digit", minute: "2-digit" });
}

// Why something was refused, in the agent's language; what is not known is said as the hotline says it.
// `nameOf` says what people call somebody whom the hotline names.
export function refusal(reason, language, nameOf) {
  const { refusals } = WORDS[language];
  if (reason in refusals) return refusals[reason];
  const [, who] = /^(\S+) is not ready$/.exec(reason) ?? [];
  return who ? refusals["… is not ready"].replace("…", () => nameOf(who)) : reason;
}
