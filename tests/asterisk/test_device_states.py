"""What Asterisk says of the agents' phones, and what is believed of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.asterisk.framing import Block
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.phones import MOST_PHONES, PhoneBook
from acd.core.names import PhoneName
from acd.core.switch_events import PhoneChanged, PhoneState

ANNA = PhoneName("anna")


def told(device: str = "PJSIP/anna", state: str = "BUSY", **more: str) -> Block:
    """Asterisk's own event."""
    headers = {"Event": "DeviceStateChange", "Privilege": "call,all", "Timestamp": "1795782140.432941"}
    return Block({**headers, "SystemName": "hotline", "Device": device, "State": state, **more})


def listed(device: str = "PJSIP/anna", state: str = "NOT_INUSE") -> Block:
    """One item of the list."""
    return Block({"Event": "DeviceStateChange", "ActionID": "x-7", "Device": device, "State": state})


def book(*items: Block) -> tuple[PhoneBook, LinkStatistics]:
    statistics = LinkStatistics()
    phones = PhoneBook(statistics)
    phones.listed(items or (listed(),))
    return phones, statistics


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("NOT_INUSE", PhoneState.FREE),
        ("INUSE", PhoneState.BUSY),
        ("RINGING", PhoneState.BUSY),
        ("RINGINUSE", PhoneState.BUSY),
        ("BUSY", PhoneState.BUSY),
        ("ONHOLD", PhoneState.BUSY),
        ("UNAVAILABLE", PhoneState.LOST),
        ("INVALID", PhoneState.LOST),
        ("UNKNOWN", PhoneState.LOST),
    ],
)
def test_each_state_of_asterisks_is_one_of_ours(said: str, state: PhoneState) -> None:
    phones, _ = book(listed(state=said))

    assert phones.states == {ANNA: state}


def test_a_phone_that_changes_is_told_once() -> None:
    phones, statistics = book()

    changes = [phones.changed(told(state=state)) for state in ("RINGING", "INUSE", "BUSY", "NOT_INUSE", "NOT_INUSE")]

    assert changes == [PhoneChanged(ANNA, PhoneState.BUSY), None, None, PhoneChanged(ANNA, PhoneState.FREE), None]
    assert phones.states == {ANNA: PhoneState.FREE}
    assert not statistics.dropped


def test_a_list_knows_better_than_what_was_told_before_it() -> None:
    phones, _ = book()
    phones.changed(told(state="UNAVAILABLE"))

    phones.listed([listed(), listed("PJSIP/ben", "UNAVAILABLE")])

    assert phones.states == {ANNA: PhoneState.FREE, PhoneName("ben"): PhoneState.LOST}


def test_queues_and_carriers_are_nobodys_phone() -> None:
    others = [listed("Queue:hl-fallback_avail"), listed("PJSIP/trunk-carrier"), listed("Queue:x_pause_PJSIP/anna")]
    phones, statistics = book(*others, listed())

    assert phones.states == {ANNA: PhoneState.FREE}
    assert not statistics.dropped


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (told("PJSIP/ghost"), "phone_not_listed"),
        (told("PJSIP/Anna"), "odd_phone_state"),
        (told("SIP/anna"), "odd_phone_state"),
        (told("anna", "UNAVAILABLE"), "odd_phone_state"),
        (told("PJSIP/anna\u0661"), "odd_phone_state"),
        (told(state="GONE"), "odd_phone_state"),
        (told(Privilege="user,all"), "odd_phone_state"),
        (told(X="x"), "odd_phone_state"),
        (told(Uniqueid="hotline-1795318465.7"), "odd_phone_state"),
        (Block({"Event": "DeviceStateChange", "Device": "PJSIP/anna", "State": "BUSY"}), "odd_phone_state"),
        (told()._replace(repeated=(("Variable", "x=y"),)), "odd_phone_state"),
    ],
)
def test_an_event_that_is_not_quite_asterisks_changes_nobodys_phone(block: Block, reason: str) -> None:
    phones, statistics = book()

    assert phones.changed(block) is None
    assert phones.states == {ANNA: PhoneState.FREE}
    assert statistics.dropped == {reason: 1}


def test_before_the_first_list_and_after_a_loss_nobodys_phone_is_known() -> None:
    phones, _ = book()
    phones.forget()

    assert phones.changed(told()) is None
    assert phones.states == {}


def test_no_more_phones_are_kept_than_there_can_be() -> None:
    phones, _ = book(*(listed(f"PJSIP/p{number}") for number in range(MOST_PHONES + 10)))

    assert len(phones.states) == MOST_PHONES


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["PJSIP/anna", "PJSIP/anna-web"]), st.sampled_from(["NOT_INUSE", "INUSE", "UNAVAILABLE"])
        )
    )
)
def test_two_devices_are_one_phone_busy_if_either_is_and_lost_only_if_both_are(said: list[tuple[str, str]]) -> None:
    phones, _ = book(listed("PJSIP/anna", "UNAVAILABLE"), listed("PJSIP/anna-web", "UNAVAILABLE"))
    states = {"PJSIP/anna": "UNAVAILABLE", "PJSIP/anna-web": "UNAVAILABLE"}
    shown = PhoneState.LOST
    for device, state in said:
        states[device] = state
        now = set(states.values())
        wanted = PhoneState.BUSY if "INUSE" in now else PhoneState.FREE if "NOT_INUSE" in now else PhoneState.LOST
        assert phones.changed(told(device, state)) == (None if wanted is shown else PhoneChanged(ANNA, wanted))
        shown = wanted
        assert phones.states == {ANNA: wanted}
