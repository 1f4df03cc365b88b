"""What an operator decides: lanes, agents, VIP classes, times. Frozen, checked elsewhere, swapped as a whole.

Expressions stand here as their text, so that a policy is plain data that can be written down and compared;
`acd.core.language` reads them and `acd.core.rules` compiles each once, when a policy begins to hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, LaneName, LanguageName, PhoneName, Skill, VipClass
from acd.core.outcomes import Outcome

NORMAL_AGEING = 100
"""Percent: a caller's waiting counts as it is."""


class CallChoice(StrEnum):
    """Which of the waiting calls a freed agent takes, strict priorities first."""

    LONGEST_WAITING = "longest_waiting"
    """The one with the largest standing: its waiting time with credit and ageing."""
    LONGEST_LANE = "longest_lane"
    """The one with the largest standing in the lane in which most callers wait; a tie is broken by the lane's name."""
    BEST_SKILL = "best_skill"
    """The one that asks for what the agent does best; then the largest standing."""


class AgentChoice(StrEnum):
    """Which of the idle agents takes a call; whatever is equal is broken by the longest idle, then by the id."""

    FEWEST_SKILLS = "fewest_skills"
    """Who could serve the fewest kinds of callers; then the best level; so that generalists stay free for others."""
    MOST_SKILLS = "most_skills"
    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"
    """Who has answered the fewest calls since he logged in."""
    ROUND_ROBIN = "round_robin"
    """The next by id after whoever was chosen last."""
    BEST_LEVEL = "best_level"
    """Who has the highest level in what the call asks for."""
    OCCUPANCY = "occupancy"
    """Who has talked for the smallest share of the time since he logged in."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a waiting call compares with others. It counts as having waited

        waited + bonus,   bonus = credit + (ageing - 100 %) x waited, at most `bonus_at_most`

    and calls of a higher priority come before all others.
    """

    priority: int = 0
    credit: Duration = 0
    ageing: int = NORMAL_AGEING
    """Percent, 100 or more: 200 means that each second of waiting counts twice."""
    bonus_at_most: Duration | None = None


@dataclass(frozen=True, slots=True)
class RouteStep:
    """What changes for a caller who waits: by time, by load, or both."""

    after: Duration = 0
    """Counted from when the caller entered this lane."""
    when: str = ""
    """A condition; empty is always true. Looked at when the step falls due and then once a second until it holds."""
    once: bool = False
    """Look at `when` only once, when the step falls due, and drop the step if it does not hold."""
    needs: str = ""
    """What is asked of agents from now on, besides whoever could serve the call before; empty leaves it."""
    add: str = ""
    """Something more that is asked for from now on; this narrows."""
    drop: tuple[Skill, ...] = ()
    """Skills that are asked for no more."""
    narrows: bool = False
    """`needs` replaces what was asked for, even if that shuts somebody out."""
    any_language: bool = False
    """The caller's language is asked for no more."""
    lanes: tuple[LaneName, ...] = ()
    """Whoever may serve callers of these lanes may serve this one from now on."""
    credit: Duration = 0
    """Added to the caller's credit."""
    announce: str = ""
    """The name of an announcement that the caller hears between two laps of music."""
    offer_callback: bool = False
    """Ask the caller whether he wants to be called back."""
    overflow: Outcome | None = None
    """The caller leaves this lane."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One particular agent is asked first: a relationship manager, or the agent of the caller's last call."""

    wait_for: Duration
    """How long the call is kept for him alone, as long as he is logged in and able to serve it."""
    within: Duration | None = None
    """How long ago the last call may be; None for a relationship manager."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many may wait in a lane, and how long; None for no limit."""

    length: int | None = None
    wait: Duration | None = None


@dataclass(frozen=True, slots=True)
class Announce:
    """What a waiting caller is told of his wait, between two laps of music; it never keeps him from an offer."""

    every: Duration
    """Counted from when he entered the lane; he is told for the first time after so long."""
    position: bool = False
    estimated_wait: bool = False
    """Not told while the estimate is not reliable; see `acd.core.estimate`."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One queue of calls for the same product."""

    name: LaneName
    needs: str
    """An expression over skills and facts of the call; the caller's language is asked for besides."""
    ring_for: Duration = 15_000
    """How long an agent's phone rings before the offer goes to somebody else."""
    wrap_up: Duration = 0
    """How long an agent may finish his notes after a call of this lane."""
    wrap_up_extension: Duration = 0
    """By how much an agent may lengthen a wrap-up, once."""
    steps: tuple[RouteStep, ...] = ()
    standing: Standing = Standing()
    choose: AgentChoice | None = None
    """None: as the hotline does."""
    last_agent: Preference | None = None
    limits: Limits = Limits()
    when_full: Outcome | None = None
    """None for each of these: the caller waits all the same."""
    hours: str = ""
    """A calendar's name; empty is always open."""
    when_closed: Outcome | None = None
    when_unstaffed: Outcome | None = None
    """For callers whom nobody who is logged in could ever serve, under any step."""
    announce: Announce | None = None
    emergency: Outcome | None = None
    """Set while the lane's emergency switch is on: everybody is sent there, also who waits already."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers calls, and what he can do."""

    id: AgentId
    name: str
    phone: PhoneName
    skills: Mapping[Skill, int]


@dataclass(frozen=True, slots=True)
class Vip:
    """A class of callers who are served before others, within bounds."""

    name: VipClass
    credit: Duration
    customer_tiers: frozenset[str] = frozenset()
    dialled: frozenset[str] = frozenset()
    verified: bool = False
    """Only callers who have proved who they are."""
    priority: int = 0
    ageing: int = NORMAL_AGEING
    bonus_at_most: Duration | None = None
    share_at_most: int = 100
    """Percent of a lane's turns that callers of this class may take in the long run; see `acd.core.shares`."""
    relationship_manager: Preference | None = None
    last_agent: Preference | None = None


