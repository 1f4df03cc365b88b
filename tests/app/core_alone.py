"""A core process with its settings and nothing around it: no switch, no pages."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from acd.app import core_file, telling
from tests.app.small_home import SmallHome
from tests.app.test_reloading import Core
from tests.config.small import SMALL
from tests.fakes import eventually, running


@asynccontextmanager
async def core_alone(folder: Path, settings: str = SMALL) -> AsyncIterator[SmallHome]:
    """A core process that reads small settings in `folder` and can be told something; its home is `folder/home`."""
    place = SmallHome(folder)
    place.write(settings)
    with (folder / "core.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.app.core_alone",
            # By this word a process is known as one of ours.
            "acd.cli",
            str(folder),
            stdout=log,
            stderr=log,
            env=os.environ | {"HOTLINE_HOME": str(place.home)},
        )
    try:
        await eventually(lambda: (place.home / core_file.FILE).exists() or process.returncode is not None, within=30)
        assert process.returncode is None, (folder / "core.log").read_text("utf-8")
        yield place
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _work(folder: Path) -> None:
    core = Core(SmallHome(folder))
    asyncio.get_running_loop().add_signal_handler(telling.READ_SETTINGS, core.wanted.read_settings)
    asyncio.get_running_loop().add_signal_handler(telling.READ_SWITCHES, core.wanted.read_switches)
    async with running(core.hotline.driver):
        await core.reloading.run()


if __name__ == "__main__":
    asyncio.run(_work(Path(sys.argv[2])))
