"""What the operator's guide says of forgetting a customer does what it says, on the tables as they are."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from acd.app.access import PARTS
from acd.app.second_line import TABLES
from cti.contacts.tables import CONTACTS
from cti.desk_file import DeskFile

GUIDE = Path(__file__).parents[2] / "docs/operating.md"
HIS, NUMBER, OTHER = "70010001", "+8613800000006", "70010009"


def statements() -> str:
    """The guide's block of SQL."""
    found = re.search(r"\n((?:    .*\n)*    DELETE FROM notes(?:.*\n    )*.*VACUUM;)", GUIDE.read_text("utf-8"))
    assert found is not None
    return found[1]


def contact(file: sqlite3.Connection, call: str, number: str, customer: str, by_number: str) -> None:
    file.execute(
        "INSERT INTO contacts (call, agent, lane, line, at, number, customer, by_number, direction)"
        " VALUES (?, 'anna', 'cards', 'first', 1, ?, ?, ?, 'inbound')",
        (call, number, customer, by_number),
    )
    file.execute("INSERT INTO notes (call, agent, at, text) VALUES (?, 'anna', 1, ?)", (call, f"said in {call}"))
    file.execute("INSERT INTO drafts VALUES (?, 'anna', 1, 1, '', NULL, ?, 0)", (call, f"said in {call}"))


def ticket(file: sqlite3.Connection, number: int, customer: str, caller: str) -> None:
    file.execute(
        "INSERT INTO tickets VALUES (?, 1, 'open', 'cards', 'r', '', ?, ?, 'q', '', 1, 'anna', 9, 0, 1, NULL, 0, NULL)",
        (number, customer, caller),
    )
    file.execute("INSERT INTO ticket_history VALUES (?, 1, 1, 'anna', 'opened', 't', '', '')", (number,))


def test_he_is_forgotten_and_nobody_else(tmp_path: Path) -> None:
    file = DeskFile(tmp_path / "desk.sqlite3", (*PARTS, CONTACTS, *TABLES))

    def fill(kept: sqlite3.Connection) -> None:
        contact(kept, "proved", "", HIS, "")
        contact(kept, "known", NUMBER, "", HIS)
        contact(kept, "number", NUMBER, "", "")
        contact(kept, "other", "+8613900000009", OTHER, "")
        ticket(kept, 1, HIS, "")
        ticket(kept, 2, "", NUMBER)
        ticket(kept, 3, OTHER, "")

    file.do(fill)
    file.close()
    with closing(sqlite3.connect(file.path, isolation_level=None)) as kept:
        kept.executescript(statements())
        assert kept.execute("SELECT text FROM notes").fetchall() == [("said in other",)]
        assert kept.execute("SELECT note FROM drafts").fetchall() == [("said in other",)]
        assert kept.execute("SELECT count(*) FROM contacts").fetchone() == (4,)
        whose = kept.execute("SELECT number, customer, by_number FROM contacts ORDER BY customer").fetchall()
        assert whose == [("", "", "")] * 3 + [("+8613900000009", OTHER, "")]
        assert kept.execute("SELECT number FROM tickets").fetchall() == [(3,)]
        assert kept.execute("SELECT number FROM ticket_history").fetchall() == [(3,)]
        kept.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    left = file.path.read_bytes()
    assert not any(word in left for word in (HIS.encode(), NUMBER.encode(), b"said in known"))
