"""The small hotline with every setting that it does without."""

from tests.config.small import SMALL

_LANES = """\
  cards:
    name: {zh: 银行卡, en: Cards}
    needs:  cards>=3
    ring_for: 15s
    wrap_up: 20s
    wrap_up_extension: 30s
    priority: 2
    credit: 10s
    ageing: 150%
    bonus_at_most: 10m
    choose_agent: longest_idle
    last_agent: {wait_for: 15s, within: 12h}
    steps:
      - {after: 20s, needs: cards >= 1}
      - {after: 45s, when: "idle(general) > 0 and open(office)", once: true, needs: cards or general, narrows: true}
      - after: 60s
        add: english
        drop: [cards]
        any_language: true
        lanes: [general]
        credit: 30s
        announce: sorry
        offer_callback: true
      - {after: 90s, when: tier == platinum, overflow: {to: say closed}}
    overflow: {after: 5m, to: callback, when: waiting(cards) > 5}
    limits: {length: 50, wait: 10m}
    when_full: number +862155555555
    hours: office
    when_closed: message
    when_unstaffed: general
    when_emergency: say closed
    announce: {every: 30s, position: true, estimated_wait: true}
    dispositions:
      required: true
      tree:
        lost: {name: {zh: 挂失, en: Lost}, under: {blocked: {name: {zh: 已挂失, en: Blocked}}}}
        other: {name: {zh: 其他, en: Other}}
    script: {zh: 您好，请讲。, en: How can I help?}
    may_offer: [{zh: 免年费, en: No yearly fee}]
"""
_CARDS = """\
  cards:
    name: {zh: 银行卡, en: Cards}
    needs: cards >= 3
    ring_for: 15s
"""
_PLATINUM = """\
    recognised_by: {customer_tier: platinum, dialled: ["95555"]}
    credit: 90s
"""
_VIP = """\
    recognised_by: {customer_tier: platinum, dialled: ["95555"], verified: true}
    credit: 90s
    priority: 1
    ageing: 200%
    bonus_at_most: 5m
    share_at_most: 40%
    relationship_manager: {wait_for: 20s}
    last_agent: {wait_for: 15s}
"""
_MENUS = """\
  everything:
    - {step: say, say: {zh: 请听。, en: Listen.}, barge_in: true}
    - step: menu
      say: {zh: 请选择。, en: Choose.}
      keys:
        "1": cards
        "2": menu desk
        "3": number +862155555555
        "4": say closed
        "5": callback
        "6": repeat
        "8": hang-up
        "9": message
        "*": next
      otherwise: person
      barge_in: false
    - {step: hours, calendar: office, open: next, closed: menu desk}
    - step: route
      cases: [{when: "tier == platinum and waiting(cards) > 5", to: general}, {when: verified, to: menu desk}]
      otherwise: cards
    - {step: advert_offer, advert: spring, say: {zh: 听广告请按一。, en: Press one.}, wait_for: 3s}
    - {step: survey, survey: asked}
    - {step: transfer, to: number +862155555555}
  desk:
    - {step: collect, say: {zh: 请输入客户号。, en: Your number.}, at_least: 6, at_most: 9, confirm: true, attempts: 2}
    - {step: pin, say: {zh: 请输入密码。, en: Your PIN.}, verified: next, otherwise: menu farewell}
    - {step: pin_change, say: {zh: 新密码。, en: Your new PIN.}, changed: general, otherwise: menu farewell}
    - {step: message}
  farewell:
    - {step: menu, say: {zh: 返回请按七。, en: Seven to go back.}, keys: {"7": back}, attempts: 1}
    - {step: hang_up, say: {zh: 再见。, en: Goodbye.}}
"""
_MORE = """\
  sorry: {zh: 请稍候。, en: Sorry.}
  closed: {zh: 已下班。, en: We are closed.}
  offer_callback: {zh: 按一。, en: Press one.}
  callback: {zh: 再见。, en: We will call.}
  leave_message: {zh: 请留言。, en: After the tone.}
time_zone: Asia/Shanghai
service_level: {answer_within: 20s, target: 80%, short_abandon: 3s, window: 15m, budget_from: 10}
routing: {choose_call: best_skill, choose_agent: occupancy}
calendars:
  office:
    open: ["mon-fri 09:00-18:00", "sat 10:00-14:00"]
    closed_on: ["2026-10-01..2026-10-03"]
    special: {"2026-12-24": "09:00-12:00"}
contacts: {keep_days: 365}
reserves:
  desk: {agents: cards >= 5, only_for: cards, until: "budget_burned(general) >= 100%"}
  backup: {agents: general >= 3, backup_for: cards}
pause_reasons: {lunch: 45m, break: unlimited}
no_answer: {pause_after: 3, cool_down: 8s}
shifts: {anna: ["mon-fri 08:00-19:00"]}
overflow_numbers: ["+862155555555"]
tiers: [gold]
adverts:
  spring:
    spots: [{zh: 一。, en: One.}, {zh: 二。, en: Two.}]
    lanes: [cards]
    languages: [zh]
    tiers: [platinum]
    hours: office
    not_again_within: 3
surveys:
  asked: {menu_only: true, questions: [{say: {zh: 好吗？, en: Good?}}]}
  after:
    questions: [{say: {zh: 满意吗？, en: Happy?}, keys: 3}]
    share: 25%
    lanes: [cards]
    agents: [anna]
    tiers: [platinum]
    not_again_within: 14
    unhappy_at: 1
    comment: {zh: 请说。, en: Tell us.}
    thanks: {zh: 谢谢。, en: Thank you.}
directory:
  fields:
    address: {label: {zh: 地址, en: Address}}
    balance: {label: {zh: 余额, en: Balance}, type: amount, currency: CNY, when: verified}
  sources:
    branch:
      kind: file
      path: branch.yaml
      label: {zh: 网点, en: Branch}
      within: 200ms
      keep_for: 30s
      fields: {address: contact.address}
      id_from: id
    core:
      kind: sqlite
      path: core.sqlite3
      label: {zh: 核心, en: Core}
      by_number: select address from customers where number = :number
    books:
      kind: postgresql
      url_file: books.url
      label: {zh: 账务, en: Books}
      by_id: "select balance from accounts where customer = :customer::text::bigint"
    crm:
      kind: http
      url: https://crm.example/customers
      secret_file: crm.secret
      ca_file: crm.pem
      label: {zh: 客户系统, en: CRM}
      known_by: [id]
    own: {kind: python, use: own, label: {zh: 自有, en: Own}, options: {depth: "3"}}
pin:
  verifier: https
  https: {url: "https://bank.example/pin", secret_file: bank.secret, ca_file: bank.pem, within: 2s}
  at_least: 5
  at_most: 8
  wait_for: 7s
  attempts_per_call: 2
  attempts_per_customer: 4
  locked_for: 12h
staff:
  sue: {name: Sue, roles: [supervisor, auditor]}
  anna: {roles: [operator]}
sessions: {idle: 20m, longest: 10h}
audit: {keep_days: 90}
web: {https: true, origins: ["https://crm.bank.example"], board: logged_in}
tickets:
  queues:
    cards-desk: {name: {zh: 卡务二线, en: Desk}, lanes: [cards]}
    heads: {name: {zh: 主管, en: Heads}}
  default_queue: heads
  promise: 8h
  escalate: [{before: 2h}, {after: 0s}, {after: 24h, to: heads}]
  close_after_days: 3
  keep_days: 400
  from_surveys: true
  from_callbacks: true
authority:
  actions:
    fee_waiver: {name: {zh: 减免费用, en: Fee waiver}, unit: CNY, limits: {"1": 50, "3": "500.50"}, at_most: 5000}
    days: {name: {zh: 延期, en: Days}, unit: days, decimals: 0, limits: {"2": 3}}
  expires_after: 3m
  keep_days: 90
oidc:
  issuer: https://sso.bank.example
  client_id: hotline
  client_secret_file: sso.secret
  back: https://hotline.bank.example/api/v1/oidc/back
  claim: staff_id
callbacks:
  first: customer
  ring_for: 25s
  attempts: 2
  retry_after: 5m
  keep_for: 8h
  hours: office
  numbers: ["+86"]
"""

EVERYTHING = SMALL.replace(_CARDS, _LANES).replace(_PLATINUM, _VIP)
EVERYTHING = EVERYTHING.replace("announcements:\n", _MENUS + "announcements:\n")
EVERYTHING = EVERYTHING.replace('"95555": {menu: main}\n', '"95555": {menu: main}\n  "95556": {menu: everything}\n')
EVERYTHING = EVERYTHING.replace("agents:\n", _MORE + "agents:\n")
EVERYTHING = EVERYTHING.replace("mandarin: 5, english: 4}}", "mandarin: 5, english: 4}, line: second}")
assert "line: second" in EVERYTHING
assert "wrap_up_extension" in EVERYTHING
assert "share_at_most" in EVERYTHING
