"""The settings that are being thought about, with what all thoughts need to know of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from acd.config import week
from acd.config.advice.outlook import Outlook
from acd.config.model import HotlineConfig
from acd.config.reach import Reaches, names_of
from acd.core.instants import Duration
from acd.core.language.reading import read_condition
from acd.core.language.team import Group
from acd.core.names import LaneName, LanguageName, Skill
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Policy, RouteStep

Place: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a place in the settings."""
Advice: TypeAlias = tuple[Place, str]

STAYS_ON: Duration = 2 * 3_600_000
"""How long somebody may still wait after his lane has closed, when nothing sends him away; nobody is more patient."""
MOST_NAMES = 10


@dataclass(frozen=True)
class Subject:
    """One hotline's settings."""

    config: HotlineConfig
    policy: Policy
    reaches: Reaches
    outlook: Outlook

    @classmethod
    def of(cls, config: HotlineConfig) -> "Subject":
        """All that is known of `config`."""
        policy = config.policy()
        reaches = Reaches(policy)
        return cls(config, policy, reaches, Outlook(policy, reaches.team))

    def step_place(self, lane: LaneName, number: int) -> Place:
        """Where a lane's step stands; the last may be its `overflow`."""
        if number < len(self.config.lanes[lane].steps):
            return ("lanes", lane, "steps", number)
        return ("lanes", lane, "overflow")

    def callers(self, lane: LaneName, languages: Iterable[LanguageName] = ()) -> str:
        """`callers of cards in zh and en`; in every language is not said."""
        some = list(languages)
        spoken = "" if len(some) in (0, len(self.policy.languages)) else f" in {joined(some)}"
        return f"callers of {lane}{spoken}"

    def names(self, group: Group, most: int = MOST_NAMES) -> str:
        """The agents of a group for people."""
        return joined(list(names_of(self.reaches, group)), most)

    @cached_property
    def leaving(self) -> dict[LaneName, tuple[Duration, int]]:
        """By lane: after how long every caller has left it, and by which step; the count of steps for the limit."""
        found: dict[LaneName, tuple[Duration, int]] = {}
        for name, lane in self.policy.lanes.items():
            ends = [
                (step.after, number)
                for number, step in enumerate(lane.steps)
                if _takes_everybody(step.overflow) and (not step.when or self.outlook.always(read_condition(step.when)))
            ]
            if lane.limits.wait is not None and _takes_everybody(lane.when_full):
                ends.append((lane.limits.wait, len(lane.steps)))
            if ends:
                found[name] = min(ends)
        return found

    @cached_property
    def best_levels(self) -> dict[Skill, int]:
        """By skill: the highest level that an agent has."""
        best: dict[Skill, int] = {}
        for agent in self.policy.agents.values():
            for skill, level in agent.skills.items():
                best[skill] = max(level, best.get(skill, 0))
        return best

    @cached_property
    def opening(self) -> dict[LaneName, week.Minutes]:
        """By lane: when callers come into it in an ordinary week."""
        return {
            name: week.rows(self.policy.calendars[lane.hours].week) if lane.hours else week.ALWAYS
            for name, lane in self.policy.lanes.items()
        }

    @cached_property
    def waiting_hours(self) -> dict[LaneName, week.Minutes]:
        """By lane: when somebody may wait in it, on an ordinary day or on a particular one."""
        found = {}
        for name, lane in self.policy.lanes.items():
            possible = self.outlook.open_at_best(lane.hours) if lane.hours else week.ALWAYS
            found[name] = week.prolonged(possible, self.leaving.get(name, (STAYS_ON, 0))[0])
        return found


def _takes_everybody(end: Outcome | None) -> bool:
    """Whether nobody stays in a lane that sends its callers to `end`: who has no number cannot be called back."""
    return end is not None and end.kind is not OutcomeKind.CALLBACK


def changes_needs(step: RouteStep) -> bool:
    """Whether a step changes what is asked of agents."""
    return bool(step.needs or step.add or step.drop or step.lanes or step.any_language)


def joined(words: Sequence[str], most: int = MOST_NAMES) -> str:
    """`a, b and c`, cut after `most`."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
