"""One agent's WebSocket, from the handshake to its end: what the page says goes in, what it must know goes out.

The agent is the one the cookie names, never one named in a message. Each side is served on its own, so a browser
that does not read cannot keep a request waiting, and the other way round.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from acd.core.agents import AgentState
from acd.core.names import AgentId
from acd.core.requests import (
    AskForPin,
    BecomeReady,
    CompleteTransfer,
    ConsultAgent,
    DialNumber,
    EndTalk,
    ExtendWrapUp,
    HoldCaller,
    LogIn,
    LogOut,
    PauseAgent,
    RaiseHand,
    Request,
    ResumeCaller,
    StartConference,
    TransferCaller,
)
from cti import messages
from cti.messages import (
    BadMessage,
    Said,
    SaysAskPin,
    SaysCancelConsult,
    SaysComplete,
    SaysConference,
    SaysConsult,
    SaysDial,
    SaysDone,
    SaysExtend,
    SaysHangUp,
    SaysHold,
    SaysLogOut,
    SaysPause,
    SaysRaiseHand,
    SaysReady,
    SaysResume,
    SaysShown,
    SaysTargets,
    SaysTransfer,
)
from cti.ports import Ask, Look
from cti.screens import AgentScreens, Screen

MESSAGES_AT_ONCE = 40
MESSAGES_PER_SECOND = 5.0
SEND_TIMEOUT = 10.0
"""Seconds for a browser to take one message; after that its connection is given up."""

CLOSE_TIMEOUT = 0.5
"""Seconds for a browser to take the word that its session is over."""
AGENTS_SHOWN_AT_MOST = 500
"""Agents among whom a page lets choose for a transfer."""

PLAIN: Mapping[type[Said], tuple[str, Callable[[AgentId], Request]]] = MappingProxyType(
    {
        SaysReady: ("ready", BecomeReady),
        SaysExtend: ("extend", ExtendWrapUp),
        SaysAskPin: ("ask_pin", AskForPin),
        SaysHold: ("hold", HoldCaller),
        SaysResume: ("resume", ResumeCaller),
        SaysHangUp: ("hang_up", EndTalk),
        SaysComplete: ("complete", CompleteTransfer),
        SaysCancelConsult: ("cancel_consult", ResumeCaller),
        SaysConference: ("conference", StartConference),
        SaysLogOut: ("log_out", LogOut),
    }
)
"""What is asked for by messages that say nothing but their kind, and by which name a refusal calls it."""

POLICY_VIOLATION = 1008
NOT_LOGGED_IN = 4401
"""The session is over: the page asks for a log-in and does not come back by itself."""
TRY_AGAIN = 1013

GONE = (WebSocketDisconnect, RuntimeError, OSError)
"""What starlette raises when the other side of a connection is not there any more."""


async def while_it_holds(ended: asyncio.Event, socket: WebSocket, serving: Coroutine[Any, Any, None]) -> None:
    """Serve a connection until its session is over; then it is closed at once, whatever its browser does."""
    async with asyncio.TaskGroup() as both:
        served = both.create_task(serving)
        ending = both.create_task(_close_after(ended, socket))
        served.add_done_callback(lambda _: ending.cancel())
        ending.add_done_callback(lambda _: served.cancel())


async def _close_after(ended: asyncio.Event, socket: WebSocket) -> None:
    await ended.wait()
    with contextlib.suppress(TimeoutError, *GONE):
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await socket.close(NOT_LOGGED_IN, "the session is over")


class _Allowance:
    """How many messages a browser may still send; it grows with time."""

    def __init__(self) -> None:
        self._left = float(MESSAGES_AT_ONCE)
        self._counted_at = asyncio.get_running_loop().time()

    def spend(self) -> None:
        """Count one message; raises BadMessage for one too many."""
        now = asyncio.get_running_loop().time()
        self._left = min(MESSAGES_AT_ONCE, self._left + (now - self._counted_at) * MESSAGES_PER_SECOND) - 1
        self._counted_at = now
        if self._left < 0:
            raise BadMessage("too many messages")


class AgentSocket:
    """Serves the WebSockets of all agents."""

    def __init__(self, look: Look, ask: Ask, screens: AgentScreens) -> None:
        self._look = look
        self._ask = ask
        self._screens = screens

    async def serve(self, socket: WebSocket, agent: AgentId) -> None:
        """Serve one connection until either side ends it. Never raises for what a browser does."""
        with contextlib.suppress(*GONE):
            await socket.accept()
            desk = self._look.desk(agent)
            if desk is None:
                await self._refuse(socket, "no such agent in the hotline's settings", POLICY_VIOLATION)
                return
            # Also who left during a call that is not over yet: his cookie is younger than his leaving, so he is back.
            leaving = AgentState.LOGGED_OUT in {desk.state, desk.afterwards}
            if leaving and (reason := await self._ask(LogIn(agent))) is not None:
                await self._refuse(socket, reason, TRY_AGAIN)
                return
            await self._converse(socket, agent)

    async def _refuse(self, socket: WebSocket, reason: str, code: int) -> None:
        await socket.send_text(messages.refused("log_in", reason))
        await socket.close(code)

    async def _converse(self, socket: WebSocket, agent: AgentId) -> None:
        screen = self._screens.open(agent)
        try:
            async with asyncio.TaskGroup() as both:
                sending = both.create_task(self._send(socket, screen))
                receiving = both.create_task(self._receive(socket, screen))
                # Whichever side ends first ends the other.
                sending.add_done_callback(lambda _: receiving.cancel())
                receiving.add_done_callback(lambda _: sending.cancel())
        finally:
            self._screens.close(screen)

    async def _send(self, socket: WebSocket, screen: Screen) -> None:
        try:
            while (text := await screen.outbox.take()) is not None:
                async with asyncio.timeout(SEND_TIMEOUT):
                    await socket.send_text(text)
            if socket.application_state is WebSocketState.CONNECTED:
                async with asyncio.timeout(SEND_TIMEOUT):
                    await socket.close()
        except (TimeoutError, *GONE):
            # A browser that went away or stopped reading; there is nobody left to tell.
            return

    async def _receive(self, socket: WebSocket, screen: Screen) -> None:
        allowance = _Allowance()
        try:
            while True:
                said = messages.read(await socket.receive_text())
                allowance.spend()
                await self._take(said, screen)
        except BadMessage as error:
            with contextlib.suppress(*GONE):
                await socket.close(POLICY_VIOLATION, str(error))
        except (KeyError, *GONE):
            # Gone, or it sent bytes where text is spoken.
            return

    async def _take(self, said: Said, screen: Screen) -> None:
        agent = screen.agent
        match said:
            case SaysShown(offer):
                self._screens.acknowledge(screen, offer)
            case SaysTargets():
                screen.outbox.put(self._targets(agent), key="targets")
            case SaysDone():
                desk = self._look.desk(agent)
                if desk is not None and desk.state is AgentState.WRAP_UP:
                    await self._request("done", BecomeReady(agent), screen)
                else:
                    screen.outbox.put(messages.refused("done", "there is no wrap-up to end"))
            case SaysPause(reason):
                await self._request("pause", PauseAgent(agent, reason), screen)
            case SaysConsult(colleague):
                await self._request("consult", ConsultAgent(agent, colleague), screen)
            case SaysTransfer(target):
                await self._request("transfer", TransferCaller(agent, target), screen)
            case SaysDial(number):
                await self._request("dial", DialNumber(agent, number), screen)
            case SaysRaiseHand(on):
                await self._request("raise_hand", RaiseHand(agent, on), screen)
            case _:
                name, request = PLAIN[type(said)]
                await self._request(name, request(agent), screen)

    def _targets(self, agent: AgentId) -> str:
        """To whom this agent may send his caller: others who are at work, the ready before the busy."""
        policy = self._look.policy()
        desks = [desk for desk in self._look.desks() if desk.agent in policy.agents and desk.agent != agent]
        at_work = [desk for desk in desks if desk.state not in (AgentState.LOGGED_OUT, AgentState.PAUSED)]
        at_work.sort(key=lambda desk: (desk.state is not AgentState.READY, desk.agent))
        shown = [(desk.agent, policy.agents[desk.agent].name, desk.state) for desk in at_work[:AGENTS_SHOWN_AT_MOST]]
        return messages.targets(policy.lanes, shown, policy.transfer_numbers)

    async def _request(self, name: str, request: Request, screen: Screen) -> None:
        reason = await self._ask(request)
        if reason is not None:
            screen.outbox.put(messages.refused(name, reason))
