"""How the parts around the core fare, as the metrics ask for it; acd.app plugs the parts in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from acd.core.agents import Desk
from acd.core.instants import Instant
from acd.core.names import LaneName
from acd.core.policy import Policy
from acd.engine.view import LaneNow, ReserveNow


class Look(Protocol):
    """The hotline as it is at this instant; `acd.engine.view.MemoryView` answers so."""

    def now(self) -> Instant:
        """The present instant."""
        ...

    def policy(self) -> Policy:
        """The operator's rules as they hold now."""
        ...

    def routing(self) -> bool:
        """Whether calls are being offered."""
        ...

    def desks(self) -> Iterable[Desk]:
        """The state of every agent."""
        ...

    def lanes(self) -> Mapping[LaneName, LaneNow]:
        """Every lane with its books."""
        ...

    def reserves(self) -> Sequence[ReserveNow]:
        """Every reserve, and whether its agents are let go."""
        ...

    def callbacks_waiting(self) -> Mapping[LaneName, int]:
        """How many wait in each lane to be called back, and are not on the line."""
        ...


def _nothing() -> int:
    return 0


def _well() -> bool:
    return True


def _no_reasons() -> Mapping[str, int]:
    return {}


def _no_ratios() -> Mapping[LaneName, float]:
    return {}


def _no_sources() -> Mapping[tuple[str, str], int]:
    return {}


@dataclass(frozen=True, slots=True)
class Vitals:
    """One question for each part. Each is asked at every scrape, on the loop, and must answer at once.

    Counts must only rise. A part that is not there keeps the answer it has here.
    """

    link_up: Callable[[], bool] = _well
    """Whether the switch hears us and we hear it."""
    journal_healthy: Callable[[], bool] = _well
    """Whether what was appended is durable before it is acted on."""
    journal_lost: Callable[[], int] = _nothing
    """Inputs that never reached the journal."""
    blocks_dropped: Callable[[], Mapping[str, int]] = _no_reasons
    """Blocks from the switch that were refused, by reason; the reasons are a closed list of ours."""
    feed_cuts: Callable[[], int] = _nothing
    """Subscribers of the feed that were cut off."""
    mqtt_dropped: Callable[[], int] = _nothing
    """Events that were never published."""
    mqtt_connected: Callable[[], bool] | None = None
    """Whether a broker hears us; None where no broker is configured."""
    agi_connections: Callable[[], int] = _nothing
    """Callers whom the IVR is serving right now."""
    tickets: Callable[[], Mapping[str, int]] = _no_reasons
    """Tickets of the second line by their state, as of the last look."""
    tickets_overdue: Callable[[], int] = _nothing
    """Tickets whose promise is broken and that nobody has resolved."""
    grants_pending: Callable[[], int] = _nothing
    """Requests that wait for a supervisor's word."""
    grants: Callable[[], Mapping[str, int]] = _no_reasons
    """Requests for grants by the state they came into, a closed list of ours."""
    screens_open: Callable[[], int] = _nothing
    """Agents' screens that are connected."""
    first_line_resolution: Callable[[], Mapping[LaneName, float]] = _no_ratios
    """The share of cases that the first line settled, by the lane that answered first; see docs/kpi.md."""
    settings_refused: Callable[[], int] = _nothing
    """Changed settings that were read and refused; the ones before them went on holding."""
    customer_sources: Callable[[], Mapping[tuple[str, str], int]] = _no_sources
    """How often each source of customers has answered what, by its name in the settings and a closed list of states."""
