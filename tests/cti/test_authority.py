"""Nobody grants more than he may without a supervisor's word, and every request ends exactly once."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cti.desk_file import DeskFile
from cti.grants.grant import COUNTED_FOR, Action, Authority, Grant, GrantRefused, GrantState, Why, Wish
from cti.grants.service import Grants
from cti.grants.store import TABLES, GrantStore
from tests.core.effort import effort
from tests.cti.second_line import START

T = TypeVar("T")

FEE = Action("fee_waiver", {"zh": "减免费用", "en": "Waive a fee"}, "CNY", 2, {1: 5_000, 3: 50_000}, 500_000)
DAYS = Action("days", {"zh": "延期", "en": "Days"}, "days", 0, {2: 3})
AUTHORITY = Authority({"fee_waiver": FEE, "days": DAYS})
GRADES = {"anna": 1, "ben": 2, "chen": 3, "sue": 3, "tom": 0}
SUPERVISORS = {"sue", "tom"}


class Desks:
    """The service on a file in `folder`. Time stands still unless the test moves `time`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time = START
        self.told: list[Grant] = []
        self.open_file()

    def open_file(self) -> None:
        self.file = DeskFile(self.folder / "desk.sqlite3", [TABLES])
        self.store = GrantStore(self.file)
        self.grants = Grants(self.store, lambda: AUTHORITY, lambda name: GRADES.get(name, 0), lambda: self.time)
        self.grants.listen(self.told.append)

    async def ask(self, amount: int, asker: str = "anna", call: str = "c1", **more: str) -> Grant:
        return await self.grants.ask(Wish(more.pop("action", "fee_waiver"), amount, call, **more), asker)

    async def decide(self, grant: Grant, by: str = "sue", *, granted: bool = True, reason: str = "because") -> Grant:
        return await self.grants.decide(grant.number, by, granted=granted, reason=reason, supervisor=by in SUPERVISORS)


@contextmanager
def desks(folder: Path) -> Iterator[Desks]:
    here = Desks(folder)
    try:
        yield here
    finally:
        here.file.close()


async def refused(work: Awaitable[object]) -> Why:
    with pytest.raises(GrantRefused) as error:
        await work
    return error.value.why


@pytest.mark.parametrize(
    ("asker", "amount", "state"),
    [
        ("anna", 5_000, GrantState.GRANTED),
        ("anna", 5_001, GrantState.PENDING),
        ("ben", 5_000, GrantState.GRANTED),
        ("ben", 50_000, GrantState.PENDING),
        ("chen", 50_000, GrantState.GRANTED),
        ("tom", 1, GrantState.PENDING),
        ("nobody", 1, GrantState.PENDING),
    ],
)
async def test_a_grade_may_as_much_as_the_next_lower_one_that_is_named(
    tmp_path: Path, asker: str, amount: int, state: GrantState
) -> None:
    with desks(tmp_path) as here:
        assert (await here.ask(amount, asker)).state is state


async def test_a_large_amount_is_not_granted_as_many_small_ones(tmp_path: Path) -> None:
    with desks(tmp_path) as here:
        assert (await here.ask(3_000, customer="7001")).state is GrantState.GRANTED
        assert (await here.ask(2_001)).state is GrantState.PENDING, "the same call"
        assert (await here.ask(2_001, "ben", "c2", customer="7001")).state is GrantState.PENDING, "the same customer"
        assert (await here.ask(2_000, "ben", "c3", customer="7001")).state is GrantState.GRANTED
        here.time += COUNTED_FOR
        assert (await here.ask(5_000, "ben", "c4", customer="7001")).state is GrantState.GRANTED, "a day later"


async def test_what_a_supervisor_granted_does_not_count_against_the_agent(tmp_path: Path) -> None:
    with desks(tmp_path) as here:
        await here.decide(await here.ask(90_000))
        assert (await here.ask(5_000)).state is GrantState.GRANTED


async def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with desks(tmp_path) as here:
        assert await refused(here.ask(1, action="gold")) is Why.NO_SUCH_ACTION
        assert await refused(here.ask(0)) is Why.BAD_AMOUNT
        assert await refused(here.ask(-1)) is Why.BAD_AMOUNT
        assert await refused(here.ask(500_001)) is Why.OVER_ALL
        assert await refused(here.ask(1, text="x" * 501)) is Why.BAD_TEXT
        pends = await here.ask(90_000)
        assert await refused(here.ask(90_000)) is Why.ASKED_ALREADY
        assert await refused(here.decide(pends, "ben")) is Why.NO_SUPERVISOR
        assert await refused(here.decide(pends, reason=" ")) is Why.BAD_TEXT
        assert await refused(here.decide(replace(pends, number=99))) is Why.NO_SUCH_GRANT
        own = await here.ask(90_000, "sue", "c2")
        assert await refused(here.decide(own)) is Why.YOUR_OWN
        assert len(await here.grants.pending()) == 2


async def test_of_two_who_decide_at_once_the_first_one_wins_and_the_second_is_told(tmp_path: Path) -> None:
    with desks(tmp_path) as here:
        pends = await here.ask(90_000)
        outcomes = await asyncio.gather(
            here.decide(pends, "sue"), here.decide(pends, "tom", granted=False), return_exceptions=True
        )
        assert isinstance(outcomes[0], Grant)
        assert isinstance(outcomes[1], GrantRefused)
        assert outcomes[1].why is Why.ENDED_ALREADY
        assert outcomes[1].present == outcomes[0]


