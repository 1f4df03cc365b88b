"""How many blocks of a recorded manager stream one core takes in: ours against plain panoramisk, in one run.

Run it with `python -m bench.ami_ingest`; it prints a table and, with `--json`, the figures.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from acd.asterisk.ami_connection import LIST_EVENTS, LISTENED_EVENTS
from acd.asterisk.framing import AmiFraming
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.translate import translate
from tests.asterisk.fake_manager import GREETING, user_event

RECORDED = Path(__file__).parents[1] / "tests" / "asterisk" / "data" / "two_calls.bin"
SEGMENT = 64 * 1024
ROUNDS = 5


def _stream() -> bytes:
    """Some 10,000 blocks as a real Asterisk wrote them, without the greeting."""
    return RECORDED.read_bytes().split(b"\r\n", 1)[1] * 100


def _user_events() -> bytes:
    said = {"Number": "138", "Dialled": "95555", "Arrived": 1_795_318_465_000, "Entered": 1_795_318_475_000}
    event = user_event("waiting", "hotline-1795318465.12", "t", said={**said, "Lane": "cards", "Tier": ""})
    return event.encode() * 10_000


def _seconds(stream: bytes, make: Callable[[], Callable[[bytes], object]]) -> float:
    """CPU seconds of the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        receive = make()
        began = time.process_time()
        for start in range(0, len(stream), SEGMENT):
            receive(stream[start : start + SEGMENT])
        best = min(best, time.process_time() - began)
    return best


def _ours(wanted: frozenset[str]) -> Callable[[bytes], object]:
    framing = AmiFraming(wanted, LinkStatistics())
    framing.receive(GREETING)
    return framing.receive


def _ours_translated() -> Callable[[bytes], object]:
    receive = _ours(LISTENED_EVENTS)
    return lambda data: [translate(block, "t") for block in receive(data)]  # type: ignore[attr-defined]


def _panoramisk() -> Callable[[bytes], object]:
    manager = Manager(loop=asyncio.get_running_loop())
    manager.register_event("*", lambda _manager, _event: None)
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory = manager
    protocol.encoding = "utf8"
    return protocol.data_received  # type: ignore[no-any-return]


async def measure() -> dict[str, float]:
    """Blocks per second by case."""
    stream, events = _stream(), _user_events()
    blocks, said = stream.count(b"\r\n\r\n"), events.count(b"\r\n\r\n")
    every = frozenset(line[7:].decode() for line in set(stream.split(b"\r\n")) if line.startswith(b"Event: "))
    hotlines = LISTENED_EVENTS | LIST_EVENTS
    return {
        "panoramisk, recorded stream": blocks / _seconds(stream, _panoramisk),
        "ours, recorded stream as the hotline reads it": blocks / _seconds(stream, lambda: _ours(hotlines)),
        "ours, recorded stream with every block parsed": blocks / _seconds(stream, lambda: _ours(every)),
        "panoramisk, the dialplan's events": said / _seconds(events, _panoramisk),
        "ours, the dialplan's events, translated": said / _seconds(events, _ours_translated),
    }


def main() -> None:
    """Print the table."""
    logging.disable(logging.CRITICAL)
    figures = asyncio.run(measure())
    if "--json" in sys.argv:
        print(json.dumps(figures))
        return
    for case, rate in figures.items():
        print(f"{case:48} {rate:12,.0f} blocks/s")


if __name__ == "__main__":
    main()
