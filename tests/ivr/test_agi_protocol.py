"""Replies stay in step with commands, a hang-up is heard anywhere, and no bytes at all can do harm."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.agi_commands import get_variable, stream_file, wait_for_digit
from ivr.agi_errors import AgiError, CallerHungUp, ProtocolBroken, Refusal, SwitchLeft
from ivr.agi_protocol import (
    LONGEST_HEADER,
    LONGEST_LINE,
    AgiConnection,
    AgiEvent,
    CallPresented,
    Ended,
    Replied,
    Reply,
)
from tests.ivr.agi_bytes import header

USAGE = b"520-Invalid command syntax.  Proper usage follows:\n Usage: STREAM FILE x\n\n200 result=1\n"


def talking() -> AgiConnection:
    connection = AgiConnection()
    [event] = connection.receive(header())
    assert isinstance(event, CallPresented)
    return connection


def asked() -> AgiConnection:
    connection = talking()
    connection.send(wait_for_digit(1_000))
    return connection


def reply_to(data: bytes) -> Reply:
    [event] = asked().receive(data)
    assert isinstance(event, Replied), event
    return event.reply


def end_of(events: list[AgiEvent]) -> AgiError:
    assert isinstance(events[-1], Ended), events
    return events[-1].error


def broken(events: list[AgiEvent]) -> Refusal:
    error = end_of(events)
    assert isinstance(error, ProtocolBroken), error
    return error.reason


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0\n", Reply(200, "0")),
        (b"200 result=-1\n", Reply(200, "-1")),
        (b"200 result=49 endpos=12345\n", Reply(200, "49", None, 12345)),
        (b"200 result=1 (13800138000)\n", Reply(200, "1", "13800138000")),
        (b"200 result=1 ()\n", Reply(200, "1", "")),
        (b"200 result= (timeout)\n", Reply(200, "", "timeout")),
        (b"200 result=0123 (timeout)\n", Reply(200, "0123", "timeout")),
        (b"200 result=0 (dtmf) endpos=5\n", Reply(200, "0", "dtmf", 5)),
        (b"200 result=1 (a) b) endpos=7)\n", Reply(200, "1", "a) b) endpos=7")),
        (b"200 result=1 (\xff)\n", Reply(200, "1", "\ufffd")),
        (b"510 Invalid or unknown command\n", Reply(510)),
        (b"520 Invalid command syntax.  Proper usage not available.\n", Reply(520)),
        (USAGE + b"520 End of proper usage.\n", Reply(520)),
    ],
)
def test_replies_are_read(line: bytes, reply: Reply) -> None:
    assert reply_to(line) == reply


def test_a_result_is_a_number_only_if_it_is_one() -> None:
    assert Reply(200, "-1").number == -1
    assert Reply(200, "049").number == 49
    assert Reply(200, "*1").number is None
    assert Reply(200, "").number is None
    assert Reply(200, "9" * 400).number is None


def test_the_command_after_a_520_gets_its_own_answer() -> None:
    connection = asked()
    [first] = connection.receive(USAGE + b"520 End of proper usage.\n")
    connection.send(get_variable("HL_NUMBER"))
    [second] = connection.receive(b"200 result=1 (138)\n")

    assert first == Replied(Reply(520))
    assert second == Replied(Reply(200, "1", "138"))


def test_a_hang_up_is_heard_while_a_command_runs() -> None:
    assert isinstance(end_of(asked().receive(b"HANGUP\n")), CallerHungUp)
    assert isinstance(end_of(asked().receive(b"HANGUP\n200 result=-1\n")), CallerHungUp)


def test_a_hang_up_is_heard_between_replies() -> None:
    connection = asked()
    reply, end = connection.receive(b"200 result=0\nHANGUP\n")

    assert reply == Replied(Reply(200, "0"))
    assert isinstance(end_of([end]), CallerHungUp)
    assert isinstance(end_of(talking().receive(b"HANGUP\n")), CallerHungUp)


def test_a_hang_up_is_heard_in_the_middle_of_a_520() -> None:
    assert isinstance(end_of(asked().receive(USAGE + b"HANGUP\n")), CallerHungUp)


def test_a_dead_channel_is_a_hang_up() -> None:
    line = b"511 Command Not Permitted on a dead channel or intercept routine\n"
    assert isinstance(end_of(asked().receive(line)), CallerHungUp)


def test_the_end_of_the_connection_is_the_end_of_the_call() -> None:
    assert isinstance(end_of(talking().receive(b"")), SwitchLeft)
    connection = asked()
    connection.receive(b"200 resu")
    assert isinstance(end_of(connection.receive(b"")), SwitchLeft)


def test_the_end_of_the_connection_inside_the_header_is_none() -> None:
    assert broken(AgiConnection().receive(b"")) is Refusal.CUT_OFF
    assert broken(AgiConnection().receive(header()[:-1]) + AgiConnection().receive(b"")) is Refusal.CUT_OFF


def test_a_reply_that_nobody_asked_for_answers_no_later_command() -> None:
    assert broken(talking().receive(b"200 result=1\n")) is Refusal.UNASKED
    assert broken(asked().receive(b"200 result=1\n200 result=2\n")) is Refusal.UNASKED


@pytest.mark.parametrize(
    "line",
    [
        *(b"\n", b"hello\n", b"200\n", b"200 ok\n", b"200 result=1 x\n", b"200 result=1 (x\n", b"200-result=1\n"),
        *(b"404 result=1\n", b"510-x\n", b"HANGUP \n", b"hangup\n", b"\xff\xfe\n", b" 200 result=1\n"),
    ],
)
def test_a_reply_that_is_none_ends_the_connection(line: bytes) -> None:
    assert broken(asked().receive(line)) is Refusal.MALFORMED


def test_a_reply_without_an_end_is_refused() -> None:
    assert broken(asked().receive(b"200 result=1 (" + b"x" * LONGEST_LINE)) is Refusal.TOO_LONG
    assert broken(asked().receive(b"520-\n" + b"usage\n" * 5_000)) is Refusal.TOO_LONG


def test_many_replies_one_after_the_other_are_no_long_reply() -> None:
    connection = talking()
    for _ in range(200):
        connection.send(get_variable("HL_NUMBER"))
        [event] = connection.receive(b"200 result=1 (" + b"x" * 1_000 + b")\n")
        assert isinstance(event, Replied)


def test_nothing_is_heard_after_the_end() -> None:
    connection = asked()
    connection.receive(b"HANGUP\n")

    assert connection.over
    assert connection.receive(b"200 result=1\n") == []
    assert connection.receive(b"") == []


def test_speaking_out_of_turn_is_a_fault_of_ours() -> None:
    for connection in (AgiConnection(), asked()):
        with pytest.raises(AssertionError):
            connection.send(stream_file("hotline/en/welcome", ""))


LIKELY = st.sampled_from(
    (
        *(header(), header()[:-1], b"agi_network: yes\n", b"agi_callerid: \xff\n"),
        *(b"200 result=1\n", b"200 result=1 (", b"520-", USAGE, b"520 End\n", b"HANGUP\n", b"511 \n", b"endpos="),
        *(b"\n", b"\r\n", b"x" * 3_000, b":" * 2_000),
    )
)
WIRE = st.lists(LIKELY | st.binary(max_size=200), max_size=30).map(b"".join)


def slices(wire: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = sorted({min(cut, len(wire)) for cut in cuts} | {0, len(wire)})
    return (wire[start:end] for start, end in itertools.pairwise(edges))


def feed(wire: bytes, cuts: list[int]) -> list[AgiEvent]:
    """Send `wire` in slices to a connection that asks for something whenever it is its turn."""
    connection = AgiConnection()
    events: list[AgiEvent] = []
    for piece in slices(wire, cuts):
        came = connection.receive(piece)
        assert connection.kept <= LONGEST_HEADER + LONGEST_LINE
        if came and not connection.over:
            connection.send(wait_for_digit(0))
        events += came
    return events + connection.receive(b"")


@settings(max_examples=400)
@given(WIRE, st.lists(st.integers(0, 6_000), max_size=40))
def test_any_bytes_in_any_slices_come_to_exactly_one_end(wire: bytes, cuts: list[int]) -> None:
    events = feed(wire, cuts)

    assert isinstance(events[-1], Ended)
    assert not any(isinstance(event, Ended) for event in events[:-1])
    assert sum(isinstance(event, CallPresented) for event in events) <= 1


@given(st.lists(st.integers(0, 2_000), max_size=40))
def test_a_conversation_means_the_same_however_it_is_sliced(cuts: list[int]) -> None:
    whole = header()
    connection = AgiConnection()

    sliced = [event for piece in slices(whole, cuts) for event in connection.receive(piece)]

    assert sliced == AgiConnection().receive(whole)


def test_ten_megabytes_byte_for_byte_are_dropped_and_not_kept() -> None:
    connection = AgiConnection()
    for _ in range(10):
        connection.receive(b"x" * 1_000_000)
        assert connection.kept == 0
    assert connection.over
