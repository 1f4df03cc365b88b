"""Why a caller waits, and why an offer was made as it was: the router's reasons in plain values.

Worked out from the router's own rules at one instant and changing nothing, so that live and replayed routers give the
same reasons. No report holds a caller's number or name.
"""

from dataclasses import dataclass
from enum import StrEnum

from acd.core.agents import AgentState, Desk
from acd.core.calls import Call
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.language.conditions import explained
from acd.core.language.needs import lacking
from acd.core.language.reading import read_condition
from acd.core.matching import Turn
from acd.core.names import AgentId, CallId, LaneName, VipClass
from acd.core.policy import AgentChoice

BY_TRANSFER = "transfer"
"""Stands for a rule of choice where there was none: a caller was sent to this agent, or comes back to him."""

COMPARED_AT_MOST = 20
"""Agents or calls that a report compares by name; the rest are counted."""


class Rule(StrEnum):
    """By which rule an agent is not offered a call."""

    NEEDS = "needs"
    """He does not have what the call asks for."""
    RESERVE = "reserve"
    """A reserve keeps him back."""
    KEPT = "kept"
    """The call is kept for another agent."""
    STATE = "state"
    """He could serve it, and is not ready."""
    PAUSED_ROUTING = "routing_paused"
    """Nobody is offered anything before the switch has been surveyed."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """An agent who is not offered the call, and why."""

    agent: AgentId
    rule: Rule
    detail: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting call at one instant."""

    lane: LaneName
    steps: tuple[int, ...]
    """The steps in force, from 1."""
    steps_open: tuple[int, ...]
    """Steps to come or whose condition does not hold yet."""
    conditions: tuple[str, ...]
    """For each step that waits for its condition alone, the step and what it waits for, as it is at the beginning."""
    asks_for: str
    """What an agent must have, as an expression."""
    vip: VipClass | None
    credit: Duration
    kept_for: AgentId | None
    kept_until: Instant | None
    able: tuple[AgentId, ...]
    """Agents who may serve the call by skills, reserves and keeping, whatever they do just now."""
    excluded: tuple[Excluded, ...]
    version: str
    """Of the policy in force."""


@dataclass(frozen=True, slots=True)
class AgentCompared:
    """A ready agent who may serve the call, with the keys by which agents are chosen."""

    agent: AgentId
    kinds: int
    """Kinds of callers whom he may serve: lanes by languages."""
    level: int
    idle_since: Instant
    answered: int
    occupancy: float
    """0 to 1, since he logged in."""


@dataclass(frozen=True, slots=True)
class CallCompared:
    """A waiting call that the agent may serve, with the keys by which calls are chosen."""

    call: CallId
    lane: LaneName
    priority: int
    standing: Duration
    """As how long it counts as having waited."""
    waited: Duration
    vip: VipClass | None
    level: int
    """The agent's level in what the call asks for."""
    lane_waits: int
    """How many wait in its lane."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice, as it was made: an agent for a call that came, or a call for an agent who became ready."""

    at: Instant
    call: CallId
    agent: AgentId
    asks_for: str
    rule: str
    """The rule of choice that decided."""
    agents: tuple[AgentCompared, ...]
    """The ready agents compared; empty when the agent took the call."""
    calls: tuple[CallCompared, ...]
    """The waiting calls compared, in their order by priority and standing; empty when the call took the agent."""
    more: int
    """Compared as well, and not listed."""
    passed_over: tuple[VipClass, ...]
    """VIP classes that had used up their share, so that their callers were served in the order of their waiting."""
    version: str
    excluded: tuple[Excluded, ...] = ()
    """Agents who were not to be had for the call at that moment, and why."""


def explain_waiting(floor: Floor, call: Call, now: Instant) -> Waiting:
    """Why the waiting call waits at `now`."""
    matching, policy = floor.matching, floor.memory.policy
    needs = matching.rules.class_of(call)
    steps = range(len(matching.rules.lane_of(call).steps))
    team, able = matching.rules.team, matching.able(call)
    excluded = []
    for number, agent in enumerate(team.agents):
        desk = floor.memory.desks.get(agent)
        lacks = lacking(needs.needs, policy.agents[agent].skills, needs.facts)
        reserve = matching.reserves.keeping(needs.lane, number)
        if lacks:
            excluded.append(Excluded(agent, Rule.NEEDS, lacks))
        elif reserve:
            excluded.append(Excluded(agent, Rule.RESERVE, f"kept back by the reserve {reserve}"))
        elif not able >> number & 1:
            excluded.append(Excluded(agent, Rule.KEPT, f"the call is kept for {call.kept_for}"))
        elif desk is None or desk.state is not AgentState.READY:
            excluded.append(Excluded(agent, Rule.STATE, _state_of(desk)))
        elif not floor.memory.switch_ready:
            excluded.append(Excluded(agent, Rule.PAUSED_ROUTING, "the switch has not been surveyed yet"))
    return Waiting(
        needs.lane,
        tuple(step + 1 for step in steps if call.steps_taken >> step & 1),
        tuple(step + 1 for step in steps if not (call.steps_taken | call.steps_dropped) >> step & 1),
        _conditions(floor, call, now),
        needs.text,
        call.vip,
        call.credit,
        call.kept_for,
        call.kept_until,
        tuple(team.members(able)),
        tuple(excluded),
        policy.version,
    )


