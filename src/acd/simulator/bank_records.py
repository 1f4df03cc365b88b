"""The call records of a real bank: January to March 1999 of the "Anonymous Bank" call centre, 103,744 calls.

The records come from the Technion, I. Guedj and A. Mandelbaum. They may be used with acknowledgement of this source,
but not passed on, so they are no part of this project: whoever has them names the folder that they lie in. The
file there is `calls_1999_01_03.csv.gz`: text in UTF-8, one call a line, columns separated by commas, no quotes.

| column       | meaning                                                                                        |
|--------------|------------------------------------------------------------------------------------------------|
| day          | the date, as 1999-01-31                                                                        |
| dow          | the day of the week in three letters; Sunday to Thursday are working days                      |
| vru_line     | the line of the voice response unit (the menu) that the call came in on                        |
| call_id      | a number that is used again and again, so that only the line of the file names a call          |
| customer_key | who called, as a running number; 0 is not identified                                           |
| priority     | 0 not identified, 1 regular, 2 priority customer; recorded for calls that queued, else mostly 0 |
| type         | what the call was about, see `CallType`                                                        |
| t_vru_in     | when the call reached the menu, in seconds since midnight                                      |
| vru_s        | seconds in the menu                                                                            |
| t_offer      | t_vru_in + vru_s: when the call asked for an agent, and its wait began if there was one         |
| queued       | 1 if the call waited in a queue, else 0                                                        |
| wait_s       | seconds in the queue; 0 for calls that did not queue                                           |
| outcome      | AGENT served, HANG the caller hung up, PHANTOM no call at all                                  |
| kind         | the outcome in more detail, see `Kind`                                                         |
| talk_s       | seconds with an agent                                                                          |
| server       | the agent, as a running key; NO_SERVER for nobody                                              |
| bad          | 1 if the times of the line are impossible, such as a menu that was left before it was reached  |

All times are whole seconds. A day can go on after midnight, with times above 86,400.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TextIO, TypeVar

from acd.config.faults import one_of, quoted

FILE_NAME = "calls_1999_01_03.csv.gz"
COLUMNS = (
    "day",
    "dow",
    "vru_line",
    "call_id",
    "customer_key",
    "priority",
    "type",
    "t_vru_in",
    "vru_s",
    "t_offer",
    "queued",
    "wait_s",
    "outcome",
    "kind",
    "talk_s",
    "server",
    "bad",
)
MOST_CALLS = 1_000_000
"""More lines than this are refused: the file is not the one that is meant."""
LONGEST_LINE = 1_000
"""Characters, the end of the line included."""
LARGEST_NUMBER = 10_000_000
NOBODY = "NO_SERVER"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Priority(IntEnum):
    """How the bank ranked a caller."""

    UNIDENTIFIED = 0
    REGULAR = 1
    PRIORITY = 2
    """The bank's rule: he is served as if he had come 90 s sooner."""


class CallType(StrEnum):
    """What a call was about."""

    REGULAR = "PS"
    """The ordinary business of customers."""
    STOCK_EXCHANGE = "NE"
    PROSPECT = "NW"
    """Somebody who may become a customer."""
    INTERNET = "IN"
    """Support for the bank's internet pages."""
    ENGLISH = "PE"
    """Ordinary business in English."""
    CALL_BACK = "TT"
    UNKNOWN = "AA"
    """Two calls of the file; the source does not describe it."""


class Outcome(StrEnum):
    """How a call ended, roughly."""

    AGENT = "AGENT"
    HANG = "HANG"
    PHANTOM = "PHANTOM"


class Kind(StrEnum):
    """How a call ended."""

    SERVED_AFTER_WAIT = "served_after_wait"
    SERVED_AT_ONCE = "served_at_once"
    ABANDONED_QUEUE = "abandoned_queue"
    LEFT_IN_VRU = "left_in_vru"
    PHANTOM = "phantom"


@dataclass(frozen=True, slots=True)
class BankCall:
    """One line of the records. Times are seconds since midnight of `day`, lengths are seconds."""

    line: int
    """Where in the file, the heading being line 1; the one thing that names a call for certain."""
    day: date
    vru_line: str
    call_id: int
    customer: int | None
    """None: not identified."""
    priority: Priority
    type: CallType
    reached_menu_at: int
    menu: int
    offered_at: int
    """When he asked for an agent: the beginning of his wait."""
    queued: bool
    wait: int
    outcome: Outcome
    kind: Kind
    talk: int
    agent: str | None
    bad: bool
    """The times are impossible; `menu` may be below 0."""

    @property
    def left_queue_at(self) -> int:
        """When the wait ended, with an agent or without; `offered_at` for a call that did not queue."""
        return self.offered_at + self.wait


