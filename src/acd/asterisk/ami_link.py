"""The link to the manager interface that is kept up for ever: connect, log in, watch, and again.

A connection must come within three seconds. One that is silent (three pings in a row without an answer in time) is
dropped with all it had not sent, so early that another one can be up five seconds after the peer fell silent. The
pause before the next attempt grows to a few seconds and varies at random; there is no last attempt. A refused log-in
is said aloud and tried again slowly, because only a person can mend it.
"""

import asyncio
import logging
import random
import secrets
from dataclasses import dataclass

from acd.asterisk.ami_actions import Headers
from acd.asterisk.ami_connection import AmiConnection
from acd.asterisk.framing import Block
from acd.asterisk.link import (
    LinkListener,
    LinkNotReadyError,
    LinkState,
    OnReply,
    OutcomeUnknownError,
    Reply,
)
from acd.asterisk.link_statistics import LinkStatistics

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ManagerAccess:
    """Where the manager interface is and as whom we log in."""

    host: str
    port: int
    user: str
    secret: str

    def __repr__(self) -> str:
        """For logs and tracebacks: without the secret."""
        return f"ManagerAccess({self.host}:{self.port} as {self.user})"


@dataclass(frozen=True, slots=True)
class LinkLimits:
    """How long the link waits for what, in seconds."""

    connect: float = 3.0
    login: float = 3.0
    ping_pause: float = 0.4
    """Between an answered ping and the next one."""
    ping_within: float = 1.4
    pings_missed: int = 3
    retry_first: float = 0.25
    retry_most: float = 3.0
    retry_refused: float = 15.0


