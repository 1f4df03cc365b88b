"""`hotline check`: all that is wrong with settings, customers and recordings, at once, and what is probably not meant.

    {"file": …, "version": …, "faults": [{"severity", "file", "line", "column", "path", "message"}], "notes": […],
     "lanes": …, "agents": …, "customers": …}

is the answer for machines. Of settings that are refused, `version` and the counts are null.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from acd.app import console
from acd.app.customers import customer_warnings, directory_of
from acd.app.patience import patience
from acd.app.recorded_prompts import recording_faults, told
from acd.config import ConfigRefused, Fault, HotlineConfig, load
from acd.config.advice import without_shifts
from cti.directory import DirectoryFault

CLEAN, WARNINGS, ERRORS = 0, 1, 2
MOST_SHOWN = 200
"""Warnings that are printed for people; machines get them all."""


def run(path: Path, *, as_json: bool = False) -> int:
    """Print the faults and return the exit code. Raises `DirectoryFault`; machines get it as one more fault."""
    try:
        with patience(f"Checking {path}"):
            config = load(path)
    except ConfigRefused as refused:
        if as_json:
            console.print_json(_refused(path, refused.faults))
        else:
            say_refused(refused)
        return ERRORS
    return _for_machines(path, config) if as_json else _for_people(path, config)


def say_refused(refused: ConfigRefused) -> None:
    """Print why settings are refused, one line for each fault."""
    for fault in refused.faults:
        console.refuse(str(fault))


def _for_people(path: Path, config: HotlineConfig) -> int:
    refused, hardly_heard = recording_faults(config)
    for recording in refused:
        console.refuse(told(recording))
    _say_warnings(list(map(str, config.warnings)))
    customers = directory_of(config)
    odd = [*map(str, customer_warnings(path, config, customers)), *map(told, hardly_heard)]
    _say_warnings(odd)
    if refused:
        return ERRORS
    for note in _notes(config):
        console.say(f"note: {note}")
    many = len(config.warnings) + len(odd)
    warned = f"{many} warning{'s' if many > 1 else ''}, " if many else ""
    console.say(
        f"{path}: {warned}{len(config.lanes)} lanes, {len(config.agents)} agents, {len(customers)} customers, "
        f"version {config.version}"
    )
    return WARNINGS if many else CLEAN


def _say_warnings(warnings: Sequence[str]) -> None:
    for warning in warnings[:MOST_SHOWN]:
        console.say(f"warning: {warning}")
    if len(warnings) > MOST_SHOWN:
        console.say(f"warning: … and {len(warnings) - MOST_SHOWN} more; --json has them all")


def _for_machines(path: Path, config: HotlineConfig) -> int:
    refused, hardly_heard = recording_faults(config)
    warnings = [*config.warnings, *hardly_heard]
    customers = None
    try:
        customers = directory_of(config)
        warnings += customer_warnings(path, config, customers)
    except DirectoryFault as fault:
        refused.append(_placed(fault, config))
    if customers is None or refused:
        console.print_json(_refused(path, refused, warnings))
        return ERRORS
    console.print_json(
        {
            "file": str(path),
            "version": config.version,
            "faults": [for_machines(warning, "warning") for warning in warnings],
            "notes": _notes(config),
            "lanes": len(config.lanes),
            "agents": len(config.agents),
            "customers": len(customers),
        }
    )
    return WARNINGS if warnings else CLEAN


def _refused(path: Path, faults: Iterable[Fault], warnings: Iterable[Fault] = ()) -> dict[str, Any]:
    told = [for_machines(fault, "error") for fault in faults] + [
        for_machines(warning, "warning") for warning in warnings
    ]
    nothing = dict.fromkeys(("lanes", "agents", "customers"))
    return {"file": str(path), "version": None, "faults": told, "notes": [], **nothing}


def for_machines(fault: Fault, severity: str) -> dict[str, Any]:
    """A fault as machines read it; `severity` is error or warning."""
    return {
        "severity": severity,
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "path": fault.path,
        "message": fault.message,
    }


def _placed(fault: DirectoryFault, config: HotlineConfig) -> Fault:
    """A fault of a customer file at its line; at its first when the file as a whole is at fault."""
    found = re.fullmatch(r"(.+?\.[A-Za-z]{1,8})(?::(\d+))?(?::(\d+))?: (.*)", str(fault), re.DOTALL)
    if found is None:
        return Fault(str(config.customers_file), 1, 1, "customers", str(fault))
    section = "customers" if found[1] == str(config.customers_file) else "directory"
    return Fault(found[1], int(found[2] or 1), int(found[3] or 1), section, found[4])


def _notes(config: HotlineConfig) -> list[str]:
    """What was taken for granted."""
    absent = without_shifts(config)
    if not absent:
        return []
    shown = ", ".join(absent[:10]) + (f" and {len(absent) - 10} more" if len(absent) > 10 else "")
    return [f"agents without shifts count as always there: {shown}"]
