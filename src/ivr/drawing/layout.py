"""Where everything in the picture stands: boxes in columns from left to right, and lines between them.

A line that leads past a column has a place of its own in it, so that no line crosses a box; lines to the same box share
it. Within a column the order is that of what they are joined with, and each box stands as near to that as the others
let it. The cost grows with boxes and lines, and not with their squares.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ivr.drawing.content import Box, Content, Row
from ivr.drawing.texts import cut, width_of, wrapped

WIDTHS = {"number": 126.0, "menu": 268.0, "end": 164.0}
GUTTER = 74.0
MARGIN = 28.0
GAP = 20.0
PAD = 14.0
TITLE, HEAD, TEXT, WAY = 34.0, 24.0, 17.0, 26.0
"""Heights of the kinds of rows."""
SMALL, NORMAL = 12.0, 13.0
"""Sizes of the font."""
MOST_LINES = 5
"""Lines of what a step says; more is cut, and shown when the pointer rests on it."""
PASSING = 10.0
"""Height of the place in which a line leads past a column."""
SWEEPS = 6


@dataclass(slots=True)
class PlacedRow:
    """A row of a card, from the card's upper edge on."""

    row: Row
    lines: list[str]
    top: float
    height: float


@dataclass(slots=True)
class Item:
    """A box, or the place where lines lead past a column (`box` is None)."""

    name: str
    column: int
    box: Box | None
    height: float
    rows: list[PlacedRow] = field(default_factory=list)
    top: float = 0.0

    @property
    def entrance(self) -> float:
        """Where lines come in, from the upper edge on."""
        return TITLE / 2 if self.box is not None and self.box.kind == "menu" else self.height / 2


@dataclass(slots=True)
class Line:
    """A line between neighbouring columns; `start` is from the upper edge of its source on."""

    source: Item
    start: float
    target: Item
    leads_to: str
    silent: bool


@dataclass(slots=True)
class Layout:
    """The finished picture, without its looks."""

    columns: list[list[Item]]
    left: list[float]
    """Where each column begins, and behind the last one where the picture ends."""
    widths: list[float]
    lines: list[Line]
    height: float


def laid_out(content: Content) -> Layout:
    """Give everything in `content` its place."""
    boxes = [content.numbers, *content.menus, content.ends]
    columns = [[_item(box, column) for box in row] for column, row in enumerate(boxes)]
    lines = list(_lines(columns))
    for sweep in range(SWEEPS):
        _order(columns, lines, forward=sweep % 2 == 0)
    for column in columns:
        _stack(column, [item.top for item in column])
    for sweep in range(SWEEPS + 1):
        _place(columns, lines, forward=sweep % 2 == 0)
    upper = min((item.top for column in columns for item in column), default=0.0)
    for column in columns:
        for item in column:
            item.top += MARGIN - upper
    lower = max((item.top + item.height for column in columns for item in column), default=0.0)
    widths = [WIDTHS["number"], *[WIDTHS["menu"]] * len(content.menus), WIDTHS["end"]]
    left = [MARGIN]
    for width in widths:
        left.append(left[-1] + width + GUTTER)
    return Layout(columns, left, widths, lines, lower + MARGIN)


def _item(box: Box, column: int) -> Item:
    if box.kind != "menu":
        return Item(box.name, column, box, 44.0 if box.note else 34.0)
    rows: list[PlacedRow] = []
    top = TITLE
    for row in box.rows:
        room = WIDTHS["menu"] - 2 * PAD
        if row.kind == "text":
            lines = wrapped(row.text, SMALL, room, MOST_LINES)
            height = TEXT * len(lines) + 3
        elif row.kind == "head":
            lines, height = [cut(row.text, NORMAL, room - 22)], HEAD
            top += 5
        else:
            lines, height = [cut(row.text, NORMAL, room - badge_width(row) - 14)], WAY
        rows.append(PlacedRow(row, lines, top, height))
        top += height
    return Item(box.name, column, box, top + 8, rows)


