"""Attempts to give a PIN stand in the book, on the disk, before anybody is asked about them."""

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.pin.attempts import DELAYS, MOST_CALLS, AttemptBook, Counted, Rules
from ivr.pin.files import transaction
from ivr.pin.ports import PinsUnusable

DAY = 86_400_000
RULES = Rules(per_call=3, per_customer=5, locked_for=DAY)
NOW = 1_795_000_000_000


@pytest.fixture
def book(tmp_path: Path) -> Iterator[AttemptBook]:
    opened = AttemptBook(tmp_path / "pins" / "attempts.sqlite3", most_customers=3)
    yield opened
    opened.close()


def tried(book: AttemptBook, customer: str, times: int, at: int = NOW, rules: Rules = RULES) -> list[Counted | None]:
    """So many attempts, each in a call of its own."""
    return [book.count(customer, f"{customer}-{at}-{number}", at, rules) for number in range(times)]


def test_a_call_may_try_three_times_whoever_it_says_it_is(book: AttemptBook) -> None:
    counted = [book.count(customer, "call-1", NOW, RULES) for customer in ("1", "2", "1", "2")]

    assert [each is not None for each in counted] == [True, True, True, False]


def test_the_fifth_wrong_one_in_a_row_is_the_last_and_then_the_customer_is_locked_for_a_day(book: AttemptBook) -> None:
    counted = tried(book, "1", 6)

    assert [each is not None and each.last for each in counted] == [False, False, False, False, True, False]
    assert counted[5] is None
    assert book.locked(NOW + DAY - 1, RULES) == ("1",)
    assert tried(book, "1", 1, NOW + DAY - 1) == [None]
    assert tried(book, "1", 1, NOW + DAY) == [Counted(not_before=0, last=False)]


def test_attempts_while_locked_do_not_make_the_lock_longer(book: AttemptBook) -> None:
    tried(book, "1", 5)
    tried(book, "1", 10, NOW + DAY // 2)

    assert tried(book, "1", 1, NOW + DAY)[0] is not None


def test_each_wrong_one_makes_the_next_verdict_wait_longer(book: AttemptBook) -> None:
    counted = [each for each in tried(book, "1", 5) if each is not None]

    assert [each.not_before - NOW for each in counted[1:]] == list(DELAYS[1:5])
    assert list(DELAYS) == sorted(DELAYS)


def test_who_was_right_begins_anew(book: AttemptBook) -> None:
    tried(book, "1", 4)

    assert book.forget("1")
    assert not book.forget("1")
    assert tried(book, "1", 1, NOW + 1) == [Counted(not_before=0, last=False)]


def test_an_attempt_without_a_verdict_is_taken_back_from_customer_and_call(book: AttemptBook) -> None:
    for _ in range(10):
        assert book.count("1", "call-1", NOW, RULES) is not None
        book.forgive("1", "call-1")

    assert [book.count("1", "call-1", NOW, RULES) is not None for _ in range(4)] == [True, True, True, False]


def test_of_too_many_customers_the_oldest_who_is_not_locked_is_forgotten(book: AttemptBook) -> None:
    tried(book, "1", 5, NOW)
    tried(book, "2", 4, NOW + 1)
    tried(book, "3", 4, NOW + 2)
    assert tried(book, "4", 1, NOW + 3)[0] is not None

    assert tried(book, "1", 1, NOW + 4) == [None], "who is locked stays locked"
    last = tried(book, "3", 1, NOW + 4)[0]
    assert last is not None
    assert last.last


def test_when_everybody_is_locked_nobody_else_may_try(book: AttemptBook) -> None:
    for customer in ("1", "2", "3"):
        tried(book, customer, 5)

    assert tried(book, "4", 1) == [None]


def test_calls_are_forgotten_after_a_day_and_beyond_a_bound(book: AttemptBook) -> None:
    old = [(f"old-{number}", NOW - 1_000 + number) for number in range(MOST_CALLS)]
    with transaction(book._database):
        book._database.executemany("INSERT INTO calls VALUES (?, 3, ?)", [*old, ("yesterday", NOW - DAY - 1)])
    book.count("1", "new", NOW + MOST_CALLS, RULES)

    left = {call for (call,) in book._database.execute("SELECT call FROM calls")}
    assert len(left) == MOST_CALLS
    assert "new" in left
    assert not {"yesterday", "old-0"} & left


def test_an_attempt_is_counted_even_if_the_process_is_killed_before_its_verdict(tmp_path: Path) -> None:
    path = tmp_path / "attempts.sqlite3"
    script = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from ivr.pin.attempts import AttemptBook, Rules
        book = AttemptBook(Path({str(path)!r}))
        assert book.count("1", "call-1", {NOW}, Rules(3, 5, {DAY}))
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    book = AttemptBook(path)
    try:
        assert [book.count("1", "call-1", NOW, RULES) is not None for _ in range(3)] == [True, True, False]
        assert book._database.execute("PRAGMA synchronous").fetchone() == (2,), "2 is FULL"
    finally:
        book.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    AttemptBook(tmp_path / "home" / "pins" / "attempts.sqlite3").close()

    assert (tmp_path / "home" / "pins" / "attempts.sqlite3").stat().st_mode & 0o077 == 0
    assert (tmp_path / "home" / "pins").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_book_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "attempts.sqlite3").write_bytes(b"no database, but long enough to be looked at " * 20)

    with pytest.raises(PinsUnusable, match="cannot be used: file is not a database"):
        AttemptBook(tmp_path / "attempts.sqlite3")
