"""The live board: how many wait where and for how long, and what the agents do. Never a word about a caller.

The picture is made once a second for all boards together, and not at all while nobody looks. A board that does not
read skips pictures; it costs the others nothing. Bounds: one note per reserve of the policy.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import NoReturn

from starlette.websockets import WebSocket, WebSocketDisconnect

from acd.core.agents import AgentState
from acd.core.events import Event, PolicyAdopted, ReserveChanged
from acd.core.instants import Instant
from acd.core.names import LaneName
from acd.engine.view import LaneNow, ReserveNow
from cti.outbox import Outbox
from cti.ports import Look

BOARDS_AT_MOST = 64
HANDS_AT_MOST = 100
"""Raised hands that a board shows."""
TRY_AGAIN = 1013
SEND_TIMEOUT = 10.0


class Board:
    """All open boards. `hear` belongs on the engine's feed, `run` in the app's task group.

    `titles` are the lanes' names by language, for people.
    """

    def __init__(
        self,
        look: Look,
        *,
        titles: Mapping[LaneName, Mapping[str, str]] | None = None,
        every: float = 1.0,
    ) -> None:
        self._look = look
        self._titles = titles or {}
        self._every = every
        self._reserves_since: dict[str, Instant] = {}
        """When each reserve was let go or kept back again, as far as this process saw it."""
        self._outboxes: set[Outbox] = set()
        self._somebody_looks = asyncio.Event()

    def __len__(self) -> int:
        """How many boards are open."""
        return len(self._outboxes)

    def hear(self, at: Instant, event: Event) -> None:
        """Take note of how long a reserve has been as it is; at once."""
        match event:
            case ReserveChanged():
                self._reserves_since[event.reserve] = at
            case PolicyAdopted():
                names = {reserve.name for reserve in self._look.policy().reserves}
                self._reserves_since = {name: since for name, since in self._reserves_since.items() if name in names}

    def picture(self) -> str:
        """The hotline at this instant, as JSON."""
        now = self._look.now()
        policy = self._look.policy()
        states = Counter(desk.state for desk in self._look.desks())
        return json.dumps(
            {
                "type": "board",
                "now": now,
                "routing": self._look.routing(),
                "answer_within_ms": policy.answer_within,
                "target": policy.target / 100,
                "lanes": self._lanes(now),
                "reserves": [self._reserve(each) for each in self._look.reserves()],
                "agents": {state.value: states[state] for state in AgentState},
                "hands": self._hands(),
            },
            separators=(",", ":"),
        )

    def _hands(self) -> list[dict[str, object]]:
        """Who has his hand raised for a supervisor, the longest first."""
        raised = sorted((desk.hand_since, desk.agent) for desk in self._look.desks() if desk.hand_since is not None)
        return [{"agent": agent, "since": since} for since, agent in raised[:HANDS_AT_MOST]]

    def _lanes(self, now: Instant) -> list[dict[str, object]]:
        away, rules = self._look.callbacks_waiting(), self._look.policy().lanes
        return [
            {
                **self._lane(now, name, lane),
                "callbacks": away.get(name, 0),
                "emergency": name in rules and rules[name].emergency is not None,
            }
            for name, lane in self._look.lanes().items()
        ]

    def _lane(self, now: Instant, name: LaneName, lane: LaneNow) -> dict[str, object]:
        counts = lane.counts
        return {
            "lane": name,
            "title": self._title(name),
            "waiting": lane.waiting,
            "longest_wait_ms": 0 if lane.oldest is None else max(0, now - lane.oldest),
            "service_level": counts.service_level(),
            "offered": counts.offered,
            "answered": counts.answered,
            "answered_in_time": counts.answered_in_time,
            "left": counts.answered + counts.missed(),
            "abandoned": counts.abandoned,
            "short_abandoned": counts.short_abandoned,
            "fell_back": counts.fell_back,
            "overflowed": counts.overflowed,
            "called_back": counts.called_back,
            "left_message": counts.left_message,
            "refused": counts.refused,
        }

    def _reserve(self, each: ReserveNow) -> dict[str, object]:
        reserve = each.reserve
        lane = reserve.only_for or reserve.backup_for
        return {
            "reserve": reserve.name,
            "released": each.released,
            "only": reserve.only_for is not None,
            "lane": lane,
            "title": {} if lane is None else self._title(lane),
            "until": reserve.until,
            "since": self._reserves_since.get(reserve.name),
        }

    def _title(self, lane: LaneName) -> dict[str, str]:
        return dict(self._titles.get(lane, {}))

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
