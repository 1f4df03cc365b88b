"""How a journal fares, for /healthz, the metrics and the log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JournalHealth:
    """A journal is well when what was appended is durable before it is acted on."""

    trouble: str = ""
    """Why nothing can be written at present; empty when all is well."""
    behind: bool = False
    """Whether orders go out before their inputs are durable, because the disk did not keep up."""
    buffered_bytes: int = 0
    """What waits to be written."""
    written: int = 0
    """The number of the last durable input."""
    lost: int = 0
    """Inputs that were given up since the process began, because the buffer was full."""

    @property
    def well(self) -> bool:
        """Whether the promise holds: written down, then acted on. Past losses do not count."""
        return not self.trouble and not self.behind
