"""`hotline callbacks`: who was told that he will be called back, and at which number, from the journal.

It prints callers' numbers, for whoever is to call them; the journal may be read by its owner alone. The journal may be
read while a core writes to it.
"""

from dataclasses import asdict
from pathlib import Path

from acd.app import console
from acd.app.settings import home_folder
from acd.app.times import moment
from acd.config import HotlineConfig
from acd.core.instants import Instant
from acd.journal.replay import restore
from acd.journal.sqlite import SqliteStored
from acd.journal.story import utc_offset_at


def run(config: HotlineConfig, path: Path | None, *, as_json: bool) -> int:
    """Print the wishes, the oldest first, and return 0. Raises the journal's one-line errors."""
    stored = SqliteStored(path or home_folder() / "journal" / "journal.sqlite3")
    try:
        memory = restore(stored, config.policy()).router.memory
    finally:
        stored.close()
    wishes = list(memory.wishes.values())
    if as_json:
        console.print_json([asdict(wish) for wish in wishes])
        return 0
    if not wishes:
        console.say("nobody waits to be called back")
        return 0

    def clock(at: Instant) -> str:
        return moment(at, utc_offset_at(at, memory.policy.utc_offsets))

    console.table(
        "to be called back, by the hotline's clocks",
        ("since", "wished at", "number", "lane", "language", "call"),
        (
            (clock(wish.entered_at), clock(wish.wished_at), wish.number, wish.lane, wish.language, wish.call)
            for wish in wishes
        ),
    )
    return 0
