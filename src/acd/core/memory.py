"""All that the core remembers. Plain data, so that a checkpoint is a copy of it and a restart begins from one."""

from dataclasses import dataclass, field

from acd.core.agents import Desk
from acd.core.calls import Call
from acd.core.estimate import WaitRecord
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName, VipClass
from acd.core.policy import Policy
from acd.core.service_level import LaneCounts, RecentCounts


@dataclass(slots=True)
class Memory:
    """The router's whole state; everything else it holds is an index that can be made from this again."""

    policy: Policy
    now: Instant = 0
    """The time of the last input; the core's time never runs backwards."""
    epoch: int = 0
    offers_made: int = 0
    """Offers given a number in this epoch."""
    switch_ready: bool = False
    """False from the loss of the link until the next survey; nobody is offered a call meanwhile."""
    switch_lost_at: Instant = 0
    """When the link was last lost; a survey asked for before says nothing of the time since."""
    desks: dict[AgentId, Desk] = field(default_factory=dict)
    calls: dict[CallId, Call] = field(default_factory=dict)
    """Callers on the line, and entries of those who are to be called back."""
    ended: dict[CallId, Instant] = field(default_factory=dict)
    """When the calls of the last seconds ended, oldest first; the switch may still speak of them."""
    counts: dict[LaneName, LaneCounts] = field(default_factory=dict)
    recent: dict[LaneName, RecentCounts] = field(default_factory=dict)
    """The rolling window of each lane's service level."""
    last_wait: dict[LaneName, tuple[Duration, Instant]] = field(default_factory=dict)
    """How long the caller answered last had waited, and when he was answered."""
    waits: dict[LaneName, WaitRecord] = field(default_factory=dict)
    """What each lane's last waits teach of those to come."""
    last_chosen: dict[LaneName, AgentId] = field(default_factory=dict)
    """Whom the last call of each lane was offered to."""
    allowance: dict[VipClass, dict[LaneName, int]] = field(default_factory=dict)
    """Percent of one call by which the class may yet overtake callers of the lane; see `acd.core.shares`."""
    released: dict[str, bool] = field(default_factory=dict)
    """Whether each reserve's agents are let go at present; see `acd.core.reserves`."""
    last_agents: dict[str, tuple[AgentId, Instant]] = field(default_factory=dict)
    """Who talked with a number last and when, the longest ago first; kept only if the policy asks for it."""
    asked_adverts: dict[str, Instant] = field(default_factory=dict)
    """When callers with a number were last asked about adverts, the longest ago first."""
    callbacks_from: Instant = 0
    """Nobody is called back before: the switch could not carry out the last order to ring a customer."""
    surveyed: dict[str, Instant] = field(default_factory=dict)
    """When callers with a number were last asked how they were served, the longest ago first."""
