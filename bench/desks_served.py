"""The server's half of the benchmark `desks`: a process with the real screens and sockets, and so many agents.

`python -m bench.desks_served AGENTS PER_SECOND` prints its port, and from the moment at which every screen is open it
sends each of them so many messages a second, each with the nanosecond at which it was put in the outbox.
"""

import asyncio
import json
import sys
import time

import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from acd.core.events import RequestRefused
from acd.core.inputs import CoreStarted
from acd.core.instants import Instant
from acd.core.names import AgentId, LaneName, LanguageName, PhoneName, Skill
from acd.core.policy import Agent, Lane, Policy
from acd.core.requests import Request
from acd.core.router import Router
from acd.core.switch_events import SwitchSurveyed
from acd.engine.view import MemoryView
from cti.agent_socket import AgentSocket
from cti.screens import AgentScreens, Screen
from cti.web_server import WebServer

TICK = 0.01
"""Seconds between two rounds, in each of which an equal share of all messages is sent."""


class Floor(AgentScreens):
    """The screens, with all that are open at hand."""

    def __init__(self, agents: int) -> None:
        self.router = Router.fresh(_policy(agents))
        super().__init__(MemoryView(lambda: self.router.memory, _now), self.ask)
        self.open_screens: list[Screen] = []
        self.all_open = asyncio.Event()
        self._agents = agents
        for happened in (CoreStarted(1), SwitchSurveyed(_now(), ())):
            self.router.take(happened, _now())

    def open(self, agent: AgentId) -> Screen:
        """See AgentScreens."""
        screen = super().open(agent)
        self.open_screens.append(screen)
        if len(self.open_screens) == self._agents:
            self.all_open.set()
        return screen

    async def ask(self, request: Request) -> str | None:
        """A request, decided at once."""
        events = self.router.take(request, _now()).events
        return next((event.reason for event in events if isinstance(event, RequestRefused)), None)


async def serve(agents: int, per_second: int) -> None:
    """Serve until the standard input ends."""
    floor = Floor(agents)
    sockets = AgentSocket(floor._look, floor.ask, floor)  # noqa: SLF001 - the same view for both, as in the app.

    async def agent(socket: WebSocket) -> None:
        await sockets.serve(socket, AgentId(socket.path_params["agent"]))

    server = WebServer(Starlette(routes=[WebSocketRoute("/{agent}", agent)]), port=0)
    print(server.port, flush=True)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.run())
        sending = tasks.create_task(_send(floor, agents, per_second))
        await asyncio.to_thread(sys.stdin.read)
        running.cancel()
        sending.cancel()


async def _send(floor: Floor, agents: int, per_second: int) -> None:
    await floor.all_open.wait()
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    while True:
        due = int((loop.time() - began) * agents * per_second)
        for number in range(sent, due):
            floor.open_screens[number % agents].outbox.put(_message(number))
        sent = due
        await asyncio.sleep(TICK)


def _message(number: int) -> str:
    """As long as a state with its talk, about 320 bytes."""
    state = {"state": "talking", "reason": "", "since": _now(), "until": None, "afterwards": None, "phone": "busy"}
    talk = {"held": None, "consult": None, "conference": False, "lane": "cards", "language": "zh", "waited_ms": 12_345}
    return json.dumps(
        {"type": "state", "sent": time.monotonic_ns(), "n": number, **state, "talk": talk, "now": _now()}
    ).ljust(320)


def _now() -> Instant:
    return time.time_ns() // 1_000_000


def _policy(agents: int) -> Policy:
    names = [f"agent-{number}" for number in range(agents)]
    lane = Lane(LaneName("cards"), "cards", ring_for=15_000, wrap_up=0)
    return Policy(
        version="bench",
        lanes={lane.name: lane},
        agents={AgentId(name): Agent(AgentId(name), name, PhoneName(name), {Skill("cards"): 5}) for name in names},
        languages={LanguageName("zh"): ""},
        default_lane=lane.name,
        default_language=LanguageName("zh"),
    )


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1]), int(sys.argv[2])))
