"""Accounts in a hotline that runs: nobody's call is lost when somebody is forced out, locked, or the core is killed."""

import asyncio
import contextlib
import http.client
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import websockets

from acd.demo.caller import Caller, placed
from acd.demo.phone import registered
from tests.end_to_end.people import assert_nothing_is_left, events, shared
from tests.end_to_end.quick_bank import STRAIGHT, write_quick_bank
from tests.house import House, house, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

NUMBER = "13900000001"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")
    async for running in shared(house(folder, write_quick_bank(folder))):
        yield running


class Person:
    """Somebody at a browser of his own."""

    def __init__(self, hotline: House, name: str) -> None:
        self.hotline = hotline
        passwords = {each["agent"]: each["web_password"] for each in hotline.run["accounts"]}
        passwords |= {each["name"]: each["web_password"] for each in hotline.run["staff"]}
        said = json.dumps({"name": name, "password": passwords[name]})
        status, headers, _ = hotline.request("POST", "/api/v1/login", said)
        assert status == 200
        self.cookie = headers["set-cookie"].split(";")[0]

    def ask(self, method: str, path: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.hotline.prepared.http_port, timeout=5)
        try:
            connection.request(method, f"/api/v1{path}", headers={"Cookie": self.cookie})
            response = connection.getresponse()
            text = response.read().decode()
            return response.status, json.loads(text) if text else None
        finally:
            connection.close()

    def page(self) -> Any:
        return websockets.connect(self.hotline.socket_address, additional_headers={"Cookie": self.cookie})


async def hears(page: websockets.ClientConnection, state: str) -> None:
    """Show every pop, until the screen is told this state."""
    async with asyncio.timeout(15):
        async for text in page:
            message = json.loads(text)
            if message["type"] == "pop":
                await page.send(json.dumps({"type": "shown", "offer": message["offer"]}))
            if message["type"] == "state" and message["state"] == state:
                return
    raise AssertionError(f"the page was closed before {state}")


async def code_at_the_end(page: websockets.ClientConnection, within: float) -> int | None:
    with contextlib.suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(within):
            async for _ in page:
                pass
    return page.close_code


async def test_who_is_forced_out_in_a_talk_is_out_at_once_and_his_call_goes_on(hotline: House) -> None:
    anna, sue, ada = [await asyncio.to_thread(Person, hotline, name) for name in ("anna", "sue", "ada")]
    caller = Caller(NUMBER, dialled=STRAIGHT)
    async with registered([hotline.phone("anna", hangs_up_after=6_000)], hotline.server), anna.page() as page:
        await page.send(json.dumps({"type": "ready"}))
        await hears(page, "ready")
        async with placed([caller], hotline.server) as callers:
            await hears(page, "talking")
            _, found = await asyncio.to_thread(sue.ask, "GET", "/sessions?name=anna")
            (session,) = found
            assert session["page_open"]
            status, _ = await asyncio.to_thread(sue.ask, "DELETE", f"/sessions/{session['id']}")
            assert status == 204
            assert await code_at_the_end(page, within=1) == 4401
            assert (await asyncio.to_thread(anna.ask, "GET", "/me"))[0] == 401
            assert await asyncio.to_thread(hotline.channels) == 2, "the caller and the agent's phone talk on"
            await callers.finished()

    def states() -> list[str]:
        return [each["state"] for each in events(hotline, "AgentChanged") if each["agent"] == "anna"]

    await until(lambda: states()[-1:] == ["logged_out"], 10, "she has left when the call is over")
    _, trail = await asyncio.to_thread(ada.ask, "GET", "/audit")
    told = [(each["who"], each["what"], each["about"].get("number", "")) for each in trail["entries"]]
    assert ("anna", "pop_shown", NUMBER) in told
    assert ("sue", "forced_out", "") in told
    await assert_nothing_is_left(hotline)


async def test_who_was_in_before_the_core_was_killed_is_in_afterwards(hotline: House) -> None:
    ben = await asyncio.to_thread(Person, hotline, "ben")
    await hotline.kill_core()
    await hotline.start_core()
    status, me = await asyncio.to_thread(ben.ask, "GET", "/me")
    assert (status, me["agent"]) == (200, "ben")
    async with ben.page() as page:
        await hears(page, "paused")


async def test_a_locked_account_is_out_of_a_running_hotline_within_a_second(hotline: House) -> None:
    async def command(*words: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "acd.cli", "account", *words),
            env=os.environ | {"HOTLINE_HOME": str(hotline.home)},
            stdout=asyncio.subprocess.DEVNULL,
        )
        assert await process.wait() == 0

    chen = await asyncio.to_thread(Person, hotline, "chen")
    async with chen.page() as page:
        await hears(page, "paused")
        await command("lock", "chen")
        assert await code_at_the_end(page, within=1.5) == 4401
    assert (await asyncio.to_thread(chen.ask, "GET", "/me"))[0] == 401
    with pytest.raises(AssertionError):
        await asyncio.to_thread(Person, hotline, "chen")
    await command("unlock", "chen")
    await asyncio.sleep(1)
    await asyncio.to_thread(Person, hotline, "chen")
