"""Callers on a real Asterisk key their way through the menus; what they chose rides on their calls.

Asterisk has the hotline's own dialplan; there is no core beside it, so a caller who is done with the menus waits.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.asterisk.obtain import Asterisk
from acd.config import HotlineConfig, load
from acd.core.names import AgentId
from acd.demo.caller import Caller, Callers, Key, keys, placed
from acd.demo.sipp import Server
from acd.engine.clock import SystemClock
from acd.engine.ports import Customer
from ivr.agi_server import AgiServer
from ivr.dialogue import Dialogue, MenuScript
from ivr.prompt_names import prompts_of
from ivr.prompts import RECORDINGS, build, path_in
from tests.ivr.fake_line import MENUS, FakeDirectory
from tests.ivr.peers import until
from tests.real import Block, ControlLink, RealHotline, start_hotline, write_beep

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
NUMBER = "13812345678"


@dataclass(frozen=True)
class Bank:
    """A running Asterisk, the settings it was made from, and how long the prompts last."""

    hotline: RealHotline
    config: HotlineConfig
    settings: Path
    link: ControlLink

    async def waiting(self, after: int, within: float = 15) -> Block:
        """The first caller who began to wait since position `after` of the link's blocks."""
        return await asyncio.to_thread(self.link.fact, "waiting", within, after)

    async def variable(self, call: str, name: str) -> str:
        return await asyncio.to_thread(self.link.variable, call, name)

    async def channels(self) -> int:
        return await asyncio.to_thread(self.hotline.channels)

    async def nobody_left(self) -> None:
        async with asyncio.timeout(10):
            while await self.channels():  # noqa: ASYNC110 - Asterisk can only be asked
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def bank(private_asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("menus")
    settings = folder / "hotline.yaml"
    settings.write_text(MENUS.replace("wait_for: 5s", "wait_for: 1s").replace("wait_for: 6s", "wait_for: 1s"))
    config = load(settings)
    for text in prompts_of(config):
        # A quarter of a second each, so that nobody has to listen; one is left for the voice.
        if text.prompt.name != "main-1-greeting":
            write_beep(path_in(folder / RECORDINGS, text.prompt))
    hotline = start_hotline(private_asterisk, folder, config)
    try:
        with ControlLink(hotline) as link:
            yield Bank(hotline, config, settings, link)
    finally:
        hotline.instance.stop()


@asynccontextmanager
async def answering(bank: Bank, directory: FakeDirectory | None = None) -> AsyncIterator[AgiServer]:
    """The menus, served by this process; prompts that could not be played fail the test."""
    lengths = build(bank.config, bank.settings.parent / "sounds", bank.settings.parent / "cache")
    script = MenuScript(Dialogue(lambda: bank.config, directory or FakeDirectory(), SystemClock()), lengths)
    with capture_logs() as logs:
        async with AgiServer({"ivr": script}, port=bank.hotline.ports.agi) as server:
            yield server
    assert [line for line in logs if line["log_level"] != "info"] == []


@asynccontextmanager
async def calling(bank: Bank, *callers: Caller) -> AsyncIterator[tuple[Callers, int]]:
    """These callers under way, and the position in the link's blocks from which on they are heard of."""
    mark = len(bank.link.blocks)
    async with placed(callers, Server("127.0.0.1", bank.hotline.ports.sip)) as group:
        yield group, mark
    await bank.nobody_left()


async def test_a_caller_who_keys_2_and_1_waits_for_cards_in_english(bank: Bank) -> None:
    directory = FakeDirectory({NUMBER: Customer("王芳", "platinum", "zh", AgentId("anna"))})
    async with answering(bank, directory) as server:
        async with calling(bank, Caller(NUMBER, keys=keys("21", first=200))) as (_, mark):
            waiting = await bank.waiting(mark)
            call = waiting["Call"]
            assert (waiting["Lane"], waiting["Language"], waiting["Tier"]) == ("cards", "en", "platinum")
            assert (waiting["Verified"], waiting["Manager"], waiting["Menu"]) == ("", "anna", "main=1")
            assert await bank.variable(call, "HL_DONE") == "1"
            assert await bank.variable(call, "HL_LANE") == "cards"
            assert await bank.variable(call, "HL_LANGUAGE") == "en"
            assert await bank.variable(call, "HL_TIER") == "platinum"
            assert await bank.variable(call, "CHANNEL(language)") == "en"
            assert float(await bank.variable(call, "TIMEOUT(absolute)") or 0) == 0
        await until(lambda: server.statistics.open == 0)
        assert server.statistics.finished == {"done": 1}


async def test_keys_typed_ahead_without_a_pause_are_taken_one_after_the_other(bank: Bank) -> None:
    async with answering(bank), calling(bank, Caller(NUMBER, keys=(Key("23", 100),))) as (_, mark):
        waiting = await bank.waiting(mark)
        assert (waiting["Lane"], waiting["Language"]) == ("wealth", "en")


async def test_bad_keys_end_in_the_default_lane(bank: Bank) -> None:
    pressed = (Key("2", 200), *(Key("9", 1_300 + 1_000 * n) for n in range(3)))
    async with answering(bank), calling(bank, Caller(NUMBER, keys=pressed)) as (_, mark):
        waiting = await bank.waiting(mark)
        assert (waiting["Lane"], waiting["Language"]) == ("general", "en")
        assert await bank.variable(waiting["Call"], "HL_DONE") == "1"


async def test_a_silent_caller_ends_in_the_default_lane_and_language(bank: Bank) -> None:
    async with answering(bank), calling(bank, Caller(NUMBER)) as (_, mark):
        waiting = await bank.waiting(mark, within=30)
        assert (waiting["Lane"], waiting["Language"], waiting["Tier"]) == ("general", "zh", "")
        assert await bank.variable(waiting["Call"], "HL_DONE") == "1"


async def test_a_prompt_that_is_missing_is_silence_and_the_menu_goes_on(bank: Bank) -> None:
    lengths = build(bank.config, bank.settings.parent / "sounds", bank.settings.parent / "cache")
    for prompt in lengths:
        if prompt.name.startswith("main-"):
            path_in(bank.settings.parent / "sounds", prompt).unlink()
    script = MenuScript(Dialogue(lambda: bank.config, FakeDirectory(), SystemClock()), lengths)
    with capture_logs() as logs:
        async with (
            AgiServer({"ivr": script}, port=bank.hotline.ports.agi),
            calling(bank, Caller(NUMBER, keys=keys("21", first=100))) as (_, mark),
        ):
            waiting = await bank.waiting(mark)
    assert (waiting["Lane"], waiting["Language"]) == ("cards", "en")
    assert {line["event"] for line in logs} == {"prompt_not_played"}
    assert logs[0]["prompt"] == "main-1-greeting"


async def test_callers_who_hang_up_at_every_step_leave_nothing_behind(bank: Bank) -> None:
    # The dialplan's Answer() takes up to half a second; who leaves in that time never came to the menus.
    leavers = [Caller(NUMBER, hangs_up_after=700 + 400 * n) for n in range(20)]
    async with answering(bank) as server:
        async with calling(bank, *leavers) as (group, _):
            await group.finished()
        await until(lambda: server.statistics.open == 0)
        finished = server.statistics.finished
        assert (finished.total(), server.statistics.refused) == (20, {})
        assert set(finished) <= {"switch_left", "caller_hung_up", "done"}
        assert finished.total() - finished["done"] > 10
    assert [fact for fact in bank.link.facts() if fact == "fell_back"] == []


@dataclass(frozen=True)
class Elsewhere:
    """The menus, served by a process of its own."""

    child: subprocess.Popen[bytes]

    async def said(self, word: bytes) -> None:
        """Wait until it has said so; an empty line at its end fails the test."""
        assert self.child.stdout is not None
        assert (await asyncio.to_thread(self.child.stdout.readline)).rstrip() == word

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.child.pid, number)


