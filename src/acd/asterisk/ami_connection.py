"""One TCP connection to the manager interface, on panoramisk; the only file that imports it.

panoramisk gives the protocol's life on a transport and the writing of actions. What it does with replies, time and
failure does not fit a hotline and is overridden here and in acd.asterisk.ami_link:

* bytes: it decodes each segment for itself and splits all of its buffer again each time; here acd.asterisk.framing
  cuts blocks, with limits;
* callbacks: an exception in one closes its connection, coroutines run side by side, an event that bears one of our
  ActionIDs never reaches the listener; here is one synchronous listener that cannot harm the connection;
* replies: it guesses by their wording whether a list follows; here `EventList` says so;
* actions: it writes line breaks as they are, waits for ever, and sends again after a reconnect what was not
  answered; here every action is checked before it is written, has a deadline, and is answered, refused or unknown;
* pings, log-ins and reconnects are not panoramisk's here at all.

Its FastAGI server is not used anywhere.
"""

import asyncio
import logging
from collections.abc import Callable

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol

from acd.asterisk.ami_actions import Headers, check_action
from acd.asterisk.framing import AmiFraming, Block, GreetingError
from acd.asterisk.link import LinkNotReadyError, OnReply, OutcomeUnknownError, Reply
from acd.asterisk.link_statistics import LinkStatistics

LOG = logging.getLogger(__name__)

LISTENED_EVENTS = frozenset({"UserEvent", "FullyBooted", "Shutdown"})
"""These go to the listener, whatever ActionID they bear."""
LISTED_OR_TOLD = frozenset({"DeviceStateChange"})
"""These are parts of a reply if they bear an ActionID, and go to the listener if not."""
LIST_EVENTS = frozenset({"Status", "StatusComplete", "DeviceStateListComplete"})
"""These are parts of replies."""

MOST_PENDING = 1000
MOST_ITEMS = 50_000
MOST_UNSENT_BYTES = 64 * 1024

# The end of a list is believed only if it says nothing else: the rest of a block which a caller's number has cut in
# two bears our ActionID as well, but it cannot get rid of the other headers.
_COMPLETION_HEADERS = frozenset({"Event", "Privilege", "Timestamp", "ActionID", "EventList", "ListItems", "Items"})


class PendingAction(Action):  # type: ignore[misc]  # panoramisk has no types.
    """An action under way, the items of its list so far, and who waits for its reply."""

    def __init__(self, headers: Headers, action_id: str, on_reply: OnReply) -> None:
        self.on_reply = on_reply
        self.deadline: asyncio.TimerHandle | None = None
        self.message = ""
        self.listing = False
        self.listed: list[Block] = []
        super().__init__(headers, ActionID=action_id)

    def take(self, block: Block) -> Reply | OutcomeUnknownError | None:
        """Take a block that bears this action's id; the reply, once it is complete."""
        headers = block.headers
        if not self.listing:
            if "Response" not in headers:
                return None
            self.message = headers.get("Message", "")
            if headers.get("EventList", "").lower() != "start":
                return Reply(headers["Response"] == "Success", self.message, value=headers.get("Value", ""))
            self.listing = True
        elif "EventList" in headers and headers.keys() <= _COMPLETION_HEADERS:
            return Reply(headers["EventList"] == "Complete", self.message, tuple(self.listed))
        elif "Event" in headers and "EventList" not in headers:
            self.listed.append(block)
            if len(self.listed) > MOST_ITEMS:
                return OutcomeUnknownError(f"a list of more than {MOST_ITEMS} items was given up")
        return None


