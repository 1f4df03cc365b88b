"""The results as a table for a person and as a file for whoever compares runs.

`python -m bench.report bench/out/FILE.json` prints a file's figures as the table of docs/benchmarks.md.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.figures import Figure

OUT = Path(__file__).parent / "out"


def out_folder() -> Path:
    """Where results go; made if it is not there."""
    OUT.mkdir(exist_ok=True)
    return OUT


def shown(value: float | None) -> str:
    """A figure with three digits that count."""
    if value is None:
        return ""
    if value != value:  # noqa: PLR0124 - not a number: nothing was measured.
        return "none"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _ratio(figure: Figure) -> str:
    return f"{shown(figure.ratio)} {figure.ratio_of}" if figure.ratio is not None else ""


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    word = "at most" if figure.better == "less" else "at least"
    return f"{word} {shown(figure.goal)}: {'met' if figure.met else 'missed'}"


def rows(figures: Sequence[Figure]) -> list[tuple[str, str, str, str, str]]:
    """The lines of the table."""
    return [
        (
            figure.what,
            f"{shown(figure.value)} {figure.unit}",
            f"{shown(figure.other)} {figure.unit} ({figure.against})" if figure.against else "",
            _ratio(figure),
            _goal(figure),
        )
        for figure in figures
    ]


def table(figures: Sequence[Figure], facts: dict[str, Any], console: Console) -> None:
    """Print all figures, a section for each benchmark, and what they were measured on."""
    table = Table(title="Hotline's benchmarks", title_justify="left")
    for heading in ("what", "Hotline", "compared with", "ratio", "goal"):
        table.add_column(heading)
    last = ""
    for figure, row in zip(figures, rows(figures), strict=True):
        if last not in {"", figure.benchmark}:
            table.add_section()
        last = figure.benchmark
        table.add_row(*row)
    console.print(table)
    for figure in figures:
        if figure.note:
            console.print(f"{figure.what}: {figure.note}", style="dim", highlight=False)
    console.print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items()), highlight=False)


def write(figures: Sequence[Figure], facts: dict[str, Any], stamp: str) -> Path:
    """Write everything as JSON into bench/out/ and return the file."""
    path = out_folder() / f"{stamp}.json"
    content = {"version": 1, "machine": facts, "figures": [figure.as_json() for figure in figures]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def markdown(path: Path) -> str:
    """A written run as the table of docs/benchmarks.md."""
    content = json.loads(path.read_text("utf-8"))
    figures = [Figure(**{name: value for name, value in each.items() if name != "met"}) for each in content["figures"]]
    lines = ["| benchmark | what | Hotline | compared with | ratio | goal | note |", "|---|---|---|---|---|---|---|"]
    for figure, row in zip(figures, rows(figures), strict=True):
        lines.append(f"| `{figure.benchmark}` | {' | '.join(row)} | {figure.note} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown(Path(sys.argv[1])))
