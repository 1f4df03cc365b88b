"""From the core's events to contacts in the desktop's file, without anybody on the call path waiting for a disk.

`hear` belongs on the engine's feed and only takes note. After a restart, or when events came faster than they could be
written, the journal tells again what is missing, from the last fact in the file on. A fact that is there already
changes nothing, so nothing is double and nothing is lost, as far as the journal goes.
Bounds: PENDING_AT_MOST facts in memory; contacts as old as the settings say.
"""

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NoReturn

import structlog

from acd.core.events import Event
from acd.core.instants import Duration, Instant
from acd.core.names import LaneName
from acd.engine.ports import Directory
from cti.contacts import store
from cti.contacts.ports import ContactSettings, Past, no_past
from cti.contacts.recorded import ContactRecorded, RecordNews
from cti.contacts.talks import AT_WORK_ON_IT, Fact, TalkBegan, Talks
from cti.desk_file import DeskFile
from cti.directory import REGION, normalised
from cti.ports import Look

PENDING_AT_MOST = 10_000
AT_ONCE = 500
"""Facts that are written in one transaction."""
GATHERED_FOR = 1.0
"""Seconds for which facts are gathered before they are written, unless somebody asks for them.

Each write takes the disk and the processor from the calls, and what a killed process had not written the journal tells.
"""
TIDY_EVERY = 3_600.0
TRY_AGAIN_AFTER = 5.0
"""Seconds after a write that failed."""
SURELY_HEARD: Duration = 60_000
"""What is older than this is not on its way here any more."""
DAY: Duration = 86_400_000

_log = structlog.get_logger(__name__)


class ContactIntake:
    """Listens to the feed; `run` belongs in the app's task group."""

    def __init__(
        self,
        file: DeskFile,
        look: Look,
        settings: ContactSettings,
        directory: Directory,
        past: Past = no_past,
    ) -> None:
        """`directory` is asked on the loop; `past` and `settings` beside it."""
        self._file = file
        self._look = look
        self._settings = settings
        self._directory = directory
        self._past = past
        self._talks = Talks()
        self._pending: deque[Fact] = deque()
        self._missed = False
        self._news = asyncio.Event()
        self._written = asyncio.Event()
        self._asked = asyncio.Event()
        self._tidy_at = 0.0
        self.records = RecordNews()
        """Of what ended by the agent's moving on."""
        self.tidied = asyncio.Event()
        """Set when it has been tidied up for the first time."""

    def hear(self, at: Instant, event: Event) -> None:
        """Take note of one event; never blocks."""
        for fact in self._talks.hear(at, event, self._look.offer_of):
            if len(self._pending) >= PENDING_AT_MOST:
                # A new queue: whoever is just writing the old one sees that it is not his any more.
                self._pending = deque()
                self._missed = True
            self._pending.append(fact)
            self._written.clear()
            self._news.set()

    async def up_to_date(self, patience: float = 1.0) -> None:
        """Have all that was heard written, and return when it is, or after `patience` seconds."""
        if not self._written.is_set():
            self._asked.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._written.wait()

    async def run(self) -> NoReturn:
        """Write for ever; a disk that fails is tried again."""
        begun = False
        while True:
            try:
                if not begun:
                    await self._begin()
                    begun = True
                await self._work()
            except sqlite3.Error as error:
                _log.error("contacts cannot be written and are tried again", why=str(error))
                await asyncio.sleep(TRY_AGAIN_AFTER)
            except Exception:  # noqa: BLE001 - whatever is wrong with a contact, the calls go on.
                _log.exception("contacts fail, which is a defect of ours")
                await asyncio.sleep(TRY_AGAIN_AFTER)

    async def _begin(self) -> None:
        if await self._file.run(store.heard_until) is None:
            now = self._look.now()
            await self._file.run(lambda file: store.note_heard(file, now))
        else:
            self._missed = True

    async def _work(self) -> None:
        """Write what there is, tidy up when it is time, and wait for news."""
        loop = asyncio.get_running_loop()
        while self._missed:
            self._missed = False
            await self._catch_up()
        while self._pending and not self._missed:
            await self._write_some()
        if not self._pending and not self._missed:
            self._written.set()
            self._asked.clear()
            if loop.time() >= self._tidy_at:
                await self._tidy()
                self._tidy_at = loop.time() + TIDY_EVERY
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._tidy_at):
                    await self._news.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHERED_FOR):
                    await self._asked.wait()
        self._news.clear()

    async def _write_some(self) -> None:
        pending = self._pending
        facts = list(islice(pending, AT_ONCE))
        await self._put(facts)
        if pending is self._pending:
            for _ in facts:
                pending.popleft()

    async def _put(self, facts: list[Fact]) -> None:
        """Write facts, and that everything up to the last of them is there."""
        named = [(fact, self._known(fact)) for fact in facts]

        def write(file: sqlite3.Connection) -> Sequence[ContactRecorded]:
            numbered = [(fact, _with_number(fact, known)) for fact, known in named]
            made = store.put(file, numbered, self.branch_of)
            store.note_heard(file, facts[-1].at)
            return made

        self.records.tell(await self._file.note(write))

    async def _catch_up(self) -> None:
        since = await self._file.run(store.heard_until)
        assert since is not None, "a file in which nothing was heard begins with now"
        facts = self._told_again(since)
        many = 0
        try:
            while some := await asyncio.to_thread(lambda: list(islice(facts, AT_ONCE))):
                await self._put(some)
                many += len(some)
        except sqlite3.Error:
            # What is missing is asked of the journal once more.
            self._missed = True
            raise
        _log.info("contacts have caught up with the journal", facts=many)

    def _told_again(self, since: Instant) -> Iterator[Fact]:
        talks = Talks()
        for at, event, offer_of in self._past(since):
            yield from talks.hear(at, event, offer_of)

    def _known(self, fact: Fact) -> store.Known:
        if not isinstance(fact, TalkBegan):
            return store.Known()
        customer = self._directory.find(fact.number)
        return store.Known(self._settings.line_of(fact.agent), fact.number, "" if customer is None else customer.id)

    def branch_of(self, lane: LaneName, code: str) -> str:
        """The first code on the way to a disposition; empty for one that the lane does not have any more."""
        dispositions = self._settings.dispositions(lane)
        path = () if dispositions is None else dispositions.path_to(code)
        return path[0] if path else ""

    async def _tidy(self) -> None:
        """Close what no event closed, and forget what is too old."""
        now = self._look.now()
        busy = frozenset(desk.agent for desk in self._look.desks() if desk.state in AT_WORK_ON_IT)
        left = await self._file.run(
            lambda file: store.settle_left_open(file, now - SURELY_HEARD, busy, self.branch_of, now)
        )
        self.records.tell(left)
        if left:
            _log.warning("contacts were closed whose end was never heard of", contacts=len(left))
        await self._file.run(lambda file: store.forget_drafts_of_nothing(file, now - DAY))
        oldest = now - self._settings.keep_for()
        while await self._file.run(lambda file: store.forget_before(file, oldest)):
            continue
        self.tidied.set()


def _with_number(fact: Fact, known: store.Known) -> store.Known:
    # Not on the loop: to bring a number into its international form takes a tenth of a millisecond.
    number = normalised(known.number, REGION) if isinstance(fact, TalkBegan) else ""
    return store.Known(known.line, number, known.customer)
