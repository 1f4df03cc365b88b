"""`hotline floor`: the demo floor, run by `hotline up --demo` as a process of its own."""

from pathlib import Path

from acd.app import console
from acd.app.run_file import read
from acd.app.settings import home_folder
from acd.config import load
from acd.demo.floor import run_floor


async def run(config_path: Path) -> None:
    """Let scripted callers and agents use the hotline that runs in this home folder, until SIGTERM."""
    customers = load(config_path).customers_file
    known = [] if customers is None else [line.split(",")[0] for line in customers.read_text("utf-8").splitlines()[1:]]
    await run_floor(read(home_folder()), console.say, known_callers=[number for number in known if number])
