"""`hotline callbacks`: who keeps his place and is to be called back, and at which number, from the journal.

It prints callers' numbers, for whoever is to call them; the journal may be read by its owner alone. The journal may be
read while a core writes to it.
"""

from pathlib import Path
from typing import Any

from acd.app import console
from acd.app.recordings import MESSAGES, spool_folder
from acd.app.settings import home_folder, journal_here
from acd.app.times import moment
from acd.config import HotlineConfig
from acd.core.calls import OFF_THE_LINE, Call, Callback, CallState
from acd.core.instants import Instant
from acd.core.local_time import opens_at
from acd.core.memory import Memory
from acd.journal.replay import restore
from acd.journal.sqlite import SqliteStored
from acd.journal.story import utc_offset_at

COLUMNS = ("since", "wished at", "number", "lane", "language", "rung", "next try", "message", "call")


def run(config: HotlineConfig, path: Path | None, *, as_json: bool) -> int:
    """Print the entries, the oldest first, and return 0. Raises the journal's one-line errors."""
    stored = SqliteStored(path or journal_here())
    try:
        router = restore(stored, config.policy()).router
    finally:
        stored.close()
    memory, lines = router.memory, router.floor.matching.lines
    entries = sorted(
        (call for call in memory.calls.values() if call.state in OFF_THE_LINE),
        key=lambda call: (call.place_since or 0, call.id),
    )
    if as_json:
        console.print_json([as_data(entry, memory, in_line=entry.id in lines) for entry in entries])
        return 0
    if not entries:
        console.say("nobody waits to be called back")
        return 0

    def clock(at: Instant | None) -> str:
        return "-" if at is None else moment(at, utc_offset_at(at, memory.policy.utc_offsets))

    rows = []
    for entry in entries:
        data = as_data(entry, memory, in_line=entry.id in lines)
        turn = "being rung" if data["being_rung"] else "in its turn" if data["in_line"] else clock(data["next_at"])
        rows.append(
            (
                clock(data["since"]),
                clock(data["wished_at"]),
                entry.number or "-",
                data["lane"],
                data["language"],
                str(data["attempts"]),
                turn,
                data["message"] or "-",
                entry.id,
            )
        )
    console.table("to be called back, by the hotline's clocks", COLUMNS, rows)
    if any(entry.callback is not None and entry.callback.message_of for entry in entries):
        console.say(f"messages lie in {spool_folder(home_folder())}")
    return 0


def as_data(entry: Call, memory: Memory, *, in_line: bool) -> dict[str, Any]:
    """An entry as plain values; instants are milliseconds since 1970. `in_line`: an agent may take it any moment."""
    callback = entry.callback
    assert callback is not None, f"{entry.id} is off the line and nobody is to call it back"
    return {
        "call": entry.id,
        "since": entry.place_since,
        "wished_at": callback.wished_at,
        "wished_in": callback.wished_in,
        "number": entry.number,
        "lane": entry.lane,
        "language": entry.language,
        "attempts": callback.attempts,
        "being_rung": entry.state is CallState.CALLED,
        "in_line": in_line,
        "next_at": callback.next_at if in_line else _next_at(callback, memory),
        "message": "" if callback.message_of is None else f"{MESSAGES}/{callback.message_of}.wav",
    }


def _next_at(callback: Callback, memory: Memory) -> Instant | None:
    """When the turn of an entry that stands in no line comes again, as far as the clock and the hours decide."""
    again_at = max(callback.next_at or 0, memory.callbacks_from, memory.now)
    rules = memory.policy.callbacks
    hours = None if rules is None else memory.policy.calendars.get(rules.hours)
    if hours is not None and callback.wished_in not in memory.calls:
        again_at = opens_at(hours, again_at, memory.policy.utc_offsets) or again_at
    return again_at if again_at > memory.now else None
