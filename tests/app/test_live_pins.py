"""The desk of PINs of a running core goes by the settings in force."""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.app.live_settings import InForce
from acd.app.pin import LivePins
from acd.app.settings import SettingsRefused
from acd.config import HotlineConfig, load
from acd.core.switch_events import Verdict
from acd.engine.clock import SystemClock
from cti.directory import CustomerDirectory
from ivr.pin.digits import Digits
from ivr.pin.local import LocalPins
from ivr.pin.ports import PinsUnusable
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


async def test_the_first_settings_must_be_usable_and_later_ones_leave_callers_to_people(
    settings: Settings, home: Path
) -> None:
    with pytest.raises(SettingsRefused, match=r"pin\.https\.secret_file: .*secret: No such file"):
        LivePins(settings(BANK), home, SystemClock())

    pins = LivePins(settings("{}"), home, SystemClock())
    try:
        with capture_logs() as logs:
            pins.follow(in_force(settings(BANK)))
        assert await verdict(pins) is Verdict.UNAVAILABLE
        assert len(logs) == 1
    finally:
        pins.close()


def test_a_store_that_cannot_be_used_is_one_line(settings: Settings, home: Path) -> None:
    (home / "pins" / "pepper").unlink()
    with pytest.raises(PinsUnusable, match="pepper: missing"):
        LivePins(settings("{}"), home, SystemClock())


def test_the_secret_of_the_bank_is_not_shown(settings: Settings, home: Path) -> None:
    (home.parent / "secret").write_text("correct-horse\n")
    pins = LivePins(settings(BANK), home, SystemClock())
    try:
        assert pins._desk is not None
        assert "correct-horse" not in repr(pins._desk._verifier)
    finally:
        pins.close()
