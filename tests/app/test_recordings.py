"""A message is found by its call, in the spool folder of the Asterisk that recorded it, and nothing else is."""

from pathlib import Path

import pytest

from acd.app import recordings
from acd.app.recordings import MESSAGES, Messages, spool_folder
from acd.core.names import CallId

CALL = CallId("hotline-1796032805.7")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    (folder / MESSAGES).mkdir(parents=True)
    (folder / MESSAGES / f"{CALL}.wav").write_bytes(b"RIFF")
    (folder / "secret.wav").write_bytes(b"RIFF")
    return folder


def test_a_message_is_found_by_its_call(spool: Path) -> None:
    assert Messages(spool)(CALL) == spool / MESSAGES / f"{CALL}.wav"
    assert Messages(spool)(CallId("hotline-1.8")) is None


@pytest.mark.parametrize("name", ["../secret", f"../{MESSAGES}/{CALL}", "", "a\0b", "x" * 5_000, "/etc/passwd"])
def test_no_odd_name_leads_anywhere(spool: Path, name: str) -> None:
    assert Messages(spool)(CallId(name)) is None


def test_what_is_no_plain_file_of_its_size_is_none(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (spool / MESSAGES / "link.wav").symlink_to(spool / "secret.wav")
    (spool / MESSAGES / "folder.wav").mkdir()
    assert Messages(spool)(CallId("link")) is None
    assert Messages(spool)(CallId("folder")) is None
    monkeypatch.setattr(recordings, "LARGEST", 3)
    assert Messages(spool)(CALL) is None


def test_the_folder_is_that_of_the_environment_else_of_ones_own_asterisk_else_debians(tmp_path: Path) -> None:
    assert spool_folder(tmp_path, {}) == Path("/var/spool/asterisk")
    own = tmp_path / "asterisk" / "spool"
    own.mkdir(parents=True)
    assert spool_folder(tmp_path, {}) == own
    assert spool_folder(tmp_path, {"HOTLINE_SPOOL": "/srv/spool"}) == Path("/srv/spool")