async def test_who_is_not_answered_in_time_is_told_so_by_itself(tmp_path: Path) -> None:
    expired = asyncio.Event()
    with desks(tmp_path) as here:
        here.grants.listen(lambda grant: expired.set() if grant.state is GrantState.EXPIRED else None)
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(here.grants.run())
            pends = await here.ask(90_000)
            here.time += AUTHORITY.expires_after - 20
            # The request has 20 ms left by the clock that the service reads next; another one wakes it.
            await here.ask(90_000, "ben", "c2")
            here.time += 20
            await expired.wait()
            running.cancel()
        assert here.told[-1].number == pends.number
        assert here.told[-1].decided_at == pends.expires_at
        assert await refused(here.decide(pends)) is Why.ENDED_ALREADY


async def test_a_request_that_pends_when_the_hotline_restarts_pends_on_or_has_expired(tmp_path: Path) -> None:
    with desks(tmp_path) as here:
        pends = await here.ask(90_000)
        here.file.close()
        here.open_file()
        assert await here.grants.pending() == [pends]
        here.time += AUTHORITY.expires_after
        assert await here.grants.pending() == []
        assert (await here.grants.newest())[0].state is GrantState.EXPIRED


async def test_the_database_itself_lets_nothing_that_has_ended_be_changed(tmp_path: Path) -> None:
    with desks(tmp_path) as here:
        await here.ask(5_000)
        with pytest.raises(sqlite3.IntegrityError, match="this request has ended"):
            here.file.do(lambda c: c.execute("UPDATE grants SET amount = 1"))
        await here.ask(90_000)
        with pytest.raises(sqlite3.IntegrityError, match="this request pends"):
            here.file.do(lambda c: c.execute("DELETE FROM grants"))
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            here.file.do(
                lambda c: c.execute(
                    "UPDATE grants SET state = 'approved', decided_by = asker, reason = 'x' WHERE state = 'pending'"
                )
            )


class NobodyGrantsTooMuch(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.here = Desks(Path(self.folder.name))
        self.ended: dict[int, Grant] = {}

    def teardown(self) -> None:
        self.here.file.close()
        self.loop.close()
        self.folder.cleanup()

    def do(self, work: Awaitable[T]) -> T | None:
        async def tried() -> T | None:
            try:
                return await work
            except GrantRefused:
                return None

        return self.loop.run(tried())

    @rule(
        asker=st.sampled_from([*GRADES]),
        amount=st.sampled_from([-1, 0, 1, 2_500, 5_000, 5_001, 50_000, 50_001, 500_000, 500_001]),
        call=st.sampled_from(["c1", "c2", "c3"]),
        customer=st.sampled_from(["", "7001"]),
        action=st.sampled_from(["fee_waiver", "fee_waiver", "days", "gold"]),
    )
    def asks(self, asker: str, amount: int, call: str, customer: str, action: str) -> None:
        self.do(self.here.ask(amount, asker, call, customer=customer, action=action))

    @rule(by=st.sampled_from([*GRADES]), granted=st.booleans(), at=st.integers(0, 5))
    def decides(self, by: str, granted: bool, at: int) -> None:
        listed = self.loop.run(self.here.grants.newest())
        if at < len(listed):
            self.do(self.here.decide(listed[at], by, granted=granted))

    @rule(granted=st.booleans())
    def two_decide_at_once(self, granted: bool) -> None:
        async def both(grant: Grant) -> list[object]:
            return await asyncio.gather(
                self.here.decide(grant, "sue"),
                self.here.decide(grant, "tom", granted=granted),
                return_exceptions=True,
            )

        for grant in self.loop.run(self.here.store.pending())[:1]:
            outcomes = self.loop.run(both(grant))
            assert sum(isinstance(each, Grant) for each in outcomes) <= 1

    @rule(step=st.sampled_from([1, 60_000, AUTHORITY.expires_after, COUNTED_FOR]))
    def time_passes(self, step: int) -> None:
        self.here.time += step

    @rule()
    def it_restarts(self) -> None:
        self.here.file.close()
        self.here.open_file()

    @invariant()
    def nothing_is_granted_that_nobody_could_grant(self) -> None:
        grants = self.loop.run(self.here.store.newest())
        for grant in grants:
            action = AUTHORITY.actions[grant.wish.action]
            assert 0 < grant.wish.amount <= (action.at_most or grant.wish.amount)
            match grant.state:
                case GrantState.GRANTED:
                    mine = [
                        other.wish.amount
                        for other in grants
                        if other.state is GrantState.GRANTED
                        and other.number <= grant.number
                        and other.wish.action == grant.wish.action
                        and other.asked_at > grant.asked_at - COUNTED_FOR
                        and (other.wish.call == grant.wish.call or other.wish.customer == grant.wish.customer != "")
                    ]
                    assert sum(mine) <= action.limit(GRADES[grant.asker])
                case GrantState.APPROVED | GrantState.DECLINED:
                    assert grant.decided_by in SUPERVISORS - {grant.asker}
                    assert grant.decided_at is not None
                    assert grant.decided_at < grant.expires_at
                case GrantState.EXPIRED:
                    assert grant.decided_by == ""
            if grant.number in self.ended:
                assert grant == self.ended[grant.number], "what has ended stays as it is"
            elif grant.state is not GrantState.PENDING:
                self.ended[grant.number] = grant
        ends = [grant.number for grant in self.here.told if grant.state is not GrantState.PENDING]
        assert sorted(ends) == sorted(self.ended), "each end is told once"


TestNobodyGrantsTooMuch = NobodyGrantsTooMuch.TestCase
TestNobodyGrantsTooMuch.settings = effort(60)
