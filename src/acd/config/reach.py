"""Who may serve the callers of a lane: at first and after each step, in every language, as groups of one team.

What is asked of an agent may depend on who calls. Then the group is the largest that it can be for any caller, so that
whoever is missing from it can serve nobody there. The same steps are followed as by the core's own rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from acd.core.language.facts import CallFacts
from acd.core.language.needs import NOTHING
from acd.core.language.reading import facts_of, read_needs
from acd.core.language.syntax import NEVER, AllOf, AnyOf, CallIs, Needs, Not, SkillLevel, all_of, any_of, negation
from acd.core.language.team import Group, Team
from acd.core.language.terms import CallFact
from acd.core.names import LaneName, LanguageName
from acd.core.policy import Policy, RouteStep
from acd.core.rules import after_step


@dataclass(frozen=True, slots=True)
class Change:
    """Who may serve before and after one step."""

    before: Group
    after: Group


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may serve the callers of one lane in one language."""

    first: Group
    taken: tuple[Change, ...]
    """For each step: what it does when every step before it was taken."""
    alone: tuple[Change, ...]
    """The same when only those before it were taken that have no condition."""
    depends: bool
    """Whether it depends on more of the caller than his language."""

    @property
    def ever(self) -> Group:
        """Whoever may serve, at first or after any step."""
        group = self.first
        for change in self.taken:
            group |= change.after
        for change in self.alone:
            group |= change.after
        return group


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for so far, the language apart, and whether the language still is."""

    needs: Needs
    spoken: bool
    group: Group | None
    """Who has what is asked for; None when that depends on the language."""


class Reaches:
    """All lanes of one policy, each worked out when it is asked for."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.team = Team(policy.agents)
        self._needs = {name: read_needs(lane.needs) for name, lane in policy.lanes.items()}
        self._speakers = {
            language: self._who(read_needs(text), language) for language, text in policy.languages.items()
        }
        self._due: dict[tuple[LaneName, int], _Asked] = {}
        self._found: dict[tuple[LaneName, LanguageName], Reach] = {}
        self._walks: dict[LaneName, _Walk] = {}

    def of(self, lane: LaneName, language: LanguageName) -> Reach:
        """Who may serve callers of `lane` in `language`."""
        key = (lane, language)
        if key not in self._found:
            self._found[key] = self._reach(lane, language)
        return self._found[key]

    def at(self, lane: LaneName, language: LanguageName, waited: int) -> Group:
        """Who may serve a caller who has waited for `waited` milliseconds, if every condition held when it was due."""
        key = (lane, waited)
        if key not in self._due:
            asked = self._first(lane)
            for step in self.policy.lanes[lane].steps:
                if step.after <= waited:
                    asked = self._with(asked, step)
            self._due[key] = asked
        return self._group(self._due[key], language)

    def _reach(self, lane: LaneName, language: LanguageName) -> Reach:
        if lane not in self._walks:
            self._walks[lane] = self._walk(lane)
        walk = self._walks[lane]
        return Reach(
            self._group(walk.first, language),
            tuple(Change(self._group(before, language), self._group(after, language)) for before, after in walk.taken),
            tuple(Change(self._group(before, language), self._group(after, language)) for before, after in walk.alone),
            walk.depends,
        )

    def _walk(self, lane: LaneName) -> "_Walk":
        first = self._first(lane)
        everything = certain = first
        taken, alone = [], []
        for step in self.policy.lanes[lane].steps:
            taken.append((everything, self._with(everything, step)))
            alone.append((certain, self._with(certain, step)))
            everything = taken[-1][1]
            if not step.when:
                certain = alone[-1][1]
        facts = {fact for asked in (first, *(after for _, after in taken)) for fact in facts_of(asked.needs)}
        return _Walk(first, tuple(taken), tuple(alone), bool(facts - {CallFact.LANGUAGE.value}))

    def _first(self, lane: LaneName) -> _Asked:
        return self._asked(self._needs[lane], spoken=True)

    def _asked(self, needs: Needs, *, spoken: bool) -> _Asked:
        by_language = CallFact.LANGUAGE.value in facts_of(needs)
        return _Asked(needs, spoken, None if by_language else self._who(needs, LanguageName("")))

    def _with(self, asked: _Asked, step: RouteStep) -> _Asked:
        """What is asked for once `step` is taken, too."""
        needs = after_step(asked.needs, step, read_needs(step.needs), read_needs(step.add), self._needs)
        return self._asked(needs, spoken=asked.spoken and not step.any_language)

    def _group(self, asked: _Asked, language: LanguageName) -> Group:
        group = self._who(asked.needs, language) if asked.group is None else asked.group
        return group & self._speakers[language] if asked.spoken else group

    def _who(self, needs: Needs, language: LanguageName) -> Group:
        return self.team.who(_widest(needs), CallFacts(language=language))


@dataclass(frozen=True, slots=True)
class _Walk:
    """Through the steps of one lane, whatever the language."""

    first: _Asked
    taken: tuple[tuple[_Asked, _Asked], ...]
    alone: tuple[tuple[_Asked, _Asked], ...]
    depends: bool


def _widest(needs: Needs, *, wanted: bool = True) -> Needs:
    """`needs` of the caller whom most agents may serve: what is not known of him is taken to be as it should be."""
    match needs:
        case SkillLevel() | CallIs(CallFact.LANGUAGE):
            return needs
        case AllOf(parts):
            return all_of(_widest(part, wanted=wanted) for part in parts)
        case AnyOf(parts):
            return any_of(_widest(part, wanted=wanted) for part in parts)
        case Not(part):
            return negation(_widest(part, wanted=not wanted))
        case _:
            return NOTHING if wanted else NEVER


def names_of(reaches: Reaches, group: Group) -> Iterator[str]:
    """The names for people of the agents in a group, by their ids."""
    return (reaches.policy.agents[agent].name for agent in reaches.team.members(group))