def explain_offer(floor: Floor, call: Call, desk: Desk, now: Instant, turn: Turn | None) -> Offer:
    """Why this agent is offered this call; asked before the offer changes anything. `turn` as for `Floor.Witness`."""
    matching, policy = floor.matching, floor.memory.policy
    needs = matching.rules.class_of(call)
    agents: list[AgentCompared] = []
    calls: list[CallCompared] = []
    if call.sent_to is not None:
        rule = BY_TRANSFER
    elif turn is not None:
        calls = _calls_for(floor, desk, now)
        rule = str(policy.choose_call)
    else:
        ready = matching.able(call) & matching.idle.ready
        agents = [_compared(floor, agent, call, now) for agent in matching.rules.team.members(ready)]
        choice = matching.rules.lane_of(call).lane.choose or policy.choose_agent
        last = floor.memory.last_chosen.get(needs.lane, "")
        agents.sort(key=lambda each: _agent_key(choice, each, last))
        rule = str(choice)
    return Offer(
        now,
        call.id,
        desk.agent,
        needs.text,
        rule,
        tuple(agents[:COMPARED_AT_MOST]),
        tuple(calls[:COMPARED_AT_MOST]),
        max(0, len(agents) + len(calls) - COMPARED_AT_MOST),
        () if turn is None else turn.passed_over,
        policy.version,
        () if call.sent_to is not None else explain_waiting(floor, call, now).excluded,
    )


def _state_of(desk: Desk | None) -> str:
    if desk is None:
        return str(AgentState.LOGGED_OUT)
    return f"{desk.state}: {desk.reason}" if desk.reason else str(desk.state)


def _compared(floor: Floor, agent: AgentId, call: Call, now: Instant) -> AgentCompared:
    rules, desk = floor.matching.rules, floor.memory.desks[agent]
    number = rules.team.number(agent)
    kinds = next(kinds for kinds, mask in rules.breadths if mask >> number & 1)
    level = rules.class_of(call).level(number)
    return AgentCompared(agent, kinds, level, desk.idle_since, desk.answered, desk.occupancy(now) / 1_000_000)


def _agent_key(choice: AgentChoice, each: AgentCompared, last: str) -> tuple[float | str, ...]:
    match choice:
        case AgentChoice.FEWEST_SKILLS:
            first: tuple[float | str, ...] = (each.kinds, -each.level)
        case AgentChoice.MOST_SKILLS:
            first = (-each.kinds, -each.level)
        case AgentChoice.BEST_LEVEL:
            first = (-each.level,)
        case AgentChoice.FEWEST_CALLS:
            first = (each.answered,)
        case AgentChoice.OCCUPANCY:
            first = (each.occupancy,)
        case AgentChoice.ROUND_ROBIN:
            first = (each.agent <= last, each.agent)
        case AgentChoice.LONGEST_IDLE:
            first = ()
    return (*first, each.idle_since)


def _calls_for(floor: Floor, desk: Desk, now: Instant) -> list[CallCompared]:
    matching = floor.matching
    number = matching.rules.team.number(desk.agent)
    barred = matching.reserves.lanes_barred_to(number)
    found = []
    for line in matching.lines.lines_for(desk.agent, number, barred):
        for place in line.places:
            rank = line.pace.rank(place, now)
            standing = -rank.standing // 100
            found.append((rank, line, place, standing))
    found.sort(key=lambda each: each[0])
    return [
        CallCompared(
            place.call,
            line.needs.lane,
            line.pace.priority,
            standing,
            now - place.entered_at,
            line.vip,
            line.needs.level(number),
            matching.lines.waiting(line.needs.lane),
        )
        for _, line, place, standing in found
    ]


def _conditions(floor: Floor, call: Call, now: Instant) -> tuple[str, ...]:
    """What the steps wait for that are due and do not hold yet."""
    rules = floor.matching.rules.lane_of(call)
    settled = call.steps_taken | call.steps_dropped
    return tuple(
        f"step {number + 1}: "
        + explained(read_condition(each.step.when), floor.matching.floor(now), call.facts, rules.lane.name)
        for number, each in enumerate(rules.steps)
        if not settled >> number & 1 and each.step.when and call.lane_since + each.step.after <= now
    )
