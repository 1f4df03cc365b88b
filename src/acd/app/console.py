"""What `hotline up` says on the terminal: plain lines, coloured only where somebody looks at them."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

CONSOLE = Console(highlight=False, soft_wrap=True)
ERRORS = Console(highlight=False, soft_wrap=True, stderr=True)


def say(line: str) -> None:
    """One line about what goes on."""
    CONSOLE.print(Text(line))


def step(line: str) -> None:
    """One line about something that begins and may take a while."""
    CONSOLE.print(Text(f"• {line}", style="cyan"))


def refuse(line: str) -> None:
    """One line that says why it cannot go on."""
    ERRORS.print(Text(f"hotline: {line}", style="red"))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A small table whose cells are never cut or wrapped: secrets and addresses are there to be copied."""
    lines = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(cell_len(line[index]) for line in lines) for index in range(len(columns))]
    CONSOLE.print(Text(title, style="bold"))
    for number, line in enumerate(lines):
        if any(line):
            cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True))
            CONSOLE.print(Text("  " + "  ".join(cells).rstrip(), style="dim" if number == 0 else ""))


def print_json(content: object) -> None:
    """A machine's answer: JSON and nothing else."""
    CONSOLE.print_json(data=content)
