"""A real call becomes one contact, with number, lane and how long they talked, and a core that is killed loses none."""

import asyncio
import json
import os
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from acd.app.access import desk_path
from acd.demo.caller import Caller, keys, placed
from acd.demo.phone import registered
from tests.house import House, house, until

pytestmark = pytest.mark.real


def contacts(hotline: House) -> list[tuple[object, ...]]:
    file = sqlite3.connect(f"{desk_path(hotline.home).as_uri()}?mode=ro", uri=True)
    try:
        return file.execute("SELECT call, agent, lane, number, by_number, state, talked FROM contacts").fetchall()
    finally:
        file.close()


async def test_a_talk_through_which_the_core_is_killed_is_one_contact_as_long_as_it_was(tmp_path: Path) -> None:
    async with house(tmp_path) as hotline, registered([hotline.phone("anna")], hotline.server) as phones:
        anna = hotline.screen("anna")
        await anna.until_state("paused")
        await anna.ready()
        async with placed([Caller("13812345678", keys=keys("21"))], hotline.server) as callers:
            answered = await phones.until("anna", "answered")
            await anna.until_state("talking")
            await until(lambda: len(contacts(hotline)) == 1, what="a contact while they talk")
            await hotline.kill_core()
            await hotline.start_core()
            callers.hang_up(0)
            await callers.finished()
            about = time.time() * 1_000 - answered.at
        await until(lambda: [row[5] for row in contacts(hotline)] == ["not_finished"], 40, "the end of the wrap-up")
        ((_, agent, lane, number, known, _, talked),) = contacts(hotline)
        assert (agent, lane, number, known) == ("anna", "cards", "+8613812345678", "")
        assert isinstance(talked, int)
        assert abs(talked - about) < 3_000, "the time of the old core and of the new one is one talk"
        await hotline.stop_core()

        command = [sys.executable, "-m", "acd.cli", "kpi", "first-line", "--json"]
        environment = os.environ | {"HOTLINE_HOME": str(hotline.home)}
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
        said, _ = await process.communicate()
        assert json.loads(said)["cards"]["undecided"] == 1
