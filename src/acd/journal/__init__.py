"""The record of what went into the router: append-only, durable before anything is done, replayed after a crash.

    journal = SqliteJournal(path)                       # or JournalUnusable, one clear line
    router, last = recover(journal, policy)             # the router as it was, at the instant `last`
    epoch = journal.begin_epoch(clock.now())            # then the core takes CoreStarted(epoch) and PolicyLoaded
    await journal.append(entries); journal.checkpoint(router.memory)
    journal.close()

Rules: a journal begins with a checkpoint; inputs are never changed, and go only by age, at a checkpoint; one core at
a time. It holds callers' numbers, so its file is for its owner alone, and nothing of them goes to the log.
"""

from acd.journal.errors import JournalUnusable, UnknownRecord
from acd.journal.health import JournalHealth
from acd.journal.memory import MemoryJournal
from acd.journal.replay import Difference, Report, Restored, recover, restore, verify
from acd.journal.sqlite import SqliteJournal, SqliteStored

__all__ = [
    "Difference",
    "JournalHealth",
    "JournalUnusable",
    "MemoryJournal",
    "Report",
    "Restored",
    "SqliteJournal",
    "SqliteStored",
    "UnknownRecord",
    "recover",
    "restore",
    "verify",
]
