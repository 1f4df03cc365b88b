"""Scripted phones do with a call what they were told, as a real Asterisk sees it."""

import asyncio
import socket

import pytest

from acd.demo.caller import Caller, placed
from acd.demo.phone import PHONES_LIVE_AT, Behaviour, Phone, PhoneRefused, registered, run_phone
from tests.demo.lab import DIAL, PHONES, Lab, is_process, phone

pytestmark = pytest.mark.real


async def _dialled(witness: Lab, *names: str) -> list[str]:
    """The DIALSTATUS of calling each of these phones once, all at the same time."""
    before = len(witness.said("dialled"))
    async with placed(
        [Caller(f"1380000{n:04}", DIAL + name) for n, name in enumerate(names)], witness.server
    ) as callers:
        await callers.finished()
    said = await witness.until_said("dialled", before + len(names))
    return sorted(said[before:])


async def test_each_behaviour_has_its_outcome(witness: Lab) -> None:
    script = [
        phone("anna", behaviour=Behaviour.ANSWER, answer_after=100, hangs_up_after=200),
        phone("ben", behaviour=Behaviour.NO_ANSWER),
        phone("chen", behaviour=Behaviour.BUSY),
    ]
    async with registered(script, witness.server) as phones:
        assert await _dialled(witness, *PHONES) == ["anna=ANSWER", "ben=NOANSWER", "chen=BUSY"]
        assert [h.what for h in phones.did("anna")][1:] == ["invited", "ringing", "answered", "hung_up", "over"]
        assert [h.what for h in phones.did("ben")][1:] == ["invited", "ringing", "cancelled", "over"]
        assert [h.what for h in phones.did("chen")][1:] == ["invited", "busy", "over"]
    script = [
        phone("anna", behaviour=Behaviour.DECLINE),
        phone("ben", behaviour=Behaviour.FORWARD, forward_to="anna"),
        phone("chen", answer_after=0, hangs_up_after=0),
    ]
    async with registered(script, witness.server) as phones:
        # A declining phone counts as unreachable (cause 21), a forwarding one, whose forward is ignored, as busy.
        assert await _dialled(witness, *PHONES) == ["anna=CHANUNAVAIL", "ben=BUSY", "chen=ANSWER"]
        assert [h.what for h in phones.did("chen")][1:] == ["invited", "ringing", "answered", "hung_up", "over"]
    assert await _dialled(witness, "anna") == ["anna=CHANUNAVAIL"], "nobody is registered any more"


async def test_a_phone_sees_whose_call_it_answers_and_waits_for_the_end(witness: Lab) -> None:
    async with (
        registered([phone("anna")], witness.server) as phones,
        placed([Caller("13812345678", DIAL + "anna", talks_for=300)], witness.server) as callers,
    ):
        answered = await phones.until("anna", "answered")
        assert answered.detail.split("|")[1] == "13812345678"
        callers.talking(0)
        await phones.until("anna", "ended")
        await callers.finished()


async def test_a_phone_answers_and_hangs_up_when_told(witness: Lab) -> None:
    script = [phone("anna", behaviour=Behaviour.NO_ANSWER)]
    before = len(witness.said("dialled"))
    async with (
        registered(script, witness.server) as phones,
        placed([Caller("1", DIAL + "anna")], witness.server) as callers,
    ):
        await phones.until("anna", "ringing")
        phones.answer("anna")
        await phones.until("anna", "answered")
        phones.hang_up("anna")
        await phones.until("anna", "hung_up")
        await callers.finished()
    assert (await witness.until_said("dialled", before + 1))[before:] == ["anna=ANSWER"]


async def test_nothing_is_left_of_phones_that_end_in_the_middle_of_a_call(witness: Lab) -> None:
    async with registered([phone("ben"), phone("anna")], witness.server) as phones:
        port, pid, folder = phones.sipp.port, phones.sipp.pid, phones.sipp.folder
        assert f"{PHONES_LIVE_AT}:{port}" in witness.contacts()
        async with placed([Caller("1", DIAL + "anna")], witness.server) as callers:
            await phones.until("anna", "answered")
            await phones.leave()
            assert phones.up() == []
            await callers.finished()
            assert [h.what for h in callers.did(0)][-2:] == ["ended", "over"]
    assert "No objects found" in witness.contacts()
    assert not is_process(pid)
    assert not folder.exists()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((PHONES_LIVE_AT, port))
    await witness.until_quiet()


async def test_a_wrong_secret_is_said_by_the_phones_name(witness: Lab) -> None:
    with pytest.raises(PhoneRefused, match=r"register: anna$"):
        async with registered([Phone("anna", "wrong"), phone("ben")], witness.server):
            raise AssertionError("it was let in")


async def test_running_a_phone_tells_what_it_does(witness: Lab) -> None:
    lines: list[str] = []
    rung = asyncio.Event()

    def hear(line: str) -> None:
        lines.append(line)
        if line in {"anna is registered", "anna hangs up"}:
            rung.set()

    async with asyncio.TaskGroup() as both:
        running = both.create_task(run_phone(witness.server, phone("anna", hangs_up_after=100), hear))
        await asyncio.wait_for(rung.wait(), 10)
        rung.clear()
        assert await _dialled(witness, "anna") == ["anna=ANSWER"]
        await asyncio.wait_for(rung.wait(), 10)
        running.cancel()
    assert lines == [
        "anna is registered",
        "anna rings",
        "anna answers",
        "anna hangs up",
        "anna is no longer registered",
    ]


async def test_a_phone_whose_hotline_has_ended_says_so_and_goes_at_once(witness: Lab) -> None:
    lines: list[str] = []
    async with asyncio.timeout(8):
        await run_phone(witness.server, phone("anna"), lines.append, gone=lambda: "anna is registered" in lines)
    assert lines == ["anna is registered", "the hotline has ended"]
