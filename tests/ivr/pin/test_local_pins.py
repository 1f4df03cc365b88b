"""The store of PINs of our own: what is kept, at what cost, and by whom it can be read."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from structlog.testing import capture_logs

from acd.core.switch_events import Verdict
from ivr.pin import local as local_module
from ivr.pin.digits import Digits
from ivr.pin.local import CODE_DIGITS, CODE_LASTS, LocalPins, Stored, hasher
from ivr.pin.ports import Change, PinsUnusable
from tests.ivr.pin.conftest import CHEAP, Time


class Counting(PasswordHasher):
    """Counts how often it is asked, and what it is given."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []
        self.mixed: list[bytes] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's own name
        self.verified.append(str(hash))
        self.mixed.append(bytes(password))  # type: ignore[arg-type]
        return super().verify(hash, password)  # type: ignore[return-value]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "pins"


async def test_an_unknown_customer_costs_one_argon2_as_a_wrong_pin_does(folder: Path, clock: Time) -> None:
    counting = Counting()
    store = LocalPins(folder, clock, counting)
    store.change_now("1", Digits.of("4719"), None)
    store.give_code("2")
    try:
        for customer in ("1", "2", "3"):
            counting.verified.clear()
            assert await store.verify(customer, Digits.of("0815")) is Verdict.WRONG
            assert len(counting.verified) == 1
        nobodys = counting.verified[0]
        for customer in ("1", "3"):
            counting.verified.clear()
            assert await store.change(customer, Digits.of("8264"), Digits.of("00000000")) is Change.WRONG
            assert counting.verified == [nobodys]
        assert nobodys.split("$")[1:4] == hasher_parts(counting.hash("x")), "as dear as a real one"
    finally:
        store.close()


def hasher_parts(encoded: str) -> list[str]:
    return encoded.split("$")[1:4]


def test_what_is_kept_is_argon2id_of_the_pin_the_customer_and_the_pepper(folder: Path, clock: Time) -> None:
    counting = Counting()
    store = LocalPins(folder, clock, counting)
    for customer in ("1", "2"):
        store.change_now(customer, Digits.of("4719"), None)
        assert store.verify_now(customer, Digits.of("4719")) is Verdict.VERIFIED
    store.close()

    assert all(kept.startswith("$argon2id$v=19$") for kept in counting.verified)
    assert len(set(counting.mixed)) == 2, "the same PIN of two customers is not the same"
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"4719" not in everything.replace(b"$argon2id", b"")


def test_the_cost_of_a_real_one_is_what_docs_pin_says() -> None:
    assert hasher_parts(hasher().hash("x")) == ["argon2id", "v=19", "m=32768,t=3,p=1"]


async def test_without_the_pepper_no_pin_is_verified_and_none_is_lost_by_a_new_one(folder: Path, clock: Time) -> None:
    store = LocalPins(folder, clock, CHEAP)
    store.change_now("1", Digits.of("4719"), None)
    store.close()
    pepper = (folder / "pepper").read_bytes()

    (folder / "pepper").unlink()
    with pytest.raises(PinsUnusable, match="pepper: missing"):
        LocalPins(folder, clock, CHEAP)
    (folder / "pepper").write_bytes(b"x" * 32)
    other = LocalPins(folder, clock, CHEAP)
    assert await other.verify("1", Digits.of("4719")) is Verdict.WRONG
    other.close()
    (folder / "pepper").write_bytes(pepper[:31])
    with pytest.raises(PinsUnusable, match="not 32 bytes"):
        LocalPins(folder, clock, CHEAP)


