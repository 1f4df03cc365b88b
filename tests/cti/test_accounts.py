"""Passwords and accounts: first ones, changed ones, locked ones, and what each log-in costs whoever asks."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from acd.app import account
from acd.app.access import PARTS, desk_path
from acd.config import loads
from acd.core.instants import Instant
from cti.accounts import accounts as accounts_module
from cti.accounts import store
from cti.accounts.accounts import Accounts, Refusal
from cti.accounts.audit import Audit, Wanted
from cti.accounts.bucket import Bucket
from cti.accounts.deeds import Deed
from cti.accounts.guesses import Guesses
from cti.accounts.passwords import Busy, Passwords, fault_in, hasher
from cti.api.people import Person
from cti.desk_file import DeskFile
from tests.config.small import SMALL
from tests.cti.open_web import LIVES, PASSWORDS, PEOPLE, Web, browser, open_web, quick_passwords
from tests.cti.small_hotline import ANNA
from tests.fakes import eventually

NEW = "correct horse battery"


class Counted(PasswordHasher):
    """Argon2id that tells how often it was used, and with what."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.work: list[str] = []

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.work.append("one argon2id")
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - as argon2 names it.
        self.work.append("one argon2id")
        return super().verify(hash, password)


def small_accounts(file: DeskFile, passwords: Passwords, firsts: dict[str, str] | None = None) -> Accounts:
    now = lambda: 1_000_000  # noqa: E731
    return Accounts(
        file,
        now,
        lambda: PEOPLE,
        lambda: PASSWORDS if firsts is None else firsts,
        lambda: LIVES,
        Audit(file, now, lambda: 1),
        passwords=passwords,
        guesses=Guesses(of_a_name=100),
    )


@pytest.fixture
def file(tmp_path: Path) -> DeskFile:
    return DeskFile(tmp_path / "desk.sqlite3", PARTS)


async def test_a_log_in_costs_the_same_work_whoever_asks(file: DeskFile) -> None:
    counted = Counted()
    accounts = small_accounts(file, Passwords(counted))
    assert not isinstance(await accounts.log_in("ben", PASSWORDS["ben"]), Refusal)
    file.do(lambda kept: store.lock(kept, "sue", 1))
    accounts = small_accounts(file, Passwords(counted))

    spent = {}
    for case, name, password in (
        ("unknown", "nobody", "guess"),
        ("never here", "anna", "guess"),
        ("was here", "ben", "guess"),
        ("locked", "sue", PASSWORDS["sue"]),
        ("right", "ben", PASSWORDS["ben"]),
        ("right, first time", "anna", PASSWORDS["anna"]),
    ):
        counted.work.clear()
        await accounts.log_in(name, password)
        spent[case] = len(counted.work)

    assert set(spent.values()) == {1}, spent


async def test_what_nobody_has_costs_as_much_to_compare_as_what_is_kept() -> None:
    passwords = Passwords()
    kept = passwords.hash_now("x")
    assert extract_parameters(passwords._nobodys) == extract_parameters(kept) == extract_parameters(hasher().hash("y"))
    assert kept.startswith("$argon2id$")


async def test_the_loop_goes_on_while_passwords_are_compared_and_few_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti.accounts.passwords.WAITING_AT_MOST", 2)
    passwords = Passwords()
    async with asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(passwords.matches("", "x")) for _ in range(2)]
        await asyncio.sleep(0)
        assert not any(each.done() for each in both), "argon2 ran on the loop"
        with pytest.raises(Busy):
            await passwords.matches("", "x")
    assert not await passwords.matches("", "x"), "room again"


async def test_two_first_log_ins_at_once_both_succeed(file: DeskFile) -> None:
    accounts = small_accounts(file, quick_passwords())
    let_in = await asyncio.gather(*(accounts.log_in("anna", PASSWORDS["anna"]) for _ in range(3)))
    assert not any(isinstance(each, Refusal) for each in let_in)
    assert len(file.do(store.session_ids)) == 3


