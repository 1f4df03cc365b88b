"""A line to a caller in virtual time, who presses keys and hangs up when the test says so."""

from dataclasses import dataclass, field
from functools import cache

from acd.config import HotlineConfig, loads
from acd.core.instants import Duration, Instant
from acd.core.language.facts import CallFacts
from acd.core.names import LaneName
from acd.engine.ports import Customer
from ivr.agi_commands import play_tones, record, set_variable, stream_file, wait_for_digit
from ivr.agi_errors import CallerHungUp
from ivr.choice import Choice
from ivr.dialogue import Dialogue
from ivr.line import Prompt, PromptMissing, Tones
from ivr.pin.ports import PinDesk

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


_BEFORE, _, _REST = MENUS.partition("menus:\n")
_AFTER = _REST[_REST.index("announcements:") :].replace(
    "trunks:",
    """\
  closed: {zh: 已下班。, en: We are closed.}
  leave_message: {zh: 请留言。, en: Please speak.}
  offer_callback: {zh: 请按一。, en: Press one.}
  callback: {zh: 再见。, en: We will call.}
trunks:""",
)


@cache
def bank() -> HotlineConfig:
    return loads(MENUS)


def bank_text(menus: str, more: str = "") -> str:
    """The test's bank with other menus, each as in the file, and with more sections; callers hear the menu `main`."""
    before = _BEFORE.replace(', "4008885555": {menu: short}', "")
    return f"{before}menus:\n{menus}{_AFTER}{more}"


@cache
def bank_with(menus: str, more: str = "") -> HotlineConfig:
    """The settings of `bank_text`."""
    return loads(bank_text(menus, more))


@dataclass
class FakeLine:
    """A `Line` and its clock. Each prompt lasts PROMPT_LASTS; keys are pressed at fixed times after the start.

    `ends_at` is when the caller hangs up. `heard` lists the prompts that were begun, as `language/name`; those in
    `missing`, written likewise, have no sound. Whoever `speaks` is recorded for so long.
    """

    keys: list[tuple[Instant, str]] = field(default_factory=list)
    ends_at: Instant | None = None
    number: str = "13800138000"
    dialled: str = "95555"
    time: Instant = 0
    heard: list[str] = field(default_factory=list)
    wrote: list[tuple[str, str]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    speaks: Duration = 0
    recorded: list[str] = field(default_factory=list)
    tones: list[Tones | None] = field(default_factory=list)
    """Each row of tones that was begun; None where they were ended."""
    variables: dict[str, str] = field(default_factory=dict)
    """What stands on the call besides the two numbers."""

    def now(self) -> Instant:
        return self.time

    async def play(self, prompt: Prompt, interrupted_by: str) -> str | None:
        stream_file(f"hotline/{prompt.language}/{prompt.name}", interrupted_by)
        self._still_there()
        if f"{prompt.language}/{prompt.name}" in self.missing:
            raise PromptMissing(prompt.name)
        self.heard.append(f"{prompt.language}/{prompt.name}")
        return self._listen(PROMPT_LASTS, interrupted_by)

    async def start_tones(self, tones: Tones) -> None:
        play_tones(tones)
        self._pass_time(COMMAND_LASTS)
        self.tones.append(tones)

    async def stop_tones(self) -> None:
        self._pass_time(COMMAND_LASTS)
        self.tones.append(None)

    async def record(self, name: str, at_most: Duration, silence: Duration) -> bool:
        record(f"/spool/{name}/call.wav", silence, at_most)
        self._still_there()
        self.recorded.append(name)
        self._listen(min(self.speaks + silence, at_most), "0123456789*#")
        return self.speaks > 0

    async def wait_for_key(self, wait: Duration) -> str | None:
        wait_for_digit(wait)
        self._still_there()
        return self._listen(wait, "0123456789*#")

    async def variable(self, name: str) -> str:
        self._still_there()
        return {"HL_CALL": "call-1", "HL_NUMBER": self.number, "HL_DIALLED": self.dialled, **self.variables}.get(
            name, ""
        )

    async def set_variable(self, name: str, value: str) -> None:
        set_variable(name, value)
        self._pass_time(COMMAND_LASTS)
        self.wrote.append((name, value))
        self.variables[name] = value

    def written(self) -> dict[str, str]:
        """What was written last into each variable."""
        return dict(self.wrote)

    def _listen(self, span: Duration, stopped_by: str) -> str | None:
        end = self.time + span
        # A key that is pressed while somebody listens and that interrupts nothing is lost, as it is on Asterisk; one
        # that was pressed before, between two commands, is heard now.
        while self.keys and self.keys[0][0] < end:
            at, key = self.keys.pop(0)
            if key in stopped_by:
                self.time = max(self.time, at)
                self._still_there()
                return key
        self.time = end
        self._still_there()
        return None

    def _pass_time(self, span: Duration) -> None:
        self.time += span
        self._still_there()

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

    def known_as(self, customer: str) -> Customer | None:
        return next((each for each in self.customers.values() if each.id == customer and customer), None)


@dataclass
class FakeSituation:
    """The hotline as it is: conditions that hold, calendars that are closed, numbers that were asked about adverts."""

    holding: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    asked: dict[str, Instant] = field(default_factory=dict)
    surveyed: dict[str, Instant] = field(default_factory=dict)
    heard: list[tuple[str, CallFacts, LaneName]] = field(default_factory=list)
    """Every question about a condition."""

    def holds(self, condition: str, call: CallFacts, lane: LaneName) -> bool:
        self.heard.append((condition, call, lane))
        return condition in self.holding

    def is_open(self, calendar: str) -> bool:
        return calendar not in self.closed

    def surveyed_at(self, number: str) -> Instant | None:
        return self.surveyed.get(number)

    def asked_about_adverts(self, number: str) -> Instant | None:
        return self.asked.get(number)


async def led(
    line: FakeLine,
    directory: FakeDirectory | None = None,
    config: HotlineConfig | None = None,
    situation: FakeSituation | None = None,
    pins: PinDesk | None = None,
) -> Choice:
    """Lead the caller on this line through the menus of the test's bank, or of another."""
    settings = config or bank()
    dialogue = Dialogue(lambda: settings, directory or FakeDirectory(), line, situation or FakeSituation(), pins)
    return await dialogue.lead(line)
