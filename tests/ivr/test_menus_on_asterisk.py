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

from acd.asterisk.obtain import Asterisk
from acd.core.names import AgentId
from acd.demo.caller import Caller, Key, keys, placed
from acd.demo.sipp import Server
from acd.engine.ports import Customer
from ivr.line import Prompt
from tests.ivr.bank_on_asterisk import NUMBER, Bank, answering, calling, running_bank
from tests.ivr.fake_line import MENUS, FakeDirectory
from tests.ivr.peers import until

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bank(private_asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    text = MENUS.replace("wait_for: 5s", "wait_for: 1s").replace("wait_for: 6s", "wait_for: 1s")
    with running_bank(private_asterisk, tmp_path_factory.mktemp("menus"), text, spoken="main-1-greeting") as running:
        yield running


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


async def test_a_question_that_nobody_can_hear_leads_to_a_person_and_not_into_silence(bank: Bank) -> None:
    lost = [Prompt(language, "main-2-language") for language in ("zh", "en")]
    async with answering(bank, without=lost), calling(bank, Caller(NUMBER)) as (_, mark):
        waiting = await bank.waiting(mark)
        assert (waiting["Lane"], waiting["Language"]) == ("general", "zh")
        assert await bank.variable(waiting["Call"], "HL_DONE") == "1"


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
