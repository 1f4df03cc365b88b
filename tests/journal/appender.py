"""A core that only writes down: appends for ever, four at a time, and says on standard output what is durable."""

import asyncio
import sys
from pathlib import Path

from acd.core.names import CallId
from acd.core.switch_events import CallEnded
from acd.engine.ports import Entry
from acd.journal import SqliteJournal


async def _write(journal: SqliteJournal, life: str, writer: int) -> None:
    number = 0
    while True:
        name = f"{life}-{writer}-{number}"
        await journal.append([Entry(number, CallEnded(CallId(name)), "")])
        if not journal.health.behind:
            sys.stdout.write(name + "\n")
            sys.stdout.flush()
        number += 1


async def _main(path: Path, life: str) -> None:
    journal = SqliteJournal(path)
    async with asyncio.TaskGroup() as tasks:
        for writer in range(4):
            tasks.create_task(_write(journal, life, writer))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), sys.argv[2]))
