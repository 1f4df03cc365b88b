"""A switch that runs against the fake manager, and what it saw."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from acd.asterisk.ami_link import LinkLimits, ManagerAccess
from acd.asterisk.diversions import Wording, announcement_alone
from acd.asterisk.switch import AsteriskSwitch, SwitchLimits
from acd.core.names import CallId
from acd.core.switch_events import SwitchEvent, SwitchSurveyed
from tests.asterisk.fake_manager import SECRET, FakeManager, fake_manager
from tests.asterisk.waiting import until

CALL = CallId("hotline-1795318465.12")
LIMITS = SwitchLimits(order=0.5, survey=0.5, survey_every=60, survey_pause=0, survey_retry=0.05)
LINK_LIMITS = LinkLimits(connect=2, login=2, ping_pause=0.2, ping_within=0.5, retry_first=0.02, retry_most=0.05)


class StepClock:
    """A clock on which every reading is a millisecond later."""

    def __init__(self) -> None:
        self._next = count(1_000)

    def now(self) -> int:
        return next(self._next)


class Running:
    """A switch that runs, and what it saw."""

    def __init__(
        self, manager: FakeManager, limits: SwitchLimits = LIMITS, wording: Wording = announcement_alone
    ) -> None:
        self.manager = manager
        self.seen: list[SwitchEvent] = []
        self.switch = AsteriskSwitch.connect(
            ManagerAccess("127.0.0.1", manager.port, "core", SECRET),
            self.seen.append,
            StepClock(),
            link_limits=LINK_LIMITS,
            limits=limits,
            wording=wording,
        )

    @property
    def surveys(self) -> list[SwitchSurveyed]:
        return [event for event in self.seen if isinstance(event, SwitchSurveyed)]


@asynccontextmanager
async def running(
    *, wait: bool = True, limits: SwitchLimits = LIMITS, wording: Wording = announcement_alone
) -> AsyncIterator[Running]:
    async with fake_manager() as manager, asyncio.TaskGroup() as group:
        run = Running(manager, limits, wording)
        group.create_task(run.switch.run())
        try:
            if wait:
                await until(lambda: run.switch.ready)
            yield run
        finally:
            run.switch.close()
