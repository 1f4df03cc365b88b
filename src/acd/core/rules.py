"""A policy made ready to be applied: each expression read once, each need turned into the agents who satisfy it.

Agents are bits of a whole number (`acd.core.language.team`), so "who may serve this call and is idle" is one `and` of
two numbers, whatever the size of the floor. Calls that ask the same of an agent share a `NeedClass`. Everything here
can be made from the policy again; nothing of it is remembered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from acd.core.calls import Call
from acd.core.instants import Duration
from acd.core.language.conditions import compile_condition
from acd.core.language.facts import CallFacts, FloorFacts
from acd.core.language.needs import NOTHING, both, either, skills_in, without
from acd.core.language.reading import facts_of, read_condition, read_needs, text_of
from acd.core.language.syntax import Needs
from acd.core.language.team import Team
from acd.core.names import AgentId, LaneName, LanguageName, PhoneName
from acd.core.policy import NORMAL_AGEING, Lane, Policy, Reserve, RouteStep, Standing, Vip

CLASSES_AT_MOST = 4_096
"""Need classes kept; beyond it the rules are compiled anew and keep those in which somebody waits."""

WAYS_AT_MOST = 256
"""Ways in which the steps ahead of a call may be taken or not that are looked at."""

Holds = Callable[[FloorFacts, CallFacts, LaneName], bool]


@dataclass(slots=True, eq=False)
class NeedClass:
    """Calls of one lane that ask the same of an agent."""

    number: int
    lane: LaneName
    needs: Needs
    facts: CallFacts
    mask: int
    """The agents who satisfy the needs."""
    levels: list[tuple[int, int]]
    """The same agents by their level in the lane's skills, best first, as (level, agents); the language is none."""
    skills: int
    """In how many skills the level is added up."""
    members: bytes
    """The mask once more, in bytes, in which one agent is found without touching the others."""
    level_of: dict[int, int] = field(default_factory=dict)
    """An agent's level by his number, filled as it is asked for."""

    @property
    def text(self) -> str:
        """What is asked for, as an operator would write it."""
        return text_of(self.needs)

    def has(self, agent: int) -> int:
        """1 if the agent with this number satisfies the needs, else 0."""
        return self.members[agent >> 3] >> (agent & 7) & 1

    def level(self, agent: int) -> int:
        """The level of the agent with this number, added up over the skills; 0 for one who may not serve."""
        if agent not in self.level_of:
            self.level_of[agent] = next((level for level, mask in self.levels if mask >> agent & 1), 0)
        return self.level_of[agent]


@dataclass(frozen=True, slots=True)
class StepRules:
    """A step with its expressions read."""

    step: RouteStep
    needs: Needs
    add: Needs
    holds: Holds | None
    """None for a step without a condition."""
    changes_needs: bool
    asks_of_call: bool
    """Whether the condition asks about the caller, and not about the floor alone."""


@dataclass(frozen=True, slots=True)
class LaneRules:
    """A lane with its expressions read."""

    lane: Lane
    needs: Needs
    steps: tuple[StepRules, ...]
    facts: tuple[str, ...]
    """The facts of a call that decide what is asked of its agent, the language apart."""
    need_steps: int
    """Bits of the steps that change what is asked for."""
    plain: bool
    """Whether nothing happens to who waits here but that he is served: no steps, no limits, no condition."""


@dataclass(frozen=True, slots=True)
class ReserveRules:
    """A reserve with its expressions read."""

    reserve: Reserve
    agents: int
    released: Holds

    @property
    def lane(self) -> LaneName:
        """The lane that its condition is about."""
        lane = self.reserve.backup_for or self.reserve.only_for
        assert lane is not None
        return lane


def after_step(needs: Needs, step: RouteStep, own: Needs, add: Needs, lanes: Mapping[LaneName, Needs]) -> Needs:
    """What is asked for once a step is taken, too; `own` and `add` are the step's needs, `lanes` those of all lanes.

    In this order: what is dropped, what is asked for instead, other lanes' people, and what is asked for besides.
    """
    if step.drop:
        needs = without(needs, step.drop)
    if step.needs:
        needs = own if step.narrows else either(needs, own)
    for lane in step.lanes:
        if lane in lanes:
            needs = either(needs, lanes[lane])
    return both(needs, add) if step.add else needs


