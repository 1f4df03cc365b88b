"""A line to a caller in virtual time, who presses keys and hangs up when the test says so."""

from dataclasses import dataclass, field

from acd.config import HotlineConfig, loads
from acd.core.instants import Duration, Instant
from acd.engine.ports import Customer
from ivr.agi_commands import set_variable, stream_file, wait_for_digit
from ivr.agi_errors import CallerHungUp
from ivr.dialogue import Choice, Dialogue
from ivr.line import Prompt

PROMPT_LASTS: Duration = 2_000
COMMAND_LASTS: Duration = 5

MENUS = """\
numbers: {"95555": {menu: main}, "4008885555": {menu: short}}
languages:
  zh: {name: 中文, voice: cmn, skill: mandarin}
  en: {name: English, voice: en-us, skill: english}
lanes:
  cards: {name: {zh: 银行卡, en: Cards}, needs: cards}
  wealth: {name: {zh: 理财, en: Wealth}, needs: wealth}
  general: {name: {zh: 人工服务, en: Anything else}, needs: general}
default_lane: general
default_language: zh
fallback: {phones: [anna]}
menus:
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
    - step: language
      say: {zh: 中文请按一。, en: "English, press two."}
      keys: {"1": zh, "2": en}
      wait_for: 5s
      attempts: 2
    - step: menu
      say: {zh: 银行卡请按一。, en: "Cards, press one."}
      keys: {"1": cards, "3": wealth, "0": general}
      wait_for: 6s
      attempts: 3
  short:
    - {step: greeting, say: {zh: 您好。, en: Hello.}}
announcements:
  all_busy: {zh: 线路繁忙。, en: We are busy.}
  technical_problem: {zh: 请稍候。, en: One moment.}
trunks: {carrier: {match: ["127.0.0.1"]}}
agents:
  anna: {name: Anna, phone: anna, skills: {cards: 5, wealth: 5, general: 3, mandarin: 5, english: 4}}
"""


def bank() -> HotlineConfig:
    return loads(MENUS)


@dataclass
class FakeLine:
    """A `Line` and its clock. Each prompt lasts PROMPT_LASTS; keys are pressed at fixed times after the start.

    `ends_at` is when the caller hangs up. `heard` lists the prompts that were begun, as `language/name`.
    """

    keys: list[tuple[Instant, str]] = field(default_factory=list)
    ends_at: Instant | None = None
    number: str = "13800138000"
    dialled: str = "95555"
    time: Instant = 0
    heard: list[str] = field(default_factory=list)
    wrote: list[tuple[str, str]] = field(default_factory=list)

    def now(self) -> Instant:
        return self.time

    async def play(self, prompt: Prompt, interrupted_by: str) -> str | None:
        stream_file(f"hotline/{prompt.language}/{prompt.name}", interrupted_by)
        self._still_there()
        self.heard.append(f"{prompt.language}/{prompt.name}")
        return self._pass_time(PROMPT_LASTS, interrupted_by)

    async def wait_for_key(self, wait: Duration) -> str | None:
        wait_for_digit(wait)
        self._still_there()
        return self._pass_time(wait, "0123456789*#")

    async def variable(self, name: str) -> str:
        self._still_there()
        return {"HL_NUMBER": self.number, "HL_DIALLED": self.dialled}.get(name, "")

    async def set_variable(self, name: str, value: str) -> None:
        set_variable(name, value)
        self._pass_time(COMMAND_LASTS, "")
        self.wrote.append((name, value))

    def _pass_time(self, span: Duration, stopped_by: str) -> str | None:
        end = self.time + span
        # A key that is pressed while it interrupts nothing is lost, as it is on Asterisk.
        for at, key in self.keys:
            if self.time <= at < end and key in stopped_by:
                self.keys = [(when, what) for when, what in self.keys if when > at]
                self.time = at
                self._still_there()
                return key
        self.time = end
        self._still_there()
        return None

    def _still_there(self) -> None:
        if self.ends_at is not None and self.time >= self.ends_at:
            self.time = self.ends_at
            raise CallerHungUp("the caller of this test hung up")


@dataclass
class FakeDirectory:
    """Customers by number."""

    customers: dict[str, Customer] = field(default_factory=dict)

    def find(self, number: str) -> Customer | None:
        return self.customers.get(number)


async def led(line: FakeLine, directory: FakeDirectory | None = None) -> Choice:
    """Lead the caller on this line through the menus of the test's bank."""
    return await Dialogue(bank, directory or FakeDirectory(), line).lead(line)
