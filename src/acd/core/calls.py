"""A live call: the states it may be in, and which may follow which."""

from dataclasses import dataclass
from enum import StrEnum

from acd.core.instants import Duration, Instant
from acd.core.language.facts import NOBODY, CallFacts
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, VipClass
from acd.core.outcomes import Outcome
from acd.core.switch_events import Stage


class CallState(StrEnum):
    """Where a call is, as far as routing cares."""

    IN_MENU = "in_menu"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    AFTER_TALK = "after_talk"
    FALLEN_BACK = "fallen_back"
    DIVERTED = "diverted"
    """Sent away from his lane to a declared end."""


_S = CallState
LEGAL: dict[CallState, frozenset[CallState]] = {
    _S.IN_MENU: frozenset({_S.WAITING, _S.FALLEN_BACK}),
    _S.WAITING: frozenset({_S.OFFERED, _S.TALKING, _S.FALLEN_BACK, _S.DIVERTED}),
    _S.OFFERED: frozenset({_S.WAITING, _S.TALKING, _S.FALLEN_BACK}),
    _S.TALKING: frozenset({_S.AFTER_TALK}),
    _S.AFTER_TALK: frozenset(),
    _S.FALLEN_BACK: frozenset(),
    _S.DIVERTED: frozenset(),
}
"""Which state may follow which. The end of a call is no state: the call leaves the memory with its one record."""

IN_LANE = frozenset({CallState.WAITING, CallState.OFFERED})
"""States that count as waiting in the books: the caller has entered a lane and nobody has answered."""

STAGE_OF = {
    CallState.IN_MENU: Stage.IVR,
    CallState.WAITING: Stage.WAITING,
    CallState.OFFERED: Stage.OFFERED,
    CallState.TALKING: Stage.TALKING,
    CallState.AFTER_TALK: Stage.AFTER,
    CallState.FALLEN_BACK: Stage.FALLBACK,
    CallState.DIVERTED: Stage.DIVERTED,
}


@dataclass(slots=True)
class Call:
    """One caller on the line; the router alone changes it."""

    id: CallId
    number: str
    name: str
    dialled: str
    arrived_at: Instant
    state: CallState
    changed_at: Instant
    """When the core last learned anything about this call; a survey asked for earlier knows less."""
    contestable_at: Instant = 0
    """From when a survey may contradict the core about this call: an order may still be on its way before."""
    lane: LaneName | None = None
    language: LanguageName | None = None
    facts: CallFacts = NOBODY
    """What is known of the caller; set when he enters his first lane."""
    manager: str = ""
    """Who looks after this customer; perhaps nobody whom the policy knows."""
    vip: VipClass | None = None
    credit: Duration = 0
    entered_at: Instant | None = None
    """When he first entered a lane; his place in every later one goes by it, too."""
    lane_since: Instant = 0
    """When he entered the present lane; its steps count from here."""
    steps_taken: int = 0
    """Bits of the lane's steps that hold for him."""
    steps_dropped: int = 0
    """Bits of those that never will."""
    kept_for: AgentId | None = None
    """The one agent for whom he waits at present."""
    kept_until: Instant | None = None
    kept_enough: bool = False
    """Whether the one it was kept for was offered it in vain, so that it is kept for nobody any more."""
    callback_wished: bool = False
    """He pressed the key for being called back while an offer was on its way."""
    moves: int = 0
    """How often he was handed on to another lane."""
    outcome: Outcome | None = None
    """Where he was sent."""
    offer: OfferId | None = None
    agent: AgentId | None = None
    """Who holds the offer or talks. None in an offer means: taken back, and a survey will say where the caller is."""
    answered_at: Instant | None = None
    offers: int = 0

    @property
    def tier(self) -> str:
        """What the customer directory says of the number; empty for an unknown one."""
        return self.facts.tier

    def move(self, state: CallState, now: Instant) -> None:
        """Change the state; raises AssertionError for a step that `LEGAL` does not know."""
        assert state in LEGAL[self.state], f"{self.id}: {self.state} may not become {state}"
        self.state = state
        self.changed_at = self.contestable_at = now
