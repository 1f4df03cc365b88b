"""`hotline pin`: whoever keeps the PINs sets, unlocks and lists them, and sees none."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from acd import cli
from acd.app import typed as typed_at
from acd.engine.clock import SystemClock
from ivr.pin.attempts import AttemptBook, Rules
from ivr.pin.digits import Digits
from ivr.pin.local import LocalPins
from tests.config.small import SMALL

PIN = "471903"
RULES = Rules(per_call=3, per_customer=5, locked_for=86_400_000)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secrets.json").touch()
    path = tmp_path / "hotline.yaml"
    path.write_text(SMALL + "pin: {}\n", "utf-8")
    return path


def hotline(monkeypatch: pytest.MonkeyPatch, *words: object, typed: str = "") -> int:
    """The exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["hotline", *map(str, words)])
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def knows(home: Path, customer: str, digits: str) -> bool:
    store = LocalPins(home / "pins", SystemClock())
    try:
        return store.verify_now(customer, Digits.of(digits)) == "verified"
    finally:
        store.close()


def locked(home: Path, customer: str) -> None:
    book = AttemptBook(home / "pins" / "attempts.sqlite3")
    now = SystemClock().now()
    for number in range(5):
        # Longer apart than the longest delay.
        assert book.count(customer, f"call-{number}", now - (5 - number) * 3_600_000, RULES)
    book.close()