class BankRecordsRefused(Exception):
    """The records cannot be read. The message is one line: where, what is wrong, what is allowed."""


def read_calls(folder: Path) -> list[BankCall]:
    """All calls of the file in `folder`, in its order.

    Raises `BankRecordsRefused` if the file is missing, is not compressed text, or does not have the columns above.
    """
    path = folder / FILE_NAME
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            return list(_calls(file, path))
    except FileNotFoundError:
        raise BankRecordsRefused(
            f"{path}: no such file; name the folder that holds {FILE_NAME}, it does not come with this project"
        ) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BankRecordsRefused(f"{path}: not whole text compressed with gzip: {error}") from None
    except UnicodeDecodeError as error:
        raise BankRecordsRefused(f"{path}: not text in UTF-8: {error.reason}") from None
    except OSError as error:
        raise BankRecordsRefused(f"{path}: cannot be read: {error.strerror or error}") from None


def _calls(file: TextIO, path: Path) -> Iterator[BankCall]:
    for number, line in enumerate(_lines(file, path), 1):
        texts = tuple(line.removesuffix("\n").removesuffix("\r").split(","))
        if number == 1:
            if texts != COLUMNS:
                raise BankRecordsRefused(f"{path}:1:1: wrong heading; it must be {','.join(COLUMNS)}")
            continue
        if len(texts) != len(COLUMNS):
            raise BankRecordsRefused(f"{path}:{number}:1: {len(texts)} columns; there must be {len(COLUMNS)}")
        yield _Fields(path, number, texts).call()


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BankRecordsRefused(f"{path}:{number}:1: a line of more than {LONGEST_LINE:,} characters")
        if number > MOST_CALLS + 1:
            raise BankRecordsRefused(f"{path}:{number}:1: more than {MOST_CALLS:,} calls")
        yield line
    if number == 0:
        raise BankRecordsRefused(f"{path}:1:1: empty; the first line must be {','.join(COLUMNS)}")


_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The texts of one line, each read as what its column holds."""

    path: Path
    line: int
    texts: tuple[str, ...]

    def call(self) -> BankCall:
        self._weekday()
        reached, menu, offered = self._number("t_vru_in"), self._number("vru_s", least=-86_400), self._number("t_offer")
        if reached + menu != offered:
            raise self._fault("t_offer", f"{offered}; must be t_vru_in + vru_s, which is {reached + menu}")
        agent = self._text("server")
        return BankCall(
            line=self.line,
            day=self._day(),
            vru_line=self._text("vru_line"),
            call_id=self._number("call_id"),
            customer=self._number("customer_key") or None,
            priority=Priority(self._number("priority", most=2)),
            type=self._choice("type", CallType),
            reached_menu_at=reached,
            menu=menu,
            offered_at=offered,
            queued=self._number("queued", most=1) == 1,
            wait=self._number("wait_s"),
            outcome=self._choice("outcome", Outcome),
            kind=self._choice("kind", Kind),
            talk=self._number("talk_s"),
            agent=None if agent == NOBODY else agent,
            bad=self._number("bad", most=1) == 1,
        )

    def _text(self, column: str) -> str:
        return self.texts[COLUMNS.index(column)]

    def _number(self, column: str, least: int = 0, most: int = LARGEST_NUMBER) -> int:
        text = self._text(column)
        if text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 9 and least <= int(text) <= most:
            return int(text)
        raise self._fault(column, f"{quoted(text)}; allowed is a whole number from {least} to {most}")

    def _choice(self, column: str, choices: type[_Choice]) -> _Choice:
        text = self._text(column)
        try:
            return choices(text)
        except ValueError:
            raise self._fault(column, f"{quoted(text)}; allowed are {one_of(choices)}") from None

    def _day(self) -> date:
        text = self._text("day")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._fault("day", f"{quoted(text)}; allowed is a date such as 1999-01-31") from None

    def _weekday(self) -> None:
        day, text = self._day(), self._text("dow")
        if text != WEEKDAYS[day.weekday()]:
            raise self._fault("dow", f"{quoted(text)}; {day} is a {WEEKDAYS[day.weekday()]}")

    def _fault(self, column: str, message: str) -> BankRecordsRefused:
        index = COLUMNS.index(column)
        place = sum(len(text) + 1 for text in self.texts[:index]) + 1
        return BankRecordsRefused(f"{self.path}:{self.line}:{place}: {column}: {message}")
