"""The search for leaked PINs finds each form in which one would leak, and nothing that is none."""

import base64
import os
from pathlib import Path

import pytest

from tests.pin_proof.sinks import files_below, forms_in, in_memory_of, leaks

PIN = "739164"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"User entered '739164'", "plain"),
        (b"\x00\x06739164\xff", "plain"),
        (b"blob 373339313634", "hexadecimal"),
        (base64.b64encode(b"739164"), "base64"),
        (b'{"keys": ["7", "3", "9", "1", "6", "4"]}', "a list of digits"),
        (b"bytes [55, 51, 57, 49, 54, 52]", "a list of codes"),
        (b"".join(b"Event: DTMFEnd\r\nDigit: %c\r\n\r\n" % digit for digit in b"739164"), "key by key"),
        (b"".join(b"DTMF begin '%c' on x\nDTMF end '%c' on x\n" % (digit, digit) for digit in b"739164"), "key by key"),
        (b"".join(b"RTP creating END DTMF Frame: %d (%c)\n" % (digit, digit) for digit in b"739164"), "key by key"),
        (b"".join(b"<< 200 result=%d\n<< 200 result=1\n" % digit for digit in b"739164"), "key by key"),
    ],
)
def test_each_form_is_found(data: bytes, form: str) -> None:
    assert form in forms_in(data, PIN)
    assert leaks({"a log": data}, {"the first": PIN}) != []


@pytest.mark.parametrize(
    "data", [b"", b"1795739164000", b"50.739164Z", b"739165", b"7 3 9 1 6", b"result=0\nresult=1\n", b"73916"]
)
def test_what_is_no_pin_is_not_found(data: bytes) -> None:
    assert forms_in(data, PIN) == []


def test_a_leak_is_told_without_the_digits() -> None:
    assert leaks({"a log": b"pin=739164"}, {"the first": PIN}) == ["the first: plain in a log"]


def test_files_of_all_kinds_and_depths_are_read(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "hotline.sqlite3-wal").write_bytes(b"\x00739164\x00")
    (tmp_path / "core.log").write_text("nothing")
    assert [name for name, data in files_below(tmp_path) if forms_in(data, PIN)] == ["journal/hotline.sqlite3-wal"]


def test_the_memory_of_a_process_is_searched() -> None:
    kept = bytearray(os.urandom(8) + b"4951620837")
    counts = in_memory_of(os.getpid(), {"kept": kept[8:].decode(), "unknown": "".join(["83", "046", "19527"][::-1])})
    if not counts:
        pytest.skip("this machine lets nobody read a process's memory")
    assert counts["kept"] > 0
