"""The desk of PINs of a running core goes by the settings in force."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.app.live_settings import InForce
from acd.app.pin import LivePins
from acd.config import HotlineConfig, load
from acd.core.switch_events import Verdict
from acd.engine.clock import SystemClock
from cti.directory import CustomerDirectory
from ivr.pin.digits import Digits
from ivr.pin.local import LocalPins
from tests.config.small import SMALL

BANK = "{verifier: https, https: {url: 'https://127.0.0.1:9/pin', secret_file: secret}}"
PIN = "4719"

Settings = Callable[[str], HotlineConfig]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    def written(pin: str) -> HotlineConfig:
        path = tmp_path / "hotline.yaml"
        path.write_text(SMALL + (f"pin: {pin}\n" if pin else ""), "utf-8")
        return load(path)

    return written


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder whose store knows one PIN."""
    store = LocalPins(tmp_path / "home" / "pins", SystemClock())
    store.change_now("1", Digits.of(PIN), None)
    store.close()
    return tmp_path / "home"


def in_force(config: HotlineConfig) -> InForce:
    return InForce(config, CustomerDirectory(), {}, {})


async def verdict(pins: LivePins) -> Verdict:
    with Digits.of(PIN) as digits:
        return await pins.check("1", "call-1", digits)


async def test_the_local_store_is_asked_until_the_settings_say_otherwise(settings: Settings, home: Path) -> None:
    pins = LivePins(settings("{at_most: 8}"), home, SystemClock())
    try:
        assert await verdict(pins) is Verdict.VERIFIED
        assert pins.limits.at_most == 8

        pins.follow(in_force(settings("{at_most: 7}")))
        assert await verdict(pins) is Verdict.VERIFIED
        assert pins.limits.at_most == 7

        pins.follow(in_force(settings("")))
        assert await verdict(pins) is Verdict.UNAVAILABLE
        pins.follow(in_force(settings("{}")))
        assert await verdict(pins) is Verdict.VERIFIED
    finally:
        pins.close()


async def test_a_hotline_without_pins_opens_no_file_before_it_has_some(settings: Settings, tmp_path: Path) -> None:
    pins = LivePins(settings(""), tmp_path / "new", SystemClock())
    assert not (tmp_path / "new").exists()
    assert await verdict(pins) is Verdict.UNAVAILABLE

    pins.follow(in_force(settings("{}")))
    try:
        assert await verdict(pins) is Verdict.WRONG
    finally:
        pins.close()


def damaged_in_the_middle(home: Path) -> None:
    path = home / "pins" / "pins.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def no_book(home: Path) -> None:
    path = home / "pins" / "attempts.sqlite3"
    path.write_bytes(b"no database, but long enough to be looked at " * 20)
    path.chmod(0o600)


def no_pepper(home: Path) -> None:
    (home / "pins" / "pepper").unlink()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [(damaged_in_the_middle, "malformed"), (no_book, "not a database"), (no_pepper, "pepper: missing")],
)
async def test_files_that_cannot_be_used_leave_callers_to_people_until_they_are_put_back(
    settings: Settings, home: Path, tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    shutil.copytree(home / "pins", tmp_path / "backup")
    spoil(home)
    for first, later in (("{}", "{}"), ("", "{}")):
        with capture_logs() as logs:
            pins = LivePins(settings(first), home, SystemClock())
            pins.follow(in_force(settings(later)))
        assert await verdict(pins) is Verdict.UNAVAILABLE
        assert {line["log_level"] for line in logs} == {"error"}
        assert all(why in line["why"] and "\n" not in line["why"] for line in logs)
        pins.close()

    pins = LivePins(settings("{}"), home, SystemClock())
    shutil.rmtree(home / "pins")
    shutil.copytree(tmp_path / "backup", home / "pins")
    pins.follow(in_force(settings("{}")))
    try:
        assert await verdict(pins) is Verdict.VERIFIED
    finally:
        pins.close()


async def test_a_secret_that_is_missing_leaves_callers_to_people_at_the_start_and_at_a_reload(
    settings: Settings, home: Path
) -> None:
    for first in (BANK, "{}"):
        with capture_logs() as logs:
            pins = LivePins(settings(first), home, SystemClock())
            pins.follow(in_force(settings(BANK)))
        assert await verdict(pins) is Verdict.UNAVAILABLE
        assert logs
        assert all("secret_file" in line["why"] for line in logs)
        pins.close()


def secret_of(pins: LivePins) -> str:
    assert pins._desk is not None
    return "" if pins._desk._verifier is None else pins._desk._verifier._headers["Authorization"]  # type: ignore[attr-defined]


def test_each_reload_reads_the_secret_again_and_an_emergency_switch_does_not(settings: Settings, home: Path) -> None:
    config, secret = settings(BANK), home.parent / "secret"
    secret.write_text("old\n")
    pins = LivePins(config, home, SystemClock())
    try:
        now = in_force(config)
        pins.follow(now)
        secret.write_text("new\n")
        pins.follow(replace(now, config=config.with_emergencies(frozenset())))
        assert secret_of(pins) == "Bearer old"

        pins.follow(in_force(config))
        assert secret_of(pins) == "Bearer new"

        secret.unlink()
        with capture_logs():
            pins.follow(in_force(config))
        assert secret_of(pins) == ""
        secret.write_text("back\n")
        pins.follow(in_force(config))
        assert secret_of(pins) == "Bearer back"
    finally:
        pins.close()


def test_nothing_that_goes_wrong_at_a_reload_reaches_the_core(
    settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = LivePins(settings(""), home, SystemClock())

    def broken(*_: object) -> None:
        raise RuntimeError("what nobody foresaw, with a secret in it")

    monkeypatch.setattr("acd.app.pin.AttemptBook", broken)
    with capture_logs() as logs:
        pins.follow(in_force(settings("{}")))
    pins.close()
    assert [line["why"] for line in logs] == ["RuntimeError"]


def test_the_secret_of_the_bank_is_not_shown(settings: Settings, home: Path) -> None:
    (home.parent / "secret").write_text("correct-horse\n")
    pins = LivePins(settings(BANK), home, SystemClock())
    try:
        assert pins._desk is not None
        assert "correct-horse" not in repr(pins._desk._verifier)
    finally:
        pins.close()
