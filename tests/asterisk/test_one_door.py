"""panoramisk can be exchanged in one place."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def test_panoramisk_is_imported_in_one_file() -> None:
    importing = re.compile(r"^\s*(from|import) panoramisk\b", re.MULTILINE)
    found = [path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if importing.search(path.read_text())]

    assert found == ["acd/asterisk/ami_connection.py"]