def test_the_files_are_their_owners_alone(folder: Path, clock: Time) -> None:
    LocalPins(folder, clock, CHEAP).close()

    assert {path.name for path in folder.iterdir()} == {"pepper", "pins.sqlite3"}
    for path in (folder.parent, folder, *folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path.name


async def test_a_code_lasts_two_weeks_and_a_new_one_voids_the_last(local: LocalPins, clock: Time) -> None:
    first, second = local.give_code("1"), local.give_code("1")
    assert len(first) == CODE_DIGITS

    assert local.change_now("1", Digits.of("4719"), Digits.of(first)) is Change.WRONG
    clock.time += CODE_LASTS
    assert local.change_now("1", Digits.of("4719"), Digits.of(second)) is Change.WRONG
    third = local.give_code("1")
    clock.time += CODE_LASTS - 1
    assert local.change_now("1", Digits.of("4719"), Digits.of(third)) is Change.CHANGED
    assert local.stored() == (Stored("1", clock.time, 0),)


async def test_a_pin_that_is_removed_verifies_nobody_and_what_there_was_is_told(local: LocalPins, clock: Time) -> None:
    local.change_now("1", Digits.of("4719"), None)
    local.give_code("2")

    assert local.remove("1") == Stored("1", clock.time, 0)
    assert local.remove("1") is None
    assert await local.verify("1", Digits.of("4719")) is Verdict.WRONG
    assert [each.customer for each in local.stored()] == ["2"]


async def test_a_forgotten_pin_stays_in_force_until_the_code_is_used(local: LocalPins) -> None:
    local.change_now("1", Digits.of("4719"), None)
    code = local.give_code("1")

    assert await local.verify("1", Digits.of("4719")) is Verdict.VERIFIED
    assert local.change_now("1", Digits.of("8264"), Digits.of(code)) is Change.CHANGED
    assert await local.verify("1", Digits.of("4719")) is Verdict.WRONG


async def test_one_at_a_time_is_worked_on_and_too_many_hear_that_it_cannot_be_done(
    local: LocalPins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_module, "MOST_WAITING", 3)
    goes_on, at_work, most = threading.Event(), [0], [0]

    def slowly(customer: str, mixed: bytes) -> Verdict:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        assert goes_on.wait(10)
        at_work[0] -= 1
        return Verdict.WRONG if customer and mixed else Verdict.NOT_GIVEN

    monkeypatch.setattr(local, "_verified", slowly)
    async with asyncio.TaskGroup() as tasks:
        under_way = [tasks.create_task(local.verify("1", Digits.of("4719"))) for _ in range(3)]
        await asyncio.sleep(0)
        assert await local.verify("1", Digits.of("4719")) is Verdict.UNAVAILABLE
        goes_on.set()

    assert [task.result() for task in under_way] == [Verdict.WRONG] * 3
    assert most == [1]


class Held(PasswordHasher):
    """Works on nothing until it is let go on."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.at_work, self.goes_on = threading.Event(), threading.Event()
        self.goes_on.set()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's own name
        self.at_work.set()
        assert self.goes_on.wait(10)
        return super().verify(hash, password)  # type: ignore[return-value]


async def changed_and_gone(store: LocalPins, held: Held, new: str, code: str) -> None:
    """A customer asks for a change and has gone, and all he keyed is wiped, before anything has come of it."""
    with Digits.of(new) as digits, Digits.of(code) as keyed:
        task = asyncio.create_task(store.change("1", digits, keyed))
        await asyncio.sleep(0)
        assert await asyncio.to_thread(held.at_work.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_who_hangs_up_while_his_pin_is_changed_has_the_new_one_and_never_an_empty_one(
    folder: Path, clock: Time
) -> None:
    held = Held()
    store = LocalPins(folder, clock, held)
    store.change_now("1", Digits.of("471903"), None)
    held.goes_on.clear()
    await changed_and_gone(store, held, "826415", store.give_code("1"))
    held.goes_on.set()
    store.close()

    later = LocalPins(folder, clock, CHEAP)
    assert later.verify_now("1", Digits.of("826415")) is Verdict.VERIFIED, "what was under way came to its end"
    assert later.verify_now("1", Digits.of("471903")) is Verdict.WRONG
    later.close()


async def test_a_change_that_still_waited_for_its_turn_is_not_made_when_its_caller_has_gone(
    folder: Path, clock: Time
) -> None:
    held = Held()
    store = LocalPins(folder, clock, held)
    store.change_now("1", Digits.of("471903"), None)
    code = store.give_code("1")
    held.goes_on.clear()
    other = asyncio.create_task(store.verify("2", Digits.of("0815")))
    await asyncio.sleep(0)
    await changed_and_gone(store, held, "826415", code)
    held.goes_on.set()
    assert await other is Verdict.WRONG

    assert await store.verify("1", Digits.of("471903")) is Verdict.VERIFIED
    assert await store.change("1", Digits.of("826415"), Digits.of(code)) is Change.CHANGED, "and the code serves yet"
    store.close()


async def test_no_digits_are_nobodys_pin_and_no_code(local: LocalPins) -> None:
    local.change_now("1", Digits.of("4719"), None)
    wiped = Digits.of("8264")
    wiped.wipe()

    for empty in (wiped, Digits()):
        assert await local.change("1", empty, None) is Change.REFUSED
        assert local.change_now("1", empty, None) is Change.REFUSED
        assert await local.change("1", Digits.of("8264"), empty) is Change.WRONG
        assert await local.verify("1", empty) is local.verify_now("1", empty) is Verdict.WRONG
    assert local.verify_now("1", Digits.of("4719")) is Verdict.VERIFIED


def test_a_store_that_is_damaged_is_told_in_one_line(folder: Path, clock: Time) -> None:
    LocalPins(folder, clock, CHEAP).close()
    path = folder / "pins.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    with pytest.raises(PinsUnusable, match=r"pins\.sqlite3: cannot be used: .*malformed") as refusal:
        LocalPins(folder, clock, CHEAP)
    assert "\n" not in str(refusal.value)


def test_a_pepper_put_back_for_all_to_read_is_closed_again(folder: Path, clock: Time) -> None:
    LocalPins(folder, clock, CHEAP).close()
    (folder / "pepper").chmod(0o644)
    with capture_logs() as logs:
        LocalPins(folder, clock, CHEAP).close()

    assert (folder / "pepper").stat().st_mode & 0o777 == 0o600
    assert len(logs) == 1


async def test_a_store_that_fails_is_unavailable_and_logged_without_a_digit(
    local: LocalPins, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(local, "_row", broken)
    with capture_logs() as logs:
        assert await local.verify("1", Digits.of("4719")) is Verdict.UNAVAILABLE
        assert await local.change("1", Digits.of("4719"), Digits.of("48151623")) is Change.UNAVAILABLE

    assert [line["why"] for line in logs] == ["disk I/O error"] * 2
