"""Callers who were told by the version before that they will be called back are called back by this one."""

import json

import pytest

from acd.core.calls import CallState
from acd.core.instants import Instant
from acd.core.router import Router
from acd.journal.errors import UnknownRecord
from acd.journal.records import decode_memory, encode_memory
from tests.builders import OPENING, policy

WISHED: Instant = OPENING + 60_000


def version_2(**wish: object) -> str:
    """A checkpoint of the version before, with one wish."""
    body = json.loads(encode_memory(Router.fresh(policy()).memory))
    for later in ("asked_adverts", "surveyed", "waits"):
        del body[later]
    usual = {
        "call": "hotline-1.1",
        "number": "13800000000",
        "lane": "cards",
        "language": "zh",
        "entered_at": OPENING,
        "wished_at": WISHED,
    }
    return json.dumps({**body, "wishes": {"hotline-1.1": usual | wish}})


def test_a_wish_becomes_an_entry_with_the_place_of_its_caller() -> None:
    (entry,) = decode_memory(version_2(), 2).calls.values()
    assert (entry.id, entry.state, entry.number, entry.lane) == (
        "cb-hotline-1.1",
        CallState.AWAY,
        "13800000000",
        "cards",
    )
    assert entry.place_since == OPENING
    assert entry.callback is not None
    assert (entry.callback.wished_in, entry.callback.wished_at) == ("hotline-1.1", WISHED)


def test_the_entry_goes_its_way_in_a_router() -> None:
    memory = decode_memory(version_2(), 2)
    router = Router(memory)
    assert router.memory.calls.keys() == {"cb-hotline-1.1"}
    assert decode_memory(encode_memory(memory), 3) == memory


def test_a_wish_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(UnknownRecord) as refused:
        decode_memory(version_2(number=17), 2)
    assert "17" not in str(refused.value)
