"""The smallest hotline worth its name, and edits of it: one change, so that a test shows just what it breaks."""

SMALL = """\
numbers:
  "95555": {menu: main}
languages:
  zh: {name: 中文, voice: cmn, skill: mandarin}
  en: {name: English, voice: en-us, skill: english}
lanes:
  cards:
    name: {zh: 银行卡, en: Cards}
    needs: cards >= 3
    ring_for: 15s
  general:
    name: {zh: 人工服务, en: Anything else}
    needs: general
default_lane: general
default_language: zh
fallback: {phones: [anna]}
vip:
  platinum:
    recognised_by: {customer_tier: platinum, dialled: ["95555"]}
    credit: 90s
menus:
  main:
    - step: greeting
      say: {zh: 欢迎。, en: Welcome.}
    - step: language
      say: {zh: 中文请按一。, en: Press two.}
      keys: {"1": zh, "2": en}
    - step: menu
      say: {zh: 银行卡请按一。, en: Press one.}
      keys: {"1": cards, "0": general}
      wait_for: 6s
      attempts: 3
announcements:
  all_busy: {zh: 线路繁忙。, en: We are busy.}
  technical_problem: {zh: 请稍候。, en: One moment.}
agents:
  anna: {name: Anna, phone: anna, skills: {cards: 5, general: 3, mandarin: 5, english: 4}}
  ben: {name: Ben, phone: ben, skills: {cards: 2, general: 3, english: 5}}
"""


def edited(old: str, new: str, text: str = SMALL) -> str:
    """`text` with its only `old` replaced, so that an edit which missed is noticed."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
    return text.replace(old, new)
