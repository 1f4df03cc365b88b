"""What is written is read again exactly, for every kind of input; what is not known is never guessed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.core.inputs import PolicyLoaded
from acd.core.names import AgentId, CallId
from acd.core.policy import Agent, Lane, Need, Policy
from acd.core.requests import PauseAgent
from acd.core.router import Router
from acd.core.switch_events import CallEnded
from acd.journal.errors import UnknownRecord
from acd.journal.records import KINDS, Record, decode, decode_memory, encode, encode_memory
from tests.journal.floor import BAD_DAY, journaled, small_policy

NAMES = st.text(max_size=8)
NEEDS = st.lists(st.builds(Need), max_size=3).map(tuple)
POLICIES = st.builds(
    Policy,
    lanes=st.dictionaries(NAMES, st.builds(Lane, needs=NEEDS), max_size=3),
    agents=st.dictionaries(
        NAMES, st.builds(Agent, skills=st.dictionaries(NAMES, st.integers(), max_size=3)), max_size=3
    ),
    languages=st.dictionaries(NAMES, NEEDS, max_size=3),
    cool_down=st.dictionaries(NAMES, st.integers(), max_size=3),
)
"""Policies of plain dictionaries, as the settings make them."""


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(KINDS) == 18
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

    copy = decode_memory(encode_memory(router.memory), 1)

    assert copy == router.memory
    assert copy.desks is not router.memory.desks
    assert list(copy.calls) == list(router.memory.calls)


def test_the_words_of_version_1_stay_readable() -> None:
    assert decode(Record("pause_agent", 1, '{"agent":"anna","reason":"lunch"}')) == PauseAgent(AgentId("anna"), "lunch")
    assert decode(Record("call_ended", 1, '{"call":"hotline-1.2"}')) == CallEnded(CallId("hotline-1.2"))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (Record("call_teleported", 1, "{}"), 'the kind "call_teleported" is not known'),
        (Record("call_ended", 2, '{"call":"a"}'), 'version 2 of "call_ended" is not known; known is 1'),
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


def test_a_checkpoint_of_another_version_is_refused() -> None:
    with pytest.raises(UnknownRecord, match="version 2 of a checkpoint is not known; known is 1"):
        decode_memory("{}", 2)
    with pytest.raises(UnknownRecord, match="a checkpoint cannot be read; wrong at policy"):
        decode_memory("{}", 1)
