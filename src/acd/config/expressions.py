"""The expressions of a settings file, each read with the names of this very file.

A fault stands at the place inside the text, so that an editor leads to the very word. Every text is read once however
often an alias repeats it, and a file with very many faults is not read to its end.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from acd.config.faults import Fault
from acd.config.places import entries_of, find, inside, items_of, keys_of
from acd.config.references import TIERS
from acd.config.yaml_tree import Node
from acd.core.language.reading import read_condition, read_needs
from acd.core.language.vocabulary import Vocabulary
from acd.core.language.words import LONGEST_TEXT, ExpressionFault

MOST_FAULTS = 200

_Read: TypeAlias = Callable[[str, Vocabulary | None], object]
_ABOUT_CALLS: tuple[tuple[str, _Read], ...] = (
    ("lanes.*.needs", read_needs),
    ("lanes.*.steps.*.needs", read_needs),
    ("lanes.*.steps.*.add", read_needs),
    ("lanes.*.steps.*.when", read_condition),
    ("lanes.*.overflow.when", read_condition),
    ("menus.*.*.cases.*.when", read_condition),
)
_ABOUT_THE_FLOOR: tuple[tuple[str, _Read], ...] = (
    ("reserves.*.agents", read_needs),
    ("reserves.*.until", read_condition),
)


def expression_faults(root: Node, file: str) -> list[Fault]:
    """Every expression that cannot be read, or that speaks of something that does not exist."""
    names = vocabulary_of(root)
    known: dict[tuple[_Read, bool, str], ExpressionFault | None] = {}
    faults: list[Fault] = []
    for places, about_a_call in ((_ABOUT_CALLS, True), (_ABOUT_THE_FLOOR, False)):
        # Without agents or lanes no name could be right; what is missing says so once, instead of here many times.
        vocabulary = replace(names, about_a_call=about_a_call) if names.skills and names.lanes else None
        for pattern, read in places:
            for path, node in find(root, pattern):
                text = node.value
                if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
                    continue
                if len(faults) >= MOST_FAULTS:
                    return faults
                key = (read, about_a_call, text)
                if key not in known:
                    known[key] = _fault_in(text, read, vocabulary)
                fault = known[key]
                if fault is not None:
                    faults.append(_placed(fault, node, path, file))
    return faults


def vocabulary_of(root: Node) -> Vocabulary:
    """The names that the file's expressions may use."""
    tiers = (node.value for place in TIERS for _, node in find(root, place))
    menus: dict[str, tuple[str, ...]] = {}
    for menu, steps in entries_of(inside(root, "menus")).items():
        keys = [
            key
            for step in items_of(steps)
            if (kind := inside(step, "step")) is not None and kind.value == "menu"
            for key in keys_of(inside(step, "keys"))
        ]
        menus[menu] = _sorted(keys)
    return Vocabulary(
        skills=_sorted(skill for _, node in find(root, "agents.*.skills") for skill in keys_of(node)),
        lanes=_sorted(keys_of(inside(root, "lanes"))),
        languages=_sorted(keys_of(inside(root, "languages"))),
        tiers=_sorted(tier for tier in tiers if isinstance(tier, str)),
        numbers=_sorted(keys_of(inside(root, "numbers"))),
        menus=menus,
        calendars=_sorted(keys_of(inside(root, "calendars"))),
    )


def _fault_in(text: str, read: _Read, vocabulary: Vocabulary | None) -> ExpressionFault | None:
    try:
        read(text, vocabulary)
    except ExpressionFault as fault:
        return fault
    return None


def _placed(fault: ExpressionFault, node: Node, path: str, file: str) -> Fault:
    if node.text_column:
        return Fault(file, node.line, node.text_column + fault.at - 1, path, fault.message)
    # The text is written on several lines or with escapes, so its characters cannot be counted in the file.
    return Fault(file, node.line, node.column, path, f"at character {fault.at}: {fault.message}")


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
