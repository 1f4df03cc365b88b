"""What can be wrong with a tree of dispositions as a whole: a code used twice, too many levels, too many codes."""

from collections.abc import Iterator

from acd.config.places import entries_of, find, inside
from acd.config.wrapping_up import MOST_CODES, MOST_LEVELS
from acd.config.yaml_tree import Node

Found = tuple[str, Node, str]


def disposition_faults(root: Node) -> Iterator[Found]:
    """Each fault as path, node and message, lane by lane."""
    for path, tree in find(root, "lanes.*.dispositions.tree"):
        seen: dict[str, str] = {}
        yield from _level(path, tree, 1, seen)
        if len(seen) > MOST_CODES:
            yield path, tree, f"has {len(seen)} dispositions; at most {MOST_CODES} in one lane"


def _level(path: str, tree: Node, level: int, seen: dict[str, str]) -> Iterator[Found]:
    for code, node in entries_of(tree).items():
        where = f"{path}.{code}"
        if code in seen:
            yield (
                where,
                node,
                f'"{code}" is used twice in this lane; already at {seen[code]}; a record has the code alone',
            )
        else:
            seen[code] = where
        under = inside(node, "under")
        if under is None:
            continue
        if level == MOST_LEVELS:
            yield f"{where}.under", under, f"is one level too many; an agent chooses {MOST_LEVELS} times at most"
        else:
            yield from _level(f"{where}.under", under, level + 1, seen)
