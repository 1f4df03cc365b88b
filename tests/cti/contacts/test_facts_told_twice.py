"""Facts may be told again from any point on, as after a restart: what comes of them is the same as of once."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from acd.core.names import AgentId, CallId
from cti.contacts import store
from cti.contacts.records import RecordState, Words
from cti.contacts.store import Known
from cti.contacts.tables import CONTACTS
from cti.contacts.talks import AgentMovedOn, CallerProved, Fact, HandedOut, TalkBegan, TalkEnded
from cti.desk_file import DeskFile
from tests.cti.small_hotline import ANNA, BEN, CARDS

ONE, TWO = CallId("c1"), CallId("c2")


def empty() -> sqlite3.Connection:
    file = sqlite3.connect(":memory:")
    file.row_factory = sqlite3.Row
    for statement in CONTACTS.steps[0].split(";"):
        file.execute(statement)
    return file


def put(file: sqlite3.Connection, facts: Iterable[Fact]) -> None:
    store.put(file, [(fact, Known("first", "+861")) for fact in facts], lambda _, code: code)


def everything(file: sqlite3.Connection) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for table in ("contacts", "talks")
        for row in file.execute(f"SELECT * FROM {table} ORDER BY call, agent, at")
    ]


@dataclass
class Day:
    """Talks of two agents in two calls as a core might have them, with a caller who may come back to either."""

    now: int = 1_000
    facts: list[Fact] = field(default_factory=list)
    talking: dict[AgentId, tuple[CallId, int]] = field(default_factory=dict)

    def happens(self, what: str, agent: AgentId, call: CallId, later: int) -> None:
        self.now += later
        match what:
            case "talk" if agent not in self.talking and all(call != other for other, _ in self.talking.values()):
                self.talking[agent] = (call, self.now)
                self.facts.append(TalkBegan(call, agent, CARDS, self.now, "+861", self.proved(call)))
            case "end" if agent in self.talking:
                mine, since = self.talking.pop(agent)
                self.facts.append(TalkEnded(mine, agent, self.now, self.now - since))
            case "done" if agent not in self.talking:
                self.facts.append(AgentMovedOn(agent, self.now))
            case "sends out" if agent in self.talking:
                self.facts.append(HandedOut(self.talking[agent][0], agent, self.now))
            case "proves" | "does not prove":
                self.facts.append(CallerProved(call, self.now, "7" if what == "proves" else ""))

    def proved(self, call: CallId) -> str:
        said = [fact.customer for fact in self.facts if isinstance(fact, CallerProved) and fact.call == call]
        return said[-1] if said else ""


DAYS = st.lists(
    st.tuples(
        st.sampled_from(["talk", "talk", "end", "end", "done", "proves", "does not prove", "sends out"]),
        st.sampled_from([ANNA, BEN]),
        st.sampled_from([ONE, TWO]),
        st.sampled_from([1, 7, 1_000]),
    ),
    max_size=30,
)


@given(DAYS, st.lists(st.integers(0, 30), max_size=6))
def test_told_again_from_anywhere_it_is_the_same(
    happenings: list[tuple[str, AgentId, CallId, int]], stops: list[int]
) -> None:
    day = Day()
    for each in happenings:
        day.happens(*each)
    once, again = empty(), empty()
    put(once, day.facts)

    points = [0, *stops, 0]
    for begin, stop in pairwise(points):
        # The process had written up to `stop`, and its successor begins somewhere before that.
        put(again, day.facts[min(begin, stop) : stop])
        put(again, day.facts[min(stops, default=0) :][: max(0, stop - min(stops, default=0))])
    put(again, day.facts)
    assert everything(again) == everything(once)


def test_a_caller_who_comes_back_to_his_agent_is_one_contact_of_two_talks() -> None:
    file = empty()
    facts: list[Fact] = [
        TalkBegan(ONE, ANNA, CARDS, 1_000, "+861"),
        TalkEnded(ONE, ANNA, 2_000, 1_000),
        TalkBegan(ONE, BEN, CARDS, 2_500, "+861"),
        TalkEnded(ONE, BEN, 4_500, 2_000),
        TalkBegan(ONE, ANNA, CARDS, 5_000, "+861"),
        TalkEnded(ONE, ANNA, 9_000, 4_000),
        AgentMovedOn(ANNA, 9_500),
    ]
    put(file, facts)
    rows = file.execute("SELECT agent, at, ended_at, talked, state FROM contacts ORDER BY agent").fetchall()
    assert [tuple(row) for row in rows] == [
        ("anna", 1_000, 9_000, 5_000, "not_finished"),
        ("ben", 2_500, 4_500, 2_000, "open"),
    ]


def test_the_end_of_the_first_talk_told_again_does_not_end_the_second() -> None:
    file = empty()
    ended = TalkEnded(ONE, ANNA, 2_000, 1_000)
    put(file, [TalkBegan(ONE, ANNA, CARDS, 1_000), ended, TalkBegan(ONE, ANNA, CARDS, 5_000), ended])
    assert [tuple(row) for row in file.execute("SELECT at, talked FROM talks")] == [(1_000, 1_000), (5_000, None)]


def test_what_was_finished_stays_so_until_the_caller_is_back() -> None:
    file = empty()
    begun, ended = TalkBegan(ONE, ANNA, CARDS, 1_000), TalkEnded(ONE, ANNA, 2_000, 1_000)
    put(file, [begun, ended])
    store.keep_draft(file, ONE, ANNA, Words("lost", True, "first part"), 0, 2_100)
    store.settle(file, ONE, ANNA, RecordState.FINISHED, lambda _, code: code, 2_500)
    put(file, [begun, ended, AgentMovedOn(ANNA, 3_000)])
    assert store.standing(file, ONE, ANNA).state is RecordState.FINISHED  # type: ignore[union-attr]

    put(file, [TalkBegan(ONE, ANNA, CARDS, 4_000)])
    assert store.standing(file, ONE, ANNA).state is RecordState.OPEN  # type: ignore[union-attr]
    assert store.draft_of(file, ONE, ANNA).words.note == "first part"


def test_a_talk_whose_end_was_never_heard_of_is_closed_unless_its_agent_is_still_busy(tmp_path: Path) -> None:
    desk = DeskFile(tmp_path / "desk.sqlite3", [CONTACTS])
    desk.do(lambda file: put(file, [TalkBegan(ONE, ANNA, CARDS, 1_000), TalkBegan(TWO, BEN, CARDS, 1_000)]))
    close = partial(
        store.settle_left_open, before=2_000, busy=frozenset({BEN}), branch_of=lambda _, code: code, at=3_000
    )
    assert len(desk.do(close)) == 1
    assert len(desk.do(close)) == 0
    states = desk.do(lambda file: [tuple(row) for row in file.execute("SELECT call, state, ended_at FROM contacts")])
    assert states == [("c1", "not_finished", 1_000), ("c2", "open", None)]
    desk.close()
