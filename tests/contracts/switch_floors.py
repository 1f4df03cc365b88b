"""Two floors on which the contract of the switch is tried: callers and a switch, once played and once real."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

from acd.asterisk.ami_link import ManagerAccess
from acd.asterisk.render import AMI_CALLBACKS_USER, AMI_USER
from acd.asterisk.switch import AsteriskSwitch
from acd.core.names import PhoneName
from acd.core.orders import SurveySwitch
from acd.core.switch_events import SwitchEvent, SwitchSurveyed
from acd.engine.clock import SystemClock
from tests.asterisk.fake_manager import SECRET, Action, FakeChannel, FakeManager, fake_manager
from tests.asterisk.waiting import until
from tests.real import RealHotline
from tests.telephone import Telephone

DIALLED = "95555"


class Floor(Protocol):
    """A switch under test and a caller to try it with."""

    switch: AsteriskSwitch
    seen: list[SwitchEvent]

    async def call(self, number: str) -> None:
        """Somebody dials the hotline."""
        ...

    async def hang_up(self) -> None:
        """He hangs up."""
        ...

    async def plug_in(self, phone: PhoneName) -> None:
        """An agent's phone registers."""
        ...

    async def unplug(self, phone: PhoneName) -> None:
        """It logs out again."""
        ...

    async def cut_link(self) -> None:
        """The connection to the switch breaks."""
        ...


async def next_event(floor: Floor, kind: type[SwitchEvent], after: int = 0) -> tuple[int, SwitchEvent]:
    """The first event of a kind from position `after` on, and the position behind it."""

    def position() -> int | None:
        return next((at for at, event in enumerate(floor.seen) if at >= after and isinstance(event, kind)), None)

    await until(lambda: position() is not None)
    found = position()
    assert found is not None
    return found + 1, floor.seen[found]


async def survey(floor: Floor) -> SwitchSurveyed:
    """What the switch shows when it is surveyed now."""
    floor.switch.carry_out(SurveySwitch())
    _, event = await next_event(floor, SwitchSurveyed, len(floor.seen))
    assert isinstance(event, SwitchSurveyed)
    return event


class FakeFloor:
    """The fake manager, with as much of the dialplan as the contract needs."""

    def __init__(self, manager: FakeManager, second: FakeManager, group: asyncio.TaskGroup) -> None:
        self.manager = manager
        self.seen: list[SwitchEvent] = []
        access = ManagerAccess("127.0.0.1", manager.port, AMI_USER, SECRET)
        callbacks = replace(access, port=second.port)
        self.switch = AsteriskSwitch.connect(access, self.seen.append, SystemClock(), callbacks=callbacks)
        manager.on_redirect = self._redirected
        second.on_originate = self._originated
        manager.phones["PJSIP/anna"] = "UNAVAILABLE"
        group.create_task(self.switch.run())

    async def call(self, number: str) -> None:
        call = "fake-1795318465.12"
        now = str(SystemClock().now())
        variables = {"HL_CALL": call, "HL_NUMBER": number, "HL_DIALLED": DIALLED, "HL_ARRIVED": now, "HL_ENTERED": now}
        variables |= {"HL_LANE": "general", "HL_LANGUAGE": "en", "HL_TIER": "", "HL_STAGE": "arrived"}
        variables |= dict.fromkeys(("HL_VERIFIED", "HL_MANAGER", "HL_MENU", "HL_CUSTOMER", "HL_WISH"), "")
        variables |= {"HL_ADVERT": "", "HL_ADVERT_ON": "", "HL_DESK": ""}
        channel = self.manager.channels[call] = FakeChannel(call, variables)
        await self.manager.say("arrived", call, Number=number, Dialled=DIALLED, Arrived=now)
        await self._wait(channel)

    async def hang_up(self) -> None:
        call, channel = self.manager.channels.popitem()
        await self.manager.say("ended", call, Stage=channel.variables["HL_STAGE"])

    async def plug_in(self, phone: PhoneName) -> None:
        await self.manager.phone_becomes(f"PJSIP/{phone}", "NOT_INUSE")

    async def unplug(self, phone: PhoneName) -> None:
        await self.manager.phone_becomes(f"PJSIP/{phone}", "UNAVAILABLE")

    async def cut_link(self) -> None:
        self.manager.reset()

    async def _redirected(self, action: Action) -> None:
        channel = self.manager.channels[action["Channel"]]
        if action["Context"] == "hl-divert":
            channel.variables |= {"HL_STAGE": "diverted", "HL_OFFER": "", "HL_PHONE": ""}
            await self.manager.say("diverted", channel.uniqueid)
            await self.hang_up()
            return
        if action["Context"] == "hl-offer":
            offer, _, phone = action["Exten"].split("_")
            channel.variables |= {"HL_STAGE": "offered", "HL_OFFER": offer, "HL_PHONE": phone}
            await self.manager.say("offering", channel.uniqueid, Offer=offer)
            await self.manager.say("offer_failed", channel.uniqueid, Offer=offer, Status="CHANUNAVAIL")
        await self._wait(channel)

    async def _originated(self, action: Action) -> None:
        """Ring nobody: the settings allow no number."""
        await self.manager.say("callback_failed", action["ChannelId"], leg=action["OtherChannelId"], Status="REFUSED")

    async def _wait(self, channel: FakeChannel) -> None:
        values = channel.variables
        values |= {"HL_STAGE": "waiting", "HL_OFFER": "", "HL_PHONE": ""}
        keys = ("Number", "Dialled", "Arrived", "Entered", "Lane", "Tier", "Verified", "Manager", "Menu")
        keys += ("Customer", "Advert", "Wish")
        told = {key: values[f"HL_{key.upper()}"] for key in keys} | {"AdvertOn": values["HL_ADVERT_ON"]}
        await self.manager.say("waiting", channel.uniqueid, **told)


