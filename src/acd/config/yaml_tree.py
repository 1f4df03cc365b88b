"""A YAML file as a tree of values with their positions, within limits.

The tree is built from the parser's events, so that a hostile file is refused while it is being read: too
large, too deep, too many values (counted as if every alias were written out). No tag can make an object.
Booleans and numbers follow YAML 1.2, so `no` and `on` are words. A key given twice, a key that is not a word
and a second document are faults. Nothing here knows what the settings mean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from acd.config.faults import ConfigRefused, Fault, printable
from acd.config.keyboard import misplaced_sign

MOST_BYTES = 1024 * 1024
MOST_VALUES = 60_000
DEEPEST = 20
LONGEST_LIST = 1_000
LARGEST_MAPPING = 5_000
FURTHEST_BACK = 20
"""Lines before the place where the parser gave up in which the sign that led to it is looked for."""

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_FRACTION = re.compile(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})")


@dataclass(slots=True)
class Node:
    """A value and where it stands. `value` is a scalar, a list of nodes, or a mapping of nodes by key."""

    line: int
    column: int
    value: "Scalar | list[Node] | dict[str, Node]"
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where each key of a mapping stands."""
    size: int = 1
    """How many values it holds with itself, aliases written out."""
    source: str = ""
    """A scalar's text as written."""
    text_column: int = 0
    """Where a scalar's first character stands, behind a quote if there is one; 0 when its text is written otherwise:
    on several lines, or with escapes."""

    def plain(self) -> Plain:
        """The value without positions, as Python's own lists and dictionaries."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


_OFTEN_MEANT = {
    "mapping values are not allowed here": "a colon and a space stand inside a text; put the text in quotes",
    "found '<block mapping start>'": "this line is indented otherwise than what it belongs to; line it up",
    "found '<block sequence start>'": "this list is indented otherwise than what it belongs to; line it up",
    "could not find expected ':'": "a key without its colon, or a text of several lines without quotes",
}
"""What the parser says of the slips that are made most often, and what an operator is told instead."""


def read_tree(text: str, file: str) -> tuple[Node, list[Fault]]:
    """The tree of `text` and the faults that did not stop the reading.

    Raises `ConfigRefused` when there is no tree: not YAML, empty, or beyond a limit.
    """
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - text.rfind("\n", 0, control.start())
        message = f"the character {control[0]!a} is not allowed in a text file"
        raise ConfigRefused([Fault(file, line, column, "", message)])
    builder = _Builder(file)
    try:
        root = builder.document(iter(YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = next((told for sign, told in _OFTEN_MEANT.items() if sign in str(error.problem)), None)
        problem = problem or " ".join(str(part) for part in (error.context, error.problem) if part)
        raise ConfigRefused(
            [*builder.faults, _meant(text, error, builder.fault(mark, f"not YAML: {problem}"))]
        ) from None
    except (
        YAMLError,
        YAMLStreamError,
        ValueError,
        RecursionError,
        AssertionError,
        IndexError,
        TypeError,
    ) as error:
        # The parser leaks other errors on a few odd inputs; a broken file is not a broken program.
        raise ConfigRefused([*builder.faults, builder.fault(None, f"not YAML: {type(error).__name__}")]) from None
    return root, builder.faults


class _Builder:
    """Puts the parser's events together; keeps the count of values and the depth below their limits."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.anchors: dict[str, Node] = {}
        self.count = 0

    def fault(self, mark: StringMark | None, message: str, path: str = "") -> Fault:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Fault(self.file, line, column, path, message)

    def refuse(self, event: Event, message: str) -> ConfigRefused:
        return ConfigRefused([*self.faults, self.fault(event.start_mark, message)])

    def document(self, events: Iterator[Event]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, (StreamStartEvent, StreamEndEvent, DocumentEndEvent)):
                continue
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self.refuse(event, "a second document begins here; one file holds one hotline")
                continue
            root = self.node(event, events, ())
        if root is None or root.value is None:
            raise ConfigRefused([*self.faults, self.fault(None, "the file is empty")])
        return root

    def node(self, event: Event, events: Iterator[Event], path: tuple[str, ...]) -> Node:
        if isinstance(event, AliasEvent):
            known = self.anchors.get(event.anchor)
            if known is None:
                raise self.refuse(event, f"*{event.anchor} stands for nothing; no &{event.anchor} before it")
            self.add(known.size, event)
            return known
        self.add(1, event)
        if len(path) > DEEPEST:
            raise self.refuse(event, f"nested too deeply; at most {DEEPEST} levels")
        if not isinstance(event, (ScalarEvent, CollectionStartEvent)):
            raise self.refuse(event, "a value is missing here")
        if event.tag is not None and event.tag != "!":
            self.faults.append(self.fault(event.start_mark, "tags (!…) are not allowed", dotted(path)))
        mark = event.start_mark
        before = self.count
        node = Node(mark.line + 1, mark.column + 1, None)
        if isinstance(event, ScalarEvent):
            node.source = event.value
            node.text_column = _text_column(event)
            node.value = event.value if event.style or event.tag == "!" else resolve(event.value)
        elif isinstance(event, SequenceStartEvent):
            node.value = self.items(events, path)
        else:
            node.value = self.entries(node, events, path)
        node.size += self.count - before
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def add(self, size: int, event: Event) -> None:
        self.count += size
        if self.count > MOST_VALUES:
            raise self.refuse(event, f"too many values; at most {MOST_VALUES}, aliases written out")

    def items(self, events: Iterator[Event], path: tuple[str, ...]) -> list[Node]:
        found: list[Node] = []
        for event in events:
            if isinstance(event, CollectionEndEvent):
                return found
            if len(found) >= LONGEST_LIST:
                raise self.refuse(event, f"a list has at most {LONGEST_LIST} entries")
            found.append(self.node(event, events, (*path, f"[{len(found)}]")))
        return found

    def entries(self, owner: Node, events: Iterator[Event], path: tuple[str, ...]) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for event in events:
            if isinstance(event, CollectionEndEvent):
                return found
            if len(found) >= LARGEST_MAPPING:
                raise self.refuse(event, f"a mapping has at most {LARGEST_MAPPING} keys")
            key = self.key(event, events, path)
            value = self.node(next(events), events, (*path, key))
            if key in found:
                message = f"stands twice; the first is on line {owner.keys[key][0]}"
                self.faults.append(self.fault(event.start_mark, message, dotted((*path, key))))
                continue
            if value.value is None and not value.source:
                # The parser places a missing value where the next thing begins, which misleads.
                value.line, value.column = event.start_mark.line + 1, event.start_mark.column + 1
            found[key] = value
            owner.keys[key] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return found

    def key(self, event: Event, events: Iterator[Event], path: tuple[str, ...]) -> str:
        node = self.node(event, events, (*path, "?"))
        if isinstance(node.value, (list, dict)):
            raise self.refuse(event, "a key must be a word, not a list or a mapping")
        if node.value == "<<" and isinstance(event, ScalarEvent) and not event.style:
            message = "merge keys (<<) are not allowed; an alias (*name) may stand for a whole value"
            self.faults.append(self.fault(event.start_mark, message, dotted(path)))
        if not isinstance(node.value, str):
            advice = f'the key {printable(node.source, 40)} is not a text; write it in quotes: "{node.source[:40]}"'
            self.faults.append(self.fault(event.start_mark, advice, dotted(path)))
        return node.source


