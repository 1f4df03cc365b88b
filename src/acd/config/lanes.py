"""What an operator says of a lane: what it asks of agents, how long things take, what changes for those who wait."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, StrictStr, WithJsonSchema

from acd.config.durations import LONGEST
from acd.config.faults import one_of, suggestion
from acd.config.fields import (
    Ageing,
    AnnouncementName,
    LaneRef,
    LanguageRef,
    Name,
    Priority,
    Section,
    Shown,
    SkillName,
    Time,
    WaitTime,
    at_least,
)
from acd.config.outcomes import OutcomeText
from acd.config.wrapping_up import DispositionsConfig, Offers, Script
from acd.core.language.reading import read_condition, read_needs, text_of
from acd.core.language.syntax import Condition, Needs
from acd.core.language.words import LONGEST_TEXT, ExpressionFault
from acd.core.names import LaneName, Skill
from acd.core.policy import (
    NORMAL_AGEING,
    AgentChoice,
    Announce,
    CallChoice,
    Lane,
    Limits,
    Preference,
    RouteStep,
    Standing,
)

MOST_STEPS = 16


def _expression(read: Callable[[str], Needs | Condition], example: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value.strip():
            raise ValueError(f"empty; write for example {example}")
        if len(value) > LONGEST_TEXT:
            raise ValueError(f"too long ({len(value)} characters); at most {LONGEST_TEXT}")
        try:
            found = read(value)
        except ExpressionFault:
            # expressions.py says what is wrong with it, at the place inside the text and with the names of the file.
            return value
        text = text_of(found)
        if len(text) > LONGEST_TEXT:
            # The core reads the text in our own spelling again, so that one must keep the limits, too.
            raise ValueError(
                f"too long once it is spelt out with its spaces ({len(text)} characters); at most {LONGEST_TEXT}"
            )
        try:
            read(text)
        except ExpressionFault as fault:
            raise ValueError(f"{fault.message}, once it is spelt out as `{text}`") from None
        return text

    return AfterValidator(check)


NeedsText: TypeAlias = Annotated[
    StrictStr,
    _expression(read_needs, "cards >= 3"),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": LONGEST_TEXT,
            "examples": ["cards >= 3", "cards or general", "wealth and not trainee"],
        }
    ),
]
"""What is asked of agents, as the language writes it."""
ConditionText: TypeAlias = Annotated[
    StrictStr,
    _expression(read_condition, "idle(general) > 0"),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": LONGEST_TEXT,
            "examples": ["idle(general) > 0", "waiting(cards) > 5 and day in mon-fri"],
        }
    ),
]
"""When something holds, as the language writes it."""


def choice_of(kind: type[StrEnum], what: str) -> BeforeValidator:
    """Lets through the words of `kind`; of others it says that they are not `what`."""

    def check(value: object) -> Any:
        words = [str(each) for each in kind]
        if value not in words:
            hint = suggestion(value, words) if isinstance(value, str) else ""
            raise ValueError(f"not {what}{hint}; allowed are {one_of(words)}")
        return value

    return BeforeValidator(check)


AgentChoiceName: TypeAlias = Annotated[AgentChoice, choice_of(AgentChoice, "a way to choose an agent")]
CallChoiceName: TypeAlias = Annotated[CallChoice, choice_of(CallChoice, "a way to choose a call")]


class StepOverflow(Section):
    """Where a step sends the caller."""

    to: OutcomeText


class RouteStepConfig(Section):
    """What changes for a caller after some time, or when something holds, or both."""

    after: Time = 0
    when: ConditionText | None = None
    once: StrictBool = False
    needs: NeedsText | None = None
    add: NeedsText | None = None
    drop: Annotated[tuple[SkillName, ...], Field(max_length=100)] = ()
    narrows: StrictBool = False
    any_language: StrictBool = False
    lanes: Annotated[tuple[LaneRef, ...], Field(max_length=50)] = ()
    credit: Time = 0
    announce: AnnouncementName | None = None
    offer_callback: StrictBool = False
    overflow: StepOverflow | None = None

    def step(self) -> RouteStep:
        """What the core is told of it."""
        return RouteStep(
            after=self.after,
            when=self.when or "",
            once=self.once,
            needs=self.needs or "",
            add=self.add or "",
            drop=tuple(Skill(skill) for skill in self.drop),
            narrows=self.narrows,
            any_language=self.any_language,
            lanes=self.lanes,
            credit=self.credit,
            announce=self.announce or "",
            offer_callback=self.offer_callback,
            overflow=None if self.overflow is None else self.overflow.to,
        )


class OverflowConfig(Section):
    """Short for a last step that sends the caller elsewhere."""

    after: Time = 0
    when: ConditionText | None = None
    to: OutcomeText

    def step(self) -> RouteStep:
        """The step that it is short for."""
        return RouteStep(after=self.after, when=self.when or "", overflow=self.to)


class LastAgent(Section):
    """The agent of the caller's last call is asked first."""

    wait_for: Time
    within: Time = LONGEST

    def preference(self) -> Preference:
        """What the core is told of it."""
        return Preference(self.wait_for, self.within)


