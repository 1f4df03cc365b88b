"""What the manager link counts about itself, for metrics and /healthz to read. Nothing a caller sent is in it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def _nobody_listens(_seconds: float) -> None:
    """Where a measured lag goes until the metrics are plugged in."""


@dataclass(slots=True)
class LinkStatistics:
    """Counters that only rise, over all connections of one link; `lag_seconds` is the last one measured."""

    bytes_received: int = 0
    blocks_received: int = 0
    blocks_unwanted: int = 0
    """Events of names nobody asked for; they are counted and not parsed."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Blocks that were refused, by reason: values of BlockFault and DropReason and a few words more, so the keys are
    bounded."""
    connections: int = 0
    connections_failed: int = 0
    connections_lost: int = 0
    logins_refused: int = 0
    actions_sent: int = 0
    actions_refused: int = 0
    """Actions to which the switch said no."""
    outcomes_unknown: int = 0
    """Actions that were sent and whose reply never came."""
    orders_dropped: int = 0
    """Orders that were never sent, because the link was not ready."""
    surveys: int = 0
    surveys_failed: int = 0
    listener_failures: int = 0
    """Exceptions raised by whoever takes the events; each is a defect of ours, and is logged."""
    lag_seconds: float = 0.0
    """How late the last event reached us, by the wall clocks of the switch and of this machine."""
    on_lag: Callable[[float], None] = _nobody_listens
    """Called with the lag of each event, in seconds, for a histogram."""

    numbers_refused: int = 0
    """Numbers that were to be called back and that the dialplan did not dial, for the settings do not allow them."""

    def note_lag(self, seconds: float) -> None:
        """Remember how late an event was and pass it on."""
        self.lag_seconds = seconds
        self.on_lag(seconds)

    def note_fact(self, headers: Mapping[str, str], now: float) -> None:
        """An event of the dialplan was believed at `now`, in seconds since 1970."""
        self.numbers_refused += headers.get("Status") == "REFUSED"
        try:
            lag = now - float(headers["Timestamp"])
        except (KeyError, ValueError):
            return
        self.note_lag(max(0.0, lag))