class PanoramiskLink:
    """AmiLink on panoramisk. Build and run it inside a running event loop; it is run once."""

    def __init__(
        self,
        access: ManagerAccess,
        *,
        statistics: LinkStatistics | None = None,
        limits: LinkLimits | None = None,
        randomness: random.Random | None = None,
    ) -> None:
        self.statistics = statistics or LinkStatistics()
        self._access = access
        self._limits = limits or LinkLimits()
        # Chance only spreads the attempts to connect; nothing secret comes from it.
        self._randomness = randomness or random.Random()  # noqa: S311
        self._state = LinkState.CONNECTING
        self._trouble = "not connected yet"
        self._epoch = 0
        self._connection: AmiConnection | None = None
        self._logged_in = False
        self._closing = asyncio.Event()
        self._listener: LinkListener | None = None

    @property
    def state(self) -> LinkState:
        """What the link is doing now."""
        return self._state

    @property
    def trouble(self) -> str:
        """Why the link is not ready, in words for an operator; empty while it is."""
        return self._trouble

    @property
    def epoch(self) -> int:
        """The number of the present connection; 0 before the first."""
        return self._epoch

    async def run(self, listener: LinkListener) -> None:
        """Connect, and connect again whenever the connection is lost, until `close`."""
        self._listener = listener
        failures = 0
        try:
            while not self._closing.is_set():
                was_ready = await self._one_connection()
                failures = 0 if was_ready else failures + 1
                await self._pause(failures)
        finally:
            self.close()

    def close(self) -> None:
        """End the connection for good; nothing is sent or connected afterwards."""
        self._closing.set()
        if self._connection is not None:
            self._connection.close()
        self._state = LinkState.CLOSED
        self._trouble = "closed"

    def drop(self, reason: str) -> None:
        """Give the present connection up, because it cannot be trusted any more; a new one is made."""
        if self._connection is not None:
            self._connection.give_up(reason)

    def post(self, action: Headers, within: float, on_reply: OnReply) -> None:
        """Send an action now and be told of its reply; see AmiLink."""
        self._ready_connection().send(action, within, on_reply)

    async def send(self, action: Headers, within: float) -> Reply:
        """Send an action and wait for its reply; see AmiLink."""
        return await self._ready_connection().ask(action, within)

    def _ready_connection(self) -> AmiConnection:
        if self._state is not LinkState.READY or self._connection is None:
            raise LinkNotReadyError(f"no link to the switch: {self._trouble}")
        return self._connection

    async def _one_connection(self) -> bool:
        """From connect to loss; True if it had been ready."""
        if self._state is not LinkState.REFUSED:
            self._state = LinkState.CONNECTING
        self._epoch += 1
        connection = AmiConnection(self.statistics, secrets.token_hex(8), self._received, self._lost)
        self._connection = connection
        try:
            await self._connect(connection)
            if await self._log_in(connection):
                self._logged_in = True
                self._state, self._trouble = LinkState.READY, ""
                LOG.info("the link to the switch is up")
                self._tell_up()
                await self._watch(connection)
        except (OSError, TimeoutError) as error:
            if not connection.closed:
                connection.give_up(_said(error))
            self._state = LinkState.CONNECTING
            self.statistics.connections_failed += 1
        finally:
            was_ready, self._logged_in = self._logged_in, False
            connection.close()
            self._connection = None
        return was_ready

    async def _connect(self, connection: AmiConnection) -> None:
        """Return when the switch has greeted us; OSError or TimeoutError if it does not."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._limits.connect):
            await loop.create_connection(lambda: connection, self._access.host, self._access.port)
            # The secret is said only to what greets us as an Asterisk.
            await connection.greeted
        if connection.closed:
            raise ConnectionError(connection.end_reason)
        self.statistics.connections += 1

    async def _log_in(self, connection: AmiConnection) -> bool:
        login = [
            ("Action", "Login"),
            ("Username", self._access.user),
            ("Secret", self._access.secret),
            ("Events", "on"),
        ]
        reply = await connection.ask(login, self._limits.login)
        if reply.success:
            return True
        self.statistics.logins_refused += 1
        self._state = LinkState.REFUSED
        connection.give_up(f"the switch refused the log-in of {self._access.user!r}; check manager.conf")
        LOG.error("%s", self._trouble)
        return False

    async def _watch(self, connection: AmiConnection) -> None:
        """Return when the connection is lost, or has been silent for too long."""
        missed = 0
        while not connection.closed:
            try:
                await connection.ask([("Action", "Ping")], self._limits.ping_within)
            except OutcomeUnknownError:
                missed += 1
                if missed >= self._limits.pings_missed:
                    connection.give_up(f"the switch answered none of {missed} pings")
            else:
                missed = 0
                await asyncio.wait([connection.ended], timeout=self._limits.ping_pause)

    async def _pause(self, failures: int) -> None:
        """Wait before the next attempt, or until `close`."""
        limits = self._limits
        if self._state is LinkState.REFUSED:
            longest = limits.retry_refused
        else:
            longest = min(limits.retry_most, limits.retry_first * 2 ** min(failures, 16))
        try:
            async with asyncio.timeout(longest * self._randomness.uniform(0.5, 1.0)):
                await self._closing.wait()
        except TimeoutError:
            return

    def _tell_up(self) -> None:
        assert self._listener is not None
        try:
            self._listener.link_up(self._epoch)
        except Exception:
            self.statistics.listener_failures += 1
            LOG.exception("nobody could be told that the link is up")

    def _received(self, block: Block) -> None:
        # Before the log-in was accepted there is nothing that we asked for.
        if self._logged_in:
            assert self._listener is not None
            self._listener.received(self._epoch, block)

    def _lost(self, reason: str) -> None:
        """The present connection is gone; called once for each."""
        self._trouble = reason
        if not self._logged_in:
            return
        self._state = LinkState.CONNECTING
        self.statistics.connections_lost += 1
        LOG.log(
            logging.INFO if self._closing.is_set() else logging.WARNING, "the link to the switch is down: %s", reason
        )
        assert self._listener is not None
        try:
            self._listener.link_down(self._epoch)
        except Exception:
            self.statistics.listener_failures += 1
            LOG.exception("nobody could be told that the link is down")


def _said(error: BaseException) -> str:
    """An error in words for an operator."""
    if isinstance(error, TimeoutError):
        return "the switch did not answer in time"
    return str(error) or type(error).__name__
