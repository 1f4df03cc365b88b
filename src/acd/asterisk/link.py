"""Our own port to the switch's manager interface; what stands behind it can be exchanged in one place.

The rules every implementation keeps: an action is sent at most once, and only while the link is ready; it has a
deadline; when its reply is lost its outcome is unknown, and nobody sends it again. Each connection has an epoch of
its own, which rises, so that nothing learned on one connection is taken for the truth on the next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from acd.asterisk.ami_actions import Headers
from acd.asterisk.framing import Block


class LinkState(StrEnum):
    """What the link is doing."""

    CONNECTING = "connecting"
    REFUSED = "refused"
    """The switch does not accept our name and secret. Somebody must act; it is tried again, slowly."""
    READY = "ready"
    CLOSED = "closed"


class LinkNotReadyError(ConnectionError):
    """The action was not sent: there is no connection, or it does not take more at the moment."""


class OutcomeUnknownError(ConnectionError):
    """The action was sent and no reply came in time, or the connection broke. It may have been carried out."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the switch answered to one action."""

    success: bool
    message: str
    items: tuple[Block, ...] = ()
    """The events of a list, such as one for each channel; all of them, or there is no reply at all."""
    value: str = ""
    """What a variable holds that was asked for; empty if it is not set."""


OnReply: TypeAlias = Callable[[Reply | OutcomeUnknownError], None]
"""Called exactly once; synchronous, must not block."""


class LinkListener(Protocol):
    """Who is told what happens on the link. All calls are synchronous and in order."""

    def link_up(self, epoch: int) -> None:
        """A new connection is ready for actions."""
        ...

    def link_down(self, epoch: int) -> None:
        """The connection that was ready is gone. All of its actions have been answered or are unknown."""
        ...

    def received(self, epoch: int, block: Block) -> None:
        """An event came."""
        ...


class AmiLink(Protocol):
    """A connection to the switch's manager interface that is kept up for ever."""

    @property
    def state(self) -> LinkState:
        """What the link is doing now."""
        ...

    @property
    def trouble(self) -> str:
        """Why the link is not ready, in words for an operator; empty while it is."""
        ...

    @property
    def epoch(self) -> int:
        """The number of the present connection; 0 before the first."""
        ...

    async def run(self, listener: LinkListener) -> None:
        """Connect, and connect again whenever the connection is lost, until `close`."""
        ...

    def close(self) -> None:
        """End the connection for good; nothing is sent or connected afterwards."""
        ...

    def drop(self, reason: str) -> None:
        """Give the present connection up, because it cannot be trusted any more; a new one is made."""
        ...

    def post(self, action: Headers, within: float, on_reply: OnReply) -> None:
        """Send an action now and be told of its reply, at the latest `within` seconds from now.

        Raises ActionRefusedError or LinkNotReadyError if it was not sent; then `on_reply` is never called.
        """
        ...

    async def send(self, action: Headers, within: float) -> Reply:
        """Send an action and wait for its reply, for at most `within` seconds.

        Raises ActionRefusedError or LinkNotReadyError if it was not sent, OutcomeUnknownError if it was and
        nothing is known of it.
        """
        ...
