"""What an operator says of people: callers who come first, agents, agents who are kept back, and why they may pause."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, StrictBool, Tag, WithJsonSchema

from acd.config.durations import DURATION_PATTERN, parse_duration
from acd.config.fields import (
    Ageing,
    LaneRef,
    Level,
    Name,
    Number,
    Percent,
    PhoneRef,
    Priority,
    Section,
    Shown,
    SkillName,
    Time,
)
from acd.config.hours import MOST_ENTRIES, WeekHours
from acd.config.lanes import ConditionText, LastAgent, NeedsText
from acd.config.second_line import Grade
from acd.core.instants import Duration
from acd.core.language.reading import read_condition, text_of
from acd.core.names import AgentId, Skill, VipClass
from acd.core.policy import NORMAL_AGEING, Agent, Preference, Reserve, Vip

UNLIMITED = "unlimited"


class AgentConfig(Section):
    """A person who answers calls: the phone, and each skill with its level."""

    name: Shown
    phone: PhoneRef
    skills: Annotated[Mapping[SkillName, Level], Field(min_length=1, max_length=100)]
    line: Literal["first", "second"] = "first"
    """The second line works on what the first could not solve, besides answering calls."""
    grade: Grade = 0
    """What he may grant by himself; see `authority`."""

    def agent(self, name: AgentId) -> Agent:
        """What the core is told of him."""
        skills = {Skill(skill): level for skill, level in self.skills.items()}
        return Agent(id=name, name=self.name, phone=self.phone, skills=skills)


class VipSigns(Section):
    """How a caller of a class is known: by the directory's tier, by the number he dialled, or by either.

    With `verified` he must have proved who he is, too; alone, that is enough.
    """

    customer_tier: Name | None = None
    dialled: Annotated[tuple[Number, ...], Field(max_length=50)] = ()
    verified: StrictBool = False


class RelationshipManager(Section):
    """The agent whom the directory names for a customer is asked first."""

    wait_for: Time


class VipConfig(Section):
    """A class of callers who are served as if they had waited longer by `credit`."""

    recognised_by: VipSigns
    credit: Time
    priority: Priority = 0
    ageing: Ageing = NORMAL_AGEING
    bonus_at_most: Time | None = None
    share_at_most: Percent = 100
    relationship_manager: RelationshipManager | None = None
    last_agent: LastAgent | None = None

    def vip(self, name: VipClass) -> Vip:
        """What the core is told of it."""
        signs, manager = self.recognised_by, self.relationship_manager
        return Vip(
            name=name,
            credit=self.credit,
            customer_tiers=frozenset({signs.customer_tier} if signs.customer_tier else ()),
            dialled=frozenset(signs.dialled),
            verified=signs.verified,
            priority=self.priority,
            ageing=self.ageing,
            bonus_at_most=self.bonus_at_most,
            share_at_most=self.share_at_most,
            relationship_manager=None if manager is None else Preference(manager.wait_for),
            last_agent=None if self.last_agent is None else self.last_agent.preference(),
        )


class ReserveConfig(Section):
    """Agents who are kept back from a lane, or for a lane, until something holds."""

    agents: NeedsText
    only_for: LaneRef | None = None
    backup_for: LaneRef | None = None
    until: ConditionText | None = None

    def reserve(self, name: str) -> Reserve:
        """What the core is told of it; a backup helps by default once the lane's promise cannot be kept any more."""
        until = self.until or text_of(read_condition(f"budget_burned({self.backup_for}) >= 100%"))
        return Reserve(name, self.agents, until, backup_for=self.backup_for, only_for=self.only_for)


def _pause_limit(value: object) -> Duration | None:
    if value == UNLIMITED:
        return None
    try:
        limit = parse_duration(value)
    except ValueError as error:
        raise ValueError(f"{error}, or {UNLIMITED}") from None
    if limit == 0:
        raise ValueError(f"must be longer than nothing; {UNLIMITED} is for as long as he likes")
    return limit


def _with_limits(value: object) -> Any:
    return value if isinstance(value, Mapping) else dict.fromkeys(value) if isinstance(value, tuple) else value


PauseLimit: TypeAlias = Annotated[
    Duration | None,
    BeforeValidator(_pause_limit),
    WithJsonSchema(
        {"type": "string", "pattern": f"{DURATION_PATTERN[:-1]}$|^{UNLIMITED}$", "examples": ["45m", UNLIMITED]}
    ),
]
# The tags stand in the paths of faults, where no name may be mistaken for them.
PauseReasons: TypeAlias = Annotated[
    Annotated[tuple[Name, ...], Field(max_length=50), Tag("[list]")]
    | Annotated[Mapping[Name, PauseLimit], Field(max_length=50), Tag("[mapping]")],
    Discriminator(lambda value: "[list]" if isinstance(value, (list, tuple)) else "[mapping]"),
    AfterValidator(_with_limits),
]
"""Why an agent may pause, and how long: a list of reasons, or a mapping of each to its limit or to `unlimited`."""

Shifts: TypeAlias = Annotated[tuple[WeekHours, ...], Field(max_length=MOST_ENTRIES)]
"""When somebody works in an ordinary week."""
