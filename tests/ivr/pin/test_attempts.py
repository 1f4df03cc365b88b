"""Attempts to give a PIN stand in the book, on the disk, before anybody is asked about them."""

import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ivr.pin.attempts import DELAYS, HELD_AT_MOST, MOST_CALLS, AttemptBook, Counted, Rules
from ivr.pin.files import transaction
from ivr.pin.ports import PinsUnusable

DAY = 86_400_000
RULES = Rules(per_call=3, per_customer=5, locked_for=DAY)
NOW = 1_795_000_000_000
PATIENCE = max(DELAYS)
"""Milliseconds between two attempts after which no delay is left to feel."""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[AttemptBook]:
    opened = AttemptBook(tmp_path / "pins" / "attempts.sqlite3", most_customers=3)
    yield opened
    opened.close()


def tried(book: AttemptBook, customer: str, times: int, at: int = NOW, rules: Rules = RULES) -> list[Counted | None]:
    """So many attempts, each in a call of its own and late enough to be made."""
    return [book.count(customer, f"{customer}-{at}-{number}", at + number * PATIENCE, rules) for number in range(times)]


def test_a_call_may_try_three_times_whoever_it_says_it_is(book: AttemptBook) -> None:
    counted = [book.count(customer, "call-1", NOW, RULES) for customer in ("1", "2", "1", "2")]

    assert [each is not None for each in counted] == [True, True, True, False]


def test_the_fifth_wrong_one_in_a_row_is_the_last_and_then_the_customer_is_locked_for_a_day(book: AttemptBook) -> None:
    counted = tried(book, "1", 6)

    last = NOW + 4 * PATIENCE
    assert [each is not None and each.last for each in counted] == [False, False, False, False, True, False]
    assert counted[5] is None
    assert book.locked(last + DAY - 1, RULES) == ("1",)
    assert tried(book, "1", 1, last + DAY - 1) == [None]
    assert tried(book, "1", 1, last + DAY) == [Counted(not_before=0, last=False, last_at=last)]


