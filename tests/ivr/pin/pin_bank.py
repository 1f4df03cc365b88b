"""What the tests of PINs share: a customer who keys digits under the tones, a desk that knows one PIN, settings."""

from dataclasses import dataclass, field

from acd.config import HotlineConfig
from acd.core.instants import Duration, Instant
from acd.core.switch_events import Verdict
from acd.engine.ports import Customer
from ivr.line import Tones
from ivr.pin.digits import Digits
from ivr.pin.ports import Change, PinLimits
from ivr.visit import Surroundings, Visit, WhoCalls
from tests.ivr.fake_line import FakeDirectory, FakeLine, FakeSituation, bank_with

NUMBER = "13800138000"
CUSTOMER = "10000001"
KNOWN = FakeDirectory({NUMBER: Customer("王芳", "gold", "zh", id=CUSTOMER)})
LIMITS = PinLimits(at_least=4, at_most=6, wait_for=8_000, attempts_per_call=3)
KEY_AFTER: Duration = 300
"""A caller presses a key every so many milliseconds."""

MENUS = """\
  main:
    - {step: pin, say: {zh: 核实身份。, en: We verify you.}, verified: wealth, otherwise: person}
"""
CHANGES = """\
  main:
    - {step: pin_change, say: {zh: 修改密码。, en: A new PIN.}, changed: wealth, otherwise: person}
"""


def settings(menus: str = MENUS) -> HotlineConfig:
    return bank_with(menus, "pin: {}\n")


def digits_of(text: str) -> Digits:
    return Digits.of(text)


@dataclass
class KeyingLine(FakeLine):
    """A caller who, each time he begins to hear the tones, keys what comes next in `entries`."""

    entries: list[str] = field(default_factory=list)
    after: Duration = KEY_AFTER

    async def start_tones(self, tones: Tones) -> None:
        await super().start_tones(tones)
        begin = len(self.tones) == 1 or self.tones[-2] is None
        if begin and self.entries:
            keys = self.entries.pop(0)
            self.keys += [(self.time + self.after * number, key) for number, key in enumerate(keys, 1)]

    @property
    def masked(self) -> bool:
        """Whether tones sound now."""
        return bool(self.tones) and self.tones[-1] is not None


@dataclass
class FakePins:
    """A desk that knows PINs by customer and remembers what it was asked, but no digits."""

    pins: dict[str, str] = field(default_factory=lambda: {CUSTOMER: "4719"})
    code: str = "48151623"
    instead: Verdict | None = None
    limits: PinLimits = LIMITS
    asked: list[tuple[str, str]] = field(default_factory=list)
    held: list[Digits] = field(default_factory=list)

    async def check(self, customer: str, call: str, pin: Digits) -> Verdict:
        self.asked.append((customer, call))
        self.held.append(pin)
        right = text_of(pin) == self.pins.get(customer)
        return self.instead or (Verdict.VERIFIED if right else Verdict.WRONG)

    async def change(self, customer: str, call: str, new: Digits, code: Digits | None) -> Change:
        self.asked.append((customer, call))
        self.held += [new] if code is None else [new, code]
        if code is not None and text_of(code) != self.code:
            return Change.WRONG
        self.pins[customer] = text_of(new)
        return Change.CHANGED


def text_of(digits: Digits) -> str:
    return bytes(digits.view).decode()


def visit_on(line: FakeLine, directory: FakeDirectory = KNOWN, time: Instant = 180_000) -> Visit:
    around = Surroundings(settings(), directory, FakeSituation(), line)
    return Visit(line, around, WhoCalls("call-1", line.number), time)
