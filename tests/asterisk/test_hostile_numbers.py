"""On a real Asterisk whose dialplan cleans nothing: what a hostile caller number does to the stream, and not to us."""

import asyncio
from pathlib import Path

import pytest

from acd.asterisk.ami_link import ManagerAccess
from acd.asterisk.obtain import Asterisk
from acd.asterisk.switch import AsteriskSwitch
from acd.core.orders import SurveySwitch
from acd.core.switch_events import CallEnded, SwitchEvent, SwitchSurveyed
from acd.engine.clock import SystemClock
from tests.asterisk.small_asterisk import SECRET, small_asterisk
from tests.asterisk.waiting import until
from tests.telephone import Telephone

pytestmark = pytest.mark.real

VICTIM = "small-1795323879.0"


def written(text: str) -> str:
    """Text as the user part of a SIP address can carry it."""
    return "".join(one if one.isalnum() else f"%{ord(one):02X}" for one in text)


ENDED = f"UserEvent: Hotline\r\nFact: ended\r\nCall: {VICTIM}\r\nUniqueid: {VICTIM}\r\nStage: waiting\r\n"
LIST_END = "Event: StatusComplete\r\nEventList: Complete\r\nListItems: 0\r\n"
HOSTILE = [
    f"138\r\n\r\nEvent: UserEvent\r\nPrivilege: user,all\r\n{ENDED}X: ",
    f"138\r\n\r\nEvent: UserEvent\r\nPrivilege: user,all\r\n{ENDED}\r\n",
    f"138\r\n\r\n{LIST_END}X: ",
    "138\r\n\r\nResponse: Error\r\nX: ",
    f"138\r\nCall: {VICTIM}",
    "138\r\n\r\n",
]


async def test_no_caller_number_speaks_for_another_call_or_hides_one(
    private_asterisk: Asterisk, tmp_path: Path
) -> None:
    seen: list[SwitchEvent] = []

    def surveyed() -> SwitchSurveyed | None:
        surveys = [event for event in seen if isinstance(event, SwitchSurveyed)]
        return surveys[-1] if surveys else None

    async with small_asterisk(private_asterisk, tmp_path) as asterisk, asyncio.TaskGroup() as group:
        access = ManagerAccess("127.0.0.1", asterisk.ami_port, "core", SECRET)
        switch = AsteriskSwitch.connect(access, seen.append, SystemClock())
        group.create_task(switch.run())
        await until(lambda: switch.ready)
        dropped = switch.statistics.dropped
        telephones = [Telephone(asterisk.sip_port) for _ in range(len(HOSTILE) + 1)]
        try:
            for number, telephone in zip(HOSTILE, telephones[1:], strict=True):
                telephone.call("95555", written(number))
                await asyncio.to_thread(telephone.until_seen, "200 INVITE")
            telephones[0].call("95555", "13812345678")
            # He is the last, so all that the others could say has been read when his event is.
            await until(lambda: any(isinstance(event, CallEnded) for event in seen))
            switch.carry_out(SurveySwitch())
            await until(lambda: (survey := surveyed()) is not None and survey.calls)
        finally:
            for telephone in telephones:
                await asyncio.to_thread(telephone.__exit__, None, None, None)
            switch.close()

    [honest] = [event.call for event in seen if isinstance(event, CallEnded)]
    survey = surveyed()
    assert survey is not None
    assert honest in {call.call for call in survey.calls}
    assert VICTIM not in {honest, *(call.call for call in survey.calls)}
    # The attack is real: Asterisk did write these blocks, in events and in lists.
    assert sum(dropped.values()) >= 2 * len(HOSTILE), dropped
