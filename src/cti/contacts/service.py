"""What people do with contacts: agents write drafts and finish them, and read what was written before. No HTTP here."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from acd.core.instants import Duration
from acd.core.names import AgentId, CallId, LaneName
from acd.engine.ports import Directory
from cti.contacts import history, store
from cti.contacts.ports import ContactSettings
from cti.contacts.recorded import ContactRecorded, RecordNews
from cti.contacts.records import Contact, Draft, RecordState, Words, cleaned
from cti.contacts.store import BranchOf, Standing
from cti.desk_file import DeskFile
from cti.directory import REGION, normalised
from cti.ports import Look

LATE_AT_MOST: Duration = 3_600_000
"""How long after a talk its agent may still bring what he had typed: his browser may have crashed meanwhile."""


class NotYours(Exception):
    """The asker neither holds this call nor has just held it; also of a call that does not exist."""


class Closed(Exception):
    """The record is finished, and is not changed any more."""


class Missing(StrEnum):
    """Why a record cannot be finished yet."""

    STILL_TALKING = "still_talking"
    DISPOSITION = "disposition_missing"
    UNKNOWN_DISPOSITION = "disposition_unknown"
    """The lane has no such code, or has finer ones under it."""


class NotComplete(Exception):
    """Something is missing for a record; `missing` says what."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(missing.value)


@dataclass(frozen=True, slots=True)
class Writing:
    """A draft, with how far its contact is."""

    draft: Draft
    state: RecordState
    lane: LaneName


class Contacts:
    """The one object that the REST edge asks. Raises sqlite3.Error for a disk that fails."""

    def __init__(
        self,
        file: DeskFile,
        look: Look,
        settings: ContactSettings,
        directory: Directory,
        branch_of: BranchOf,
        up_to_date: Callable[[], Awaitable[None]],
    ) -> None:
        """`up_to_date` returns when the contacts in the file are those of now."""
        self._file = file
        self._look = look
        self._settings = settings
        self._directory = directory
        self._branch_of = branch_of
        self._up_to_date = up_to_date
        self.records = RecordNews()
        """Of what agents finish, and of what they change afterwards."""

    # Drafts

    async def draft(self, agent: AgentId, call: CallId) -> Writing:
        """What the agent has written of this call so far. Raises NotYours."""
        standing = await self._his(agent, call)
        draft = await self._file.run(lambda file: store.draft_of(file, call, agent))
        return Writing(draft, standing.state, standing.lane)

    async def save(self, agent: AgentId, call: CallId, words: Words, revision: int) -> Writing:
        """Keep what the agent has written, who had `revision` before. Raises NotYours, Closed and Stale."""
        lane = (await self._his(agent, call)).lane
        words, now = replace(words, note=cleaned(words.note)), self._look.now()

        def keep(file: sqlite3.Connection) -> tuple[Writing, Sequence[ContactRecorded]]:
            standing = store.standing(file, call, agent)
            state = RecordState.OPEN if standing is None else standing.state
            if state is RecordState.FINISHED:
                raise Closed
            draft = store.keep_draft(file, call, agent, words, revision, now)
            made: Sequence[ContactRecorded] = ()
            if state is RecordState.NOT_FINISHED:
                # It is the record already.
                made = store.settle(file, call, agent, state, self._branch_of, now, in_time=False)
            return Writing(draft, state, lane), made

        writing, made = await self._file.run(keep)
        self.records.tell(made)
        return writing

    async def finish(self, agent: AgentId, call: CallId) -> Writing:
        """Make the draft the record; once more is fine. Raises NotYours and NotComplete."""
        lane, talks = (await self._his(agent, call)).lane, self._holds(agent, call)
        now = self._look.now()

        def finish(file: sqlite3.Connection) -> tuple[Writing, Sequence[ContactRecorded]]:
            draft, standing = store.draft_of(file, call, agent), store.standing(file, call, agent)
            made: Sequence[ContactRecorded] = ()
            if standing is None or standing.state is not RecordState.FINISHED:
                if missing := Missing.STILL_TALKING if talks else self._missing(lane, draft.words):
                    raise NotComplete(missing)
                in_time = standing is not None and standing.state is RecordState.OPEN
                made = store.settle(file, call, agent, RecordState.FINISHED, self._branch_of, now, in_time=in_time)
            return Writing(draft, RecordState.FINISHED, lane), made

        writing, made = await self._file.run(finish)
        self.records.tell(made)
        return writing

    def _missing(self, lane: LaneName, words: Words) -> Missing | None:
        dispositions = self._settings.dispositions(lane)
        if dispositions is None:
            return None
        if not words.disposition:
            return Missing.DISPOSITION if dispositions.required else None
        return None if dispositions.may_end_with(words.disposition) else Missing.UNKNOWN_DISPOSITION

    def _holds(self, agent: AgentId, call: CallId) -> bool:
        held = self._look.offer_of(agent)
        return held is not None and held.call == call

    async def _his(self, agent: AgentId, call: CallId) -> Standing:
        """How far he is with this contact. Raises NotYours unless he holds the call or has just held it."""
        await self._up_to_date()
        standing = await self._file.run(lambda file: store.standing(file, call, agent))
        held = self._look.offer_of(agent)
        now = self._look.now()
        if held is not None and held.call == call:
            return standing or Standing(call, held.lane, RecordState.OPEN, now, None, "", frozenset())
        if standing is None or (standing.ended_at is not None and now - standing.ended_at > LATE_AT_MOST):
            raise NotYours
        return standing

    # History

    async def of_customer(self, customer: str, limit: int, reader: AgentId | None = None) -> list[Contact]:
        """Earlier contacts of a customer. `reader` is an agent who may read only of whom he talks with; None may all.

        Raises NotYours.
        """
        await self._up_to_date()
        own = None if reader is None else await self._own_call(reader, customer=customer)
        return await self._file.run(lambda file: history.of_customer(file, customer, limit, own))

    async def of_number(self, number: str, limit: int, reader: AgentId | None = None) -> list[Contact]:
        """The same for all who called from a number. Raises NotYours."""
        await self._up_to_date()
        number = normalised(number, REGION)
        own = None if reader is None else await self._own_call(reader, number=number)
        return await self._file.run(lambda file: history.of_number(file, number, limit, own))

    async def _own_call(self, agent: AgentId, *, customer: str = "", number: str = "") -> tuple[CallId, AgentId] | None:
        """The call by which he may read of this customer or number: the present one is not an earlier contact.

        Raises NotYours.
        """
        held = self._look.offer_of(agent)
        if held is not None:
            known = self._directory.find(held.number)
            by_number = "" if known is None else known.id
            # Who merely keyed a customer's number has not shown to be him, and opens nobody's history.
            whose = held.customer if held.verified and held.customer else by_number
            if (customer and customer == whose) or (number and number == normalised(held.number, REGION)):
                return held.call, agent
            raise NotYours
        writing = await self._file.run(lambda file: store.newest_of(file, agent))
        if writing is None or not (customer in writing.customers or (number and number == writing.number)):
            raise NotYours
        return writing.call, agent