@asynccontextmanager
async def answering_elsewhere(bank: Bank) -> AsyncIterator[Elsewhere]:
    child = subprocess.Popen(  # noqa: ASYNC220 - it is started once and listened to on a thread
        [sys.executable, "-m", "tests.ivr.agi_child", str(bank.settings), str(bank.hotline.ports.agi)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        elsewhere = Elsewhere(child)
        await elsewhere.said(b"ready")
        yield elsewhere
    finally:
        child.kill()
        await asyncio.to_thread(child.communicate)


async def test_a_script_that_is_killed_leaves_the_caller_undone_and_in_the_default_lane(bank: Bank) -> None:
    async with answering_elsewhere(bank) as script, calling(bank, Caller(NUMBER)) as (_, mark):
        await script.said(b"armed")
        script.signal(signal.SIGKILL)
        waiting = await bank.waiting(mark)
        assert (waiting["Lane"], waiting["Language"], waiting["Tier"]) == ("general", "zh", "")
        assert await bank.variable(waiting["Call"], "HL_DONE") == ""


async def test_a_frozen_script_loses_its_caller_to_the_dialplan(bank: Bank) -> None:
    async with answering_elsewhere(bank) as script, calling(bank, Caller(NUMBER)) as (_, mark):
        # The second time, so that it is the hand of the line that is tried and not the dialplan's own.
        await script.said(b"armed")
        await script.said(b"armed")
        script.signal(signal.SIGSTOP)
        waiting = await bank.waiting(mark, within=10)
        call = waiting["Call"]
        assert (waiting["Lane"], waiting["Language"]) == ("general", "zh")
        assert await bank.variable(call, "HL_DONE") == ""
        assert float(await bank.variable(call, "TIMEOUT(absolute)") or 0) == 0

        script.signal(signal.SIGCONT)
        # Awake again it finds nobody on the line: the next caller's first prompt is the next thing it says.
        async with placed([Caller("13900000000")], Server("127.0.0.1", bank.hotline.ports.sip)):
            await script.said(b"armed")
            assert await bank.variable(call, "HL_STAGE") == "waiting"
            assert await bank.variable(call, "HL_DONE") == ""
