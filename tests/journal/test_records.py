"""What is written is read again exactly, for every kind of input; what is not known is never guessed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.core.calls import Call, CallState
from acd.core.inputs import PolicyLoaded
from acd.core.language.facts import CallFacts
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import (
    Agent,
    AgentChoice,
    Calendar,
    CallChoice,
    Lane,
    Limits,
    Policy,
    Preference,
    Reserve,
    RouteStep,
    Standing,
    Vip,
)
from acd.core.requests import PauseAgent
from acd.core.router import Router
from acd.core.service_level import RecentCounts
from acd.core.switch_events import CallEnded
from acd.journal.errors import UnknownRecord
from acd.journal.records import KINDS, MEMORY_VERSION, Record, decode, decode_memory, encode, encode_memory
from tests.journal.floor import BAD_DAY, journaled, small_policy

NAMES = st.text(max_size=8)
HOURS = st.lists(st.tuples(st.integers(), st.integers()), max_size=2).map(tuple)
LANES = st.builds(
    Lane,
    needs=NAMES,
    steps=st.lists(st.from_type(RouteStep), max_size=3).map(tuple),
    standing=st.from_type(Standing),
    choose=st.none() | st.sampled_from(AgentChoice),
    last_agent=st.none() | st.from_type(Preference),
    limits=st.from_type(Limits),
    when_full=st.none() | st.from_type(Outcome),
    when_closed=st.none() | st.from_type(Outcome),
)
AGENTS = st.builds(Agent, skills=st.dictionaries(NAMES, st.integers(), max_size=3))
CALENDARS = st.builds(
    Calendar, week=st.tuples(*[HOURS] * 7), days=st.dictionaries(st.integers(0, 60_000), HOURS, max_size=3)
)
POLICIES = st.builds(
    Policy,
    lanes=st.dictionaries(NAMES, LANES, max_size=3),
    agents=st.dictionaries(NAMES, AGENTS, max_size=3),
    languages=st.dictionaries(NAMES, NAMES, max_size=3),
    vip=st.lists(st.from_type(Vip), max_size=2).map(tuple),
    choose_call=st.sampled_from(CallChoice),
    reserves=st.lists(st.from_type(Reserve), max_size=2).map(tuple),
    calendars=st.dictionaries(NAMES, CALENDARS, max_size=2),
    utc_offsets=st.lists(st.tuples(st.integers(), st.integers()), min_size=1, max_size=3).map(tuple),
    cool_down=st.dictionaries(NAMES, st.integers(), max_size=3),
    pause_reasons=st.dictionaries(NAMES, st.none() | st.integers(), max_size=3),
)
"""Policies of plain dictionaries, as the settings make them."""


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(KINDS) == 46
    assert all(re.fullmatch("[a-z_]+", name) for name in KINDS)
    assert KINDS["offer_answered"].__name__ == "OfferAnswered"


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_again_exactly(name: str, data: st.DataObject) -> None:
    happened = data.draw(st.builds(PolicyLoaded, POLICIES) if name == "policy_loaded" else st.from_type(KINDS[name]))

    record = encode(happened)
    found = decode(record)

    assert found == happened
    assert type(found) is type(happened)
    assert encode(found).kind == name
    assert repr(found) == repr(happened) or isinstance(happened, PolicyLoaded)


@settings(max_examples=50, deadline=None)
@given(happened=BAD_DAY)
def test_a_memory_is_read_again_exactly_and_shares_nothing_with_the_router(happened: list) -> None:  # type: ignore[type-arg]
    router = Router.fresh(small_policy())
    journaled(router, happened)

    copy = decode_memory(encode_memory(router.memory), MEMORY_VERSION)

    assert copy == router.memory
    assert copy.desks is not router.memory.desks
    assert list(copy.calls) == list(router.memory.calls)


CALLS = st.builds(
    Call,
    id=NAMES,
    number=NAMES,
    name=NAMES,
    dialled=NAMES,
    facts=st.builds(CallFacts, menu=st.lists(st.tuples(NAMES, NAMES), max_size=2).map(tuple), verified=st.booleans()),
    outcome=st.none() | st.builds(Outcome, st.sampled_from(OutcomeKind), NAMES),
    kept_for=st.none() | NAMES,
    state=st.sampled_from(CallState),
)
MEMORIES = st.builds(
    Memory,
    policy=POLICIES,
    calls=st.dictionaries(NAMES, CALLS, max_size=3),
    recent=st.dictionaries(
        NAMES,
        st.builds(RecentCounts, st.lists(st.lists(st.integers(), min_size=3, max_size=3), max_size=2)),
        max_size=2,
    ),
    last_wait=st.dictionaries(NAMES, st.tuples(st.integers(), st.integers()), max_size=2),
    last_chosen=st.dictionaries(NAMES, NAMES, max_size=2),
    allowance=st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers(), max_size=2), max_size=2),
    released=st.dictionaries(NAMES, st.booleans(), max_size=2),
    last_agents=st.dictionaries(NAMES, st.tuples(NAMES, st.integers()), max_size=2),
)
"""Memories that no hotline has, with something in every corner."""


@settings(max_examples=50, deadline=None)
@given(memory=MEMORIES)
def test_a_memory_of_anything_is_read_again_exactly(memory: Memory) -> None:
    copy = decode_memory(encode_memory(memory), MEMORY_VERSION)

    assert copy == memory
    # Those who talked last are let go in this order when there are too many.
    assert list(copy.last_agents) == list(memory.last_agents)


def test_the_words_of_version_1_stay_readable() -> None:
    assert decode(Record("pause_agent", 1, '{"agent":"anna","reason":"lunch"}')) == PauseAgent(AgentId("anna"), "lunch")
    assert decode(Record("call_ended", 1, '{"call":"hotline-1.2"}')) == CallEnded(CallId("hotline-1.2"))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (Record("call_teleported", 1, "{}"), 'the kind "call_teleported" is not known'),
        (Record("call_ended", 2, '{"call":"a"}'), 'version 2 of "call_ended" is not known; known is 1'),
        (Record("policy_loaded", 3, "{}"), 'version 3 of "policy_loaded" is not known; known is 2'),
        (Record("policy_loaded", 0, "{}"), 'version 0 of "policy_loaded" is not known; known is 2'),
        (Record("call_ended", 1, '{"call":7}'), 'a "call_ended" cannot be read; wrong at call'),
        (Record("call_ended", 1, "{}"), 'a "call_ended" cannot be read; wrong at call'),
        (Record("call_ended", 1, "{"), 'a "call_ended" cannot be read; wrong at body'),
        (Record("offer_failed", 1, '{"call":"a","offer":1,"cause":"rain"}'), "wrong at cause"),
        (Record("offer_failed", 1, '{"call":"a","offer":"1","cause":"busy"}'), "wrong at offer"),
    ],
)
def test_what_is_not_known_is_refused_with_its_name(record: Record, message: str) -> None:
    with pytest.raises(UnknownRecord, match=re.escape(message)):
        decode(record)


def test_a_refused_line_does_not_repeat_what_a_caller_said() -> None:
    with pytest.raises(UnknownRecord) as refused:
        decode(Record("call_arrived", 1, '{"call":"a","number":13800000001,"name":"secret"}'))

    assert "13800000001" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_checkpoint_of_a_newer_version_is_refused() -> None:
    with pytest.raises(UnknownRecord, match="version 4 of a checkpoint is not known; known is 3"):
        decode_memory("{}", 4)
    with pytest.raises(UnknownRecord, match="a checkpoint cannot be read; wrong at policy"):
        decode_memory("{}", 3)
