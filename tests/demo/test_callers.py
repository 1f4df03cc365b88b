"""Scripted callers do what they were told, as a real Asterisk sees it."""

import asyncio
import re
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from acd.demo import caller as caller_module
from acd.demo import sipp as sipp_module
from acd.demo.caller import Caller, Key, keys, place_call, placed
from acd.demo.sipp import Happening, Server, free_port
from tests.demo.lab import LISTEN, READ, RING, Lab, is_process

pytestmark = pytest.mark.real


async def test_the_keys_a_caller_presses_are_the_keys_that_are_read(witness: Lab) -> None:
    one_by_one = keys("4771", first=100, apart=900)
    at_once = (Key("09*3", 100),)
    before = len(witness.said("keyed"))
    async with placed(
        [Caller("13800000001", READ, keys=one_by_one), Caller("13800000002", READ, keys=at_once)], witness.server
    ) as callers:
        await callers.finished()
    said = await witness.until_said("keyed", before + 2)
    assert sorted(said[before:]) == ["13800000001=4771", "13800000002=09*3"]


async def test_a_comma_among_the_keys_waits_five_seconds() -> None:
    assert keys("2,1,,#") == (Key("2", 1500), Key("1", 8000), Key("#", 19_500))
    assert keys(",1") == (Key("1", 6500),)
    with pytest.raises(ValueError, match="a comma is a pause"):
        Caller("13800000001", keys=keys("2;1"))


async def test_twenty_callers_at_once_keep_their_numbers_and_keys_apart(witness: Lab) -> None:
    wanted = {f"1390000{n:04}": f"{n * 487 % 10000:04}" for n in range(20)}
    before = len(witness.said("keyed"))
    group = [Caller(number, READ, keys=(Key(digits, 200),)) for number, digits in wanted.items()]
    async with placed(group, witness.server) as callers:
        await callers.finished()
        assert await callers.sipp.wait() == 0
    said = await witness.until_said("keyed", before + 20)
    assert dict(line.split("=") for line in said[before:]) == wanted


@pytest.mark.parametrize(
    "number",
    ["%0D%0A%0D%0AEvent:%20UserEvent", "%F0%9F%98%80", "9" * 512, "%3Cscript%3Ealert(1)%3C/script%3E"],
    ids=["line ends", "emoji", "512 digits", "markup"],
)
async def test_a_hostile_number_goes_out_as_given(witness: Lab, tmp_path: Path, number: str) -> None:
    messages = tmp_path / "messages"
    async with placed(
        [Caller(number, LISTEN, name="名字 <b>", hangs_up_after=100)], witness.server, messages=messages
    ) as callers:
        await callers.finished()
    invite = messages.read_text("utf-8", errors="replace").split("INVITE ", 1)[1]
    sent = re.search(r'^From: "(.*)" <sip:(.*)@127', invite, re.MULTILINE)
    assert sent is not None
    assert sent.groups() == ("名字 <b>", number)


async def test_line_ends_in_a_number_reach_the_dialplan_as_line_ends(witness: Lab) -> None:
    before = len(witness.said("number"))
    async with placed([Caller("138%0D%0Aforged", LISTEN)], witness.server) as callers:
        await callers.until("answered")
        await witness.until_said("number", before + 1)
    text = (witness.instance.folder / "log" / "said").read_bytes()
    assert b"SAID number 138\r\nforged END" in text


async def test_a_field_that_would_break_the_table_is_refused(witness: Lab) -> None:
    with pytest.raises(ValueError, match="percent-encode"):
        async with placed([Caller("138;1", LISTEN)], witness.server):
            raise AssertionError("it was placed")


def test_a_key_that_would_cut_another_short_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1000 ms on"):
        Caller("138", keys=(Key("1", 100), Key("2", 999)))


async def test_callers_leave_as_they_were_told(witness: Lab) -> None:
    group = [
        Caller("1", RING, cancels_after=200),
        Caller("2", LISTEN, hangs_up_after=200),
        Caller("3", LISTEN, gives_up_after=200),
        Caller("4", "999"),
        Caller("5", LISTEN, starts_after=300),
        Caller("6", LISTEN, gives_up_after=600, talks_for=700),
    ]
    async with placed(group, witness.server) as callers:
        await callers.until("answered", 4)
        callers.talking(5)
        await callers.until("talking", 1)
        callers.hang_up(4)
        await callers.finished()
        assert [[h.what for h in callers.did(n)] for n in range(6)] == [
            ["called", "ringing", "cancelled", "over"],
            ["called", "answered", "hung_up", "over"],
            ["called", "answered", "gave_up", "over"],
            ["called", "refused", "over"],
            ["called", "answered", "hung_up", "over"],
            ["called", "answered", "talking", "hung_up", "over"],
        ]
        assert callers.did(3, "refused")[0].detail == "404"
        started = callers.did(4, "called")[0].at - callers.did(0, "called")[0].at
        assert 250 <= started <= 800
        began, ended = callers.did(5, "talking")[0].at, callers.did(5, "hung_up")[0].at
        assert 600 <= ended - began <= 1500
    await witness.until_quiet()


