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
reserves:
  desk: {agents: cards >= 5, only_for: cards, until: "budget_burned(general) >= 100%"}
  backup: {agents: general >= 3, backup_for: cards}
pause_reasons: {lunch: 45m, break: unlimited}
no_answer: {pause_after: 3, cool_down: 8s}
shifts: {anna: ["mon-fri 08:00-19:00"]}
overflow_numbers: ["+862155555555"]
tiers: [gold]
"""

EVERYTHING = SMALL.replace(_CARDS, _LANES).replace(_PLATINUM, _VIP)
EVERYTHING = EVERYTHING.replace("agents:\n", _MORE + "agents:\n")
assert "wrap_up_extension" in EVERYTHING
assert "share_at_most" in EVERYTHING
