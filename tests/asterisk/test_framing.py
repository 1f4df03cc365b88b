"""The manager interface's bytes, however they are cut and whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.asterisk.framing import GREETING, AmiFraming, Block, BlockFault, GreetingError
from acd.asterisk.link_statistics import LinkStatistics

HELLO = GREETING + b"11.0.0\r\n"
HANGUP = b"Event: Hangup\r\nUniqueid: 1.1\r\n\r\n"
GOOD = b"Event: UserEvent\r\nPrivilege: user,all\r\nFact: ended\r\n\r\n"
GOOD_BLOCK = Block({"Event": "UserEvent", "Privilege": "user,all", "Fact": "ended"})


class Reader:
    """A framing that has been greeted, with its counters."""

    def __init__(self, *wanted: str, **limits: int) -> None:
        self.statistics = LinkStatistics()
        self.framing = AmiFraming(wanted or ("UserEvent",), self.statistics, **limits)
        assert self.framing.receive(HELLO) == []

    def read(self, *pieces: bytes) -> list[Block]:
        return [block for piece in pieces for block in self.framing.receive(piece)]

    @property
    def faults(self) -> dict[str, int]:
        return dict(self.statistics.dropped)


def test_a_recorded_stream_gives_the_same_blocks_however_it_is_sliced(recorded: bytes) -> None:
    def blocks(step: int) -> list[Block]:
        framing = AmiFraming({"DialBegin", "NewCallerid", "TestEvent"}, LinkStatistics())
        found: list[Block] = []
        for start in range(0, len(recorded), step):
            found += framing.receive(recorded[start : start + step])
        return found

    whole = blocks(len(recorded))

    assert [block.headers.get("Event", "Response") for block in whole].count("DialBegin") == 4
    assert any("Müller" in block.headers.get("CallerIDName", "") for block in whole)
    for step in (1, 2, 3, 5, 7, 1448):
        assert blocks(step) == whole


def test_events_nobody_asked_for_are_counted_and_not_parsed(recorded: bytes) -> None:
    statistics = LinkStatistics()
    framing = AmiFraming({"DialBegin"}, statistics)

    blocks = framing.receive(recorded)

    assert len(blocks) == 4 + 6  # The replies are always wanted; one stands behind the greeting.
    assert statistics.blocks_unwanted == 101 - 10
    assert not statistics.dropped
    assert statistics.blocks_received == 101
    assert statistics.bytes_received == len(recorded)


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_whatsoever_raise_or_spoil_the_block_behind_the_next_blank_line(garbage: bytes, step: int) -> None:
    reader = Reader()
    stream = garbage + b"\r\n\r\n" + GOOD

    found = reader.read(*(stream[start : start + step] for start in range(0, len(stream), step)))

    assert found[-1] == GOOD_BLOCK


@given(st.lists(st.sampled_from([GOOD, HANGUP, b"\r\n", b"Event: X\r\n\n", b"junk\r\n\r\n", b"\r\n\r\n"])), st.data())
def test_where_the_stream_is_cut_changes_nothing(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    at_once, sliced = Reader(), Reader()

    expected = at_once.read(stream)
    found = sliced.read(*(stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)))

    assert found == expected
    assert sliced.statistics == at_once.statistics


def test_a_character_cut_in_two_by_the_network_stays_whole() -> None:
    stream = "Event: UserEvent\r\nName: Žaneta Müller 王\r\n\r\n".encode()

    for cut in range(len(stream)):
        assert Reader().read(stream[:cut], stream[cut:])[0].headers["Name"] == "Žaneta Müller 王"


def test_bad_utf8_spoils_its_own_characters_only() -> None:
    [block] = Reader().read(b"Event: UserEvent\r\nName: M\xfcller\r\n\r\n")

    assert block.headers["Name"] == "M�ller"


def test_an_endless_block_is_dropped_once_and_does_not_grow_in_memory() -> None:
    reader = Reader()
    longest = 0

    for _ in range(4000):
        assert reader.read(b"Event: UserEvent\r\nX: " + b"x" * 1000 + b"\r\n") == []
        longest = max(longest, len(reader.framing._buffer))
    found = reader.read(b"\r\n", GOOD)

    assert longest <= 64 * 1024 + 1024
    assert found == [GOOD_BLOCK]
    assert reader.faults == {BlockFault.TOO_LONG: 1}


def test_a_block_that_comes_whole_but_too_long_is_dropped() -> None:
    reader = Reader(longest_block=100)

    assert reader.read(b"Event: UserEvent\r\nX: " + b"x" * 100 + b"\r\n\r\n" + GOOD) == [GOOD_BLOCK]
    assert reader.faults == {BlockFault.TOO_LONG: 1}


def test_a_long_reply_in_many_segments_costs_time_in_proportion_to_its_length() -> None:
    class Counting(bytearray):
        searched = 0

        def rfind(self, sub: bytes, start: int = 0) -> int:  # type: ignore[override]
            Counting.searched += len(self) - start
            return super().rfind(sub, start)

    reader = Reader(longest_block=10_000_000)
    reader.framing._buffer = Counting()

    for _ in range(1000):
        reader.read(b"x" * 1448)

    # Each byte once, and a few of the segment before.
    assert Counting.searched < 2 * 1000 * 1448


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"Event: UserEvent\r\nA: 1\r\nA: 2\r\n\r\n", BlockFault.REPEATED_KEY),
        (b"Event: UserEvent\r\nEvent: Hangup\r\n\r\n", BlockFault.REPEATED_KEY),
        (b"Event: UserEvent\r\nA: 1\x00\r\n\r\n", BlockFault.CONTROL_CHARACTER),
        (b"Event: UserEvent\r\nA: 1\rB: 2\r\n\r\n", BlockFault.CONTROL_CHARACTER),
        (b"Event: UserEvent\r\nA: 1\nB: 2\r\n\r\n", BlockFault.CONTROL_CHARACTER),
        (b"Event: UserEvent\r\nno header\r\n\r\n", BlockFault.NOT_A_HEADER),
        (
            b"Event: UserEvent\r\n" + b"".join(b"K%d: v\r\n" % n for n in range(600)) + b"\r\n",
            BlockFault.TOO_MANY_LINES,
        ),
        (b"Privilege: user,all\r\nEvent: UserEvent\r\n\r\n", BlockFault.UNKNOWN_START),
        (b"event: UserEvent\r\n\r\n", BlockFault.UNKNOWN_START),
    ],
)
def test_a_block_with_a_fault_is_dropped_and_the_next_one_is_read(raw: bytes, fault: BlockFault) -> None:
    reader = Reader()

    assert reader.read(raw, GOOD) == [GOOD_BLOCK]
    assert reader.faults == {fault: 1}


def test_variables_may_come_several_times_and_keep_their_order() -> None:
    [block] = Reader("Status").read(b"Event: Status\r\nVariable: B=1\r\nA: x\r\nVariable: A=2\r\n\r\n")

    assert block == Block({"Event": "Status", "A": "x"}, (("Variable", "B=1"), ("Variable", "A=2")))


def test_a_block_that_ends_in_asterisks_short_way_ends_there() -> None:
    reader = Reader()

    assert reader.read(b"Event: UserEvent\r\nA: 1\r\n\n" + GOOD) == [
        Block({"Event": "UserEvent", "A": "1"}),
        GOOD_BLOCK,
    ]
    assert not reader.faults


def test_whoever_does_not_greet_as_asterisk_does_is_refused_at_once() -> None:
    for first in (b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400", b"\x00", b"Asterisk Call Manager/" + b"x" * 200):
        with pytest.raises(GreetingError, match="no Asterisk manager interface"):
            AmiFraming({"UserEvent"}, LinkStatistics()).receive(first)
