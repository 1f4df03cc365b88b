"""Many agents' screens in one process: each logs in, keeps its WebSocket open and acknowledges every pop at once."""

import asyncio
import http.client
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect

COOKIE = "hotline_session"


class Screens:
    """The open screens by agent."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.pops = 0
        self.shown: dict[str, float] = {}
        """When each call was on a screen, in seconds by this machine's clock."""
        self.refusals = 0
        self._sockets: dict[str, ClientConnection] = {}

    async def only_ready(self, agents: Sequence[str], within: float = 20.0) -> None:
        """Let these agents be ready and all others be paused. Raises TimeoutError."""
        wanted = set(agents)
        async with asyncio.timeout(within):
            while True:
                wrong = 0
                for agent, socket in self._sockets.items():
                    state = self.states.get(agent, "")
                    if agent in wanted and state != "ready":
                        wrong += 1
                        if state not in {"reserved", "ringing", "talking"}:
                            await socket.send('{"type":"ready"}')
                    elif agent not in wanted and state != "paused":
                        wrong += 1
                        await socket.send('{"type":"pause","reason":"break"}')
                if not wrong:
                    return
                # The web side takes five messages a second from each screen.
                await asyncio.sleep(0.5)

    async def serve(self, agent: str, socket: ClientConnection) -> None:
        """Read one screen's messages until it is closed."""
        self._sockets[agent] = socket
        async for text in socket:
            message = json.loads(text)
            match message["type"]:
                case "pop":
                    self.shown[message["call"]] = time.time()
                    await socket.send(json.dumps({"type": "shown", "offer": message["offer"]}))
                    self.pops += 1
                case "state":
                    self.states[agent] = message["state"]
                case "refused":
                    self.refusals += 1


@asynccontextmanager
async def screens(port: int, passwords: dict[str, str]) -> AsyncIterator[Screens]:
    """All these agents' screens, open until the block is left."""
    cookies = await asyncio.to_thread(_log_in, port, passwords)
    shown = Screens()
    async with asyncio.TaskGroup() as tasks:
        running = []
        for agent, cookie in cookies.items():
            socket = await connect(
                f"ws://127.0.0.1:{port}/agent/ws", additional_headers={"Cookie": cookie}, proxy=None, compression=None
            )
            running.append(tasks.create_task(shown.serve(agent, socket)))
        try:
            yield shown
        finally:
            for task in running:
                task.cancel()


def _log_in(port: int, passwords: dict[str, str]) -> dict[str, str]:
    cookies = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for agent, password in passwords.items():
        body = json.dumps({"name": agent, "password": password})
        connection.request("POST", "/api/v1/login", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        assert response.status == http.HTTPStatus.OK, f"{agent} was not let in: {response.status} {response.reason}"
        given = response.headers.get("set-cookie", "")
        assert given.startswith(COOKIE), "no cookie was given"
        cookies[agent] = given.split(";")[0]
    connection.close()
    return cookies