def _meant(text: str, error: MarkedYAMLError, fault: Fault) -> Fault:
    """The fault at the sign that led to it, if it is one that is easily mistaken for another."""
    if text.split("\n")[fault.line - 1 : fault.line] and _character(text, fault) == "\t":
        return replace(fault, message="not YAML: a tab stands here; YAML takes spaces alone")
    began = error.context_mark.line + 1 if error.context_mark else fault.line
    # A key without its colon is noticed only on the next line.
    found = misplaced_sign(text, max(min(began, fault.line - 1), fault.line - FURTHEST_BACK), fault.line)
    if found is None:
        return fault
    line, column, message = found
    return replace(fault, line=line, column=column, message=f"not YAML: {message}")


def _character(text: str, fault: Fault) -> str:
    return text.split("\n")[fault.line - 1][fault.column - 1 : fault.column]


def _text_column(event: ScalarEvent) -> int:
    start, end = event.start_mark, event.end_mark
    quote = 1 if event.style in {"'", '"'} else 0
    as_written = start.line == end.line and end.column - start.column == len(event.value) + 2 * quote
    return start.column + 1 + quote if as_written else 0


def resolve(text: str) -> Scalar:
    """What a plain (unquoted) scalar stands for by YAML 1.2: nothing, yes or no, a number, or its text."""
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text[0] in "tT"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text


def dotted(path: tuple[str, ...]) -> str:
    """`("menus", "main", "[0]")` as `menus.main[0]`."""
    return "".join(part if part.startswith("[") or not at else f".{part}" for at, part in enumerate(path))
