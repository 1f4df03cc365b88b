"""`hotline floor`: the demo floor, run by `hotline up --demo` as a process of its own."""

from acd.app import console
from acd.app.run_file import read
from acd.app.settings import home_folder
from acd.demo.floor import run_floor


async def run() -> None:
    """Let scripted callers and agents use the hotline that runs in this home folder, until SIGTERM."""
    await run_floor(read(home_folder()), console.say)
