"""What an operator says of the second line: queues of tickets, promises, and what agents may grant by themselves.

Amounts are written in whole units or with decimals (50, "12.50") and are whole minor units everywhere else, never
fractions: 12.50 CNY are 1250.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, StrictStr, WithJsonSchema
from pydantic import model_validator as whole

from acd.config.fields import AnnouncementName, LaneRef, Name, Section, Time, at_least
from acd.config.menus import Texts
from acd.core.instants import Duration

DAY: Duration = 86_400_000
SECOND_LINE = "second-line"
"""The one queue of a hotline whose settings name none."""
HIGHEST_GRADE = 9
GRADE_PATTERN = r"^[1-9]$"
AMOUNT_PATTERN = r"^[0-9]{1,9}([.][0-9]{1,3})?$"
_AMOUNT = re.compile(AMOUNT_PATTERN[1:-1])


def _grade(value: str) -> str:
    if not re.fullmatch(GRADE_PATTERN[1:-1], value):
        raise ValueError(f'not a grade; allowed is "1" to "{HIGHEST_GRADE}", in quotes')
    return value


def _amount(value: object) -> str:
    if isinstance(value, float):
        raise ValueError(f'{value} may not mean what it says; write it in quotes: "{value:.2f}"')  # noqa: TRY004
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not _AMOUNT.fullmatch(text):
        raise ValueError('not an amount; write a whole number or, in quotes, one with decimals: 50, "12.50"')
    return text


def minor_units(amount: str, decimals: int) -> int:
    """An amount in whole minor units. Raises ValueError for one that has more decimals than the unit."""
    units, _, fraction = amount.partition(".")
    if len(fraction) > decimals:
        raise ValueError(f"{amount} has more decimals than the unit, which has {decimals}")
    return int(units + fraction.ljust(decimals, "0"))


GradeKey: TypeAlias = Annotated[
    StrictStr, AfterValidator(_grade), WithJsonSchema({"type": "string", "pattern": GRADE_PATTERN})
]
Grade: TypeAlias = Annotated[StrictInt, Field(ge=0, le=HIGHEST_GRADE)]
"""How far somebody may go by himself; 0 for not at all."""
Amount: TypeAlias = Annotated[
    StrictStr,
    BeforeValidator(_amount),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": AMOUNT_PATTERN}]}),
]


class QueueConfig(Section):
    """A queue of tickets: those of its lanes, and whatever is handed to it."""

    name: Texts
    lanes: Annotated[tuple[LaneRef, ...], Field(max_length=200)] = ()


class EscalationConfig(Section):
    """One step of escalation, so long before the promised time or after it; perhaps into another queue."""

    before: Annotated[Time, at_least(1, "1ms")] | None = None
    after: Time | None = None
    to: Name | None = None

    @whole(mode="after")
    def _one_of_both(self) -> Self:
        if (self.before is None) == (self.after is None):
            raise ValueError("must say one of before and after; {after: 0s} is at the promised time")
        return self

    @property
    def offset(self) -> Duration:
        """When it is, counted from the promised time."""
        return -self.before if self.before is not None else self.after or 0


def _apart(steps: tuple[EscalationConfig, ...]) -> tuple[EscalationConfig, ...]:
    if len({step.offset for step in steps}) < len(steps):
        raise ValueError("has two steps at the same time; write them as one")
    return steps


class TicketsConfig(Section):
    """The second line's tickets."""

    queues: Annotated[Mapping[Name, QueueConfig], Field(max_length=100)] = Field(default_factory=dict)
    default_queue: Name | None = None
    """Of lanes that no queue names; else the first queue."""
    promise: Annotated[Time, at_least(60_000, "1m")] = DAY
    """Within which an answer is promised where nobody says another time."""
    escalate: Annotated[tuple[EscalationConfig, ...], Field(max_length=9), AfterValidator(_apart)] = (
        EscalationConfig.model_validate({"before": "4h"}),
        EscalationConfig.model_validate({"after": "0s"}),
    )
    close_after_days: Annotated[StrictInt, Field(ge=1, le=366)] = 7
    keep_days: Annotated[StrictInt, Field(ge=30, le=3_660)] = 1_095
    from_surveys: StrictBool = False
    from_callbacks: StrictBool = False


def _rising(limits: Mapping[str, str]) -> Mapping[str, str]:
    """Limits that do not fall from one grade to the next."""
    in_order = [(grade, minor_units(limits[grade], 3)) for grade in sorted(limits)]
    for (lower, least), (higher, most) in pairwise(in_order):
        if most < least:
            raise ValueError(f"grade {higher} may grant less than grade {lower}; a higher grade may at least as much")
    return limits


class ActionConfig(Section):
    """Something that agents may grant to a customer, and how much of it by themselves."""

    name: Texts
    unit: Annotated[StrictStr, Field(pattern=r"^[A-Za-z]{1,12}$")]
    """A currency such as CNY, or what else is counted: days, points."""
    decimals: Annotated[StrictInt, Field(ge=0, le=3)] = 2
    limits: Annotated[Mapping[GradeKey, Amount], Field(min_length=1, max_length=HIGHEST_GRADE), AfterValidator(_rising)]
    """By grade; a grade that is not named may as much as the next lower one that is."""
    at_most: Amount | None = None
    """What nobody may grant more than, whoever is asked."""

    @whole(mode="after")
    def _fits(self) -> Self:
        most = None if self.at_most is None else minor_units(self.at_most, self.decimals)
        for grade, limit in self.limits.items():
            units = minor_units(limit, self.decimals)
            if most is not None and units > most:
                raise ValueError(f"grade {grade} may grant {limit}, and nobody more than {self.at_most}")
        return self


class AuthorityConfig(Section):
    """What agents may grant by themselves, and how long they wait for a supervisor's word on the rest."""

    actions: Annotated[Mapping[AnnouncementName, ActionConfig], Field(max_length=50)] = Field(default_factory=dict)
    expires_after: Annotated[Time, at_least(30_000, "30s")] = 300_000
    keep_days: Annotated[StrictInt, Field(ge=30, le=3_660)] = 1_095