class RealFloor:
    """A real Asterisk with the hotline's own dialplan, and a telephone."""

    def __init__(self, hotline: RealHotline, telephone: Telephone, group: asyncio.TaskGroup) -> None:
        self.seen: list[SwitchEvent] = []
        access = ManagerAccess("127.0.0.1", hotline.ports.ami, AMI_USER, hotline.credentials.ami)
        second = replace(access, user=AMI_CALLBACKS_USER, secret=hotline.credentials.ami_callbacks)
        self.switch = AsteriskSwitch.connect(access, self.seen.append, SystemClock(), callbacks=second)
        self._hotline = hotline
        self._telephone = telephone
        group.create_task(self.switch.run())

    async def call(self, number: str) -> None:
        self._telephone.call(DIALLED, number)

    async def hang_up(self) -> None:
        await asyncio.to_thread(self._telephone.hang_up)

    async def plug_in(self, phone: PhoneName) -> None:
        await asyncio.to_thread(self._telephone.register, phone, self._hotline.credentials.sip[phone])

    async def unplug(self, phone: PhoneName) -> None:
        await asyncio.to_thread(self._telephone.unregister, phone, self._hotline.credentials.sip[phone])

    async def cut_link(self) -> None:
        connection = self.switch._link._connection  # type: ignore[attr-defined]
        connection.transport.abort()


def is_ready(switch: AsteriskSwitch) -> bool:
    """Both its links are up."""
    return switch.ready and switch.callbacks is not None and switch.callbacks.ready


@asynccontextmanager
async def fake_floor() -> AsyncIterator[Floor]:
    async with fake_manager() as manager, fake_manager() as second, asyncio.TaskGroup() as group:
        floor = FakeFloor(manager, second, group)
        await until(lambda: is_ready(floor.switch))
        yield floor
        floor.switch.close()


@asynccontextmanager
async def real_floor(hotline: RealHotline) -> AsyncIterator[Floor]:
    with Telephone(hotline.ports.sip) as telephone:
        async with asyncio.TaskGroup() as group:
            floor = RealFloor(hotline, telephone, group)
            await until(lambda: is_ready(floor.switch))
            # Callers of the test before may still be on their way out.
            while (await survey(floor)).calls:
                pass
            floor.seen.clear()
            yield floor
            await asyncio.to_thread(telephone.hang_up)
            floor.switch.close()
