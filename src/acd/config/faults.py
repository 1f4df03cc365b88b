"""What is wrong with a settings file: where, what, and what is allowed instead.

A reader collects all the faults he can find before anything is refused, so that an operator corrects a file
once and not once per fault. What is shown is bounded: after `MOST_SHOWN` lines the rest is only counted.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_SHOWN = 50
LONGEST_LINE = 600
"""Characters of a fault: the names of all sections and a word about one of them."""
_STEP = re.compile(r"(?:lanes\.[^.\[]+\.steps|menus\.[^.\[]+)\[([0-9]{1,4})\]")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault (or one warning) at one place of a file. Lines and columns count from 1, in characters."""

    file: str
    line: int
    column: int
    path: str
    """Where in the settings, for example `lanes.cards.ring_for`; empty for the file as a whole."""
    message: str
    """What is wrong, then what is allowed."""

    def __str__(self) -> str:
        """`file:line:column: path: message`, on one line, without control characters.

        A step's path counts from 0, as YAML's lists do; everywhere else the first step is step 1, so it is said here.
        """
        step = _STEP.match(self.path)
        where = f"{self.path} (step {int(step[1]) + 1})" if step else self.path
        text = f"{where}: {self.message}" if where else self.message
        return f"{self.file}:{self.line}:{self.column}: {printable(text, LONGEST_LINE)}"


class ConfigRefused(Exception):
    """A settings file was not accepted. `faults` has all of them, in the order of the file, never empty."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """The message has one line for each of `faults`, at most `MOST_SHOWN`."""
        self.faults = tuple(sorted(set(faults)))
        lines = [str(fault) for fault in self.faults[:MOST_SHOWN]]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"… and {len(self.faults) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))


def printable(text: str, most: int = 600) -> str:
    """`text` with everything that is not printable escaped, cut to `most` characters."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)


def quoted(value: object) -> str:
    """A value from a file as it is shown in a message: bounded and printable."""
    return f'"{printable(str(value), 40)}"'


def one_of(allowed: Iterable[str], most: int = 12) -> str:
    """`allowed` as a list for people, in order, cut after `most`."""
    names = list(allowed)
    shown = ", ".join(printable(name, 40) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def suggestion(wrong: str, allowed: Iterable[str]) -> str:
    """` (did you mean …?)` when one of `allowed` looks like `wrong`, else nothing."""
    near = difflib.get_close_matches(wrong[:64], list(allowed)[:2000], n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""
