"""The routing rules as they are defined, worked out slowly: loops over all agents and all calls, and no index.

It knows the policy's own words and the memory's plain data; the router's compiled rules, lines, ready agents, places,
reserves and shares it does not look at. What a step drops is followed here by its meaning, not by rewriting a tree.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import assert_never

from acd.core.agents import AgentState
from acd.core.calls import Call, CallState
from acd.core.instants import Duration, Instant
from acd.core.language.facts import NOBODY, CallFacts, is_true_of
from acd.core.language.needs import both, either, level_in, satisfied, skills_in, without
from acd.core.language.reading import read_needs
from acd.core.language.syntax import AllOf, AnyOf, Needs, Not, SkillLevel
from acd.core.memory import Memory
from acd.core.names import AgentId, LaneName, Skill
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Agent, AgentChoice, CallbackFirst, CallChoice, Lane, Policy, Reserve, RouteStep, Vip

DAY = 24 * 60 * 60_000

JUST_COME = 10_000
"""Whoever is heard of later is not turned away."""

ALL_BUSY = Outcome(OutcomeKind.SAY, "all_busy")
"""Where a caller ends who cannot be let in, and cannot be called back either."""

Worth = tuple[int, int, Instant, str]
"""A call's place among all; the smallest comes first."""


def lane_of(call: Call, policy: Policy) -> Lane:
    """The lane under whose rules the call is; the default lane if its own is gone."""
    return policy.lanes.get(call.lane or policy.default_lane, policy.lanes[policy.default_lane])


def numbers(bits: int) -> frozenset[int]:
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)


def waiting(memory: Memory, now: Instant) -> list[Call]:
    """All who stand in line, on the line or to be called back."""
    calls = memory.calls.values()
    return [call for call in calls if call.state is CallState.WAITING or stands_for_somebody(call, memory, now)]


def on_the_line(memory: Memory) -> list[Call]:
    return [call for call in memory.calls.values() if call.state is CallState.WAITING]


def stands_for_somebody(call: Call, memory: Memory, now: Instant) -> bool:
    """Whether it is an entry in line for a caller who left."""
    rules, callback = memory.policy.callbacks, call.callback
    if call.state is not CallState.AWAY or callback is None or rules is None or lane_of(call, memory.policy).emergency:
        return False
    number = call.callback_number or call.number
    if not 7 <= len(number.strip("+")) <= 15 or not number.startswith(rules.numbers or ("",)):
        return False
    too_early = now < max(memory.callbacks_from, callback.next_at or 0)
    return not too_early and callback.wished_in not in memory.calls and is_open(rules.hours, memory.policy, now)


def too_many_rung(memory: Memory) -> bool:
    """Whether no more customers are rung without an agent: as many are as agents are ready."""
    rules = memory.policy.callbacks
    rung = [call for call in memory.calls.values() if call.state is CallState.CALLED and call.agent is None]
    ready = [desk for desk in memory.desks.values() if desk.state is AgentState.READY]
    return rules is not None and rules.first is CallbackFirst.CUSTOMER and len(rung) >= len(ready)


