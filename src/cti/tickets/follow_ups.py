"""Tickets that nobody has to write: for a caller who was not content, and for one who was called back in vain.

`hear` belongs on the feed and only notes; `run` belongs in the app's task group and writes. What is written is written
once, however often it is heard of. What was heard in the very moment in which the process is killed is lost: the
journal has it still, and `hotline surveys` lists it.
Bounds: callers of whom something may have to be written, and tickets that wait to be written; the oldest goes first.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol

import structlog

from acd.core.caller_events import CallbackQueued, FollowUpRaised, VerdictGiven
from acd.core.events import AgentOffered, CallClosed, CallEnteredLane, CallResult, Event
from acd.core.instants import Instant
from acd.core.names import CallId
from acd.core.policy import Policy
from acd.core.switch_events import Verdict
from acd.engine.view import Caller
from cti.held import Whom, number_of
from cti.tickets.service import Tickets
from cti.tickets.ticket import HOTLINE, Opening, Subject, TicketRefused

CALLERS_AT_MOST = 20_000
UNWRITTEN_AT_MOST = 1_000
TRY_AGAIN = 5.0
"""Seconds after a failure of the disk."""

_log = structlog.get_logger(__name__)


class Look(Protocol):
    """What is asked of the hotline as it is now; `acd.engine.view.MemoryView` answers so."""

    def policy(self) -> Policy:
        """The operator's rules."""
        ...

    def caller(self, call: CallId) -> Caller | None:
        """Who is on a call, or is to be called back by an entry."""
        ...

    def callers(self) -> Mapping[CallId, Caller]:
        """The same for everybody."""
        ...


@dataclass(frozen=True, slots=True)
class _Raised:
    """A ticket that is to be written."""

    source: str
    about: Subject
    text: str


class FollowUps:
    """Raises tickets from the feed, as far as the settings say so."""

    def __init__(self, tickets: Tickets, look: Look, whose: Callable[[str], Whom]) -> None:
        self._tickets = tickets
        self._look = look
        self._whose = whose
        self._callers: OrderedDict[CallId, Caller] = OrderedDict()
        self._raised: deque[_Raised] = deque()
        self._news = asyncio.Event()
        self.lost = 0
        """Tickets that were never written, because the disk failed for too long."""
        for call, caller in look.callers().items():
            self._note(call, caller)

    def hear(self, _at: Instant, event: Event) -> None:
        """Take note of one event; at once."""
        match event:
            case CallEnteredLane(call=call):
                self._note(call, self._look.caller(call))
            case AgentOffered(call=call):
                self._note(call, Caller(event.number, event.customer, event.verified, event.lane))
            case VerdictGiven(call=call, verdict=Verdict.VERIFIED) if call in self._callers:
                self._note(call, Caller(self._callers[call].number, event.customer, verified=True))
            case CallbackQueued(entry=entry):
                self._note(entry, self._look.caller(entry))
                if event.message and self._tickets.rules.from_callbacks and self._look.policy().callbacks is None:
                    self._raise(f"message {entry}", entry, event.lane, _MESSAGE)
            case FollowUpRaised() if self._tickets.rules.from_surveys:
                self._raise(f"survey {event.survey} {event.call}", event.call, event.lane, _UNHAPPY)
            case CallClosed(result=CallResult.UNREACHED) if self._tickets.rules.from_callbacks:
                self._raise(f"callback {event.call}", event.call, event.lane or "", _UNREACHED)
                self._callers.pop(event.call, None)
            case CallClosed():
                self._callers.pop(event.call, None)

    async def run(self) -> NoReturn:
        """Write what was raised; for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._raised:
                raised = self._raised[0]
                try:
                    await self._write(raised)
                except TicketRefused as error:
                    # Only settings that were swapped in this very moment come here; the next ones are whole again.
                    _log.error("a ticket could not be raised", why=error.why.value)
                except Exception as error:  # noqa: BLE001 - a disk that fails must not end the hotline.
                    _log.error("the tickets cannot be written", error=type(error).__name__)
                    await asyncio.sleep(TRY_AGAIN)
                    continue
                if self._raised and self._raised[0] is raised:
                    self._raised.popleft()

    async def _write(self, raised: _Raised) -> None:
        now = self._tickets.now()
        due_at = now + self._tickets.rules.promise
        await self._tickets.open(Opening(raised.about, raised.text, due_at), HOTLINE, raised.source)

    def _note(self, call: CallId, caller: Caller | None) -> None:
        if caller is None:
            return
        self._callers[call] = caller
        self._callers.move_to_end(call)
        if len(self._callers) > CALLERS_AT_MOST:
            self._callers.popitem(last=False)

    def _raise(self, source: str, call: CallId, lane: str, words: tuple[str, str]) -> None:
        caller = self._callers.get(call) or self._look.caller(call) or Caller("", "", verified=False)
        whom = self._whose(caller.number)
        if caller.verified and caller.customer:
            whom = Whom(caller.customer, number_of(caller.number))
        reason, text = words
        about = Subject(lane, reason, call.removeprefix("cb-"), whom.customer, whom.caller)
        self._raised.append(_Raised(source, about, text))
        if len(self._raised) > UNWRITTEN_AT_MOST:
            self._raised.popleft()
            self.lost += 1
        self._news.set()


_UNHAPPY = (
    "调查不满意 · not content in the survey",
    "客户在调查中给出低分，请回访。\nThe caller answered the survey with a low key; please look after it.",
)
_UNREACHED = (
    "回电未接通 · called back in vain",
    "按承诺回电，但始终未能接通客户。\nThe caller was promised a call back, and could not be reached.",
)
_MESSAGE = (
    "客户留言 · a message to be answered",
    "客户留言，等待处理。\nThe caller left a message, and the hotline itself calls nobody back.",
)