def test_attempts_while_locked_do_not_make_the_lock_longer(book: AttemptBook) -> None:
    tried(book, "1", 5)
    tried(book, "1", 10, NOW + DAY // 2)

    assert tried(book, "1", 1, NOW + 4 * PATIENCE + DAY)[0] is not None


def test_each_wrong_one_makes_the_next_verdict_wait_longer_from_when_it_was_told(book: AttemptBook) -> None:
    delays, told = [], NOW
    for number in range(5):
        counted = book.count("1", f"call-{number}", told + PATIENCE, RULES)
        assert counted is not None
        delays.append(counted.not_before - told if number else 0)
        told += PATIENCE + 700
        book.was_wrong("1", told)

    assert delays == list(DELAYS[:5])
    assert list(DELAYS) == sorted(DELAYS)


def test_who_comes_long_before_his_delay_has_passed_may_not_try_whatever_call_it_is(book: AttemptBook) -> None:
    for number in range(3):
        assert book.count("1", f"call-{number}", NOW, RULES) is not None, "a short delay is waited for on the line"

    early = NOW + DELAYS[3] - HELD_AT_MOST - 1
    assert book.count("1", "another", early, RULES) is None
    assert book.count("2", "another", early, RULES) is not None
    assert book.count("1", "another", early + 1, RULES) == Counted(NOW + DELAYS[3], last=False, last_at=NOW)


def test_zeros_before_an_id_give_nobody_more_attempts(book: AttemptBook) -> None:
    spellings = ("10000001", "010000001", "0010000001", "00010000001", "000010000001")
    for number, customer in enumerate(spellings):
        assert book.count(customer, f"call-{number}", NOW + number * PATIENCE, RULES) is not None

    assert book.count("0000010000001", "another", NOW + 5 * PATIENCE, RULES) is None
    assert book.locked(NOW + 5 * PATIENCE, RULES) == ("10000001",)
    assert book.forget("0010000001")


def test_right_ones_leave_a_call_as_many_attempts_as_it_had_and_wrong_ones_do_not(book: AttemptBook) -> None:
    for _ in range(10):
        assert book.count("1", "call-1", NOW, RULES) is not None
        book.was_right("1", "call-1")

    counted = []
    for customer in ("2", "1", "3", "4"):
        counted.append(book.count(customer, "call-1", NOW, RULES))
        if customer == "1":
            book.was_right(customer, "call-1")
    assert None not in counted
    assert book.count("5", "call-1", NOW, RULES) is None, "two wrong ones before a right one stay counted"


def test_who_was_right_begins_anew(book: AttemptBook) -> None:
    tried(book, "1", 4)

    assert book.forget("1")
    assert not book.forget("1")
    assert tried(book, "1", 1, NOW + 1) == [Counted(not_before=0, last=False)]


def test_an_attempt_without_a_verdict_is_taken_back_from_customer_and_call(book: AttemptBook) -> None:
    for _ in range(10):
        counted = book.count("1", "call-1", NOW, RULES)
        assert counted is not None
        book.forgive("1", "call-1", counted)

    assert [book.count("1", "call-1", NOW, RULES) is not None for _ in range(4)] == [True, True, True, False]


def test_an_attempt_that_is_taken_back_makes_no_delay_longer(book: AttemptBook) -> None:
    tried(book, "1", 4)
    last = NOW + 3 * PATIENCE
    counted = book.count("1", "call-1", last + PATIENCE, RULES)
    assert counted is not None
    book.forgive("1", "call-1", counted)

    again = book.count("1", "call-1", last + PATIENCE, RULES)
    assert again == counted == Counted(last + DELAYS[4], last=True, last_at=last)


def test_of_too_many_customers_the_oldest_who_is_not_locked_is_forgotten(book: AttemptBook) -> None:
    tried(book, "1", 5, NOW)
    tried(book, "2", 4, NOW + 1)
    tried(book, "3", 4, NOW + 2)
    later = NOW + 5 * PATIENCE
    assert tried(book, "4", 1, later)[0] is not None

    assert tried(book, "1", 1, later) == [None], "who is locked stays locked"
    last = tried(book, "3", 1, later)[0]
    assert last is not None
    assert last.last


def test_when_everybody_is_locked_nobody_else_may_try(book: AttemptBook) -> None:
    for customer in ("1", "2", "3"):
        tried(book, customer, 5)

    assert tried(book, "4", 1, NOW + 5 * PATIENCE) == [None]


def test_when_their_locks_have_run_out_somebody_else_may_try_again(book: AttemptBook) -> None:
    for customer in ("1", "2", "3"):
        tried(book, customer, 5)

    assert tried(book, "4", 1, NOW + 2 * DAY)[0] is not None
    assert [row for (row,) in book._database.execute("SELECT customer FROM customers")] == ["4"]


def test_a_commit_that_waited_too_long_is_taken_back_and_keeps_nobody_out_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.pin.files._BUSY_SECONDS", 0.05)
    core, command = (AttemptBook(tmp_path / "attempts.sqlite3") for _ in range(2))
    try:
        assert core.count("1", "call-1", NOW, RULES) is not None
        with closing(sqlite3.connect(tmp_path / "attempts.sqlite3", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM customers").fetchall()
            with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                core.count("1", "call-2", NOW, RULES)

        assert command.forget("1"), "`hotline pin unlock` is not kept out"
        assert core.count("1", "call-2", NOW, RULES) == Counted(not_before=0, last=False), "and the core works on"
    finally:
        core.close()
        command.close()


def test_a_command_waits_until_the_core_has_written_what_it_is_writing(tmp_path: Path) -> None:
    core, command = (AttemptBook(tmp_path / "attempts.sqlite3") for _ in range(2))
    begun, found = threading.Event(), []

    def unlock() -> None:
        begun.set()
        found.append(command.forget("1"))

    unlocking = threading.Thread(target=unlock)
    try:
        with transaction(core._database):
            core._execute("INSERT INTO customers VALUES ('1', 5, ?)", NOW)
            unlocking.start()
            assert begun.wait(5)
        unlocking.join(5)
        assert found == [True]
    finally:
        core.close()
        command.close()


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


def test_a_backup_put_back_for_all_to_read_is_closed_again_and_told(tmp_path: Path) -> None:
    folder, path = tmp_path / "pins", tmp_path / "pins" / "attempts.sqlite3"
    AttemptBook(path).close()
    folder.chmod(0o755)
    path.chmod(0o644)
    with capture_logs() as logs:
        AttemptBook(path).close()

    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert [line["path"] for line in logs] == [str(folder), str(path)]


def test_a_file_that_is_no_book_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "attempts.sqlite3").write_bytes(b"no database, but long enough to be looked at " * 20)

    with pytest.raises(PinsUnusable, match="cannot be used: file is not a database"):
        AttemptBook(tmp_path / "attempts.sqlite3")
