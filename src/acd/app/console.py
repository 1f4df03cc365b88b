"""What `hotline up` says on the terminal: plain lines, coloured only where somebody looks at them."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
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


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A small table; texts are shown as they are, whatever they look like."""
    shown = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2))
    for column in columns:
        shown.add_column(column, style="default", header_style="dim")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    CONSOLE.print(shown)


def print_json(content: object) -> None:
    """A machine's answer: JSON and nothing else."""
    CONSOLE.print_json(data=content)
