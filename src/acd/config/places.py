"""Finding places in the tree of a settings file by a pattern of their paths.

A place that has the wrong shape is passed over: its own fault says so elsewhere.
"""

from collections.abc import Iterator

from acd.config.yaml_tree import Node


def find(root: Node, pattern: str) -> Iterator[tuple[str, Node]]:
    """All places that fit `pattern` (`lanes.*.needs`; `*` is any key or entry), with their paths."""
    places: list[tuple[str, Node]] = [("", root)]
    for part in pattern.split("."):
        found: list[tuple[str, Node]] = []
        for path, node in places:
            if isinstance(node.value, dict):
                names = node.value if part == "*" else [part] if part in node.value else []
                found += [(f"{path}.{name}" if path else name, node.value[name]) for name in names]
            elif isinstance(node.value, list) and part == "*":
                found += [(f"{path}[{at}]", item) for at, item in enumerate(node.value)]
        places = found
    return iter(places)


def inside(node: Node, name: str) -> Node | None:
    """What stands under the key `name`, or None."""
    return node.value.get(name) if isinstance(node.value, dict) else None


def entries_of(node: Node | None) -> dict[str, Node]:
    """The entries of a mapping; none for anything else."""
    return node.value if node is not None and isinstance(node.value, dict) else {}


def keys_of(node: Node | None) -> list[str]:
    """The keys of a mapping, in the order of the file; none for anything else."""
    return list(entries_of(node))


def items_of(node: Node) -> list[Node]:
    """The entries of a list; none for anything else."""
    return node.value if isinstance(node.value, list) else []
