"""Settings of a small hotline that has something to say of every kind, and one that says little."""

from pathlib import Path

from acd.config import HotlineConfig, load

HEAD = """\
numbers: {"95555": {menu: main}}
languages:
  zh: {name: 中文, voice: cmn, skill: mandarin}
  en: {name: English, voice: en-us, skill: english}
default_lane: general
default_language: zh
fallback: {phones: [anna]}
agents:
  anna: {name: Anna, phone: anna, skills: {general: 3, mandarin: 5, english: 4}}
"""

FEW = (
    HEAD
    + """\
lanes:
  general: {name: {zh: 人工服务, en: Anything else}, needs: general}
menus:
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
announcements:
  all_busy: {zh: 线路繁忙。, en: We are busy.}
  technical_problem: {zh: 请稍候。, en: One moment.}
"""
)
"""Eight prompts: a greeting, two announcements and one standard text, in two languages."""

MANY = (
    HEAD
    + """\
trunks: {carrier: {match: ["127.0.0.1"]}}
pin: {}
callbacks: {numbers: ["1"]}
adverts:
  card:
    spots:
      - {zh: 新卡上市。, en: A new card is here.}
      - {zh: 首年免年费。, en: No fee in the first year.}
  loan:
    spots: [{zh: 低息贷款。, en: A cheap loan.}]
    languages: [zh]
surveys:
  service:
    questions:
      - {say: {zh: 您满意吗？请按一到五。, en: "Were you content? Press one to five."}}
      - {say: {zh: 问题解决了吗？, en: Was it solved?}, keys: 2}
    comment: {zh: 请留言。, en: Please tell us more.}
    thanks: {zh: 谢谢。, en: Thank you.}
lanes:
  general:
    name: {zh: 人工服务, en: Anything else}
    needs: general
    announce: {position: true, estimated_wait: true}
menus:
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
    - {step: say, say: {zh: 通话可能被录音。, en: Calls may be recorded.}}
    - {step: collect, say: {zh: 请输入客户号。, en: Your customer number please.}}
    - {step: pin, say: {zh: 请输入密码。, en: Your PIN please.}}
    - {step: pin_change, say: {zh: 请设置新密码。, en: Your new PIN please.}}
    - {step: advert_offer, advert: card, say: {zh: 想听广告请按一。, en: "For offers, press one."}}
    - {step: survey, survey: service}
    - {step: hang_up, say: {zh: 再见。, en: Goodbye.}}
announcements:
  all_busy: {zh: 线路繁忙。, en: We are busy.}
  technical_problem: {zh: 请稍候。, en: One moment.}
  invalid_key: {zh: 没有这个选项。, en: There is no such choice.}
"""
)
"""Every kind of prompt; the advert `loan` is for callers who chose Chinese, and invalid-key has words of its own."""


def written(folder: Path, text: str) -> HotlineConfig:
    """The settings in a file of this folder, so that recordings can stand beside it."""
    file = folder / "hotline.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)
