"""The agents' open screens: who calls goes to the one agent who holds the offer, before his phone rings.

Rules: an agent has one screen, the newest. Nothing here waits for a browser except `show`, whose caller limits the
time; a browser that missed its last acknowledgement is sent its pops, but is not waited for any more. A screen that
stays closed for `closed_after` seconds pauses its agent, so that no caller is offered to an empty chair. A screen that
opens while its agent finishes his notes shows the caller again whom they are about.
Bounds: one outbox per agent, one deadline per agent, one awaited acknowledgement per screen, one caller per agent.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from acd.core.agents import AgentState, Desk
from acd.core.caller_events import VerdictGiven
from acd.core.desk_flow import SCREEN_CLOSED_REASON
from acd.core.events import AgentChanged, AgentOffered, Event, OfferEnd, OfferEnded, PauseLimitPassed, PhoneSeen
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, OfferId
from acd.core.requests import PauseAgent
from acd.core.switch_events import Verdict
from acd.core.talk_events import (
    AgentConsulted,
    CallHeld,
    CallResumed,
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnd,
    ConsultOver,
    ControlFailed,
    HandRaised,
    TransferEnded,
)
from acd.engine.ports import Directory
from cti import messages
from cti.accounts.pops import SeenPops
from cti.day import Days
from cti.outbox import Outbox
from cti.ports import Ask, Look


@dataclass(eq=False, slots=True)
class Screen:
    """One browser's connection."""

    agent: AgentId
    outbox: Outbox = field(default_factory=Outbox)
    awaited: OfferId | None = None
    """The newest offer that was sent here and is not known to be on the screen."""
    shown: asyncio.Future[None] | None = None
    """Resolved when the wait for `awaited` is over."""
    popped: OfferId | None = None
    """The offer whose caller is on this screen."""

    def stop_waiting(self) -> None:
        """Let go whoever waits for this screen."""
        if self.shown is not None and not self.shown.done():
            self.shown.set_result(None)
        self.shown = None


