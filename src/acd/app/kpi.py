"""`hotline kpi first-line`: which share of the calls the first line settled, by lane; docs/kpi.md defines it.

It reads the desktop's file, also while a core writes to it. No caller and no agent is in it.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from acd.app import console
from acd.app.access import desk_path
from acd.app.settings import home_folder
from acd.core.names import LaneName
from acd.engine.clock import wall_seconds
from cti.contacts.first_line import FirstLine
from cti.contacts.measure import DAYS, measure
from cti.tickets.went_up import went_up

__all__ = ["DAYS", "as_data", "first_line"]

COLUMNS = ("lane", "settled", "decided", "ratio", "called again", "handed up", "ticket", "not decided", "number hidden")


def first_line(days: int, *, as_json: bool) -> int:
    """Print the measure of the `days` before the last seven, and return 0. Raises DeskUnusable."""
    found = measure(desk_path(home_folder()), round(wall_seconds() * 1000), days, went_up)
    if as_json:
        console.print_json(as_data(found))
    elif found:
        console.table(
            f"first-line resolution, calls of {days} days; those of the last seven are not decided yet",
            COLUMNS,
            [_row(lane, each) for lane, each in found.items()],
        )
    else:
        console.say("no call was answered in that time")
    return 0


def as_data(found: Mapping[LaneName, FirstLine]) -> dict[str, Any]:
    """Every lane as plain values; a ratio is a share from 0 to 1, or null."""
    return {lane: {**asdict(each), "decided": each.decided, "ratio": each.ratio} for lane, each in found.items()}


def _row(lane: LaneName, each: FirstLine) -> tuple[str, ...]:
    return (
        lane,
        str(each.settled),
        str(each.decided),
        "-" if each.ratio is None else f"{each.ratio:.1%}",
        *(str(many) for many in (each.called_again, each.handed_up, each.ticket, each.undecided, each.unknown_caller)),
    )
