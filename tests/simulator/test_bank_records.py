"""The records of a real bank are read line by line; whoever has another file is told in one line what is wrong."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from acd.simulator.bank_records import (
    COLUMNS,
    FILE_NAME,
    LONGEST_LINE,
    BankCall,
    BankRecordsRefused,
    CallType,
    Kind,
    Outcome,
    Priority,
    read_calls,
)

SERVED = "1999-05-02,Sun,AA0101,7,12,2,PS,36000,10,36010,1,140,AGENT,served_after_wait,183,S004,0"
LOST = "1999-05-02,Sun,AA0102,8,0,0,AA,36000,-40,35960,0,0,HANG,left_in_vru,0,NO_SERVER,1"


def written(folder: Path, *lines: str, heading: str = ",".join(COLUMNS), end: str = "\n") -> Path:
    """A folder with such a file in it."""
    text = "".join(line + end for line in (heading, *lines))
    (folder / FILE_NAME).write_bytes(gzip.compress(text.encode()))
    return folder


def refusal(folder: Path) -> str:
    """The refusal's one line, without the folder."""
    with pytest.raises(BankRecordsRefused) as refused:
        read_calls(folder)
    message = str(refused.value)
    assert "\n" not in message
    return message.removeprefix(f"{folder}/")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_column_of_a_call_is_read(tmp_path: Path, end: str) -> None:
    served, lost = read_calls(written(tmp_path, SERVED, LOST, end=end))
    assert served == BankCall(
        line=2,
        day=date(1999, 5, 2),
        vru_line="AA0101",
        call_id=7,
        customer=12,
        priority=Priority.PRIORITY,
        type=CallType.REGULAR,
        reached_menu_at=36_000,
        menu=10,
        offered_at=36_010,
        queued=True,
        wait=140,
        outcome=Outcome.AGENT,
        kind=Kind.SERVED_AFTER_WAIT,
        talk=183,
        agent="S004",
        bad=False,
    )
    assert served.left_queue_at == 36_150
    assert (lost.customer, lost.agent, lost.menu, lost.bad) == (None, None, -40, True)


def test_records_without_a_call_are_no_fault(tmp_path: Path) -> None:
    assert read_calls(written(tmp_path)) == []


def test_a_folder_without_the_records_is_told_what_belongs_there(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f"{FILE_NAME}: no such file; name the folder that holds {FILE_NAME}, it does not come with this project"
    )


def test_an_empty_file_is_no_record_of_anything(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(gzip.compress(b""))
    assert refusal(tmp_path).startswith(f"{FILE_NAME}:1:1: empty; the first line must be day,dow,")


@pytest.mark.parametrize(
    ("column", "text", "place", "said"),
    [
        ("day", "02.05.1999", 1, 'day: "02.05.1999"; allowed is a date such as 1999-01-31'),
        ("dow", "Mon", 12, 'dow: "Mon"; 1999-05-02 is a Sun'),
        ("priority", "3", 28, 'priority: "3"; allowed is a whole number from 0 to 2'),
        ("type", "XY", 30, 'type: "XY"; allowed are PS, NE, NW, IN, PE, TT, AA'),
        ("t_vru_in", "36e3", 33, 't_vru_in: "36e3"; allowed is a whole number from 0 to 10000000'),
        ("t_vru_in", "-", 33, 't_vru_in: "-"; allowed is a whole number from 0 to 10000000'),
        ("t_vru_in", "٣", 33, 't_vru_in: "٣"; allowed is a whole number from 0 to 10000000'),
        ("t_offer", "36011", 42, "t_offer: 36011; must be t_vru_in + vru_s, which is 36010"),
        ("wait_s", "-1", 50, 'wait_s: "-1"; allowed is a whole number from 0 to 10000000'),
        ("kind", "lost", 60, 'kind: "lost"; allowed are served_after_wait, served_at_once, abandoned_queue, '),
        ("bad", "2", 87, 'bad: "2"; allowed is a whole number from 0 to 1'),
    ],
)
def test_a_field_that_cannot_be_is_named_with_its_place(
    tmp_path: Path, column: str, text: str, place: int, said: str
) -> None:
    fields = SERVED.split(",")
    fields[COLUMNS.index(column)] = text
    assert refusal(written(tmp_path, LOST, ",".join(fields))).startswith(f"{FILE_NAME}:3:{place}: {said}")


def test_a_file_of_other_columns_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, heading="day,dow")).startswith(f"{FILE_NAME}:1:1: wrong heading; it must be day,")
    assert refusal(written(tmp_path, SERVED + ",")) == f"{FILE_NAME}:2:1: 18 columns; there must be 17"


def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, SERVED, "7" * 5_000_000)) == (
        f"{FILE_NAME}:3:1: a line of more than {LONGEST_LINE:,} characters"
    )


def test_what_is_no_compressed_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    whole = gzip.compress(("\n".join([",".join(COLUMNS), *[SERVED] * 500])).encode())
    damaged = bytearray(whole)
    damaged[40:60] = bytes(20)
    for content in (SERVED.encode(), whole[:-20], bytes(damaged)):
        file.write_bytes(content)
        assert refusal(tmp_path).startswith(f"{FILE_NAME}: not whole text compressed with gzip: ")
    file.write_bytes(gzip.compress(",".join(COLUMNS).encode() + b"\n\xff\xfe"))
    assert refusal(tmp_path).startswith(f"{FILE_NAME}: not text in UTF-8: ")


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert refusal(tmp_path) == f"{FILE_NAME}: cannot be read: Is a directory"
