"""`hotline emergency`: from one moment to the next everybody of a lane is sent where its `when_emergency` says.

The switch is kept in the home folder, so it outlives every restart until somebody turns it off. A running core takes it
over at once, without reading the settings: a file that is just being edited neither comes into force by it, nor stands
in its way.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from acd.app import console, core_file, switches, telling
from acd.app.core_file import CoreStatus
from acd.app.run_file import NotRunning
from acd.app.settings import used_home
from acd.config import load
from acd.config.faults import one_of, suggestion
from acd.core.names import LaneName

DONE, REFUSED = 0, 2
WORDS = {True: "on", False: "off", None: "no switch"}


class EmergencyRefused(Exception):
    """The lane has no such switch, or the core could not take it; one line says which."""


def turn(lane: str, *, on: bool, settings: Path, environment: Mapping[str, str] = os.environ) -> int:
    """Turn a lane's switch on or off, say so, and return 0.

    `settings` are asked for the lanes when no core runs; the switch then holds from its next start. Raises
    EmergencyRefused, ReloadRefused, SettingsRefused where no hotline has run, SwitchesUnreadable and the settings' own
    errors; nothing has changed then, except after a ReloadRefused, whose line says what is known.
    """
    home = used_home(environment)
    core = _core(home)
    lanes = _lanes(core, settings)
    with telling.alone(home, telling.PATIENCE):
        before = switches.switched_on(home)
        # What is left of a lane that was taken out of the settings may go.
        if on or lane not in before:
            _must_have_a_switch(lane, lanes)
        after = before | {LaneName(lane)} if on else before - {LaneName(lane)}
        switches.keep(home, after)
        if core is not None:
            status = telling.tell(home, core, telling.READ_SWITCHES)
            if status.refused:
                switches.keep(home, before)
                raise EmergencyRefused("; ".join(status.refused))
    held = "" if core is not None else f"; no core runs in {home}, so it holds from its next start"
    console.say(f"the emergency switch of lane {lane} is {WORDS[on]}{held}")
    return DONE


def show(settings: Path, *, as_json: bool, environment: Mapping[str, str] = os.environ) -> int:
    """Print each lane's switch and return 0. Raises SettingsRefused, SwitchesUnreadable, the settings' own errors."""
    home = used_home(environment)
    core = _core(home)
    lanes = _lanes(core, settings)
    if core is None:
        on = switches.switched_on(home)
        lanes = {lane: None if state is None else lane in on for lane, state in lanes.items()}
    if as_json:
        console.print_json(lanes)
    elif any(state is not None for state in lanes.values()):
        rows = [(lane, WORDS[state]) for lane, state in lanes.items() if state is not None]
        console.table("emergency switches", ("lane", "switch"), rows)
    else:
        console.say("no lane has an emergency switch; `when_emergency` of a lane gives it one")
    return DONE


def _core(home: Path) -> CoreStatus | None:
    try:
        return core_file.read(home)
    except NotRunning:
        return None


def _lanes(core: CoreStatus | None, settings: Path) -> dict[str, bool | None]:
    """Each lane's switch in the settings that are in force; without a core, in the file, where all are off."""
    return switches.state_of(load(settings)) if core is None else dict(core.emergency)


def _must_have_a_switch(lane: str, lanes: Mapping[str, bool | None]) -> None:
    if lane not in lanes:
        raise EmergencyRefused(
            f"there is no lane {lane[:40]!r}{suggestion(lane, lanes)}; the lanes are {one_of(lanes)}"
        )
    if lanes[lane] is None:
        raise EmergencyRefused(
            f"lane {lane} has no `when_emergency` in the settings in force, which would say where its callers go"
        )
