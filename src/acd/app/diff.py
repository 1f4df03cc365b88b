"""`hotline diff OLD NEW`: what changes from one settings file to the other, and for whom, before it comes into force.

    {"old": {"file", "version"}, "new": {"file", "version"}, "routing_changes": …, "needs_restart": […],
     "needs_asterisk": […], "differences": [{"about", "what", "kind", "text", "old", "new",
                                              "movements": [{"whom", "gains": […], "loses": […]}]}],
     "customers_not_compared": …}

is the answer for machines; agents stand in it by their ids. When a file is refused, it is {"faults": […]}, as of
`hotline check`. Customers are compared, too, as far as their files can be read; `customers_not_compared` says why not,
and is null when they were.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.text import Text

from acd.app import console
from acd.app.changes import needing_asterisk, needing_restart
from acd.app.check import for_machines, say_refused
from acd.app.customers import customer_differences, directory_of
from acd.app.patience import patience
from acd.config import ConfigRefused, HotlineConfig, load
from acd.config.differences import Difference, Kind, Movement, differences
from acd.core.names import AgentId
from cti.directory import DirectoryFault

SAME, DIFFERENT, REFUSED = 0, 1, 2
MOST_NAMES = 10
MOST_LINES = 500
"""Lines of differences that are printed for people; machines get them all."""
MOST_IN_JSON = 1_000
"""Agents that machines are told of one movement; the count is of all."""
_COLOURS = {Kind.ADDED: "green", Kind.REMOVED: "red", Kind.CHANGED: ""}


def run(old: Path, new: Path, *, as_json: bool = False) -> int:
    """Print what differs and return the exit code: 0 nothing, 1 something, 2 when a file is refused."""
    with patience(f"Comparing {old} and {new}"):
        before, after = _read(old), _read(new)
        if not isinstance(before, HotlineConfig) or not isinstance(after, HotlineConfig):
            _refuse([each for each in (before, after) if isinstance(each, ConfigRefused)], as_json=as_json)
            return REFUSED
        found = [*differences(before, after)]
        try:
            found += customer_differences(directory_of(before), directory_of(after))
            unread = None
        except DirectoryFault as fault:
            unread = str(fault)
    if as_json:
        answer = _for_machines(old, new, before, after, found)
        console.print_json(answer | {"customers_not_compared": unread})
    else:
        _for_people(old, new, before, after, found)
        if unread:
            console.say(f"the customers are not compared: {unread}")
    return DIFFERENT if found else SAME


def _read(path: Path) -> HotlineConfig | ConfigRefused:
    try:
        return load(path)
    except ConfigRefused as refused:
        return refused


def _refuse(files: Sequence[ConfigRefused], *, as_json: bool) -> None:
    if as_json:
        console.print_json({"faults": [for_machines(fault, "error") for refused in files for fault in refused.faults]})
        return
    for refused in files:
        say_refused(refused)


def routing_changes(old: HotlineConfig, new: HotlineConfig) -> bool:
    """Whether anything changes by which a call is routed; what callers hear is not."""
    return replace(old.policy(), version="") != replace(new.policy(), version="")


def _for_people(old: Path, new: Path, before: HotlineConfig, after: HotlineConfig, found: Sequence[Difference]) -> None:
    console.say(f"{old} (version {before.version}) -> {new} (version {after.version})")
    if not routing_changes(before, after):
        console.say("nothing that routing sees changes")
    names = {name: agent.name for config in (before, after) for name, agent in config.agents.items()}
    lines = [line for about, those in groupby(found, key=_about) for line in _under(about, those, names)]
    for line, style in lines[:MOST_LINES]:
        console.CONSOLE.print(Text(line, style=style))
    if len(lines) > MOST_LINES:
        console.say(f"… and {len(lines) - MOST_LINES} more lines; --json has everything")
    needs = (
        ("only after the core is started again", needing_restart(before, after)),
        ("also in Asterisk's files", needing_asterisk(before, after)),
    )
    told = [f"{what}: {', '.join(sections)}" for what, sections in needs if sections]
    for line in ("", *told) if told else ():
        console.say(line)


def _about(difference: Difference) -> str:
    return difference.about


def _under(about: str, those: Iterable[Difference], names: dict[AgentId, str]) -> Iterator[tuple[str, str]]:
    """The lines under one heading, each with its style."""
    yield "", ""
    yield about, "bold"
    for each in those:
        yield f"  {each.what}: {each.text}" if each.what else f"  {each.text}", _COLOURS[each.kind]
        for movement in each.movements:
            yield f"    {_moved(movement, names)}", ""


def _moved(movement: Movement, names: dict[AgentId, str]) -> str:
    signs = ("gains", "loses") if movement.whom else ("also", "no longer")
    parts = [
        f"{sign} {_listed(agents, names)}"
        for sign, agents in zip(signs, (movement.gains, movement.loses), strict=True)
        if agents
    ]
    moved = "; ".join(parts) or "the same agents as before"
    return f"{movement.whom}: {moved}" if movement.whom else moved


def _listed(agents: Sequence[AgentId], names: dict[AgentId, str]) -> str:
    shown = ", ".join(names[agent] for agent in agents[:MOST_NAMES])
    more = f" and {len(agents) - MOST_NAMES} more" if len(agents) > MOST_NAMES else ""
    return f"{len(agents)} ({shown}{more})"


def _for_machines(
    old: Path, new: Path, before: HotlineConfig, after: HotlineConfig, found: Sequence[Difference]
) -> dict[str, Any]:
    return {
        "old": {"file": str(old), "version": before.version},
        "new": {"file": str(new), "version": after.version},
        "routing_changes": routing_changes(before, after),
        "needs_restart": list(needing_restart(before, after)),
        "needs_asterisk": list(needing_asterisk(before, after)),
        "differences": [
            {
                "about": each.about,
                "what": each.what,
                "kind": str(each.kind),
                "text": each.text,
                "old": each.old,
                "new": each.new,
                "movements": [
                    {
                        "whom": movement.whom,
                        "gains": list(movement.gains[:MOST_IN_JSON]),
                        "gains_count": len(movement.gains),
                        "loses": list(movement.loses[:MOST_IN_JSON]),
                        "loses_count": len(movement.loses),
                    }
                    for movement in each.movements
                ],
            }
            for each in found
        ],
    }
