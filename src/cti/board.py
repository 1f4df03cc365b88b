"""The live board: how many wait where and for how long, and what the agents do. Never a word about a caller.

The picture is made once a second for all boards together, and not at all while nobody looks. A board that does not
read skips pictures; it costs the others nothing.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import NoReturn

from starlette.websockets import WebSocket, WebSocketDisconnect

from acd.core.agents import AgentState
from acd.core.names import LaneName
from cti.outbox import Outbox
from cti.ports import Look

BOARDS_AT_MOST = 64
TRY_AGAIN = 1013
SEND_TIMEOUT = 10.0


class Board:
    """All open boards. `run` belongs in the app's task group.

    `titles` are the lanes' names by language, for people; `target` is the service level that was promised, 0 to 1.
    """

    def __init__(
        self,
        look: Look,
        *,
        titles: Mapping[LaneName, Mapping[str, str]] | None = None,
        target: float | None = None,
        every: float = 1.0,
    ) -> None:
        self._look = look
        self._titles = titles or {}
        self._target = target
        self._every = every
        self._outboxes: set[Outbox] = set()
        self._somebody_looks = asyncio.Event()

    def __len__(self) -> int:
        """How many boards are open."""
        return len(self._outboxes)

    def picture(self) -> str:
        """The hotline at this instant, as JSON."""
        now = self._look.now()
        policy = self._look.policy()
        lanes = []
        for name, lane in self._look.lanes().items():
            counts = lane.counts
            lanes.append(
                {
                    "lane": name,
                    "title": dict(self._titles.get(name, {})),
                    "waiting": lane.waiting,
                    "longest_wait_ms": 0 if lane.oldest is None else max(0, now - lane.oldest),
                    "service_level": counts.service_level(),
                    "offered": counts.offered,
                    "answered": counts.answered,
                    "answered_in_time": counts.answered_in_time,
                    "abandoned": counts.abandoned,
                    "short_abandoned": counts.short_abandoned,
                    "fell_back": counts.fell_back,
                }
            )
        states = Counter(desk.state for desk in self._look.desks())
        return json.dumps(
            {
                "type": "board",
                "now": now,
                "routing": self._look.routing(),
                "answer_within_ms": policy.answer_within,
                "target": self._target,
                "lanes": lanes,
                "agents": {state.value: states[state] for state in AgentState},
            },
            separators=(",", ":"),
        )

    async def run(self) -> NoReturn:
        """Send every open board a picture once a second; for ever."""
        while True:
            if not self._outboxes:
                self._somebody_looks.clear()
                await self._somebody_looks.wait()
            picture = self.picture()
            for outbox in self._outboxes:
                outbox.put(picture, key="picture")
            await asyncio.sleep(self._every)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one board's connection until it ends."""
        await socket.accept()
        if len(self._outboxes) >= BOARDS_AT_MOST:
            await socket.close(TRY_AGAIN, "too many boards")
            return
        outbox = Outbox()
        outbox.put(self.picture(), key="picture")
        self._outboxes.add(outbox)
        self._somebody_looks.set()
        try:
            async with asyncio.TaskGroup() as both:
                sending = both.create_task(_send(socket, outbox))
                leaving = both.create_task(_leave(socket))
                sending.add_done_callback(lambda _: leaving.cancel())
                leaving.add_done_callback(lambda _: sending.cancel())
        finally:
            self._outboxes.discard(outbox)


async def _send(socket: WebSocket, outbox: Outbox) -> None:
    try:
        while (text := await outbox.take()) is not None:
            async with asyncio.timeout(SEND_TIMEOUT):
                await socket.send_text(text)
    except (TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
        return


async def _leave(socket: WebSocket) -> None:
    """Return when the board goes, or says anything at all: it has nothing to say."""
    try:
        await socket.receive_text()
    except (WebSocketDisconnect, RuntimeError, KeyError, OSError):
        return