def test_a_pin_comes_by_the_standard_input_and_is_not_repeated(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ended = hotline(monkeypatch, "pin", "set", "10000001", "--stdin", "--config", settings, typed=f"{PIN}\n")
    printed = capfd.readouterr()

    assert ended == 0, printed.err
    assert PIN not in printed.out + printed.err
    assert f"the PIN is set in {settings.parent / 'home'}\n" in printed.out
    assert knows(settings.parent / "home", "10000001", PIN)


def test_a_pin_is_typed_twice_without_echo(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([PIN, PIN, "826415", "826416"])
    monkeypatch.setattr(typed_at.getpass, "getpass", lambda _: next(typed))

    assert hotline(monkeypatch, "pin", "set", "1", "--config", settings) == 0
    assert hotline(monkeypatch, "pin", "set", "1", "--config", settings) == 2
    assert knows(settings.parent / "home", "1", PIN)


@pytest.mark.parametrize("typed", ["1111", "1234", "123", "4719031", "４７１９", "", "47 19"])
def test_a_pin_that_will_not_do_is_refused_without_repeating_it(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], typed: str
) -> None:
    assert hotline(monkeypatch, "pin", "set", "1", "--stdin", "--config", settings, typed=typed) == 2
    printed = capfd.readouterr()
    assert "a PIN has 4 to 6 digits" in printed.err
    assert not typed or typed not in printed.out + printed.err


def test_a_code_is_shown_once_and_sets_the_first_pin(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert hotline(monkeypatch, "pin", "code", "1", "--config", settings) == 0
    code = capfd.readouterr().out.partition("one-time code: ")[2].split()[0]

    store = LocalPins(settings.parent / "home" / "pins", SystemClock())
    assert store.change_now("1", Digits.of(PIN), Digits.of(code)) == "changed"
    store.close()


def test_the_code_of_a_locked_customer_comes_with_what_lets_him_use_it(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    locked(settings.parent / "home", "31")
    assert hotline(monkeypatch, "pin", "code", "0031", "--config", settings) == 0
    assert "hotline pin unlock 0031" in capfd.readouterr().out
    assert hotline(monkeypatch, "pin", "unlock", "0031") == 0

    assert hotline(monkeypatch, "pin", "code", "31", "--config", settings) == 0
    assert "locked" not in capfd.readouterr().out.partition("may try again")[2]


def test_without_a_terminal_a_pin_is_not_asked_for_in_plain_view(settings: Path) -> None:
    command = [sys.executable, "-c", "from acd import cli; cli.main()", "pin", "set", "1", "--config", str(settings)]
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, start_new_session=True
    )

    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
    assert "use --stdin" in ended.stderr


def test_a_store_that_is_damaged_is_told_in_one_line(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = settings.parent / "home" / "pins"
    LocalPins(folder, SystemClock()).close()
    whole = (folder / "pins.sqlite3").read_bytes()
    (folder / "pins.sqlite3").write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    for command in (("list",), ("code", "1"), ("set", "1", "--stdin")):
        assert hotline(monkeypatch, "pin", *command, "--config", settings, typed=PIN) == 2
        printed = capfd.readouterr().err.splitlines()
        assert len(printed) == 1
        assert "cannot be used: database disk image is malformed" in printed[0]


def test_who_is_locked_is_listed_and_unlocked(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    locked(settings.parent / "home", "31")
    assert hotline(monkeypatch, "pin", "list", "--config", settings) == 0
    line = next(line for line in capfd.readouterr().out.splitlines() if line.split()[:1] == ["31"])
    assert line.split() == ["31", "-", "-", "locked"]

    assert hotline(monkeypatch, "pin", "unlock", "31") == 0
    assert hotline(monkeypatch, "pin", "list", "--config", settings) == 0
    assert "nobody is locked" in capfd.readouterr().out


def test_when_a_pin_was_set_is_told_by_the_hotlines_clocks(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.write_text("time_zone: Asia/Shanghai\n" + settings.read_text("utf-8"), "utf-8")
    assert hotline(monkeypatch, "pin", "set", "31", "--stdin", "--config", settings, typed=PIN) == 0
    capfd.readouterr()

    assert hotline(monkeypatch, "pin", "list", "--config", settings) == 0
    title, _, row = capfd.readouterr().out.splitlines()
    assert title == "PINs, by the hotline's clocks"
    assert row.split()[3:] == ["+08:00", "-"]


def test_what_is_removed_of_a_customer_is_said_and_gone(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = settings.parent / "home"
    assert hotline(monkeypatch, "pin", "set", "31", "--stdin", "--config", settings, typed=PIN) == 0
    assert hotline(monkeypatch, "pin", "set", "32", "--stdin", "--config", settings, typed=PIN) == 0
    for given, removed in (
        ((), "the PIN is removed"),
        (("code",), "the one-time code is removed"),
        (("set", "code"), "the PIN and the one-time code are removed"),
    ):
        for command in given:
            words = (command, "31", "--stdin") if command == "set" else (command, "31")
            assert hotline(monkeypatch, "pin", *words, "--config", settings, typed=PIN) == 0
        capfd.readouterr()
        assert hotline(monkeypatch, "pin", "remove", "31", "--config", settings) == 0
        assert f"{removed} from {home}\n" in capfd.readouterr().out

    assert hotline(monkeypatch, "pin", "remove", "31", "--config", settings) == 0
    assert "had neither a PIN nor a one-time code" in capfd.readouterr().out
    assert not knows(home, "31", PIN)
    assert knows(home, "32", PIN)


def test_a_new_pin_lets_a_locked_customer_try_at_once(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = settings.parent / "home"
    locked(home, "31")
    assert hotline(monkeypatch, "pin", "set", "31", "--stdin", "--config", settings, typed=PIN) == 0

    book = AttemptBook(home / "pins" / "attempts.sqlite3")
    assert book.locked(SystemClock().now(), RULES) == ()
    book.close()


def test_pins_that_the_bank_knows_are_set_there(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    https = "{verifier: https, https: {url: 'https://bank.example/pin', secret_file: secret}}"
    settings.write_text(SMALL + f"pin: {https}\n", "utf-8")

    assert hotline(monkeypatch, "pin", "set", "1", "--stdin", "--config", settings, typed=PIN) == 2
    assert "the online bank knows the PINs" in capfd.readouterr().err


@pytest.mark.parametrize("customer", ["anna", "+8613812345678", "1" * 21])
def test_a_customer_is_named_by_the_id(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], customer: str
) -> None:
    assert hotline(monkeypatch, "pin", "set", customer, "--stdin", "--config", settings, typed=PIN) == 2
    assert "up to 20 digits" in capfd.readouterr().err
