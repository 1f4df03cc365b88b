"""Two versions of the settings side by side, with everybody of both as one team so that groups can be compared."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from acd.config.model import HotlineConfig
from acd.config.reach import Reaches
from acd.core.instants import Duration
from acd.core.language.facts import CallFacts
from acd.core.language.reading import read_needs
from acd.core.language.team import Group
from acd.core.language.texts import duration_text
from acd.core.names import AgentId, LaneName, LanguageName
from acd.core.policy import Agent, Lane, Policy


class Side:
    """One of the two versions."""

    def __init__(self, config: HotlineConfig, policy: Policy, everybody: dict[AgentId, Agent]) -> None:
        self.config = config
        self.policy = policy
        # Whoever is only in the other version is in the team without a skill, and never in a group.
        absent = {name: replace(agent, skills={}) for name, agent in everybody.items() if name not in policy.agents}
        self._reaches = Reaches(replace(policy, agents={**policy.agents, **absent}))
        self.team = self._reaches.team
        self._here: Group = 0
        for name in policy.agents:
            self._here |= self.team.bit(name)

    def at(self, lane: LaneName, language: LanguageName, waited: Duration) -> Group:
        """Who may serve a caller who has waited so long; nobody where there is no such lane or language."""
        if lane not in self.policy.lanes or language not in self.policy.languages:
            return 0
        return self._reaches.at(lane, language, waited) & self._here

    def who(self, needs: str) -> Group:
        """The agents who have what `needs` asks for, whoever calls."""
        return self.team.who(read_needs(needs), CallFacts()) & self._here


@dataclass(frozen=True, slots=True)
class Shift:
    """Who may serve the callers of a lane in one language after some time, before and after the change."""

    lane: LaneName
    language: LanguageName
    waited: Duration
    old: Group
    new: Group

    @property
    def whom(self) -> str:
        """Which of the lane's callers."""
        return f"in {self.language}" + (f" after {duration_text(self.waited)}" if self.waited else "")


class Two:
    """Both versions."""

    def __init__(self, old: Side, new: Side, everybody: dict[AgentId, Agent]) -> None:
        self.old = old
        self.new = new
        self.everybody = everybody
        """Each agent as he is now, or was last."""

    @classmethod
    def of(cls, old: HotlineConfig, new: HotlineConfig) -> "Two":
        """Put two versions side by side."""
        before, after = old.policy(), new.policy()
        everybody = {**before.agents, **after.agents}
        return cls(Side(old, before, everybody), Side(new, after, everybody), everybody)

    def lanes(self) -> list[LaneName]:
        """The lanes of both, by name."""
        return sorted({**self.old.policy.lanes, **self.new.policy.lanes})

    def languages(self) -> list[LanguageName]:
        """The languages of both, in the order of the new version."""
        return list({**self.new.policy.languages, **self.old.policy.languages})

    def members(self, group: Group) -> tuple[AgentId, ...]:
        """The agents of a group, by id."""
        return tuple(self.new.team.members(group))

    def shifts(self, lane: LaneName) -> Iterator[Shift]:
        """Who may serve the lane's callers, in each language, at first and whenever a step of either version is due."""
        before, after = self.old.policy.lanes.get(lane), self.new.policy.lanes.get(lane)
        times = sorted({0, *_times(before), *_times(after)})
        for language in self.languages():
            for waited in times:
                old, new = (side.at(lane, language, waited) for side in (self.old, self.new))
                yield Shift(lane, language, waited, old, new)


def _times(lane: Lane | None) -> Iterator[Duration]:
    for step in () if lane is None else lane.steps:
        if step.needs or step.add or step.drop or step.lanes or step.any_language:
            yield step.after
