"""The demo floor: scripted callers with patience and scripted agents, so that a newcomer sees the hotline alive.

Everybody on it is a real party: agents log in on the web side and register real phones, callers place real calls.
The same seed gives the same callers in the same order; what becomes of them depends on the hotline. The floor sees no
more of a call than its own parties do, prints no more of a number than its last four digits, and outlives the core.
"""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any

from acd.core.instants import Duration, seconds
from acd.demo import caller as callers
from acd.demo import phone as phones
from acd.demo.agent import DemoAgent
from acd.demo.caller import Caller, Callers, masked
from acd.demo.hotline import Hotline, read_run
from acd.demo.phone import Phone, PhoneRefused, Phones
from acd.demo.sipp import Happening, SippFailed, find_sipp, require_keys_can_be_pressed

LEFT_FOR_THE_NEWCOMER = frozenset({"anna", "ben"})
_BETWEEN_CALLS = 6.0
_CALLS_AT_MOST = 20
"""Callers at one time; who would be one more does not call."""
_REGISTER_AGAIN_AFTER = 600.0
_TRY_AGAIN_AFTER = 5.0
_LONGEST_TALK = seconds(180)
_LONGEST_PATIENCE = seconds(240)


class Floor:
    """The floor's people. `say` takes one line for each thing that happens."""

    def __init__(
        self, hotline: Hotline, say: Callable[[str], None], seed: int = 7, known_callers: Sequence[str] = ()
    ) -> None:
        self._hotline = hotline
        self._say = say
        self._chance = Random(seed)  # noqa: S311 - a demo wants the same callers again, not secrets.
        self._known_callers = tuple(known_callers)
        self._calling: dict[str, Callers] = {}
        self._accounts = [a for a in hotline.accounts if a.agent not in LEFT_FOR_THE_NEWCOMER]

    async def run(self) -> None:
        """Run the floor until cancelled. Raises SippMissing and SippFailed when it cannot even begin."""
        find_sipp()
        require_keys_can_be_pressed()
        async with asyncio.TaskGroup() as people:
            people.create_task(self._keep_phones())
            for account in self._accounts:
                chance = Random(f"{account.agent} {self._chance.random()}")  # noqa: S311
                people.create_task(DemoAgent(account, self._hotline.http, chance, self._say).run())
            while True:
                await asyncio.sleep(self._chance.expovariate(1 / _BETWEEN_CALLS))
                person = self.next_caller()
                if len(self._calling) < _CALLS_AT_MOST and person.number not in self._calling:
                    people.create_task(self._call(person))

    def next_caller(self) -> Caller:
        """The next person to call: a number, what he dials and keys, how patient and how talkative he is."""
        chance = self._chance
        number = f"139{chance.randrange(10**8):08}"
        if self._known_callers and chance.random() < 0.25:
            number = chance.choice(self._known_callers)
        dialled = self._hotline.numbers[0]
        if self._hotline.vip_numbers and chance.random() < 0.12:
            dialled = chance.choice(self._hotline.vip_numbers)
        keys = "".join(chance.choice(menu)[1] for menu in (self._hotline.languages, self._hotline.lanes) if menu)
        pressed = callers.keys(keys, first=seconds(2 + chance.random() * 2), apart=seconds(2.5))
        return Caller(
            number,
            dialled=dialled,
            keys=pressed,
            gives_up_after=self._about(10, 60, _LONGEST_PATIENCE),
            talks_for=self._about(8, 30, _LONGEST_TALK),
        )

    def _about(self, least: float, more: float, most: Duration) -> Duration:
        return min(most, seconds(least + self._chance.expovariate(1 / more)))

    async def _call(self, person: Caller) -> None:
        who = f"caller {masked(person.number)}"

        def listener(happening: Happening) -> None:
            if happening.what == "called":
                self._say(f"{who} dials {person.dialled}")
            elif happening.what != "line_changed" and (line := callers.tell(happening)) is not None:
                self._say(f"{who}: {line}")

        try:
            async with callers.placed([person], self._hotline.server, listener=listener) as group:
                self._calling[person.number] = group
                await group.sipp.wait()
        except SippFailed as error:
            self._say(f"{who}: {error}")
        finally:
            self._calling.pop(person.number, None)

    async def _keep_phones(self) -> None:
        """Keep the agents' phones registered; start them anew when they have ended."""
        script = [
            Phone(a.phone, a.sip_secret, answer_after=seconds(1.5), hangs_up_after=_LONGEST_TALK)
            for a in self._accounts
        ]
        while True:
            try:
                async with phones.registered(script, self._hotline.server, listener=self._hear_phone) as group:
                    await self._renew(group)
            except (PhoneRefused, SippFailed, OSError) as error:
                self._say(f"the phones: {error}")
            await asyncio.sleep(_TRY_AGAIN_AFTER)

    async def _renew(self, group: Phones) -> None:
        while group.sipp.is_running:
            with suppress(TimeoutError):
                async with asyncio.timeout(_REGISTER_AGAIN_AFTER):
                    await group.sipp.wait()
                    return
            await group.register()

    def _hear_phone(self, happening: Happening) -> None:
        if happening.what == "registered":
            return
        if (line := phones.tell(happening)) is not None:
            self._say(line)
        if happening.what == "answered":
            # The phone sees whose call it answers; Asterisk gives the caller no sign of it.
            for number, group in self._calling.items():
                if happening.detail.split("|")[1].endswith(number.lstrip("+")[-11:]):
                    group.talking(0)


async def run_floor(
    run: Mapping[str, Any],
    on_line: Callable[[str], None] = print,
    seed: int = 7,
    known_callers: Sequence[str] = (),
) -> None:
    """Run the demo floor of the hotline that this `run.json` describes until SIGTERM or SIGINT, or cancelled.

    `known_callers` are numbers of the customer directory, from which some callers come. Raises SippMissing, SippFailed.
    """
    floor = Floor(read_run(run), on_line, seed, known_callers)
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    asked = False

    def stop() -> None:
        nonlocal asked
        asked = True
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        await floor.run()
    except asyncio.CancelledError:
        if not asked:
            raise
        task.uncancel()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
