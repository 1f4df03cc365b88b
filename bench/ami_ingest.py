"""How many blocks of a recorded manager stream one core takes in: ours against plain panoramisk, in one run.

The stream is what a real Asterisk 22 wrote during 300 calls with every class of events on. The dialplan's own events,
which are nearly all that the hotline's filters let through, are taken in and translated to the core's words.
"""

import asyncio
import gzip
import logging
import time
from collections.abc import Callable
from pathlib import Path

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from acd.asterisk.ami_connection import LIST_EVENTS, LISTENED_EVENTS
from acd.asterisk.framing import AmiFraming
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.translate import DropReason, translate
from bench.figures import Figure
from tests.asterisk.fake_manager import GREETING, user_event

RECORDED = Path(__file__).parent / "data" / "asterisk22_300_calls.bin.gz"
SEGMENT = 64 * 1024
END = b"\r\n\r\n"
GOAL = 150_000


def recorded(blocks: int) -> bytes:
    """At least so many blocks as a real Asterisk wrote them (fewer are not in the file), without the greeting."""
    whole = gzip.decompress(RECORDED.read_bytes())
    start = whole.index(b"\r\n") + 2 if whole.startswith(b"Asterisk Call Manager/") else 0
    found = 0
    at = start
    while found < blocks and (end := whole.find(END, at)) >= 0:
        at, found = end + len(END), found + 1
    return whole[start:at]


def _said(blocks: int) -> bytes:
    said = {"Number": "138", "Dialled": "95555", "Arrived": 1_795_318_465_000, "Entered": 1_795_318_475_000}
    chosen = {"Lane": "cards", "Tier": "", "Verified": "", "Manager": "", "Menu": "main=1"}
    known = {"Customer": "", "Advert": "", "AdvertOn": "", "Wish": ""}
    event = user_event("waiting", "hotline-1795318465.12", "t", said=said | chosen | known)
    return event.encode() * blocks


def _seconds(stream: bytes, rounds: int, make: Callable[[], Callable[[bytes], object]]) -> float:
    """CPU seconds of the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        receive = make()
        began = time.process_time()
        for start in range(0, len(stream), SEGMENT):
            receive(stream[start : start + SEGMENT])
        best = min(best, time.process_time() - began)
    return max(best, 1e-6)


def _ours(wanted: frozenset[str]) -> Callable[[], Callable[[bytes], object]]:
    def make() -> Callable[[bytes], object]:
        framing = AmiFraming(wanted, LinkStatistics())
        framing.receive(GREETING)
        return framing.receive

    return make


def _ours_translated() -> Callable[[bytes], object]:
    framing = AmiFraming(LISTENED_EVENTS | LIST_EVENTS, LinkStatistics())
    framing.receive(GREETING)

    def receive(data: bytes) -> None:
        for block in framing.receive(data):
            assert not isinstance(translate(block, "t"), DropReason)

    return receive


def _panoramisk() -> Callable[[bytes], object]:
    manager = Manager(loop=asyncio.get_running_loop())
    manager.register_event("*", lambda _manager, _event: None)
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory = manager
    protocol.encoding = "utf8"
    return protocol.data_received  # type: ignore[no-any-return]


async def measure(blocks: int = 10_000, rounds: int = 5) -> list[Figure]:
    """Blocks per second of CPU by case."""
    logging.disable(logging.CRITICAL)
    try:
        return _figures(recorded(blocks), _said(blocks), rounds)
    finally:
        logging.disable(logging.NOTSET)


def _figures(stream: bytes, events: bytes, rounds: int) -> list[Figure]:
    count, said = stream.count(END), events.count(END)
    every = frozenset(line[7:].decode() for line in set(stream.split(b"\r\n")) if line.startswith(b"Event: "))
    plain = count / _seconds(stream, rounds, _panoramisk)
    plain_said = said / _seconds(events, rounds, _panoramisk)
    cases = (
        ("recorded stream, as the hotline reads it", count, stream, _ours(LISTENED_EVENTS | LIST_EVENTS), plain, GOAL),
        ("recorded stream, every block parsed", count, stream, _ours(every), plain, None),
        ("the dialplan's events, parsed and translated", said, events, _ours_translated, plain_said, None),
    )
    figures = []
    for what, blocks, data, make, other, goal in cases:
        rate = blocks / _seconds(data, rounds, make)
        figures.append(
            Figure(
                "ami", what, "blocks/s", rate, "panoramisk 1.4", other, rate / other, "times panoramisk's",
                goal=goal, better="more", note=f"{blocks} blocks",
            )
        )  # fmt: skip
    return figures
