"""`hotline callbacks`: who was told that he will be called back, and at which number, from the journal.

It prints callers' numbers, for whoever is to call them; the journal may be read by its owner alone. The journal may be
read while a core writes to it.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from acd.app import console
from acd.app.settings import home_folder
from acd.config import HotlineConfig
from acd.core.instants import Instant
from acd.journal.replay import restore
from acd.journal.sqlite import SqliteStored


def run(config: HotlineConfig, path: Path | None, *, as_json: bool) -> int:
    """Print the wishes, the oldest first, and return 0. Raises the journal's one-line errors."""
    stored = SqliteStored(path or home_folder() / "journal" / "journal.sqlite3")
    try:
        wishes = list(restore(stored, config.policy()).router.memory.wishes.values())
    finally:
        stored.close()
    if as_json:
        console.print_json([asdict(wish) for wish in wishes])
        return 0
    rows = [(_clock(wish.wished_at), wish.number, wish.lane, wish.language, wish.call) for wish in wishes]
    if not rows:
        console.say("nobody waits to be called back")
        return 0
    console.table("to be called back", ("asked at (UTC)", "number", "lane", "language", "call"), rows)
    return 0


def _clock(at: Instant) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