@pytest.mark.parametrize("emptied", [{}, {"anna": "", "ben": ""}])
async def test_a_first_password_is_hashed_when_it_is_used_and_holds_without_the_secrets(
    file: DeskFile, emptied: dict[str, str]
) -> None:
    accounts = small_accounts(file, quick_passwords())
    await accounts.log_in("anna", PASSWORDS["anna"])
    kept = file.do(store.accounts_in)["anna"]
    assert kept.password.startswith("$argon2id$")

    without = small_accounts(file, quick_passwords(), emptied)
    await without._follow()
    assert not isinstance(await without.log_in("anna", PASSWORDS["anna"]), Refusal)
    assert await without.log_in("ben", PASSWORDS["ben"]) is Refusal.WRONG, "his was never used"


def by_a_command(file: DeskFile, change: Callable[[sqlite3.Connection], None]) -> None:
    """Another process changes the file, and ours has not looked yet."""
    other = DeskFile(file.path, PARTS)
    other.do(change)
    other.close()


@pytest.mark.parametrize("was_here", [False, True])
async def test_who_was_locked_a_moment_ago_does_not_get_in(file: DeskFile, was_here: bool) -> None:
    accounts = small_accounts(file, quick_passwords())
    if was_here:
        await accounts.log_in("anna", PASSWORDS["anna"])
    by_a_command(file, lambda other: store.lock(other, "anna", 1))
    assert await accounts.log_in("anna", PASSWORDS["anna"]) is Refusal.WRONG
    assert file.do(store.session_ids) == frozenset()


@pytest.mark.parametrize("was_here", [False, True])
async def test_a_password_given_a_moment_ago_is_not_undone_by_the_old_one(file: DeskFile, was_here: bool) -> None:
    accounts, new = small_accounts(file, quick_passwords()), quick_passwords().hash_now(NEW)
    if was_here:
        await accounts.log_in("anna", PASSWORDS["anna"])
    by_a_command(file, lambda other: store.keep_password(other, "anna", new, "", 1))
    assert await accounts.log_in("anna", PASSWORDS["anna"]) is Refusal.WRONG
    assert file.do(lambda kept: store.account_in(kept, "anna")).password == new
    assert not isinstance(await accounts.log_in("anna", NEW), Refusal)


async def test_a_first_password_that_is_made_anew_holds_and_ends_what_the_old_one_began() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        web.passwords["anna"] = "another-secret-7"
        web.accounts._followed = None
        assert await anna.closed() == 4401
        assert (await anna.log_in(ANNA)).status == 401
        assert (await anna.log_in(ANNA, "another-secret-7")).status == 200


async def test_a_changed_password_ends_every_session_of_his_and_no_other() -> None:
    async with (
        open_web() as web,
        browser(web, ANNA) as anna,
        browser(web, person="anna") as elsewhere,
        browser(web, person="ben") as ben,
    ):
        path, old = "/api/v1/password", PASSWORDS["anna"]
        assert (await anna.post(path, json={"old": "guess", "new": NEW})).status == 401
        assert (await anna.post(path, json={"old": old, "new": "short"})).status == 422
        assert (await elsewhere.get("/api/v1/me")).status == 200
        assert (await anna.post(path, json={"old": old, "new": NEW})).status == 204

        assert await anna.closed() == 4401
        assert (await elsewhere.get("/api/v1/me")).status == 401
        assert (await ben.get("/api/v1/me")).status == 200
        assert (await anna.log_in(ANNA)).status == 401
        assert (await anna.log_in(ANNA, NEW)).status == 200


@pytest.mark.parametrize("bad", ["short", "x" * 257, "abababababab", "my-name-is-anna-b"])
def test_a_password_that_is_easily_guessed_is_refused(bad: str) -> None:
    assert fault_in(bad, "anna") is not None
    assert fault_in(NEW, "anna") is None


