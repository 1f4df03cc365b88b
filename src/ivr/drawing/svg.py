"""A picture as SVG, in light colours on a light page and in dark ones on a dark one.

Whatever comes from the settings is escaped here and nowhere else, and stands in text alone, never in a style.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from ivr.drawing.content import Box, Content
from ivr.drawing.layout import (
    GUTTER,
    MARGIN,
    MOST_BADGE,
    NORMAL,
    PAD,
    PASSING,
    SMALL,
    TITLE,
    Item,
    Layout,
    Line,
    PlacedRow,
    badge_width,
)
from ivr.drawing.texts import cut, width_of

COLOURS = 6
"""Lanes have so many colours in turn."""
LEGEND = 46.0

_LIGHT = (
    "--page: #f6f8fa; --card: #ffffff; --edge: #c5ced8; --ink: #1f2933; --soft: #5f6c7b; --band: #e9eef4; "
    "--plain: #8494a7; --c0: #2b6cb0; --c1: #2f855a; --c2: #b7791f; --c3: #7b52ab; --c4: #0f8b8d; --c5: #b83b6b; "
    "--stop: #c0392b; --word: #7a8796"
)
_DARK = (
    "--page: #0f1620; --card: #19222e; --edge: #3a4756; --ink: #e4e9ef; --soft: #9aa8b8; --band: #232f3d; "
    "--plain: #7b8a9c; --c0: #6db1f2; --c1: #63c58f; --c2: #e2b04a; --c3: #b594e6; --c4: #4fc6c8; --c5: #ef7fa8; "
    "--stop: #f0776a; --word: #8b99a9"
)
_FONTS = '"Helvetica Neue", Helvetica, Arial, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'
_STYLE = f"""\
    .menus {{ {_LIGHT} }}
    @media (prefers-color-scheme: dark) {{ .menus {{ {_DARK} }} }}
    .menus text {{ font-family: {_FONTS}; font-size: {NORMAL:g}px; fill: var(--ink) }}
    .page {{ fill: var(--page); stroke: var(--edge) }}
    .card {{ fill: var(--card); stroke: var(--edge); stroke-width: 1.5 }}
    .unheard {{ stroke-dasharray: 5 4 }}
    .band {{ fill: var(--band) }}
    .menus .title {{ font-size: 15px; font-weight: 700 }}
    .menus .note, .menus .text {{ font-size: {SMALL:g}px; fill: var(--soft) }}
    .menus .head {{ font-weight: 600 }}
    .menus .count {{ font-size: 11px; font-weight: 600; fill: var(--soft) }}
    .key {{ fill: var(--ink) }}
    .menus .keyed {{ font-size: {SMALL:g}px; font-weight: 700; fill: var(--card) }}
    .word {{ fill: none; stroke: var(--word) }}
    .menus .worded {{ font-size: {SMALL:g}px; fill: var(--soft) }}
    .line {{ fill: none; stroke: var(--plain); stroke-width: 1.8 }}
    .silent {{ stroke-dasharray: 2 4; stroke-linecap: round }}
    .end {{ fill: var(--card); stroke: var(--plain); stroke-width: 1.8 }}
    .menus .middle {{ text-anchor: middle }}