def badge_width(row: Row) -> float:
    """How much room the key or word before a way needs, with the space behind it."""
    if not row.badge:
        return 0.0
    return min(max(width_of(row.badge, SMALL) + 12, 22.0), MOST_BADGE) + 8


MOST_BADGE = 120.0


def _lines(columns: list[list[Item]]) -> Iterator[Line]:
    """Every line, in pieces from column to column; adds the places where they lead past."""
    items = {item.name: item for column in columns for item in column}
    passing: dict[tuple[str, int], Item] = {}
    joined: set[tuple[str, int]] = set()
    for source in list(items.values()):
        starts = [(Row("", to=row.to), source.height / 2) for row in (source.box.rows if source.box else ())]
        if source.rows:
            starts = [(placed.row, placed.top + placed.height / 2) for placed in source.rows]
        for row, start in starts:
            if not row.to:
                continue
            target, here, at = items[row.to], source, start
            for column in range(source.column + 1, target.column):
                key = (target.name, column)
                if key not in passing:
                    passing[key] = Item(f"past {column} {target.name}", column, None, PASSING)
                    columns[column].append(passing[key])
                yield Line(here, at, passing[key], target.name, row.silent and here is source)
                here, at = passing[key], PASSING / 2
                if key in joined:
                    break
                joined.add(key)
            else:
                yield Line(here, at, target, target.name, row.silent and here is source)


def _order(columns: list[list[Item]], lines: Sequence[Line], *, forward: bool) -> None:
    """Put each column into the order of what its boxes are joined with on one side."""
    for at in range(len(columns)) if forward else reversed(range(len(columns))):
        _stack(columns[at], [0.0] * len(columns[at]))
        wanted = _wanted(lines, at, forward=forward)
        stands = {item.name: number for number, item in enumerate(columns[at])}
        columns[at].sort(key=lambda item: (wanted.get(item.name, item.top + item.height / 2), stands[item.name]))
        _stack(columns[at], [0.0] * len(columns[at]))


def _place(columns: list[list[Item]], lines: Sequence[Line], *, forward: bool) -> None:
    """Move the boxes of each column, in their order, as near as they can stand to what they are joined with."""
    for at in range(1, len(columns)) if forward else reversed(range(len(columns) - 1)):
        wanted = _wanted(lines, at, forward=forward)
        _stack(columns[at], [wanted.get(item.name, item.top + item.entrance) - item.entrance for item in columns[at]])


def _wanted(lines: Sequence[Line], column: int, *, forward: bool) -> dict[str, float]:
    """By item of a column: the height at which its entrance would stand best."""
    found: dict[str, list[float]] = {}
    for line in lines:
        if forward and line.target.column == column:
            found.setdefault(line.target.name, []).append(line.source.top + line.start)
        elif not forward and line.source.column == column:
            there = line.target.top + line.target.entrance
            found.setdefault(line.source.name, []).append(there - line.start + line.source.entrance)
    return {name: sum(heights) / len(heights) for name, heights in found.items()}


def _stack(column: list[Item], wanted: Sequence[float]) -> None:
    """Put a column's items below each other, all together as near to where they are wanted as can be.

    Least squares under an order: neighbours that would overlap become one block, at the mean of what they want.
    """
    before = 0.0
    blocks: list[tuple[float, int]] = []
    offsets: list[float] = []
    for item, height in zip(column, wanted, strict=True):
        offsets.append(before)
        before += item.height + (GAP if item.box is not None else GAP * 0.6)
        mean, many = height - offsets[-1], 1
        while blocks and blocks[-1][0] >= mean:
            other, more = blocks.pop()
            mean, many = (mean * many + other * more) / (many + more), many + more
        blocks.append((mean, many))
    at = 0
    for mean, many in blocks:
        for item, offset in zip(column[at : at + many], offsets[at : at + many], strict=True):
            item.top = mean + offset
        at += many
