"""Strangers on the AGI port: they connect and go, say nothing, or never stop; the callers notice none of it."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import pytest
import pytest_asyncio

from acd.demo.caller import Caller, placed
from acd.demo.phone import registered
from tests.end_to_end.people import (
    assert_nothing_is_left,
    assert_screens_knew_first,
    at_desks,
    events,
    shared,
    until_metrics,
)
from tests.end_to_end.quick_bank import pressed, write_quick_bank
from tests.house import House, house, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

TEN_MEGABYTES = 10 * 1024 * 1024
SILENT = 20
CALLS = 6
LATE = 0.5
"""Seconds that a request to the core may take while all this goes on; it is answered by the same loop as the calls."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")
    async for running in shared(house(folder, write_quick_bank(folder))):
        yield running


class Attack:
    """Strangers at work, each kind in a thread of its own, until the block is left."""

    def __init__(self, port: int) -> None:
        self.came_and_went = 0
        self.headers_sent = 0
        self._address = ("127.0.0.1", port)
        self._over = threading.Event()
        self._silent: list[socket.socket] = []

    @contextmanager
    def under_way(self) -> Iterator[None]:
        threads = [threading.Thread(target=each) for each in (self._come_and_go, self._never_stop, self._say_nothing)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
            for stranger in self._silent:
                stranger.close()

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=5)

    def _come_and_go(self) -> None:
        while not self._over.wait(0.005):
            with suppress(OSError):
                self._connect().close()
                self.came_and_went += 1

    def _say_nothing(self) -> None:
        while not self._over.wait(0.05):
            if len(self._silent) < SILENT:
                self._silent.append(self._connect())

    def _never_stop(self) -> None:
        header = b"agi_network_script: ivr" + b"x" * TEN_MEGABYTES
        while not self._over.wait(0.05):
            # Sooner or later we are cut off, which is what should happen.
            with suppress(OSError), self._connect() as stranger:
                self.headers_sent += 1
                stranger.sendall(header)


async def test_callers_are_led_through_the_menu_and_offered_as_fast_as_ever(hotline: House) -> None:
    loop = asyncio.get_running_loop()
    attack = Attack(hotline.prepared.ports.agi)
    slowest = 0.0
    async with (
        registered([hotline.phone("jin", hangs_up_after=200)], hotline.server) as phones,
        at_desks(hotline, "jin") as desks,
    ):
        jin = desks["jin"]
        with attack.under_way():
            await until(lambda: attack.came_and_went > 20 and attack.headers_sent > 1, 10, "the strangers are at work")
            calls = [Caller(f"1390000000{n}", keys=pressed("13"), starts_after=300 * n) for n in range(CALLS)]
            async with placed(calls, hotline.server) as callers, asyncio.timeout(60):
                while len(jin.pops) < CALLS:
                    asked = loop.time()
                    assert await hotline.is_healthy()
                    slowest = max(slowest, loop.time() - asked)
                    if jin.state == "wrap_up":
                        await jin.say("done")
                    await asyncio.sleep(0.05)
                await callers.finished()
        # By the keys they pressed, so the menu led each of them; who had not been led would wait in another lane.
        assert {(pop["lane"], pop["language"]) for _, pop in jin.pops} == {("wealth", "zh")}
        assert assert_screens_knew_first(desks, phones) == CALLS
        for (popped_at, _), invited in zip(jin.pops, phones.did("jin", "invited"), strict=True):
            assert invited.at - popped_at < 140, "the screen's word was heard at once, not given up"
        assert "did not show its call in time" not in hotline.core_log()
        assert slowest < LATE
        await until_metrics(hotline, lambda now: now["hotline_agi_connections"] == 0, 10, "the strangers are gone")
    await assert_nothing_is_left(hotline)
    assert [event["result"] for event in events(hotline, "CallClosed")] == ["answered"] * CALLS
