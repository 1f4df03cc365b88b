"""Agents who come, who go, or whose skills change, and the callers whom they may serve by that."""

from collections.abc import Iterator

from acd.config.differences.difference import Difference, Kind, changed
from acd.config.differences.two import Two
from acd.core.instants import Duration
from acd.core.language.texts import duration_text
from acd.core.names import AgentId, LaneName, LanguageName
from acd.core.policy import Agent

MOST_FOLLOWED = 200
"""Agents of whom it is told what they may serve; with more changes at once, the lanes tell it better."""


def agent_differences(two: Two) -> Iterator[Difference]:
    """Every agent who differs, by id."""
    old, new = two.old.policy.agents, two.new.policy.agents
    grades = _Grades(two)
    differing = [agent for agent in sorted(two.everybody) if old.get(agent) != new.get(agent) or grades.differ(agent)]
    serves = _Serves(two, differing[:MOST_FOLLOWED])
    for name in differing:
        about, before, after = f"agent {name}", old.get(name), new.get(name)
        if before is None and after is not None:
            text = f"is new: {after.name} with {_skills(after)}"
            yield Difference(about, "", Kind.ADDED, text + serves.gained(name), None, _skills(after))
        elif after is None:
            assert before is not None
            text = f"is taken away: {before.name}, with {_skills(before)}"
            yield Difference(about, "", Kind.REMOVED, text + serves.lost(name), _skills(before), None)
        else:
            assert before is not None
            if before.skills != after.skills:
                yield _new_skills(about, before, after, serves.gained(name) + serves.lost(name))
            for key in ("name", "phone"):
                if getattr(before, key) != getattr(after, key):
                    yield changed(about, key, getattr(before, key), getattr(after, key))
            if grades.differ(name):
                yield changed(about, "grade", str(grades.old[name]), str(grades.new[name]))
    agents = two.new.config.agents
    for name, was in two.old.config.agents.items():
        if name in agents and was.line != agents[name].line:
            yield changed(f"agent {name}", "line", was.line, agents[name].line)


def _new_skills(about: str, before: Agent, after: Agent, effect: str) -> Difference:
    parts = []
    for skill in sorted({*before.skills, *after.skills}):
        was, now = before.skills.get(skill), after.skills.get(skill)
        if was is None:
            parts.append(f"{skill} {now} is new")
        elif now is None:
            parts.append(f"no {skill} any more (it was {was})")
        elif was != now:
            parts.append(f"{skill} {now} instead of {was}")
    effect = effect or "; serves whom he served"
    return Difference(about, "skills", Kind.CHANGED, ", ".join(parts) + effect, _skills(before), _skills(after))


def _skills(agent: Agent) -> str:
    return ", ".join(f"{skill} {level}" for skill, level in sorted(agent.skills.items()))


class _Grades:
    """What everybody may grant, in both versions; the core knows nothing of it."""

    def __init__(self, two: Two) -> None:
        self.old = {name: agent.grade for name, agent in two.old.config.agents.items()}
        self.new = {name: agent.grade for name, agent in two.new.config.agents.items()}

    def differ(self, agent: AgentId) -> bool:
        """Whether somebody who is in both has another grade."""
        return agent in self.old and agent in self.new and self.old[agent] != self.new[agent]


class _Serves:
    """From when on each of some agents may serve which callers, in both versions."""

    def __init__(self, two: Two, agents: list[AgentId]) -> None:
        self._two = two
        self._old: dict[AgentId, dict[tuple[LaneName, LanguageName], Duration]] = {agent: {} for agent in agents}
        self._new: dict[AgentId, dict[tuple[LaneName, LanguageName], Duration]] = {agent: {} for agent in agents}
        some = 0
        for agent in agents:
            some |= two.new.team.bit(agent)
        if not some:
            return
        for lane in two.lanes():
            for shift in two.shifts(lane):
                for group, serves in ((shift.old, self._old), (shift.new, self._new)):
                    for agent in two.members(group & some):
                        serves[agent].setdefault((lane, shift.language), shift.waited)

    def gained(self, agent: AgentId) -> str:
        """`; may serve cards in en` for what is new, or sooner than before; empty for nothing."""
        old, new = self._old.get(agent, {}), self._new.get(agent, {})
        more = {key: at for key, at in new.items() if key not in old or at < old[key]}
        return f"; may now serve {_callers(more)}" if more else ""

    def lost(self, agent: AgentId) -> str:
        """The same for what ends, or begins only later."""
        old, new = self._old.get(agent, {}), self._new.get(agent, {})
        ended = {key: 0 for key in old if key not in new}
        later = {key: new[key] for key, at in old.items() if key in new and new[key] > at}
        return (f"; may no longer serve {_callers(ended)}" if ended else "") + (
            f"; may serve only {_callers(later)}" if later else ""
        )


def _callers(serves: dict[tuple[LaneName, LanguageName], Duration]) -> str:
    """`cards in zh and en, general in en after 20s`."""
    together: dict[tuple[LaneName, Duration], list[LanguageName]] = {}
    for (lane, language), at in serves.items():
        together.setdefault((lane, at), []).append(language)
    return ", ".join(
        f"{lane} in {' and '.join(languages)}" + (f" after {duration_text(at)}" if at else "")
        for (lane, at), languages in together.items()
    )