class AmiConnection(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types.
    """From connect to loss; never used again afterwards."""

    def __init__(
        self,
        statistics: LinkStatistics,
        id_prefix: str,
        received: Callable[[Block], None],
        lost: Callable[[str], None],
    ) -> None:
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.end_reason = ""
        self.closed = False
        self.transport: asyncio.Transport | None = None
        self.responses: dict[str, PendingAction] = {}
        self._framing = AmiFraming(LISTENED_EVENTS | LISTED_OR_TOLD | LIST_EVENTS, statistics)
        self._statistics = statistics
        self._id_prefix = id_prefix
        self._count = 0
        self._received = received
        self._lost = lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio has connected us."""
        already_closed = self.closed
        super().connection_made(transport)
        if already_closed:
            self.closed = True
            self.transport.abort()  # type: ignore[union-attr]  # Just set.

    def data_received(self, data: bytes) -> None:
        """Take bytes from the switch. Never raises, whatever they are."""
        if self.closed:
            return
        try:
            blocks = self._framing.receive(data)
        except GreetingError as error:
            self.give_up(str(error))
            return
        if self._framing.greeting is not None and not self.greeted.done():
            self.greeted.set_result(None)
        for block in blocks:
            self.handle_message(block)

    def handle_message(self, block: Block) -> None:
        """Give a block to whom it belongs; what belongs to nobody is dropped."""
        name = block.headers.get("Event")
        if name in LISTENED_EVENTS or (name in LISTED_OR_TOLD and "ActionID" not in block.headers):
            if self.closed:
                return
            try:
                self._received(block)
            except Exception:
                # An exception would close the connection, and one bad event must not cost all the others.
                self._statistics.listener_failures += 1
                LOG.exception("an event from the switch could not be taken")
            return
        action_id = block.headers.get("ActionID", "")
        pending = self.responses.get(action_id)
        if pending is None:
            self._statistics.dropped["stray"] += 1
            return
        reply = pending.take(block)
        if reply is not None:
            self._settle(action_id, reply)

    def send(self, headers: Headers, within: float, on_reply: OnReply) -> str:
        """Write an action and return its id; see AmiLink.post for what it raises and promises."""
        check_action(headers)
        transport = self.transport
        if self.closed or transport is None or transport.is_closing():
            raise LinkNotReadyError("the connection to the switch is down")
        if len(self.responses) >= MOST_PENDING or transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            raise LinkNotReadyError("the switch takes no more actions at the moment")
        self._count += 1
        action_id = f"{self._id_prefix}-{self._count}"
        pending = PendingAction(headers, action_id, on_reply)
        transport.write(str(pending).encode())
        pending.deadline = asyncio.get_running_loop().call_later(
            within, self._settle, action_id, OutcomeUnknownError("the switch did not reply in time")
        )
        self.responses[action_id] = pending
        self._statistics.actions_sent += 1
        return action_id

    async def ask(self, headers: Headers, within: float) -> Reply:
        """Write an action and wait for its reply; see AmiLink.send."""
        answer: asyncio.Future[Reply | OutcomeUnknownError] = asyncio.get_running_loop().create_future()

        def on_reply(reply: Reply | OutcomeUnknownError) -> None:
            if not answer.done():
                answer.set_result(reply)

        action_id = self.send(headers, within, on_reply)
        try:
            reply = await answer
        finally:
            # Nobody waits any more if we were cancelled.
            self._settle(action_id, OutcomeUnknownError("nobody waited for the reply"))
        if isinstance(reply, OutcomeUnknownError):
            raise reply
        return reply

    def _settle(self, action_id: str, reply: Reply | OutcomeUnknownError) -> None:
        """Answer an action, once."""
        pending = self.responses.pop(action_id, None)
        if pending is None:
            return
        if pending.deadline is not None:
            pending.deadline.cancel()
        if isinstance(reply, OutcomeUnknownError):
            self._statistics.outcomes_unknown += 1
        elif not reply.success:
            self._statistics.actions_refused += 1
        try:
            pending.on_reply(reply)
        except Exception:
            self._statistics.listener_failures += 1
            LOG.exception("a reply from the switch could not be taken")

    def connection_lost(self, exc: BaseException | None) -> None:
        """Asyncio says that the connection is gone."""
        self.give_up(f"the connection broke: {exc}" if exc else "the switch closed the connection")

    def eof_received(self) -> None:
        """The switch sends nothing more; asyncio closes the connection."""

    def close(self) -> None:
        """End the connection."""
        self.give_up("closed by us")

    def give_up(self, reason: str) -> None:
        """End the connection at once, dropping what was not sent; every action under way becomes unknown."""
        if self.closed:
            return
        self.closed = True
        self.end_reason = reason
        if self.transport is not None:
            self.transport.abort()
        for action_id in list(self.responses):
            self._settle(action_id, OutcomeUnknownError(reason))
        for waited in (self.greeted, self.ended):
            if not waited.done():
                waited.set_result(None)
        self._lost(reason)
