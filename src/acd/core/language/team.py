"""All agents of a policy at once: who satisfies what, by a few operations on whole numbers.

A group of agents is a whole number with one bit for each, bit i for the i-th agent by id. Who has a skill at some level
is such a number, made once; `and`, `or` and `not` are then `&`, `|` and `^`, whose cost hardly grows with the team.
"""

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import accumulate, zip_longest
from operator import or_
from typing import TypeAlias

from acd.core.language.facts import CallFacts, is_true_of
from acd.core.language.syntax import HIGHEST_LEVEL, AllOf, AnyOf, Needs, Not, SkillLevel
from acd.core.language.terms import Compare
from acd.core.names import AgentId, Skill
from acd.core.policy import Agent

Group: TypeAlias = int
"""Some of a team's agents, one bit each."""


class Team:
    """The agents of one policy, whose skills do not change."""

    def __init__(self, agents: Mapping[AgentId, Agent]) -> None:
        """Levels in `agents` are 1 to 10, or 0 for a skill that an agent has not."""
        self.agents: tuple[AgentId, ...] = tuple(sorted(agents))
        """In the order of their bits."""
        self.everybody: Group = (1 << len(self.agents)) - 1
        self._numbers = {agent: number for number, agent in enumerate(self.agents)}
        exactly = self._by_exact_level(agents)
        self._digits = {skill: _digits_of(groups) for skill, groups in exactly.items()}
        """By skill, the binary digits of everybody's level."""
        self._who = {skill: self._by_comparison(groups) for skill, groups in exactly.items()}
        """By skill and sign, who satisfies the comparison with each level."""
        self._who_at_none = self._by_comparison([0] * (HIGHEST_LEVEL + 1))
        """The same for a skill that nobody has."""

    def _by_exact_level(self, agents: Mapping[AgentId, Agent]) -> dict[Skill, list[Group]]:
        exactly: dict[Skill, list[Group]] = {}
        for number, agent in enumerate(self.agents):
            for skill, level in agents[agent].skills.items():
                assert 0 <= level <= HIGHEST_LEVEL, f"{agent} cannot have {skill} at level {level}"
                groups = exactly.setdefault(skill, [0] * (HIGHEST_LEVEL + 1))
                groups[level] |= 1 << number
        return exactly

    def _by_comparison(self, exactly: list[Group]) -> dict[Compare, list[Group]]:
        """Who satisfies each comparison, by the level that is asked for; nobody asks for level 0."""
        at_least = list(accumulate(reversed(exactly), or_))[::-1]
        more = [*at_least[1:], 0]
        return {
            Compare.AT_LEAST: at_least,
            Compare.MORE_THAN: more,
            Compare.AT_MOST: [self.everybody ^ group for group in more],
            Compare.LESS_THAN: [self.everybody ^ group for group in at_least],
            Compare.EQUAL: exactly,
            Compare.UNEQUAL: [self.everybody ^ group for group in exactly],
        }

    def number(self, agent: AgentId) -> int:
        """The number of the agent's bit. Raises KeyError when he is not of this team."""
        return self._numbers[agent]

    def bit(self, agent: AgentId) -> Group:
        """The group of this agent alone; nobody when he is not of this team."""
        number = self._numbers.get(agent)
        return 0 if number is None else 1 << number

    def members(self, group: Group) -> Iterator[AgentId]:
        """The agents of a group by id. Takes as long as the group is large, not the team."""
        while group:
            lowest = group & -group
            yield self.agents[lowest.bit_length() - 1]
            group ^= lowest

    def who(self, needs: Needs, call: CallFacts) -> Group:
        """The agents who satisfy `needs` when `call` comes: those of whom `needs.satisfied` is true."""
        match needs:
            case SkillLevel(skill, compare, level):
                return self._who.get(skill, self._who_at_none)[compare][level]
            case AllOf(parts):
                group = self.everybody
                for part in parts:
                    group &= self.who(part, call)
                return group
            case AnyOf(parts):
                group = 0
                for part in parts:
                    group |= self.who(part, call)
                return group
            case Not(part):
                return self.everybody ^ self.who(part, call)
            case fact:
                return self.everybody if is_true_of(fact, call) else 0

    def levels(self, needs: Needs, group: Group, call: CallFacts) -> list[tuple[int, Group]]:
        """The agents of `group` by their level, the best first: how well they do what is asked for when `call` comes.

        An agent's level is that of `needs.level_in`. The levels of all agents are worked out at once, digit by digit
        of the binary system: a plane has the agents whose level has a one at that digit. Then each plane, highest digit
        first, parts those whom the planes before it left together.
        """
        parted = [(0, group)] if group else []
        for plane in reversed(self._level(needs, call)):
            parted = [
                (2 * level + digit, part)
                for level, both in parted
                for digit, part in ((1, both & plane), (0, both & ~plane))
                if part
            ]
        return parted

    def _level(self, needs: Needs, call: CallFacts) -> list[Group]:
        """The planes of everybody's level, the lowest digit first."""
        match needs:
            case SkillLevel(skill):
                return self._digits.get(skill, [])
            case AllOf(parts):
                skills = dict.fromkeys(part.skill for part in parts if isinstance(part, SkillLevel))
                levels = [self._digits.get(skill, []) for skill in skills]
                levels += [self._level(part, call) for part in parts if not isinstance(part, SkillLevel)]
                return reduce(_added, levels, [])
            case AnyOf(parts):
                return reduce(_larger, (self._level_of_who(part, call) for part in parts), [])
            case _:
                return []

    def _level_of_who(self, needs: Needs, call: CallFacts) -> list[Group]:
        """The same, with level 0 for whoever does not satisfy the needs."""
        who = self.who(needs, call)
        return [plane & who for plane in self._level(needs, call)]


def _digits_of(exactly: list[Group]) -> list[Group]:
    """For each binary digit of a level, lowest first, the agents whose level has a one there."""
    return [
        reduce(or_, (group for level, group in enumerate(exactly) if level >> digit & 1))
        for digit in range(HIGHEST_LEVEL.bit_length())
    ]


def _added(one: list[Group], other: list[Group]) -> list[Group]:
    """The sums of two numbers for each agent, all in one pass; each is given by the planes of its binary digits."""
    total: list[Group] = []
    carry = 0
    for a, b in zip_longest(one, other, fillvalue=0):
        differ = a ^ b
        total.append(differ ^ carry)
        carry = a & b | differ & carry
    return [*total, carry] if carry else total


def _larger(one: list[Group], other: list[Group]) -> list[Group]:
    """The larger of two numbers for each agent, all in one pass from the highest digit."""
    digits = list(zip_longest(one, other, fillvalue=0))
    one_leads = other_leads = 0
    for a, b in reversed(digits):
        one_leads |= a & ~b & ~other_leads
        other_leads |= b & ~a & ~one_leads
    return [a & ~other_leads | b & other_leads for a, b in digits]
