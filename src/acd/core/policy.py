"""What an operator decides: lanes, agents, VIP classes, times. Frozen, checked elsewhere, swapped as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.core.instants import Duration
from acd.core.names import AgentId, LaneName, LanguageName, PhoneName, Skill, VipClass


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a call asks of its agent: a skill at a level or above."""

    skill: Skill
    level: int = 1


@dataclass(frozen=True, slots=True)
class Lane:
    """One queue of calls for the same product."""

    name: LaneName
    needs: tuple[Need, ...]
    """All of them must hold."""
    ring_for: Duration = 15_000
    """How long an agent's phone rings before the offer goes to somebody else."""
    wrap_up: Duration = 0
    """How long an agent may finish his notes after a call of this lane."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers calls, and what he can do."""

    id: AgentId
    name: str
    phone: PhoneName
    skills: Mapping[Skill, int]


@dataclass(frozen=True, slots=True)
class Vip:
    """A class of callers who are served as if they had been waiting longer by `credit`."""

    name: VipClass
    credit: Duration
    customer_tiers: frozenset[str] = frozenset()
    dialled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """All that the core is told about a hotline. `version` names the text it was read from."""

    version: str
    lanes: Mapping[LaneName, Lane]
    agents: Mapping[AgentId, Agent]
    languages: Mapping[LanguageName, tuple[Need, ...]]
    """What a caller's language asks of his agent."""
    default_lane: LaneName
    default_language: LanguageName
    vip: tuple[Vip, ...] = ()
    """In the order of the file; a call that fits several gets the largest credit, the first of equals."""
    answer_within: Duration = 15_000
    """The threshold of the service level."""
    short_abandon: Duration = 5_000
    """A caller who hangs up sooner counts as a short abandon, apart from the abandoned."""
    arrival_limit: Duration = 2_000
    """An offer that has not reached its Dial by then is taken back: the order got lost."""
    ring_grace: Duration = 5_000
    """How much longer than `ring_for` an offer may ring before it is taken back: its end got lost."""
    cool_down: Mapping[str, Duration] = field(default_factory=dict)
    """How long an agent is left alone after an offer failed, by `OfferFailure`."""
    pause_reasons: tuple[str, ...] = ()
