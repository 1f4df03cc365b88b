"""Where an agent may send the caller he talks with, and what comes of it."""

from dataclasses import dataclass
from enum import StrEnum


class TransferKind(StrEnum):
    """To whom."""

    LANE = "lane"
    """He waits in a lane, as somebody who came as early as he did."""
    AGENT = "agent"
    """He is offered to one agent, and to nobody else meanwhile."""
    NUMBER = "number"
    """He is connected to a number outside."""


@dataclass(frozen=True, slots=True)
class Target:
    """A lane, an agent or a number, by the name it goes by."""

    kind: TransferKind
    to: str

    def __str__(self) -> str:
        """As people say it."""
        return f"{self.kind} {self.to}"


class TransferResult(StrEnum):
    """How a transfer came out."""

    REACHED = "reached"
    """He waits in the lane, or whom he was sent to has answered."""
    RETURNED = "returned"
    """Nobody answered, and he is offered to who had sent him."""
    IN_LINE = "in_line"
    """Nobody answered, who had sent him is not there any more, and he waits in his place in the lane."""
    HUNG_UP = "hung_up"
    """He hung up before anybody answered."""
    FELL_BACK = "fell_back"
    """The static queue has him: our process gave no sign of life meanwhile."""