async def test_callers_who_are_still_there_at_the_end_leave_no_channel_and_no_process(witness: Lab) -> None:
    async with placed([Caller("1", RING), Caller("2", LISTEN)], witness.server) as callers:
        await callers.until("ringing", 1)
        await callers.until("answered", 1)
        folder, pid = callers.sipp.folder, callers.sipp.pid
    assert not callers.sipp.is_running
    assert not folder.exists()
    assert not is_process(pid)
    await witness.until_quiet()


async def test_what_a_killed_run_left_is_swept_away(witness: Lab) -> None:
    left = _left_by_a_dead_process()
    async with placed([Caller("1", "999")], witness.server) as callers:
        await callers.finished()
        assert callers.sipp.folder in _neighbours(left)
    assert left not in _neighbours(left)


def _neighbours(folder: Path) -> list[Path]:
    return list(folder.parent.iterdir())


def _left_by_a_dead_process() -> Path:
    with subprocess.Popen(["true"]) as gone:
        pass
    return Path(tempfile.mkdtemp(prefix=f"hotline-sipp-{gone.pid}-"))


async def test_placing_a_call_tells_what_comes_of_it(witness: Lab) -> None:
    lines: list[str] = []
    assert await place_call(witness.server, READ, "47", caller="13812345678", talk=4500, on_line=lines.append)
    assert lines[0] == f"calling {READ} as …5678"
    assert lines[1:4] == ["answered by the hotline", "key 4 pressed", "key 7 pressed"]
    assert lines[-1] in {"hung up", "the hotline ended the call"}


async def test_a_caller_who_hides_his_number_shows_none(witness: Lab) -> None:
    lines: list[str] = []
    assert await place_call(witness.server, LISTEN, "", caller="anonymous", talk=0, on_line=lines.append)
    assert lines[0] == f"calling {LISTEN} as anonymous"


@pytest.mark.parametrize(
    ("number", "caller"),
    [("95555", ""), ("95555", "x y"), ("95555", "+86 138"), ("95555", "١٢٣"), ("", "1"), ("a", "1")],
)
async def test_a_call_that_no_switch_would_answer_is_not_placed(number: str, caller: str) -> None:
    lines: list[str] = []
    with pytest.raises(ValueError, match="digits"):
        await place_call(Server("127.0.0.1", 9), number, caller=caller, on_line=lines.append)
    assert lines == []


async def test_a_call_that_nobody_replies_to_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller_module, "_REPLY_WITHIN", 0.5)
    told = asyncio.Event()

    def hear(line: str) -> None:
        if "there is no reply from 127.0.0.1" in line:
            told.set()

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        calling = asyncio.create_task(place_call(Server(*mute.getsockname()), "95555", "", on_line=hear))
        async with asyncio.timeout(20):
            await told.wait()
        calling.cancel()
        await asyncio.wait({calling})


def addresses_of(process: int) -> list[str]:
    """Where a process takes datagrams, as Linux writes it: 0100007F is 127.0.0.1."""
    held = {str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    return [row[1].split(":")[0] for row in rows if f"socket:[{row[9]}]" in held]


async def test_a_sipp_takes_no_port_of_another_and_listens_to_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as another:
        another.bind(("127.0.0.1", 0))
        taken = another.getsockname()[1]
        sip = free_port("127.0.0.1")
        found = [sip, taken - 2, sip, sip - 2, *(free_port("127.0.0.1") for _ in range(9))]
        monkeypatch.setattr(sipp_module, "free_port", lambda _: found.pop(0))
        async with placed([Caller("1", LISTEN)], Server("127.0.0.1", taken)) as callers:
            await callers.until("called")
            assert len(found) < 9, "it has passed over its own port and what is another's"
            bound = await asyncio.to_thread(addresses_of, callers.sipp.pid)
            assert len(bound) >= 4
            assert set(bound) == {"0100007F"}


async def test_happenings_are_told_as_they_come(witness: Lab) -> None:
    heard: list[Happening] = []
    async with placed([Caller("1", LISTEN)], witness.server, listener=heard.append) as callers:
        await callers.until("answered")
        assert [h.what for h in heard] == ["called", "answered"]