"""
_COLOURED = "".join(
    f"    .line.{name} {{ stroke: var(--{name}) }} .end.{name} {{ stroke: var(--{name}) }} "
    f".dot.{name}, .bar.{name} {{ fill: var(--{name}) }}\n"
    for name in (*(f"c{number}" for number in range(COLOURS)), "stop", "plain")
)


def svg_of(content: Content, layout: Layout) -> str:
    """The picture's text."""
    width = layout.left[-1] - GUTTER + MARGIN
    height = layout.height + LEGEND
    colours = _colours(content)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="menus" viewBox="0 0 {width:g} {height:.0f}" '
        f'width="{width:g}" height="{height:.0f}" role="img" aria-labelledby="title about">',
        f'  <title id="title">{escape(content.words["title"])}</title>',
        f'  <desc id="about">{escape(content.words["about"])}</desc>',
        f"  <style>\n{_STYLE}{_COLOURED}  </style>",
        f'  <rect class="page" x="1" y="1" width="{width - 2:g}" height="{height - 2:.0f}" rx="14"/>',
    ]
    parts += [f"  {line}" for each in layout.lines for line in _line(layout, each, colours)]
    for column in layout.columns:
        for item in column:
            if item.box is not None:
                parts += [f"  {line}" for line in _box(layout, item, item.box, colours)]
            else:
                y = item.top + PASSING / 2
                x = layout.left[item.column]
                colour = colours.get(item.name.split(" ", 2)[2], "plain")
                parts.append(f'  <path class="line {colour}" d="M{x:.1f} {y:.1f}h{layout.widths[item.column]:g}"/>')
    parts += [f"  {line}" for line in _legend(content, layout.height)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _colours(content: Content) -> dict[str, str]:
    """The colour of each end, and so of the lines that lead to it."""
    lanes = [end.name for end in content.ends if end.kind == "lane"]
    found = {name: f"c{at % COLOURS}" for at, name in enumerate(lanes)}
    stops = {end.name: "stop" for end in content.ends if end.name == "hang-up" or end.name.startswith("say ")}
    return {**found, **stops}


def _line(layout: Layout, line: Line, colours: dict[str, str]) -> Iterator[str]:
    x = layout.left[line.source.column] + layout.widths[line.source.column]
    to = layout.left[line.target.column]
    y, down = line.source.top + line.start, line.target.top + line.target.entrance
    colour = colours.get(line.leads_to, "plain")
    bend = (to - x) * 0.55
    silent = " silent" if line.silent else ""
    curve = f"M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {to - bend:.1f} {down:.1f} {to:.1f} {down:.1f}"
    yield f'<path class="line {colour}{silent}" d="{curve}"/>'
    if line.target.box is not None:
        yield f'<path class="dot {colour}" d="M{to:.1f} {down:.1f}l-8 -4.5v9z"/>'


def _box(layout: Layout, item: Item, box: Box, colours: dict[str, str]) -> Iterator[str]:
    x, y, width = layout.left[item.column], item.top, layout.widths[item.column]
    if box.kind != "menu":
        yield from _end(x, y, width, item.height, box, colours.get(box.name, "plain"))
        return
    unheard = "" if box.heard else " unheard"
    yield f'<rect class="card{unheard}" x="{x:.1f}" y="{y:.1f}" width="{width:g}" height="{item.height:.1f}" rx="9"/>'
    yield (
        f'<path class="band" d="M{x + 0.8:.1f} {y + TITLE:.1f}v-{TITLE - 9:g}q0 -8.2 8.2 -8.2h{width - 18:g}'
        f'q8.2 0 8.2 8.2v{TITLE - 9:g}z"/>'
    )
    note_width = width_of(box.note, SMALL)
    yield _text("title", x + PAD, y + 22, cut(box.title, 15, width - 2 * PAD - note_width), box.title)
    if box.note:
        yield _text("note", x + width - PAD - note_width, y + 22, box.note)
    for placed in item.rows:
        yield from _row(x, y + placed.top, width, placed, colours)


def _row(x: float, y: float, width: float, placed: PlacedRow, colours: dict[str, str]) -> Iterator[str]:
    row = placed.row
    if row.kind == "head":
        yield _text("count", x + PAD, y + 17, row.badge)
        yield _text("head", x + PAD + 18, y + 17, placed.lines[0], row.text)
        return
    if row.kind == "text":
        for at, line in enumerate(placed.lines):
            yield _text("text", x + PAD, y + 13 + at * 17, line, row.text)
        return
    middle = y + placed.height / 2
    room = badge_width(row)
    if row.badge:
        shape, said = ("key", "keyed") if row.is_key else ("word", "worded")
        yield (
            f'<rect class="{shape}" x="{x + PAD:.1f}" y="{middle - 9:.1f}" width="{room - 8:.1f}" height="18" '
            f'rx="{4 if row.is_key else 9}"/>'
        )
        shown = cut(row.badge, SMALL, MOST_BADGE - 12)
        yield _text(f"{said} middle", x + PAD + (room - 8) / 2, middle + 4.3, shown, row.badge)
    yield _text("way", x + PAD + room, middle + 4.6, placed.lines[0], row.text)
    if row.to:
        colour = colours.get(row.to, "plain")
        yield f'<circle class="dot {colour}" cx="{x + width:.1f}" cy="{middle:.1f}" r="4"/>'


def _end(x: float, y: float, width: float, height: float, box: Box, colour: str) -> Iterator[str]:
    rounded = 8 if box.kind == "lane" else height / 2
    yield (
        f'<rect class="end {colour}" x="{x:.1f}" y="{y:.1f}" width="{width:g}" height="{height:.1f}" rx="{rounded:g}"/>'
    )
    if box.kind == "lane":
        bar = f'x="{x + 7:.1f}" y="{y + 8:.1f}" width="5" height="{height - 16:.1f}" rx="2.5"'
        yield f'<rect class="bar {colour}" {bar}/>'
    room = width - 36 if box.kind == "lane" else width - 22
    title = cut(box.title, 15, room)
    yield _text("title middle", x + width / 2, y + (20 if box.note else height / 2 + 5), title, box.title)
    if box.note:
        yield _text("note middle", x + width / 2, y + 36, cut(box.note, SMALL, room), box.note)


def _legend(content: Content, y: float) -> Iterator[str]:
    words = content.words
    x = MARGIN
    yield _text("note", x, y + 16, words["everywhere"])
    x += width_of(words["everywhere"], SMALL) + 10
    for key, word in (("0", "person"), ("*", "back"), ("#", "repeat")):
        yield f'<rect class="key" x="{x:.1f}" y="{y + 3:.1f}" width="22" height="18" rx="4"/>'
        yield _text("keyed middle", x + 11, y + 16.3, key)
        yield _text("note", x + 29, y + 16, words[word])
        x += 29 + width_of(words[word], SMALL) + 22
    x += 14
    yield f'<path class="line plain silent" d="M{x:.1f} {y + 12:.1f}h34"/>'
    yield _text("note", x + 44, y + 16, words["silent"])
    x += 44 + width_of(words["silent"], SMALL) + 30
    yield _text("note", x, y + 16, f"↓ {words['next']}")


def _text(kind: str, x: float, y: float, shown: str, whole: str = "") -> str:
    more = f"<title>{escape(whole)}</title>" if whole and whole != shown else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{more}{escape(shown)}</text>'
