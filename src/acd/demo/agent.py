"""A scripted agent at his screen: logs in as a person would, is ready, sees pops, writes up, is ready again.

He knows only what the web side tells every agent. He comes back whenever the hotline does, and leaves for good when
a person opens a screen in his name.
"""

import asyncio
import http.client
import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import urlsplit

import websockets.asyncio.client
import websockets.exceptions

from acd.demo.caller import masked
from acd.demo.hotline import Account

_COOKIE = "hotline_session"
_TRY_AGAIN_AFTER = 2.0
_REQUEST_WITHIN = 5.0
_SEES_POP_AFTER = (0.0, 0.05)
_WRITES_FOR = (3.0, 9.0)
_LARGEST_MESSAGE = 65_536


class LogInRefused(RuntimeError):
    """The hotline answered, and did not let the agent in."""


class DemoAgent:
    """One agent. `run` is his whole working day."""

    def __init__(self, account: Account, http_address: str, chance: Random, say: Callable[[str], None]) -> None:
        self._account = account
        self._http = http_address
        self._chance = chance
        self._say = say
        self._state = ""

    async def run(self) -> None:
        """Work until cancelled, or until a person takes the place. Never raises for what the hotline does."""
        told = ""
        while True:
            try:
                cookie = await asyncio.to_thread(log_in, self._http, self._account)
                if await self._work(cookie) == "replaced":
                    self._say(f"{self._account.agent}: a person has taken this place")
                    return
                told = ""
            except (OSError, TimeoutError, http.client.HTTPException, LogInRefused) as error:
                told = self._say_once(told, f"{self._account.agent} cannot log in: {error}")
            except (websockets.exceptions.WebSocketException, ValueError) as error:
                told = self._say_once(told, f"{self._account.agent} lost the screen: {type(error).__name__}")
            await asyncio.sleep(_TRY_AGAIN_AFTER)

    def _say_once(self, told: str, line: str) -> str:
        if line != told:
            self._say(line)
        return line

    async def _work(self, cookie: str) -> str:
        """Serve one connection; the last thing that the hotline said on it."""
        parts = urlsplit(self._http)
        async with websockets.asyncio.client.connect(
            f"ws://{parts.netloc}/agent/ws",
            additional_headers={"Cookie": f"{_COOKIE}={cookie}"},
            open_timeout=_REQUEST_WITHIN,
            max_size=_LARGEST_MESSAGE,
            proxy=None,
        ) as screen:
            last = ""
            async for text in screen:
                message = json.loads(text)
                last = str(message.get("type"))
                await self._take(screen, message)
            return last

    async def _take(self, screen: websockets.asyncio.client.ClientConnection, message: dict[str, Any]) -> None:
        match message:
            case {"type": "state", "state": str(state)}:
                if state != self._state:
                    self._say(f"{self._account.agent} is {state.replace('_', ' ')}")
                self._state = state
                if state == "paused":
                    await _send(screen, type="ready")
                elif state == "wrap_up":
                    await asyncio.sleep(self._chance.uniform(*_WRITES_FOR))
                    await _send(screen, type="done")
            case {"type": "pop", "offer": int(offer), "number": str(number), "lane": str(lane)}:
                await asyncio.sleep(self._chance.uniform(*_SEES_POP_AFTER))
                await _send(screen, type="shown", offer=offer)
                waited = int(message.get("waited_ms", 0)) / 1000
                vip = " VIP" if message.get("vip") else ""
                self._say(f"{self._account.agent}'s screen shows{vip} {masked(number)}: {lane}, waited {waited:.0f} s")
            case _:
                return


async def _send(screen: websockets.asyncio.client.ClientConnection, **fields: object) -> None:
    await screen.send(json.dumps(fields))


def log_in(http_address: str, account: Account) -> str:
    """The session's cookie. Waits for the answer (run it in a thread). Raises LogInRefused, OSError, HTTPException."""
    connection = http.client.HTTPConnection(urlsplit(http_address).netloc, timeout=_REQUEST_WITHIN)
    try:
        body = json.dumps({"name": account.agent, "password": account.web_password})
        connection.request("POST", "/api/v1/login", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read(_LARGEST_MESSAGE)
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and value.startswith(f"{_COOKIE}="):
                return value.split("=", 1)[1].split(";")[0]
    finally:
        connection.close()
    raise LogInRefused(f"the hotline answered {response.status} {response.reason}")