@dataclass(frozen=True, slots=True)
class Reserve:
    """Agents who are kept back. Exactly one of `backup_for` and `only_for` is set."""

    name: str
    agents: str
    """An expression over skills."""
    until: str
    """A condition; while it holds, the agents are not kept back."""
    backup_for: LaneName | None = None
    """They take no call of this lane."""
    only_for: LaneName | None = None
    """They take calls of this lane alone."""

    def bars(self, lane: LaneName) -> bool:
        """Whether the agents take no call of this lane while they are kept back."""
        return lane == self.backup_for if self.backup_for is not None else lane != self.only_for


SHORTEST_NUMBER, LONGEST_NUMBER = 7, 15
"""Digits of a number at which customers are called back."""


class CallbackFirst(StrEnum):
    """Whom a callback begins with when its turn has come."""

    AGENT = "agent"
    """An agent is reserved, then the customer is rung: he never waits."""
    CUSTOMER = "customer"
    """The customer is rung, and the next free agent takes him, for he has kept his place: no agent waits."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How callers are called back who wished it."""

    first: CallbackFirst = CallbackFirst.AGENT
    ring_for: Duration = 30_000
    """How long the customer's phone rings."""
    attempts: int = 3
    retry_after: Duration = 600_000
    keep_for: Duration = 86_400_000
    """A wish that could not be fulfilled by then is given up."""
    hours: str = ""
    """The calendar within which customers are rung; empty is always."""
    numbers: tuple[str, ...] = ()
    """How the numbers begin that may be called; empty for any."""
    never: tuple[str, ...] = ()
    """Our own numbers, without a plus: the hotline does not call itself, with or without the country before it."""

    def reaches(self, number: str) -> bool:
        """Whether this number may be called; one that is too short is an emergency number or none at all."""
        allowed = not self.numbers or number.startswith(self.numbers)
        own = bool(self.never) and number.endswith(self.never)
        return allowed and not own and SHORTEST_NUMBER <= len(number.removeprefix("+")) <= LONGEST_NUMBER


@dataclass(frozen=True, slots=True)
class Survey:
    """Callers are asked how they were served, when the agent has hung up."""

    name: str
    questions: int
    share: int = 100
    """Percent of the calls that could be asked; drawn by the call's name, so that every process draws alike."""
    lanes: frozenset[LaneName] = frozenset()
    """Empty: all."""
    agents: frozenset[AgentId] = frozenset()
    tiers: frozenset[str] = frozenset()
    after_talk: bool = True
    """False: asked only where a menu says so."""
    not_again_within: Duration = 0
    """Who was asked so recently is not asked."""
    unhappy_at: int = 0
    """An answer of this key or a lower one, except 0, asks for somebody to follow up; 0 for none."""
    unhappy_of: tuple[int, ...] = ()
    """The same for each question; empty: `unhappy_at` for all."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When something is open, in the hotline's local time. Times are milliseconds since midnight, end excluded."""

    name: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    """Seven days, Monday first; each a row of (from, to)."""
    days: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Particular days, which come before the week's: days since 1970-01-01; an empty row is a closed day."""


@dataclass(frozen=True, slots=True)
class Policy:
    """All that the core is told about a hotline. `version` names the text it was read from."""

    version: str
    lanes: Mapping[LaneName, Lane]
    agents: Mapping[AgentId, Agent]
    languages: Mapping[LanguageName, str]
    """What a caller's language asks of his agent, an expression over skills; empty asks for nothing."""
    default_lane: LaneName
    default_language: LanguageName
    vip: tuple[Vip, ...] = ()
    """In the order of the file; a call that fits several gets the largest credit, the first of equals."""
    choose_call: CallChoice = CallChoice.LONGEST_WAITING
    choose_agent: AgentChoice = AgentChoice.FEWEST_SKILLS
    reserves: tuple[Reserve, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    utc_offsets: tuple[tuple[Instant, Duration], ...] = ((0, 0),)
    """From when on local time is how much ahead of UTC, oldest first; the first holds before it, too."""
    target: int = 85
    """Percent of calls that are promised to be answered within `answer_within`."""
    answer_within: Duration = 15_000
    """The threshold of the service level."""
    window: Duration = 1_800_000
    """The rolling window of `service_level` and `budget_burned`."""
    budget_from: int = 20
    """Calls that must have left a lane within the window before its error budget says anything."""
    short_abandon: Duration = 5_000
    """A caller who hangs up sooner counts as a short abandon, apart from the abandoned."""
    arrival_limit: Duration = 2_000
    """An offer that has not reached its Dial by then is taken back: the order got lost."""
    ring_grace: Duration = 5_000
    """How much longer than `ring_for` an offer may ring before it is taken back: its end got lost."""
    cool_down: Mapping[str, Duration] = field(default_factory=dict)
    """How long an agent is left alone after an offer failed, by `OfferFailure`."""
    pause_after_misses: int = 1
    """Calls in a row that an agent leaves unanswered before he is paused."""
    callbacks: Callbacks | None = None
    """None: nobody is called back by the hotline itself; the wishes are listed for people."""
    surveys: tuple[Survey, ...] = ()
    """In the order of the file; the first that fits a call is the one that is asked."""
    pause_reasons: Mapping[str, Duration | None] = field(default_factory=dict)
    """Why an agent may pause, and for how long; None for as long as he likes."""
    transfer_numbers: Mapping[str, str] = field(default_factory=dict)
    """Numbers outside to which agents may send callers, by the names under which agents know them."""
