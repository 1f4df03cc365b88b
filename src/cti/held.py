"""Which call an agent holds or held last, and who its caller is as far as that may be believed.

What belongs to a call (a ticket, a grant) is asked for while its agent talks or writes his notes; nobody else's call
may be named. `hear` belongs on the feed. One call is remembered for each agent, until AFTERWARDS; of those that are
over at a restart, `recall` is told by whoever has them written down.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from acd.core.agents import AgentState, Desk
from acd.core.caller_events import VerdictGiven
from acd.core.events import AgentChanged, AgentOffered, CallAnswered, Event, TalkFinished
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId
from acd.core.switch_events import Verdict
from acd.engine.ports import Customer
from cti.directory import normalised

REGION = "CN"
"""Callers dial as one does here, as in `cti.directory`."""


class Look(Protocol):
    """The part of `cti.ports.Look` that is needed here."""

    def now(self) -> Instant:
        """The present instant."""
        ...

    def offer_of(self, agent: AgentId) -> AgentOffered | None:
        """The call that an agent is offered or talks on."""
        ...

    def desks(self) -> Iterable[Desk]:
        """The state of every agent."""
        ...


class Directory(Protocol):
    """The part of `acd.engine.ports.Directory` that is needed here."""

    def find(self, number: str) -> Customer | None:
        """The customer with this number."""
        ...


AFTERWARDS: Duration = 900_000
"""For how long after a talk its agent may still do something for its caller: the longest wrap-up, and some more."""


@dataclass(frozen=True, slots=True)
class Whom:
    """A caller as what is kept of him is found again; whatever is not known is empty."""

    customer: str
    """The id of the customer who he has proved to be, else of the one whose number he calls from."""
    caller: str
    """His number in its international form."""


class HeldCalls:
    """Remembers each agent's last call."""

    def __init__(self, look: Look, directory: Directory) -> None:
        self._look = look
        self._directory = directory
        self._last: dict[AgentId, AgentOffered] = {}
        self._until: dict[AgentId, Instant] = {}
        """Until when that call is his still, once he talks no more."""
        # Who talked when the last process ended talks on, and nobody says again that he was answered.
        for desk in look.desks():
            offer = look.offer_of(desk.agent) if desk.state is AgentState.TALKING else None
            if offer is not None:
                self._last[desk.agent] = offer

    def recall(self, offer: AgentOffered) -> None:
        """The call of which this agent writes his notes since before the process began; not if he has another by now.

        It is his for AFTERWARDS from now on: when the talk ended does not matter to who is still writing.
        """
        if offer.agent not in self._last:
            self._last[offer.agent] = offer
            self._until[offer.agent] = self._look.now() + AFTERWARDS

    def hear(self, at: Instant, event: Event) -> None:
        """Take note of who talks with whom, and of who has proved who he is."""
        match event:
            case CallAnswered(agent=agent) if agent is not None:
                offer = self._look.offer_of(agent)
                if offer is not None and offer.call == event.call:
                    self._last[agent] = offer
                    self._until.pop(agent, None)
            case TalkFinished(agent=agent) if agent is not None:
                self._until[agent] = at + AFTERWARDS
            case AgentChanged(agent=agent, state=AgentState.LOGGED_OUT):
                self._last.pop(agent, None)
            case VerdictGiven(agent=agent) if agent is not None:
                self._prove(agent, event)

    def _prove(self, agent: AgentId, event: VerdictGiven) -> None:
        last = self._last.get(agent)
        if last is None or last.call != event.call:
            return
        if event.verdict is Verdict.VERIFIED:
            self._last[agent] = replace(last, verified=True, customer=event.customer or last.customer)
        elif event.verdict in (Verdict.WRONG, Verdict.LOCKED):
            # Whoever is on the line now is not who proved it before.
            self._last[agent] = replace(last, verified=False)

    def of(self, agent: AgentId) -> AgentOffered | None:
        """The call that an agent holds, or the one that he held last."""
        return self._look.offer_of(agent) or self._last_of(agent)

    def holds(self, agent: AgentId, call: CallId) -> AgentOffered | None:
        """The call if it is this agent's, or was his last one."""
        held, last = self._look.offer_of(agent), self._last_of(agent)
        return next((each for each in (held, last) if each is not None and each.call == call), None)

    def _last_of(self, agent: AgentId) -> AgentOffered | None:
        if self._until.get(agent, self._look.now()) < self._look.now():
            self._last.pop(agent, None)
        return self._last.get(agent)

    def whom(self, offer: AgentOffered) -> Whom:
        """Who the caller is. Anybody can key a customer's number: unless it is proved, his telephone number counts."""
        if offer.verified and offer.customer:
            return Whom(offer.customer, number_of(offer.number))
        return self.whose(offer.number)

    def whose(self, number: str) -> Whom:
        """Whose number this is."""
        known = self._directory.find(number) if number else None
        return Whom("" if known is None else known.id, number_of(number))


def number_of(number: str) -> str:
    """A number in its international form; as it is if it has none."""
    return normalised(number, REGION) if number else ""
