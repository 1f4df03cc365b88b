"""`hotline replay`: what the journal holds and, with --verify, whether the same code decides the same again."""

from pathlib import Path

from acd.app import console
from acd.app.settings import journal_here
from acd.journal.replay import verify
from acd.journal.sqlite import SqliteStored

SAME, DIFFERENT = 0, 1


def run(path: Path | None, *, compare: bool) -> int:
    """Print the report and return the exit code: 0 the same, 1 different."""
    path = path or journal_here()
    stored = SqliteStored(path)
    try:
        if not compare:
            kinds: dict[str, int] = {}
            for line in stored.inputs(0):
                kinds[line.record.kind] = kinds.get(line.record.kind, 0) + 1
            console.table(str(path), ("input", "times"), ((kind, str(count)) for kind, count in sorted(kinds.items())))
            return SAME
        report = verify(stored)
    finally:
        stored.close()
    if report.earlier:
        console.say(f"{report.earlier} inputs were decided by an earlier version; they are not compared")
    console.say(
        f"{report.inputs} inputs decided again, {report.checkpoints} checkpoints compared, {report.gaps} gaps: "
        + ("all the same" if report.difference is None else f"they differ at {report.difference}")
    )
    return SAME if report.same else DIFFERENT
