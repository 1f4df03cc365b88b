"""The picture of docs/benchmarks.md: how the time of a decision grows with the size of the hotline.

    .venv/bin/python -m bench.growth bench/out/FILE.json docs/decisions.svg

Both axes are logarithmic: a time that grew with the size would be a line that climbs like the dotted one.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 980, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 400, 30, 60
LEAST, MOST = 10.0, 10_000.0
"""Microseconds at the foot and at the top."""
COLOURS = ("#0b6e99", "#c2571a", "#3f7d3a", "#8a4b9e", "#946c00", "#b03a48", "#4a5a6a", "#00827f")

Points = list[tuple[float, float]]


def curves(figures: Sequence[Mapping[str, object]]) -> dict[str, Points]:
    """The medians by case, as (agents, microseconds), in the order of the sizes."""
    found: dict[str, Points] = {}
    for figure in figures:
        what, note = str(figure["what"]), str(figure["note"])
        if figure["benchmark"] == "decisions" and what.endswith(", median"):
            agents = float(note.split(" agents", maxsplit=1)[0].replace(",", ""))
            found.setdefault(what.removesuffix(", median"), []).append((agents, float(str(figure["value"]))))
    return {name: sorted(points) for name, points in found.items() if len(points) > 1}


def picture(found: Mapping[str, Points]) -> str:
    """The curves as SVG."""
    sizes = sorted({agents for points in found.values() for agents, _ in points})
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
            'font-size="12" role="img" aria-label="Time of a decision by the size of the hotline">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            *_axes(sizes),
            *_proportional(sizes),
            *_lines(found, sizes),
            "</svg>",
            "",
        ]
    )


def _x(agents: float, sizes: Sequence[float]) -> float:
    share = math.log(agents / sizes[0]) / math.log(sizes[-1] / sizes[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(microseconds: float) -> float:
    share = math.log(min(MOST, max(LEAST, microseconds)) / LEAST) / math.log(MOST / LEAST)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _axes(sizes: Sequence[float]) -> Iterator[str]:
    for power in range(1, 5):
        y = _y(10.0**power)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d8dee4"/>'
        label = f"{10**power:,} µs"
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#4a5a6a">{label}</text>'
    for agents in sizes:
        x = _x(agents, sizes)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#eef1f4"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#4a5a6a">{agents:,.0f}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    words = "agents; a twentieth as many skills, five times as many callers waiting"
    yield f'<text x="{middle}" y="{HEIGHT - 16}" text-anchor="middle" fill="#1f2933">{words}</text>'


def _proportional(sizes: Sequence[float]) -> Iterator[str]:
    """What twice the time for twice the agents would look like."""
    begin = (_x(sizes[0], sizes), _y(20))
    end = (_x(sizes[-1], sizes), _y(20 * sizes[-1] / sizes[0]))
    yield (
        f'<line x1="{begin[0]:.1f}" y1="{begin[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="#9aa5b1" '
        'stroke-dasharray="2 4"/>'
    )
    yield f'<text x="{end[0] + 8:.1f}" y="{end[1] + 4:.1f}" fill="#7b8794">as the number of agents</text>'


def _lines(found: Mapping[str, Points], sizes: Sequence[float]) -> Iterator[str]:
    labels: list[float] = []
    ends = sorted(found.items(), key=lambda curve: -curve[1][-1][1])
    for number, (name, points) in enumerate(ends):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{_x(agents, sizes):.1f},{_y(value):.1f}" for agents, value in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (
            f'<circle cx="{_x(agents, sizes):.1f}" cy="{_y(value):.1f}" r="3" fill="{colour}"/>'
            for agents, value in points
        )
        y = _y(points[-1][1]) + 4
        # Labels stand beside the ends of their curves, and below each other where these meet.
        y = max(y, labels[-1] + 15) if labels else y
        labels.append(y)
        yield f'<text x="{WIDTH - RIGHT + 12}" y="{y:.1f}" fill="{colour}">{escape(name)}</text>'


def main(arguments: Sequence[str]) -> int:
    """Draw the figures of one file."""
    source, target = map(Path, arguments)
    target.write_text(picture(curves(json.loads(source.read_text("utf-8"))["figures"])), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
