"""The desk where PINs are checked: it counts an attempt before anybody is asked, and gives nothing away by its pace.

For each attempt: nobody else may be asking about the same customer (a second call meanwhile hears that the PIN cannot
be checked, and a person verifies him); the attempt is written into the book, durably; then the verifier is asked;
then the verdict waits for the end of its STEP, and longer after wrong ones; until it is told, the customer stays
somebody who is being asked about. All of that is the same for a customer whom nobody knows, for the book knows no
customers, only ids that were tried.

An attempt that ended without a word of the verifier on the PIN or code is taken back. One whose caller hung up, or
whose process was killed, stays counted.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from acd.core.instants import Duration, Instant
from acd.core.switch_events import Verdict
from acd.engine.ports import Clock
from ivr.pin.attempts import AttemptBook, Counted, Rules, counted_as
from ivr.pin.digits import Digits
from ivr.pin.ports import Change, PinLimits, PinVerifier

STEP: Duration = 500
"""Verdicts are given this many milliseconds after the question, or twice as many, and so on: how long the verifier took
can be told no finer than that."""

T = TypeVar("T")
Sleep = Callable[[Duration], Awaitable[None]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Words(Generic[T]):
    """What the guard must tell apart among a verifier's answers, and says itself."""

    right: T
    wrong: T
    locked: T
    unavailable: T


_VERDICTS = _Words(Verdict.VERIFIED, Verdict.WRONG, Verdict.LOCKED, Verdict.UNAVAILABLE)
_CHANGES = _Words(Change.CHANGED, Change.WRONG, Change.LOCKED, Change.UNAVAILABLE)


async def _sleep(span: Duration) -> None:
    await asyncio.sleep(span / 1_000)


class GuardedPins:
    """A `PinDesk`. Without a verifier every verdict is UNAVAILABLE. `close` comes last, when nobody asks any more."""

    def __init__(self, book: AttemptBook, clock: Clock, limits: PinLimits, rules: Rules, sleep: Sleep = _sleep) -> None:
        self._book = book
        self._clock = clock
        self._limits = limits
        self._rules = rules
        self._sleep = sleep
        self._verifier: PinVerifier | None = None
        self._in_flight: set[str] = set()
        """Customers of whom a verdict is awaited: never more than there are calls."""
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="pin-attempts")

    def use(self, verifier: PinVerifier | None, limits: PinLimits, rules: Rules) -> None:
        """Ask this verifier from now on, by these rules; what is under way goes on with the old ones."""
        self._verifier, self._limits, self._rules = verifier, limits, rules

    @property
    def limits(self) -> PinLimits:
        """See PinDesk."""
        return self._limits

    async def check(self, customer: str, call: str, pin: Digits) -> Verdict:
        """See PinDesk."""
        verifier = self._verifier
        if verifier is None or not customer or not len(pin):
            return Verdict.UNAVAILABLE
        return await self._paced(customer, call, lambda: verifier.verify(customer, pin), _VERDICTS)

    async def change(self, customer: str, call: str, new: Digits, code: Digits | None) -> Change:
        """See PinDesk."""
        verifier = self._verifier
        if verifier is None or not customer:
            return Change.UNAVAILABLE
        if new.plain or not self._limits.at_least <= len(new) <= self._limits.at_most:
            return Change.REFUSED
        if code is not None and not len(code):
            return Change.UNAVAILABLE
        if code is None:
            return await _answer(lambda: verifier.change(customer, new, None), Change.UNAVAILABLE)
        return await self._paced(customer, call, lambda: verifier.change(customer, new, code), _CHANGES)

    def close(self) -> None:
        """Wait for what is being written, and close the book."""
        self._writing.shutdown()
        self._book.close()

    async def _paced(self, customer: str, call: str, ask: Callable[[], Awaitable[T]], words: _Words[T]) -> T:
        began = self._clock.now()
        account = counted_as(customer)
        if account in self._in_flight:
            await self._until_step(began, began)
            return words.unavailable
        self._in_flight.add(account)
        try:
            answer, not_before = await self._counted(customer, call, ask, words)
            await self._until_step(began, not_before)
        finally:
            self._in_flight.discard(account)
        return answer

    async def _until_step(self, began: Instant, not_before: Instant) -> None:
        late = max(self._clock.now(), not_before) - began
        await self._sleep(began + max(1, -(-late // STEP)) * STEP - self._clock.now())

    async def _counted(
        self, customer: str, call: str, ask: Callable[[], Awaitable[T]], words: _Words[T]
    ) -> tuple[T, Instant]:
        now, rules = self._clock.now(), self._rules
        try:
            counted: Counted | None = await self._write(lambda: self._book.count(customer, call, now, rules))
            if counted is None:
                return words.locked, now
            answer = await _answer(ask, words.unavailable)
            if answer == words.right:
                await self._write(lambda: self._book.was_right(customer, call))
            elif answer == words.wrong:
                told_at = max(self._clock.now(), counted.not_before)
                await self._write(lambda: self._book.was_wrong(customer, told_at))
                answer = words.locked if counted.last else answer
            elif answer != words.locked:
                await self._write(lambda: self._book.forgive(customer, call, counted))
        except sqlite3.Error as error:
            # Who cannot be counted is not let in, and a person verifies him.
            _log.error("attempts to give a PIN cannot be counted", why=str(error))
            return words.unavailable, now
        return answer, counted.not_before

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, work)


async def _answer(ask: Callable[[], Awaitable[T]], otherwise: T) -> T:
    try:
        return await ask()
    except Exception as error:  # noqa: BLE001 - a verifier's fault must cost nobody his call
        # Its kind, and not its message: nobody knows what that holds.
        _log.error("the PIN verifier failed", error=type(error).__name__)
        return otherwise
