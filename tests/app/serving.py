"""The pages of a core as `acd.app.serve` wires them, with nobody on the line: no Asterisk, and a journal of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd.app.reloading import Places
from acd.app.serve import Core
from acd.app.settings import settings_for
from acd.app.wanted import Wanted
from acd.asterisk.places import free_port
from acd.config import load
from acd.journal.sqlite import SqliteJournal
from tests.app.small_home import SmallHome


@asynccontextmanager
async def pages_alone(folder: Path, settings: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Core]:
    """A core whose pages are served; its home is `folder/home`, and nobody is connected to an Asterisk."""
    place = SmallHome(folder)
    place.write(settings)
    place.know_everybody()
    monkeypatch.setenv("HOTLINE_HOME", str(place.home))
    monkeypatch.setenv("HOTLINE_HTTP_PORT", str(free_port()))
    monkeypatch.setenv("HOTLINE_AGI_PORT", str(free_port()))
    config = load(place.settings)
    journal = SqliteJournal(folder / "journal.sqlite3")
    core = Core(config, settings_for(config), journal, Places(place.settings, place.home, place.cache), Wanted())
    try:
        async with asyncio.TaskGroup() as tasks:
            parts = (core.web.run(), core.desktop.accounts.run(), core.desktop.audit.run(), core.driver.run())
            running = [tasks.create_task(each) for each in parts]
            try:
                yield core
            finally:
                for each in running:
                    each.cancel()
    finally:
        core.close()
        journal.close()