class LaneLimits(Section):
    """How many may wait in the lane, and how long."""

    length: Annotated[StrictInt, Field(ge=1, le=10_000)] | None = None
    wait: Time | None = None


class AnnounceConfig(Section):
    """What callers of a lane are told while they wait."""

    every: Annotated[Time, at_least(15_000, "15s")] = 45_000
    position: StrictBool = False
    estimated_wait: StrictBool = False

    def announce(self) -> Announce | None:
        """What the core is told of it."""
        if not (self.position or self.estimated_wait):
            return None
        return Announce(self.every, self.position, self.estimated_wait)


class LaneConfig(Section):
    """One queue of calls for the same product."""

    name: Annotated[Mapping[LanguageRef, Shown], Field(min_length=1)]
    needs: NeedsText
    ring_for: WaitTime = 15_000
    wrap_up: Time = 0
    wrap_up_extension: Time = 0
    priority: Priority = 0
    credit: Time = 0
    ageing: Ageing = NORMAL_AGEING
    bonus_at_most: Time | None = None
    choose_agent: AgentChoiceName | None = None
    last_agent: LastAgent | None = None
    steps: Annotated[tuple[RouteStepConfig, ...], Field(max_length=MOST_STEPS)] = ()
    overflow: OverflowConfig | None = None
    limits: LaneLimits | None = None
    when_full: OutcomeText | None = None
    hours: Name | None = None
    when_closed: OutcomeText | None = None
    when_unstaffed: OutcomeText | None = None
    when_emergency: OutcomeText | None = None
    """Where everybody goes while the lane's emergency switch is on (`hotline emergency on`)."""
    announce: AnnounceConfig | None = None
    dispositions: DispositionsConfig | None = None
    script: Script = Field(default_factory=dict)
    may_offer: Offers = ()

    def for_agents(self) -> list[Any]:
        """What the lane's agents are shown, and nobody else, as plain values; empty when nothing is written."""
        if self.dispositions is None:
            return [dict(self.script), self.may_offer] if self.script or self.may_offer else []
        codes = [path for path, _ in self.dispositions.rows()]
        return [dict(self.script), self.may_offer, self.dispositions.model_dump(), codes]

    def lane(self, name: LaneName, *, emergency: bool = False) -> Lane:
        """What the core is told of it; `emergency` says whether the lane's switch is on."""
        steps = tuple(step.step() for step in self.steps)
        return Lane(
            name=name,
            needs=self.needs,
            ring_for=self.ring_for,
            wrap_up=self.wrap_up,
            wrap_up_extension=self.wrap_up_extension,
            steps=steps if self.overflow is None else (*steps, self.overflow.step()),
            standing=Standing(self.priority, self.credit, self.ageing, self.bonus_at_most),
            choose=self.choose_agent,
            last_agent=None if self.last_agent is None else self.last_agent.preference(),
            limits=Limits() if self.limits is None else Limits(self.limits.length, self.limits.wait),
            when_full=self.when_full,
            hours=self.hours or "",
            when_closed=self.when_closed,
            when_unstaffed=self.when_unstaffed,
            announce=None if self.announce is None else self.announce.announce(),
            emergency=self.when_emergency if emergency else None,
        )