class AgentScreens:
    """All open screens; satisfies `acd.engine.ports.Screens`.

    `hear` belongs on the engine's feed, `run` in the app's task group.
    """

    def __init__(
        self,
        look: Look,
        ask: Ask,
        directory: Directory | None = None,
        *,
        closed_after: float = 15.0,
        seen: SeenPops | None = None,
    ) -> None:
        self._look = look
        self._ask = ask
        self._directory = directory
        self._closed_after = closed_after
        self._seen = seen or SeenPops()
        self._screens: dict[AgentId, Screen] = {}
        self._missing: dict[AgentId, float] = {}
        """Agents without a screen, and the loop's time at which they are paused."""
        self._changed = asyncio.Event()
        self._days = Days()
        self._spoken_with: dict[AgentId, AgentOffered] = {}
        """With whom an agent talked last, as he was known at the end, as long as the agent has notes to finish."""
        self._on_pop: list[Callable[[AgentOffered], None]] = []
        # Who talked when the last process ended talks on.
        for desk in look.desks():
            self._remember(desk.agent)

    def on_pop(self, listener: Callable[[AgentOffered], None]) -> None:
        """Call `listener` when a pop is on a screen or late, and after a verdict; it must not block.

        For whoever has more to say of the caller: he says it by `tell`.
        """
        self._on_pop.append(listener)

    def tell(self, agent: AgentId, offer: OfferId, text: str) -> bool:
        """Give a text to the screen of this agent if it shows this offer; False, and nothing done, otherwise.

        It shows it while he holds it, and while he writes his notes on it.
        """
        screen, desk, held = self._screens.get(agent), self._look.desk(agent), self._look.offer_of(agent)
        his = held.offer == offer if held is not None else desk is not None and desk.state is AgentState.WRAP_UP
        return his and screen is not None and screen.popped == offer and screen.outbox.put(text)

    def __len__(self) -> int:
        """How many screens are open."""
        return len(self._screens)

    def is_open(self, agent: AgentId) -> bool:
        """Whether this agent has a screen."""
        return agent in self._screens

    def say(self, agent: AgentId, text: str) -> bool:
        """Give a text to this agent's screen whatever is on it; False if he has none."""
        screen = self._screens.get(agent)
        return screen is not None and screen.outbox.put(text)

    async def show(self, offer: AgentOffered) -> None:
        """Send the pop to the agent who holds the offer; return when it is on his screen.

        A screen that has not acknowledged its last pop is not waited for any more: return when the pop was given to its
        connection. Returns at once if the agent has no screen, or if the offer is over.
        """
        screen = self._screens.get(offer.agent)
        held = self._look.offer_of(offer.agent)
        # An offer that ended before we came to show it must not leave a caller on the screen.
        if screen is None or held is None or held.offer != offer.offer or not self._put_pop(screen, offer):
            return
        trusted = screen.awaited is None
        screen.awaited = offer.offer
        try:
            if trusted:
                screen.shown = asyncio.get_running_loop().create_future()
                await screen.shown
            else:
                await screen.outbox.drained()
        finally:
            # Whatever else is found out of the caller comes second: the phone waits for the pop alone.
            held = self._look.offer_of(offer.agent)
            if held is not None and held.offer == offer.offer:
                self._follow(held)

    def hear(self, at: Instant, event: Event) -> None:
        """Tell the agent whom this event concerns. Never blocks and never raises for a slow browser."""
        self._take_note(at, event)
        match event:
            case AgentChanged() | PauseLimitPassed() | PhoneSeen() | HandRaised() | CallHeld() | CallResumed():
                self._tell_desk(event.agent, at)
            case VerdictGiven():
                self._tell_verdict(event)
            case OfferEnded() if event.end is not OfferEnd.ANSWERED:
                self._end_pop(event.agent, event.offer, event.end)
            case _:
                self._hear_of_talk(at, event)

    def _hear_of_talk(self, at: Instant, event: Event) -> None:
        match event:
            case AgentConsulted() | ConsultAnswered() | ConferenceStarted():
                self._tell_desk(event.by, at)
            case ConsultOver():
                self._tell_desk(event.by, at)
                # The caller stays on the screen of a colleague whose caller he is now.
                if event.end is not ConsultEnd.HANDED_OVER:
                    self._end_pop(event.agent, event.offer, event.end)
            case TransferEnded():
                self._put(event.agent, messages.transfer(event))
            case ControlFailed():
                self._put(event.agent, messages.control_failed(event.call))

    def open(self, agent: AgentId) -> Screen:
        """A browser of this agent connected: it is told the present state, and takes over from an older one."""
        old = self._screens.get(agent)
        if old is not None:
            old.outbox.put(messages.replaced())
            old.outbox.close()
            old.stop_waiting()
        screen = self._screens[agent] = Screen(agent)
        self._missing.pop(agent, None)
        desk = self._look.desk(agent)
        if desk is not None:
            self._tell(screen, self._look.now(), desk)
        offer = self._look.offer_of(agent)
        if offer is not None:
            self._pop(screen, offer)
        elif desk is not None and desk.state is AgentState.WRAP_UP and agent in self._spoken_with:
            # Nobody waits for this one to be on the screen: the caller has gone.
            self._pop(screen, self._spoken_with[agent])
        return screen

    def recall(self, offer: AgentOffered) -> None:
        """With whom an agent had talked who finishes his notes since before this process began."""
        agent, desk = offer.agent, self._look.desk(offer.agent)
        if desk is None or desk.state is not AgentState.WRAP_UP or agent in self._spoken_with:
            return
        self._spoken_with[agent] = offer
        screen = self._screens.get(agent)
        if screen is not None:
            self._pop(screen, offer)

    def acknowledge(self, screen: Screen, offer: OfferId) -> None:
        """The browser has put this offer on the screen."""
        if screen.awaited == offer:
            screen.awaited = None
            screen.stop_waiting()

    def close(self, screen: Screen) -> None:
        """A browser's connection is gone; if it was the agent's newest, the time until his pause begins."""
        screen.outbox.cut()
        screen.stop_waiting()
        if self._screens.get(screen.agent) is screen:
            del self._screens[screen.agent]
            self._miss(screen.agent)

    def log_out(self, agent: AgentId) -> None:
        """The agent left: end his screen in good order."""
        screen = self._screens.get(agent)
        if screen is not None:
            screen.outbox.close()
            screen.stop_waiting()

    async def run(self) -> NoReturn:
        """Pause the agents whose screens stay closed; for ever."""
        # After a restart of the process no screen is open yet: whoever does not come back is paused like the rest.
        for desk in self._look.desks():
            if desk.agent not in self._screens:
                self._miss(desk.agent)
        loop = asyncio.get_running_loop()
        while True:
            self._changed.clear()
            due = [agent for agent, at in self._missing.items() if at <= loop.time()]
            for agent in due:
                del self._missing[agent]
                await self._pause(agent)
            if due:
                continue
            soonest = min(self._missing.values(), default=None)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(soonest):
                    await self._changed.wait()

    def _tell_desk(self, agent: AgentId | None, now: Instant) -> None:
        screen = None if agent is None else self._screens.get(agent)
        desk = None if agent is None else self._look.desk(agent)
        if screen is not None and desk is not None:
            # The desk as it is now, which may be further on than the event: a screen shows the present.
            self._tell(screen, now, desk)

    def _tell(self, screen: Screen, now: Instant, desk: Desk) -> None:
        held_since = self._look.held_since(desk.agent)
        consult = self._look.consult_of(desk.agent)
        screen.outbox.put(messages.state(now, desk, self._longer(desk), held_since, consult), key="state")
        screen.outbox.put(messages.day(now, desk, self._days.of(desk, now)), key="day")

    def _end_pop(self, agent: AgentId, offer: OfferId, reason: OfferEnd | ConsultEnd) -> None:
        screen = self._screens.get(agent)
        if screen is None:
            return
        if screen.awaited == offer:
            screen.stop_waiting()
        if screen.popped == offer:
            screen.popped = None
            screen.outbox.put(messages.pop_end(offer, reason))

    def _put(self, agent: AgentId | None, message: str) -> None:
        screen = None if agent is None else self._screens.get(agent)
        if screen is not None:
            screen.outbox.put(message)

    def _tell_verdict(self, event: VerdictGiven) -> None:
        screen = None if event.agent is None else self._screens.get(event.agent)
        held = None if event.agent is None else self._look.offer_of(event.agent)
        # Only to the agent who talks with this caller still.
        if screen is not None and held is not None and held.call == event.call:
            customer = event.customer or held.customer
            named = self._named(held.number, customer, verified=event.verdict is Verdict.VERIFIED)
            screen.outbox.put(messages.verdict(event.call, event.verdict, named))
            self._seen.note(screen.agent, event.call, held.number, named)
            self._follow(held)

    def _take_note(self, at: Instant, event: Event) -> None:
        match event:
            case AgentChanged():
                self._days.hear(at, event)
                self._remember(event.agent)
            case VerdictGiven(agent=agent) if agent is not None:
                self._remember(agent)

    def _remember(self, agent: AgentId) -> None:
        """Keep whom this agent talks with, or forget whom he talked with once there is nothing more to note."""
        desk, held = self._look.desk(agent), self._look.offer_of(agent)
        state = None if desk is None else desk.state
        if state is AgentState.TALKING and held is not None:
            self._spoken_with[agent] = held
        elif state is not AgentState.WRAP_UP:
            self._spoken_with.pop(agent, None)

    def _longer(self, desk: Desk) -> Duration:
        """By how much the agent may lengthen his wrap-up now; 0 when there is none, or when he has done so."""
        lane = None if desk.lane is None else self._look.policy().lanes.get(desk.lane)
        if lane is None or desk.state is not AgentState.WRAP_UP or desk.until is None or desk.extended:
            return 0
        return lane.wrap_up_extension

    def _miss(self, agent: AgentId) -> None:
        self._missing[agent] = asyncio.get_running_loop().time() + self._closed_after
        self._changed.set()

    async def _pause(self, agent: AgentId) -> None:
        desk = self._look.desk(agent)
        if desk is None or desk.state in {AgentState.LOGGED_OUT, AgentState.PAUSED} or agent in self._screens:
            return
        # Whoever asked to leave or to pause after his call has said more than a closed screen says.
        if desk.afterwards is None:
            await self._ask(PauseAgent(agent, SCREEN_CLOSED_REASON))

    def _pop(self, screen: Screen, offer: AgentOffered) -> None:
        if self._put_pop(screen, offer):
            self._follow(offer)

    def _put_pop(self, screen: Screen, offer: AgentOffered) -> bool:
        screen.popped = offer.offer
        named = self._named(offer.number, offer.customer, verified=offer.verified)
        self._seen.note(screen.agent, offer.call, offer.number, named)
        return screen.outbox.put(messages.pop(offer, named))

    def _follow(self, offer: AgentOffered) -> None:
        for listener in self._on_pop:
            listener(offer)

    def _named(self, number: str, customer: str, *, verified: bool) -> messages.Named:
        """By which name a caller is shown: that of who he has proved to be, else that of his number.

        Anybody can key any customer's number: unless that is proved it is shown as keyed, and nobody's name with it.
        """
        by_number = None if self._directory is None else self._directory.find(number)
        if not customer or (by_number is not None and by_number.id == customer):
            return messages.Named(by_number)
        if not verified:
            return messages.Named(by_number, customer)
        proved = None if self._directory is None else self._directory.known_as(customer)
        return messages.Named(proved, customer if proved is None else "")
