"""A real call becomes one contact, and what its agent types is in front of the next one, though the core was killed."""

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
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


@asynccontextmanager
async def logged_in(hotline: House, agent: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody's browser, as far as REST can tell."""
    address = f"http://127.0.0.1:{hotline.prepared.http_port}"
    async with aiohttp.ClientSession(address, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        words = {"name": agent, "password": hotline.account(agent)["web_password"]}
        async with http.post("/api/v1/login", json=words) as answer:
            assert answer.status < 300
        yield http


async def asked(http: aiohttp.ClientSession, method: str, path: str, **more: Any) -> tuple[int, Any]:
    async with http.request(method, f"/api/v1{path}", **more) as answer:
        return answer.status, await answer.json()


async def test_a_note_outlives_the_core_and_is_in_front_of_the_agent_when_the_customer_calls_again(
    tmp_path: Path,
) -> None:
    note = {"disposition": "blocked", "solved": True, "note": "Card blocked, new one <b>not</b> wanted."}
    caller = Caller("13800000001", keys=keys("21"))
    async with house(tmp_path) as hotline, registered([hotline.phone("dora")], hotline.server) as phones:
        dora = hotline.screen("dora")
        await dora.until_state("paused")
        await dora.ready()
        async with placed([caller], hotline.server) as callers, logged_in(hotline, "dora") as http:
            await phones.until("dora", "answered")
            await dora.until_state("talking")
            call = dora.pops[0][1]["call"]
            status, draft = await asked(http, "PUT", f"/contacts/{call}/draft", json={"revision": 0, **note})
            assert (status, draft["revision"], draft["state"]) == (200, 1, "open")
            await hotline.kill_core()
            await hotline.start_core()
            assert (await asked(http, "GET", f"/contacts/{call}/draft"))[1] == draft
            callers.hang_up(0)
            await callers.finished()
            await dora.until_state("wrap_up")
            assert (await asked(http, "POST", f"/contacts/{call}/finish"))[0] == 200
            status, tree = await asked(http, "GET", "/dispositions", params={"lane": "cards"})
            assert "lost-card" in [each["code"] for each in tree["tree"]]
        await dora.say("done")
        await dora.ready()
        async with (
            placed([caller], hotline.server),
            logged_in(hotline, "dora") as http,
            logged_in(hotline, "anna") as stranger,
        ):
            await dora.until_state("talking", 20)
            number = {"number": caller.number}
            status, (earlier,) = await asked(http, "GET", "/contacts", params=number)
            assert (status, earlier["call"], earlier["known_by"], earlier["disposition"]) == (
                *(200, call, "number", "blocked"),
            )
            assert [each["text"] for each in earlier["notes"]] == [note["note"]]
            assert (await asked(stranger, "GET", "/contacts", params=number))[0] == 403
            assert (await asked(stranger, "GET", f"/contacts/{call}/draft"))[0] == 404


async def test_a_wrap_up_through_which_the_core_is_killed_has_its_caller_still(tmp_path: Path) -> None:
    def ticket(call: str) -> dict[str, Any]:
        due_at = int(time.time() * 1_000) + 86_400_000
        return {"call": call, "lane": "cards", "reason": "new card", "text": "Wants it sent.", "due_at": due_at}

    async with house(tmp_path) as hotline, registered([hotline.phone("dora")], hotline.server) as phones:
        dora = hotline.screen("dora")
        await dora.until_state("paused")
        await dora.ready()
        async with (
            placed([Caller("13800000001", keys=keys("21"))], hotline.server) as callers,
            logged_in(hotline, "dora") as http,
        ):
            await phones.until("dora", "answered")
            await dora.until_state("talking")
            shown = dora.pops[0][1]
            await hotline.kill_core()
            await hotline.start_core()
            await dora.until_state("talking")
            callers.hang_up(0)
            await callers.finished()
            await dora.until_state("wrap_up")
            await dora.say("extend")
            status, first = await asked(http, "POST", "/tickets", json=ticket(shown["call"]))
            assert (status, first["caller"]) == (201, "+8613800000001"), "she talked since before the restart"

            await hotline.kill_core()
            dora.pops.clear()
            await hotline.start_core()
            await until(lambda: len(dora.pops) == 1, what="the caller of whom she writes")
            again = dora.pops[0][1]
            assert (dora.state, again["call"], again["customer"]) == ("wrap_up", shown["call"], shown["customer"])
            status, _ = await asked(http, "POST", "/tickets", json=ticket(shown["call"]))
            assert status == 201, "she writes since before the restart"
