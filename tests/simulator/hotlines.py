"""Small hotlines as policies: the systems that queueing theory speaks of, in the words of an operator."""

from collections.abc import Iterable, Mapping

from acd.core.instants import seconds
from acd.core.names import AgentId, LaneName, LanguageName, PhoneName, Skill, VipClass
from acd.core.policy import Agent, AgentChoice, CallChoice, Lane, Policy, Standing, Vip
from acd.simulator import NEVER, CallerClass, Distribution, Exponential

EN = LanguageName("en")
GENERAL = LaneName("general")
VIP_TIER = "platinum"


def agent(name: str, skills: Mapping[str, int]) -> Agent:
    return Agent(AgentId(name), name, PhoneName(name), {Skill(skill): level for skill, level in skills.items()})


def team(count: int, name: str = "agent", **skills: int) -> list[Agent]:
    """Agents who are all alike."""
    return [agent(f"{name}-{number:03d}", skills) for number in range(count)]


def hotline(
    agents: Iterable[Agent],
    *,
    lanes: Iterable[Lane] = (Lane(GENERAL, ""),),
    vip: Vip | None = None,
    choose_call: CallChoice = CallChoice.LONGEST_WAITING,
    choose_agent: AgentChoice = AgentChoice.LONGEST_IDLE,
) -> Policy:
    """A policy in which nobody rings in vain, nobody wraps up, and nothing else but the choices matters."""
    by_name = {lane.name: lane for lane in lanes}
    return Policy(
        version="1",
        lanes=by_name,
        agents={each.id: each for each in agents},
        languages={EN: ""},
        default_lane=next(iter(by_name)),
        default_language=EN,
        vip=() if vip is None else (vip,),
        choose_call=choose_call,
        choose_agent=choose_agent,
    )


def vip(*, credit: float = 0, priority: int = 0, ageing: int = 100) -> Vip:
    """A class of customers who come before others; `credit` is in seconds, `ageing` in percent."""
    return Vip(VipClass("vip"), seconds(credit), customer_tiers=frozenset({VIP_TIER}), priority=priority, ageing=ageing)


def skilled_lane(skill: str, priority: int = 0) -> Lane:
    """The lane of callers who ask for one skill, named for it."""
    return Lane(LaneName(skill), skill, standing=Standing(priority=priority))


def callers(name: str, calls_per_hour: float, patience: Distribution = NEVER, *, lane: str = GENERAL) -> CallerClass:
    """A class of callers; one named "VIP" is of the tier that `vip` is about."""
    return CallerClass(name, LaneName(lane), EN, calls_per_hour, patience, tier=VIP_TIER if name == "VIP" else "")


def patience(mean: float) -> Distribution:
    """Exponential; the tables write 0 for callers who never hang up."""
    return Exponential(mean) if mean else NEVER
