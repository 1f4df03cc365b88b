"""`hotline reload`: changed settings come into force in the hotline of this home folder, and no caller notices.

It looks at everything first where a person can read what is wrong: the settings, the customers, the prompts. Under
`hotline up` it then brings Asterisk's files up to date, tried on a scratch Asterisk first, and has Asterisk read them;
an Asterisk that somebody else runs is his to look after, and he is told so. Last of all the core is told to read the
file. Should it refuse after all, Asterisk gets its old files back. One reload at a time.

The core is told of a faulty file as well, so that its metrics, its log and core.json say what a person was told here.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from acd.app import console, core_file
from acd.app.check import CLEAN, ERRORS, WARNINGS
from acd.app.core_file import CoreStatus
from acd.app.customers import customer_warnings, directory_of
from acd.app.own_asterisk import OwnAsterisk
from acd.app.prompt_build import speak_all
from acd.app.prompt_progress import Progress
from acd.app.recorded_prompts import recording_faults, told
from acd.app.reloading import MOST_FAULTS, MOST_WARNINGS, at_most, faults_of
from acd.app.settings import home_folder
from acd.app.telling import READ_SETTINGS, alone, tell
from acd.asterisk.places import cache_folder
from acd.config import ConfigRefused, load
from cti.directory import DirectoryFault
from ivr.prompts import PromptError


def run(environment: Mapping[str, str] = os.environ) -> int:
    """Do it, say what came of it, and return the exit code: 0 in force, 1 in force with warnings, 2 refused.

    Raises NotRunning, ReloadRefused and the parts' own one-line errors; nothing has changed then, except after a
    ReloadRefused, whose line says what is known.
    """
    home = home_folder(environment)
    core = core_file.read(home)
    with alone(home):
        console.step(f"Checking {core.settings}")
        try:
            config = load(core.settings)
            odd = (*config.warnings, *customer_warnings(Path(core.settings), config, directory_of(config)))
            speak_all(config, home, cache_folder(dict(environment)) / "prompts", Progress())
        except PromptError as error:
            # It names the first alone; whoever has to record them again wants to know of all.
            refused = tuple(map(told, recording_faults(config)[0]))
            return _refuse(home, at_most(MOST_FAULTS, refused) or faults_of(error))
        except (ConfigRefused, DirectoryFault) as error:
            return _refuse(home, faults_of(error))
        own = OwnAsterisk.found_in(home)
        if own is not None:
            own.follow(config)
        status = _tell(home)
        if own is not None:
            own.go_back() if status.refused else own.describe(config)
    if status.refused:
        return _say_refused(status.refused)
    warnings = (*at_most(MOST_WARNINGS, tuple(map(str, odd))), *_left_to_do(status, own))
    for warning in warnings:
        console.say(f"warning: {warning}")
    console.say(f"version {status.version} is in force")
    return WARNINGS if warnings else CLEAN


def _refuse(home: Path, faults: tuple[str, ...]) -> int:
    """Say what is wrong with the file, and let the core find it, too, so that it is counted and in its log."""
    code = _say_refused(faults)
    status = _tell(home)
    if status.refused:
        return code
    # Somebody has mended the file in between, and Asterisk knows nothing of it yet.
    console.refuse(f"the core found no fault, and has version {status.version} in force; `hotline reload` once more")
    return WARNINGS


def _say_refused(faults: tuple[str, ...]) -> int:
    for fault in faults:
        console.refuse(fault)
    console.refuse("the settings are refused; those before hold on")
    return ERRORS


def _tell(home: Path) -> CoreStatus:
    """Tell the core to read the file, and return what it says afterwards."""
    console.step("Telling the core")
    return tell(home, core_file.read(home), READ_SETTINGS)


def _left_to_do(status: CoreStatus, own: OwnAsterisk | None) -> list[str]:
    """What of the settings is not in force yet, and what would bring it about."""
    left = []
    if status.restart:
        left.append(f"needs a restart: {', '.join(status.restart)}; all else is in force")
    if own is None and status.asterisk:
        left.append(
            f"Asterisk's files hold these, too: {', '.join(status.asterisk)}; "
            "`hotline render` them and let Asterisk load them again, unless that is done"
        )
    if own is not None and own.restart:
        left.append(f"needs a restart of Asterisk: {', '.join(own.restart)}; start the hotline again when it is quiet")
    return left
