"""The desk counts before it asks, asks about a customer once at a time, and tells nothing by its pace."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.core.instants import Duration, Instant
from acd.core.switch_events import Verdict
from ivr.pin.attempts import AttemptBook, Rules
from ivr.pin.digits import Digits
from ivr.pin.guard import STEP, GuardedPins
from ivr.pin.ports import Change
from tests.ivr.pin.pin_bank import CUSTOMER, LIMITS, digits_of, text_of

RULES = Rules(per_call=3, per_customer=5, locked_for=86_400_000)
NOW: Instant = 1_795_000_000_000
CODE = "48151623"


@dataclass
class Time:
    """Virtual time, in which sleeping takes no time."""

    time: Instant = NOW

    def now(self) -> Instant:
        return self.time

    async def sleep(self, span: Duration) -> None:
        self.time += max(span, 0)
        await asyncio.sleep(0)


@dataclass
class Bank:
    """A verifier that takes its time, and looks what stands in the book when it is asked."""

    clock: Time
    book: AttemptBook
    takes: Callable[[str], Duration] = lambda _customer: 70
    says: Verdict | None = None
    fails: bool = False
    asked: list[str] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    goes_on: asyncio.Event | None = None

    async def verify(self, customer: str, pin: Digits) -> Verdict:
        self.asked.append(customer)
        self.counted.append(self.book._number("SELECT wrong FROM customers WHERE customer = ?", customer))
        self.clock.time += self.takes(customer)
        if self.goes_on is not None:
            await self.goes_on.wait()
        if self.fails:
            raise RuntimeError(f"no connection while {text_of(pin)} was asked about")
        return self.says or (Verdict.VERIFIED if (customer, text_of(pin)) == (CUSTOMER, "4719") else Verdict.WRONG)

    async def change(self, customer: str, new: Digits, code: Digits | None) -> Change:
        self.asked.append(customer)
        assert len(new) == 4
        return Change.CHANGED if code is None or text_of(code) == CODE else Change.WRONG


@dataclass
class Desk:
    """A desk, its bank and its clock."""

    pins: GuardedPins
    bank: Bank
    clock: Time

    async def check(self, pin: str, customer: str = CUSTOMER, call: str | None = None) -> Verdict:
        return await self.pins.check(customer, call or f"call-{self.clock.time}", digits_of(pin))

    async def timed(self, pin: str, customer: str = CUSTOMER) -> tuple[Verdict, Duration]:
        began = self.clock.time
        return await self.check(pin, customer), self.clock.time - began


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Time()
    book = AttemptBook(tmp_path / "attempts.sqlite3")
    bank = Bank(clock, book)
    pins = GuardedPins(book, clock, LIMITS, RULES, clock.sleep)
    pins.use(bank, LIMITS, RULES)
    yield Desk(pins, bank, clock)
    pins.close()


async def test_an_attempt_is_in_the_book_when_the_bank_is_asked(desk: Desk) -> None:
    assert await desk.check("0000") is Verdict.WRONG
    assert await desk.check("0000") is Verdict.WRONG
    assert await desk.check("4719") is Verdict.VERIFIED
    assert await desk.check("0000") is Verdict.WRONG

    assert desk.bank.counted == [1, 2, 3, 1]


async def test_a_wrong_pin_and_a_customer_whom_nobody_knows_get_the_same_verdicts_at_the_same_pace(desk: Desk) -> None:
    desk.bank.takes = lambda customer: 190 if customer == CUSTOMER else 3
    known = [await desk.timed("0000") for _ in range(6)]
    desk.clock.time = NOW
    unknown = [await desk.timed("0000", "99999999") for _ in range(6)]

    assert known == unknown
    assert [verdict for verdict, _ in known] == [Verdict.WRONG] * 4 + [Verdict.LOCKED] * 2
    assert all(took % STEP == 0 for _, took in known)


async def test_each_wrong_one_in_a_row_makes_the_next_verdict_wait_longer_right_or_wrong(desk: Desk) -> None:
    began = []
    for pin in ("0000", "0000", "0000", "4719"):
        began.append(desk.clock.time)
        await desk.check(pin)

    asked_to_next_verdict = [
        after - before for before, after in zip(began, [*began[2:], desk.clock.time], strict=False)
    ]
    assert asked_to_next_verdict == [1_000, 2_000, 4_000]


async def test_the_locked_are_not_asked_about_any_more(desk: Desk) -> None:
    for _ in range(5):
        await desk.check("0000")
    asked = len(desk.bank.asked)

    assert await desk.check("4719") is Verdict.LOCKED
    assert len(desk.bank.asked) == asked


async def test_a_call_has_three_attempts_for_all_customers_together(desk: Desk) -> None:
    found = [await desk.check("0000", customer, "call-1") for customer in ("1", "2", "3", "4")]

    assert found == [Verdict.WRONG] * 3 + [Verdict.LOCKED]


async def test_while_one_call_asks_about_a_customer_another_is_sent_to_a_person(desk: Desk) -> None:
    desk.bank.goes_on = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(desk.check("4719"))
        while not desk.bank.asked:  # noqa: ASYNC110 - the book is written by a thread
            await asyncio.sleep(0.001)
        assert await desk.check("4719") is Verdict.UNAVAILABLE
        desk.bank.goes_on.set()

    assert first.result() is Verdict.VERIFIED
    assert desk.bank.asked == [CUSTOMER]
    assert await desk.check("4719") is Verdict.VERIFIED, "the next one is asked about again"


async def test_a_bank_that_gives_no_verdict_costs_nobody_an_attempt(desk: Desk) -> None:
    desk.bank.says = Verdict.UNAVAILABLE
    assert [await desk.check("0000", call="call-1") for _ in range(9)] == [Verdict.UNAVAILABLE] * 9

    desk.bank.says = None
    assert await desk.check("4719", call="call-1") is Verdict.VERIFIED


async def test_a_verifier_that_fails_is_no_verdict_and_what_it_said_is_not_logged(desk: Desk) -> None:
    desk.bank.fails = True
    with capture_logs() as logs:
        assert await desk.check("4719") is Verdict.UNAVAILABLE

    assert [line["error"] for line in logs] == ["RuntimeError"]
    assert "4719" not in str(logs)
    assert CUSTOMER not in str(logs)


async def test_who_cannot_be_counted_is_not_asked_about(desk: Desk) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    desk.bank.book.count = full  # type: ignore[method-assign, assignment]
    with capture_logs() as logs:
        assert await desk.check("4719") is Verdict.UNAVAILABLE

    assert desk.bank.asked == []
    assert [line["why"] for line in logs] == ["database or disk is full"]


async def test_who_hangs_up_before_the_verdict_has_used_his_attempt(desk: Desk) -> None:
    desk.bank.goes_on = asyncio.Event()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await desk.check("0000", call="call-1")

    desk.bank.goes_on.set()
    assert await desk.check("4719", call="call-1") is Verdict.LOCKED
    assert await desk.check("4719", call="call-2") is Verdict.VERIFIED, "and nothing is left in flight"


async def test_without_a_verifier_or_a_customer_there_is_no_verdict(desk: Desk) -> None:
    assert await desk.check("4719", "") is Verdict.UNAVAILABLE
    desk.pins.use(None, LIMITS, RULES)
    assert await desk.check("4719") is Verdict.UNAVAILABLE
    assert desk.bank.asked == []


async def test_a_code_is_an_attempt_as_a_pin_is(desk: Desk) -> None:
    async def change(code: str | None) -> Change:
        digits = None if code is None else digits_of(code)
        return await desk.pins.change(CUSTOMER, f"call-{desk.clock.time}", digits_of("4719"), digits)

    assert [await change("00000000") for _ in range(5)] == [Change.WRONG] * 4 + [Change.LOCKED]
    assert await change(CODE) is Change.LOCKED
    assert await desk.check("4719") is Verdict.LOCKED
    assert await change(None) is Change.CHANGED, "who has proved who he is needs no attempt"


@pytest.mark.parametrize("pin", ["1111", "1234", "471", "4719033"])
async def test_a_pin_that_is_plain_too_short_or_too_long_is_nobodys(desk: Desk, pin: str) -> None:
    assert await desk.pins.change(CUSTOMER, "call-1", digits_of(pin), None) is Change.REFUSED
    assert desk.bank.asked == []