def is_open(calendar: str, policy: Policy, now: Instant) -> bool:
    """The tests' hotline lives by UTC, and 1970 began on a Thursday."""
    found = policy.calendars.get(calendar)
    spans = () if found is None else found.week[(now // DAY + 3) % 7]
    return found is None or any(start <= now % DAY < end for start, end in spans)


def place_since(call: Call) -> Instant:
    """A place that was kept counts from when it was first taken."""
    since = call.entered_at if call.queued_at is None else call.queued_at
    assert since is not None
    return since


# Who may serve whom


def serves(agent: Agent, call: Call, policy: Policy, taken: frozenset[int] | None = None) -> bool:
    """Whether the agent has what the call asks for after these steps of its lane; after those taken, if not said."""
    lane = lane_of(call, policy)
    taken = numbers(call.steps_taken) if taken is None else taken
    steps = [step for number, step in enumerate(lane.steps) if number in taken]
    if not _after(steps, frozenset(), agent, call.facts, lane, policy):
        return False
    return any(step.any_language for step in steps) or satisfied(_spoken(call, policy), agent.skills, call.facts)


def _spoken(call: Call, policy: Policy) -> Needs:
    """What the caller's language asks for; the default one if his own is gone."""
    default = policy.languages[policy.default_language]
    return read_needs(default if call.language is None else policy.languages.get(call.language, default))


def _after(
    steps: list[RouteStep], gone: frozenset[Skill], agent: Agent, facts: CallFacts, lane: Lane, policy: Policy
) -> bool:
    """Whether the agent satisfies what is asked after `steps`, when every mention of the skills `gone` is satisfied."""
    if not steps:
        return _has(read_needs(lane.needs), gone, agent, facts)
    *before, step = steps
    able = _after(before, gone | set(step.drop), agent, facts, lane, policy)
    if step.needs:
        asked = _has(read_needs(step.needs), gone, agent, facts)
        able = asked if step.narrows else able or asked
    for other in step.lanes:
        able = able or (other in policy.lanes and _has(read_needs(policy.lanes[other].needs), gone, agent, facts))
    return able and (not step.add or _has(read_needs(step.add), gone, agent, facts))


def _has(needs: Needs, gone: frozenset[Skill], agent: Agent, facts: CallFacts, *, wanted: bool = True) -> bool:
    match needs:
        case AllOf(parts):
            return all(_has(part, gone, agent, facts, wanted=wanted) for part in parts)
        case AnyOf(parts):
            return any(_has(part, gone, agent, facts, wanted=wanted) for part in parts)
        case Not(part):
            return not _has(part, gone, agent, facts, wanted=not wanted)
        case SkillLevel(skill, compare, level):
            return wanted if skill in gone else compare.test(agent.skills.get(skill, 0), level)
        case fact:
            return is_true_of(fact, facts)


def ever_served(call: Call, memory: Memory) -> bool:
    """Whether somebody who is logged in could serve the call after some of the steps that may still come."""
    lane, taken = lane_of(call, memory.policy), numbers(call.steps_taken)
    ahead = sorted(set(range(len(lane.steps))) - taken - numbers(call.steps_dropped))
    logged_in = [
        agent for agent in memory.policy.agents.values() if memory.desks[agent.id].state is not AgentState.LOGGED_OUT
    ]
    return any(
        serves(agent, call, memory.policy, taken | set(some))
        for count in range(len(ahead) + 1)
        for some in combinations(ahead, count)
        for agent in logged_in
    )


def kept_back(agent: Agent, lane: LaneName, memory: Memory) -> list[Reserve]:
    """The reserves that keep the agent from the lane at present."""
    return [
        reserve
        for reserve in memory.policy.reserves
        if not memory.released.get(reserve.name, False)
        and satisfied(read_needs(reserve.agents), agent.skills, NOBODY)
        and (lane == reserve.backup_for if reserve.backup_for is not None else lane != reserve.only_for)
    ]


def may_take(agent: Agent, call: Call, memory: Memory) -> bool:
    """Whether the agent may be offered the call now, if he is ready and it waits."""
    if call.kept_for not in (None, agent.id):
        return False
    lane = lane_of(call, memory.policy).name
    return serves(agent, call, memory.policy) and not kept_back(agent, lane, memory)


# Who comes before whom


def vip_for(call: Call, policy: Policy) -> Vip | None:
    """The class that fits best."""
    best: Vip | None = None
    for vip in policy.vip:
        asked_for = call.dialled in vip.dialled or call.facts.tier in vip.customer_tiers
        fits = asked_for or (vip.verified and not vip.dialled and not vip.customer_tiers)
        if not fits or (vip.verified and not call.facts.verified):
            continue
        if best is None or (vip.priority, vip.credit) > (best.priority, best.credit):
            best = vip
    return best


def credit_of(call: Call, policy: Policy) -> Duration:
    """What the caller is ahead by when he comes, within the limits."""
    lane, vip = lane_of(call, policy), _class_of(call, policy)
    credit = _own_credit(call, lane) + (0 if vip is None else vip.credit)
    most = _most(call, policy, vip)
    return credit if most is None else min(credit, most)


def _own_credit(call: Call, lane: Lane) -> Duration:
    return lane.standing.credit + sum(lane.steps[number].credit for number in numbers(call.steps_taken))


def _most(call: Call, policy: Policy, vip: Vip | None) -> Duration | None:
    """The limit of the whole bonus: that of the lane's part and that of the class's together."""
    lane = lane_of(call, policy)
    most = lane.standing.bonus_at_most
    if vip is None:
        return most
    if most is None and lane.standing.ageing == 100:
        most = _own_credit(call, lane)
    more = vip.credit if vip.bonus_at_most is None and vip.ageing == 100 else vip.bonus_at_most
    return None if most is None or more is None else most + more


def worth(call: Call, policy: Policy, now: Instant, *, special: bool = True) -> Worth:
    """By the definition of a standing; without `special` as if the caller were nobody special."""
    standing, vip = lane_of(call, policy).standing, _class_of(call, policy) if special else None
    priority, ageing, most = standing.priority, standing.ageing, _most(call, policy, vip)
    credit = _own_credit(call, lane_of(call, policy))
    if vip is not None:
        priority, ageing, credit = priority + vip.priority, ageing + vip.ageing - 100, credit + vip.credit
    waited = now - place_since(call)
    bonus = 100 * credit + (ageing - 100) * waited
    if most is not None:
        bonus = min(bonus, 100 * most)
    return (-priority, -(100 * waited + bonus), place_since(call), call.id)


def _class_of(call: Call, policy: Policy) -> Vip | None:
    return next((vip for vip in policy.vip if vip.name == call.vip), None)


def asked_by_lane(call: Call, policy: Policy) -> Needs:
    """What the lane asks for after the steps taken; the language is no part of it."""
    lane = lane_of(call, policy)
    needs = read_needs(lane.needs)
    for number in sorted(numbers(call.steps_taken)):
        step = lane.steps[number]
        needs = without(needs, step.drop) if step.drop else needs
        if step.needs:
            needs = read_needs(step.needs) if step.narrows else either(needs, read_needs(step.needs))
        for other in step.lanes:
            needs = either(needs, read_needs(policy.lanes[other].needs)) if other in policy.lanes else needs
        needs = both(needs, read_needs(step.add))
    return needs


def level(agent: Agent, call: Call, policy: Policy) -> int:
    return level_in(asked_by_lane(call, policy), agent.skills, call.facts)


def mean_level(agent: Agent, call: Call, policy: Policy) -> int:
    """In thousandths."""
    return 1000 * level(agent, call, policy) // max(1, skills_in(asked_by_lane(call, policy)))


def best_call(
    calls: list[Call], agent: Agent, memory: Memory, now: Instant, ordinary: frozenset[str] = frozenset()
) -> Call:
    """Which of the calls, all of which he may take, a freed agent takes if these classes were nobody special."""
    policy = memory.policy
    worths = {call.id: worth(call, policy, now, special=call.vip not in ordinary) for call in calls}
    calls = [call for call in calls if worths[call.id][0] == min(worths.values())[0]]
    match policy.choose_call:
        case CallChoice.LONGEST_WAITING:
            pass
        case CallChoice.BEST_SKILL:
            best = max(mean_level(agent, call, policy) for call in calls)
            calls = [call for call in calls if mean_level(agent, call, policy) == best]
        case CallChoice.LONGEST_LANE:
            lanes = [lane_of(call, policy).name for call in on_the_line(memory)]
            longest = min((-lanes.count(lane_of(call, policy).name), lane_of(call, policy).name) for call in calls)[1]
            calls = [call for call in calls if lane_of(call, policy).name == longest]
        case _:
            assert_never(policy.choose_call)
    return min(calls, key=lambda call: worths[call.id])


def alike(one: Call, other: Call) -> bool:
    """Whether two waiting callers ask the same, and nothing but their coming sets them apart."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("lane", "language", "facts", "vip", "credit", "steps_taken", "kept_for")
    )


# Whom a call goes to


def kinds(agent: Agent, policy: Policy) -> int:
    """How many kinds of callers the agent could serve: a lane in a language, before any step."""
    return sum(
        satisfied(read_needs(lane.needs), agent.skills, NOBODY) and satisfied(read_needs(spoken), agent.skills, NOBODY)
        for lane in policy.lanes.values()
        for spoken in policy.languages.values()
    )


def best_agent(call: Call, memory: Memory, now: Instant, last: Mapping[LaneName, AgentId]) -> Agent | None:
    """The ready agent who should take the call; `last` says whom each lane's last call was offered to."""
    policy, lane = memory.policy, lane_of(call, memory.policy)
    ready = [agent for agent in policy.agents.values() if memory.desks[agent.id].state is AgentState.READY]
    able = [agent for agent in ready if may_take(agent, call, memory)]
    chosen_last = last.get(lane.name, AgentId(""))

    def key(agent: Agent) -> tuple[int | str, ...]:
        desk = memory.desks[agent.id]
        key: tuple[int | str, ...]
        match lane.choose or policy.choose_agent:
            case AgentChoice.LONGEST_IDLE:
                key = ()
            case AgentChoice.FEWEST_SKILLS:
                key = (kinds(agent, policy), -level(agent, call, policy))
            case AgentChoice.MOST_SKILLS:
                key = (-kinds(agent, policy), -level(agent, call, policy))
            case AgentChoice.BEST_LEVEL:
                key = (-level(agent, call, policy),)
            case AgentChoice.FEWEST_CALLS:
                key = (desk.answered,)
            case AgentChoice.OCCUPANCY:
                key = (desk.talked * 1_000_000 // max(1, now - desk.on_since),)
            case AgentChoice.ROUND_ROBIN:
                key = (agent.id <= chosen_last, agent.id)
        return (*key, desk.idle_since, agent.id)

    return min(able, key=key, default=None)
