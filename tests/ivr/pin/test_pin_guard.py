"""The desk counts before it asks, asks about a customer once at a time, and tells nothing by its pace."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.core.instants import Duration, Instant
from acd.core.switch_events import Verdict
from ivr.pin.attempts import DELAYS, AttemptBook, Rules
from ivr.pin.digits import Digits
from ivr.pin.guard import STEP, GuardedPins
from ivr.pin.ports import Change
from tests.ivr.pin.pin_bank import CUSTOMER, LIMITS, digits_of, text_of
from tests.journal.waiting import eventually

RULES = Rules(per_call=3, per_customer=5, locked_for=86_400_000)
NOW: Instant = 1_795_000_000_000
CODE = "48151623"
PATIENCE = max(DELAYS)
"""Milliseconds after which a caller tries again who must feel no delay."""


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
    refuses: bool = False
    asked: list[str] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    goes_on: asyncio.Event | None = None

    def is_asked_more_than(self, times: int) -> bool:
        return len(self.asked) > times

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
        if self.refuses:
            return Change.REFUSED
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
        """The verdict on one who comes again after twenty seconds, as one does in a call, and how long it took."""
        self.clock.time += 20_000
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
    known = [await desk.timed("0000") for _ in range(20)]
    desk.clock.time = NOW
    unknown = [await desk.timed("0000", "99999999") for _ in range(20)]

    assert known == unknown
    assert [verdict for verdict, _ in known[:4]] == [Verdict.WRONG] * 3 + [Verdict.LOCKED], "the fourth came too early"
    assert {verdict for verdict, _ in known[4:]} == {Verdict.WRONG, Verdict.LOCKED}
    assert all(took % STEP == 0 for _, took in known)


async def test_a_short_delay_is_waited_for_on_the_line_from_the_verdict_before_right_or_wrong(desk: Desk) -> None:
    told = []
    for pin in ("0000", "0000", "4719"):
        await desk.check(pin)
        told.append(desk.clock.time)

    for before, after, delay in zip(told, told[1:], DELAYS[1:], strict=False):
        assert delay - STEP <= after - before <= delay + STEP


async def test_nobody_gets_round_the_delay_by_many_calls_at_once(desk: Desk) -> None:
    verdicts: list[Verdict] = []

    async def guess(call: str) -> None:
        verdicts.append(await desk.check("0000", call=call))

    for turn in range(10):
        async with asyncio.TaskGroup() as tasks:
            for number in range(5):
                tasks.create_task(guess(f"call-{turn}-{number}"))

    assert verdicts.count(Verdict.WRONG) == 3, "the fourth must wait for a minute, and callers are not held so long"
    assert len(desk.bank.asked) == 3
    desk.clock.time += DELAYS[3]
    assert await desk.check("0000", call="late") is Verdict.WRONG


async def test_while_a_verdict_is_held_back_the_customer_is_still_being_asked_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeps, goes_on = asyncio.Event(), asyncio.Event()

    async def sleep(_: Duration) -> None:
        sleeps.set()
        await goes_on.wait()

    monkeypatch.setattr(desk.pins, "_sleep", sleep)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(desk.check("0000"))
        await sleeps.wait()
        second = tasks.create_task(desk.check("4719", f"0{CUSTOMER}"))
        await asyncio.sleep(0)
        goes_on.set()

    assert (first.result(), second.result()) == (Verdict.WRONG, Verdict.UNAVAILABLE)
    assert len(desk.bank.asked) == 1


async def test_the_locked_are_not_asked_about_any_more(desk: Desk) -> None:
    for _ in range(5):
        assert await desk.check("0000") is not Verdict.UNAVAILABLE
        desk.clock.time += PATIENCE
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
    while len(desk.bank.asked) < 3:
        before = len(desk.bank.asked)
        checked = asyncio.create_task(desk.check("0000", call="call-1"))
        await eventually(partial(desk.bank.is_asked_more_than, before))
        checked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await checked

    desk.bank.goes_on.set()
    assert await desk.check("4719", call="call-1") is Verdict.LOCKED
    desk.clock.time += PATIENCE
    assert await desk.check("4719", call="call-2") is Verdict.VERIFIED, "and nothing is left in flight"


async def test_without_a_verifier_or_a_customer_there_is_no_verdict(desk: Desk) -> None:
    assert await desk.check("4719", "") is Verdict.UNAVAILABLE
    desk.pins.use(None, LIMITS, RULES)
    assert await desk.check("4719") is Verdict.UNAVAILABLE
    assert desk.bank.asked == []


async def test_a_code_is_an_attempt_as_a_pin_is(desk: Desk) -> None:
    async def change(code: str | None) -> Change:
        digits = None if code is None else digits_of(code)
        desk.clock.time += PATIENCE
        return await desk.pins.change(CUSTOMER, f"call-{desk.clock.time}", digits_of("4719"), digits)

    assert [await change("00000000") for _ in range(5)] == [Change.WRONG] * 4 + [Change.LOCKED]
    assert await change(CODE) is Change.LOCKED
    assert await desk.check("4719") is Verdict.LOCKED
    assert await change(None) is Change.CHANGED, "who has proved who he is needs no attempt"


async def test_right_pins_in_one_call_are_as_many_as_there_are_questions(desk: Desk) -> None:
    assert [await desk.check("4719", call="call-1") for _ in range(9)] == [Verdict.VERIFIED] * 9


async def test_a_new_pin_that_the_bank_refuses_costs_no_attempt_with_the_code(desk: Desk) -> None:
    desk.bank.refuses = True
    for _ in range(9):
        change = await desk.pins.change(CUSTOMER, "call-1", digits_of("4719"), digits_of(CODE))
        assert change is Change.REFUSED

    desk.bank.refuses = False
    assert await desk.pins.change(CUSTOMER, "call-1", digits_of("4719"), digits_of(CODE)) is Change.CHANGED


async def test_a_buffer_that_is_empty_or_wiped_is_no_attempt(desk: Desk) -> None:
    assert await desk.pins.check(CUSTOMER, "call-1", Digits()) is Verdict.UNAVAILABLE
    assert await desk.pins.change(CUSTOMER, "call-1", Digits(), None) is Change.REFUSED
    assert await desk.pins.change(CUSTOMER, "call-1", digits_of("4719"), Digits()) is Change.UNAVAILABLE
    assert desk.bank.asked == []


@pytest.mark.parametrize("pin", ["1111", "1234", "471", "4719033"])
async def test_a_pin_that_is_plain_too_short_or_too_long_is_nobodys(desk: Desk, pin: str) -> None:
    assert await desk.pins.change(CUSTOMER, "call-1", digits_of(pin), None) is Change.REFUSED
    assert desk.bank.asked == []
