"""A live call: the states it may be in, and which may follow which."""

from dataclasses import dataclass
from enum import StrEnum

from acd.core.estimate import Prospect
from acd.core.instants import Duration, Instant
from acd.core.language.facts import NOBODY, CallFacts
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, VipClass
from acd.core.outcomes import Outcome
from acd.core.switch_events import Stage
from acd.core.transfers import Target


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
    TRANSFERRED = "transferred"
    """Sent by an agent to a number outside: it is dialled, or the two talk."""
    AWAY = "away"
    """Not on the line: he is to be called back, and his place in the queue is kept."""
    CALLED = "called"
    """He is being called back: his phone is rung, and an agent is reserved for him or is not."""


_S = CallState
LEGAL: dict[CallState, frozenset[CallState]] = {
    _S.IN_MENU: frozenset({_S.WAITING, _S.FALLEN_BACK}),
    _S.WAITING: frozenset({_S.OFFERED, _S.TALKING, _S.FALLEN_BACK, _S.DIVERTED}),
    _S.OFFERED: frozenset({_S.WAITING, _S.TALKING, _S.FALLEN_BACK}),
    _S.TALKING: frozenset({_S.AFTER_TALK, _S.WAITING, _S.TRANSFERRED}),
    _S.AFTER_TALK: frozenset({_S.WAITING, _S.TRANSFERRED}),
    _S.TRANSFERRED: frozenset({_S.WAITING}),
    _S.FALLEN_BACK: frozenset(),
    _S.DIVERTED: frozenset(),
    _S.AWAY: frozenset({_S.CALLED, _S.WAITING}),
    _S.CALLED: frozenset({_S.AWAY, _S.WAITING, _S.OFFERED}),
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
    CallState.TRANSFERRED: Stage.TRANSFERRED,
    CallState.AWAY: Stage.WAITING,
    CallState.CALLED: Stage.OFFERED,
}
OFF_THE_LINE = frozenset({CallState.AWAY, CallState.CALLED})
"""States of an entry whose customer is not on the line: the switch knows no channel of his."""


@dataclass(slots=True)
class Callback:
    """Somebody who left the line and keeps his place; until he is reached, and for the record afterwards."""

    wished_in: CallId
    """The call in which he wished it, or spoke his message."""
    wished_at: Instant
    kept_since: Instant
    """From when on it counts how long the wish may be kept: not before there were rules for calling back."""
    message_of: CallId | None = None
    """The call whose message is to be answered; None for a mere wish."""
    attempts: int = 0
    """How often his phone was rung."""
    next_at: Instant | None = None
    """When his turn may come again, after he was rung in vain; see `acd.core.callbacks`."""
    once: bool = False
    """An agent has dialled his number, for himself; if nobody answers, that is all."""
    proved: bool = False
    """He has proved who he is since he was called back; what he had proved before tells nothing of who answers."""


@dataclass(frozen=True, slots=True)
class Consult:
    """A colleague whom the agent asks while his caller is on hold, or who talks with them both."""

    agent: AgentId
    offer: OfferId
    """By which number the switch speaks of it."""
    answered: bool = False
    handing_over: bool = False
    """The caller is on his way to him."""
    parted: bool = False
    """The two agents do not hear each other any more, and it is not known yet whether the caller has reached him."""
    together_since: Instant | None = None
    """Since when the caller talks with both; None while he is on hold."""


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
    """When he first entered a lane; his place in every later one goes by it, too.

    Of who is called back: when he was on the line again.
    """
    queued_at: Instant | None = None
    """Since when his place counts, if that is earlier: he kept it while he was called back, or talked meanwhile."""
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
    said_at: Instant | None = None
    """When a step last had something said to him."""
    callback_wished: bool = False
    """He wished to be called back while an offer was on its way."""
    callback_number: str = ""
    """At which number then; empty for his own."""
    callback: Callback | None = None
    """Set for an entry of who is, or was, to be called back."""
    customer: str = ""
    """By what the directory knows him; proven only if his facts say so."""
    asked_at: Instant | None = None
    """When he was last asked for his PIN in the middle of a talk, and no verdict has come yet."""
    advert: str = ""
    """The advert that he was asked about."""
    advert_since: Instant | None = None
    """Since when he hears it; None when he does not."""
    advert_heard: Duration = 0
    """How long he had heard it before."""
    told_at: Instant | None = None
    """When he was last told of his wait."""
    prospect: Prospect | None = None
    """How he stood when he began to wait; until he is answered."""
    moves: int = 0
    """How often he was handed on to another lane."""
    outcome: Outcome | None = None
    """Where he was sent."""
    offer: OfferId | None = None
    agent: AgentId | None = None
    """Who holds the offer or talks. None in an offer means: taken back, and a survey will say where the caller is."""
    answered_at: Instant | None = None
    offers: int = 0
    survey: str = ""
    """What he is to be asked after the talk; empty for nothing."""
    held_since: Instant | None = None
    """Since when he hears music in the middle of his talk; None while the two hear each other."""
    held: Duration = 0
    """How long he was on hold in this talk before."""
    consult: Consult | None = None
    moving_at: Instant | None = None
    """When the switch was last ordered to move him in his talk, and has not said yet what became of that."""
    moving_to: Target | None = None
    """Where to, if that was a transfer."""
    transfer: Target | None = None
    """To whom he is on his way; None once somebody has answered, or he waits in a lane."""
    sent_by: AgentId | None = None
    """Which agent sent him on last."""
    sent_to: AgentId | None = None
    """The one agent to whom he is offered because of a transfer, whatever his lane asks for."""

    @property
    def place_since(self) -> Instant | None:
        """Since when his place in the queue counts; None before he has one."""
        return self.entered_at if self.queued_at is None else self.queued_at

    @property
    def number_to_call(self) -> str:
        """At which number he is to be called back; empty if none is known."""
        return self.callback_number or self.number

    @property
    def verified(self) -> bool:
        """Whether whoever is on the line has proved who he is; his place may go by what was proved before."""
        return self.facts.verified if self.callback is None else self.callback.proved

    @property
    def tier(self) -> str:
        """What the customer directory says of the number; empty for an unknown one."""
        return self.facts.tier

    def move(self, state: CallState, now: Instant) -> None:
        """Change the state; raises AssertionError for a step that `LEGAL` does not know."""
        assert state in LEGAL[self.state], f"{self.id}: {self.state} may not become {state}"
        self.state = state
        self.changed_at = self.contestable_at = now
