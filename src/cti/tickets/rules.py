"""What an operator decided about tickets, as plain data: queues, promises, when a ticket is escalated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.core.instants import Duration

DAY: Duration = 86_400_000


@dataclass(frozen=True, slots=True)
class Level:
    """One step of escalation."""

    offset: Duration
    """When, counted from the promised instant; negative before it."""
    queue: str = ""
    """Into which queue the ticket goes then; empty for none."""


@dataclass(frozen=True, slots=True)
class TicketRules:
    """All rules of one version of the settings. `default_queue` is one of `queues`."""

    queues: Mapping[str, Mapping[str, str]]
    """Each queue's name for people, by language."""
    default_queue: str
    lane_queues: Mapping[str, str] = field(default_factory=dict)
    """The queue of a lane's tickets, where it is not the default one."""
    levels: tuple[Level, ...] = ()
    """In the order of their offsets, no two alike."""
    promise: Duration = DAY
    """In which time an answer is promised where nobody says another; also anew for a reopened ticket."""
    close_after: Duration = 7 * DAY
    """How long a resolved ticket can be taken up again before it is closed by itself."""
    keep_for: Duration = 1_095 * DAY
    """How long a closed ticket is kept."""
    from_surveys: bool = False
    """Whether an unhappy answer in a survey raises a ticket."""
    from_callbacks: bool = False
    """Whether a caller who was called back in vain raises a ticket."""

    def queue_of(self, lane: str) -> str:
        """Where a lane's tickets go."""
        return self.lane_queues.get(lane, self.default_queue)