def given_at_the_command_line(web_home: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_HOME", str(web_home))
    monkeypatch.setattr(sys, "stdin", StringIO(text))


async def out_within_a_second(web: Web) -> None:
    # The core looks every half second, and tests may run on a slow machine.
    await eventually(lambda: not web.accounts.sessions.of("anna"), within=accounts_module.LOOKS_EVERY + 1)


async def test_a_password_given_at_the_command_line_holds_in_a_running_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_web(folder=desk_path(tmp_path).parent) as web, browser(web, ANNA) as anna:
        given_at_the_command_line(tmp_path, f"{NEW}\n", monkeypatch)
        await asyncio.to_thread(account.set_password, loads(SMALL), "anna", from_input=True)
        await out_within_a_second(web)
        assert await anna.closed() == 4401
        assert (await anna.log_in(ANNA)).status == 401
        assert (await anna.log_in(ANNA, NEW)).status == 200
        (entry,) = await web.audit.page(Wanted(what=Deed.PASSWORD_CHANGED))
        assert (entry.who, entry.about) == ("(command line)", {"person": "anna"})


async def test_a_locked_account_is_out_at_once_and_hears_what_a_wrong_password_hears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_web(folder=desk_path(tmp_path).parent) as web, browser(web, ANNA) as anna:
        given_at_the_command_line(tmp_path, "", monkeypatch)
        await asyncio.to_thread(account.lock, loads(SMALL), "anna")
        await out_within_a_second(web)
        assert await anna.closed() == 4401
        locked, wrong = await anna.log_in(ANNA), await anna.log_in("ben", "guess")
        assert (locked.status, locked.body) == (wrong.status, wrong.body)

        await asyncio.to_thread(account.unlock, loads(SMALL), "anna")
        await eventually(lambda: not web.accounts._kept["anna"].locked_at)
        assert (await anna.log_in(ANNA)).status == 200


def test_the_commands_say_who_there_is_and_refuse_who_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given_at_the_command_line(tmp_path, f"{NEW}\nannaannaanna\n", monkeypatch)
    config = loads(SMALL + "staff:\n  sue: {name: Sue, roles: [supervisor]}\n")
    account.set_password(config, "sue", from_input=True)
    account.lock(config, "ben")
    with pytest.raises(account.AccountRefused, match="characters again and again"):
        account.set_password(config, "anna", from_input=True)
    with pytest.raises(account.AccountRefused, match="'carl': nobody of the settings"):
        account.lock(config, "carl")
    capsys.readouterr()
    account.show(config, as_json=False)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[2] == "anna Anna agent none"
    assert lines[3].startswith("ben Ben agent none locked since ")
    assert lines[4].startswith("sue Sue supervisor own, since ")
    assert NEW not in str(lines)


async def test_a_disk_that_fails_lets_nobody_in_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    async with open_web() as web, browser(web, person="ben") as ben, browser(web) as anna:
        monkeypatch.setattr(store, "add_session", fails)
        answer = await anna.log_in(ANNA)
        assert (answer.status, "Set-Cookie" in answer.headers) == (503, False)
        assert (await ben.get("/api/v1/me")).status == 200, "who is in stays in"


@given(st.lists(st.tuples(st.integers(0, 3_000), st.booleans()), max_size=60))
def test_a_bucket_never_lets_through_more_than_it_holds_and_what_has_run_out(steps: list[tuple[Instant, bool]]) -> None:
    bucket, now, let_through = Bucket(5, 1_000), 1, 0
    for later, _ in steps:
        now += later
        if not bucket.full(now):
            bucket.add(1)
            let_through += 1
        assert let_through <= 5 + now / 1_000


def test_people_are_no_accounts_until_they_came(file: DeskFile) -> None:
    accounts = small_accounts(file, quick_passwords())
    assert len(accounts.sessions) == 0
    assert file.do(store.accounts_in) == {}
    assert isinstance(PEOPLE["anna"], Person)