class Rules:
    """One policy, compiled."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.team = Team(policy.agents)
        self.lanes = {name: _lane_rules(lane, policy) for name, lane in policy.lanes.items()}
        self._lane_needs = {name: lane.needs for name, lane in self.lanes.items()}
        self.languages: Mapping[LanguageName, Needs] = {
            name: read_needs(text) for name, text in policy.languages.items()
        }
        self.vip = {vip.name: vip for vip in policy.vip}
        self.reserves = tuple(
            ReserveRules(
                reserve,
                self.team.who(read_needs(reserve.agents), CallFacts()),
                compile_condition(read_condition(reserve.until)),
            )
            for reserve in policy.reserves
        )
        self._agents_by_phone = {agent.phone: agent.id for agent in policy.agents.values()}
        self.remembers_agents = any(lane.last_agent for lane in policy.lanes.values()) or any(
            vip.last_agent for vip in policy.vip
        )
        self.breadths = self._breadths()
        self.classes: list[NeedClass] = []
        """All that were asked for so far, by their number."""
        self._classes: dict[tuple[object, ...], NeedClass] = {}
        self._ever: dict[tuple[object, ...], int] = {}

    @property
    def full(self) -> bool:
        """Whether so many need classes were made that the rules should be compiled anew."""
        return len(self.classes) >= CLASSES_AT_MOST

    def lane_of(self, call: Call) -> LaneRules:
        """The rules of the call's lane; the default lane's if its own has been taken away."""
        name = call.lane if call.lane in self.lanes else self.policy.default_lane
        assert name is not None
        return self.lanes[name]

    def language_of(self, call: Call) -> LanguageName:
        """The call's language; the default if its own has been taken away."""
        language = call.language if call.language in self.languages else self.policy.default_language
        assert language is not None
        return language

    def class_of(self, call: Call) -> NeedClass:
        """What the call asks of its agent with the steps that it has taken."""
        return self._class(call, call.steps_taken)

    def ever(self, call: Call) -> int:
        """The agents who may serve the call now or after some of the steps ahead of it.

        Nobody knows which conditions will come to hold, so any of the steps may be taken or not; only of very many
        steps are all taken together, or none.
        """
        rules = self.lane_of(call)
        ahead = [
            number
            for number, each in enumerate(rules.steps)
            if each.changes_needs and not (call.steps_taken | call.steps_dropped) >> number & 1
        ]
        key = (rules.lane.name, self.language_of(call), call.facts, call.steps_taken, tuple(ahead))
        found = self._ever.get(key)
        if found is None:
            if len(self._ever) >= CLASSES_AT_MOST:
                self._ever.clear()
            taken = [call.steps_taken]
            for number in ahead:
                more = [each | 1 << number for each in taken]
                taken = [*taken, *more] if len(taken) < WAYS_AT_MOST else more
            found = 0
            for each in taken:
                found |= self.team.who(both(*self._asked(rules, each, self.language_of(call))), call.facts)
            self._ever[key] = found
        return found

    def standing_of(self, call: Call, *, as_vip: bool = True) -> Standing:
        """How the call compares with others; without `as_vip`, as it would if its caller were nobody special."""
        rules = self.lane_of(call)
        lane = rules.lane.standing
        credit = lane.credit
        if call.steps_taken:
            taken = (each.step.credit for number, each in enumerate(rules.steps) if call.steps_taken >> number & 1)
            credit += sum(taken)
        vip = self.vip_of(call) if as_vip else None
        if vip is None:
            return lane if credit == lane.credit else replace(lane, credit=credit)
        return Standing(
            lane.priority + vip.priority,
            credit + vip.credit,
            lane.ageing + vip.ageing - NORMAL_AGEING,
            _both_limits(replace(lane, credit=credit), Standing(0, vip.credit, vip.ageing, vip.bonus_at_most)),
        )

    def credit_of(self, call: Call) -> Duration:
        """The call's credit as it counts, no more than its limit."""
        standing = self.standing_of(call)
        limit = standing.bonus_at_most
        return standing.credit if limit is None else min(standing.credit, limit)

    def vip_of(self, call: Call) -> Vip | None:
        """The call's VIP class, if the policy still has it."""
        return None if call.vip is None else self.vip.get(call.vip)

    def recognise(self, call: Call) -> Vip | None:
        """The VIP class that fits the call: the highest priority, then the largest credit, then the first."""
        fitting = [
            vip
            for vip in self.policy.vip
            if (call.dialled in vip.dialled or call.facts.tier in vip.customer_tiers or _by_identity(vip))
            and (call.facts.verified or not vip.verified)
        ]
        return max(fitting, key=lambda vip: (vip.priority, vip.credit), default=None)

    def agent_with_phone(self, phone: PhoneName | None) -> AgentId | None:
        """Whose phone this is."""
        return None if phone is None else self._agents_by_phone.get(phone)

    def _class(self, call: Call, taken: int) -> NeedClass:
        rules = self.lane_of(call)
        language = self.language_of(call)
        values = tuple([_value_of(call.facts, fact) for fact in rules.facts]) if rules.facts else ()
        key = (rules.lane.name, taken & rules.need_steps, language, values)
        found = self._classes.get(key)
        if found is None:
            asked, spoken = self._asked(rules, taken, language)
            needs = both(asked, spoken)
            mask = self.team.who(needs, call.facts)
            levels = self.team.levels(asked, mask, call.facts)
            members = mask.to_bytes(len(self.team.agents) // 8 + 1, "little")
            skills = max(1, skills_in(asked))
            found = NeedClass(len(self.classes), rules.lane.name, needs, call.facts, mask, levels, skills, members)
            self.classes.append(found)
            self._classes[key] = found
        return found

    def _asked(self, rules: LaneRules, taken: int, language: LanguageName) -> tuple[Needs, Needs]:
        """What is asked for after these steps, in the order in which they stand; and what the language asks for."""
        needs, spoken = rules.needs, self.languages[language]
        for number, each in enumerate(rules.steps):
            if not taken >> number & 1:
                continue
            needs = after_step(needs, each.step, each.needs, each.add, self._lane_needs)
            if each.step.any_language:
                spoken = NOTHING
        return needs, spoken

    def _breadths(self) -> list[tuple[int, int]]:
        """All agents by how many kinds of callers they may serve, the fewest first, as (kinds, agents).

        A kind is a lane in a language, before any step. Who may serve a part of what another may serve has the smaller
        number, so the order never sends a call to a generalist while a specialist for it is idle.
        """
        counts = [0] * len(self.team.agents)
        for lane in self.lanes.values():
            for spoken in self.languages.values():
                mask = self.team.who(both(lane.needs, spoken), CallFacts())
                while mask:
                    low = mask & -mask
                    counts[low.bit_length() - 1] += 1
                    mask ^= low
        groups: dict[int, int] = {}
        for number, count in enumerate(counts):
            groups[count] = groups.get(count, 0) | 1 << number
        return sorted(groups.items())


def _both_limits(lane: Standing, vip: Standing) -> Duration | None:
    """The limit of a bonus made of two parts: each part has its own, and a part that cannot grow is its own limit."""
    limits = []
    for part in (lane, vip):
        if part.bonus_at_most is not None:
            limits.append(part.bonus_at_most)
        elif part.ageing == NORMAL_AGEING:
            limits.append(part.credit)
        else:
            return None
    return sum(limits)


def _by_identity(vip: Vip) -> bool:
    """Whether the class asks for nothing but that the caller has proved who he is."""
    return vip.verified and not vip.customer_tiers and not vip.dialled


def _lane_rules(lane: Lane, policy: Policy) -> LaneRules:
    needs = read_needs(lane.needs)
    steps = tuple(
        StepRules(
            step,
            read_needs(step.needs),
            read_needs(step.add),
            compile_condition(read_condition(step.when)) if step.when else None,
            bool(step.needs or step.add or step.drop or step.lanes or step.any_language),
            bool(facts_of(read_condition(step.when))),
        )
        for step in lane.steps
    )
    others = [
        read_needs(policy.lanes[other].needs) for each in steps for other in each.step.lanes if other in policy.lanes
    ]
    asked = [needs, *others, *(part for each in steps for part in (each.needs, each.add))]
    return LaneRules(
        lane,
        needs,
        steps,
        tuple(sorted({fact for part in asked for fact in facts_of(part)} - {"language"})),
        sum(1 << number for number, each in enumerate(steps) if each.changes_needs),
        plain=not steps and lane.limits.wait is None and lane.when_unstaffed is None and lane.emergency is None,
    )


def _value_of(facts: CallFacts, name: str) -> object:
    if name.startswith("menu."):
        return dict(facts.menu).get(name.removeprefix("menu."), "")
    return getattr(facts, name)
