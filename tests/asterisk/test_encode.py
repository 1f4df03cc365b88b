"""Nothing gets into a settings file of Asterisk that Asterisk would take for syntax."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.asterisk.encode import NotEncodable, encode


@pytest.mark.parametrize("value", ["anna", "+8613812345678", "192.0.2.0/24", "2001:db8::/32", "/var/lib/a b", "zh"])
def test_names_numbers_addresses_and_paths_pass_as_they_are(value: str) -> None:
    assert encode(value) == value


def test_numbers_and_yes_and_no_are_written_as_asterisk_reads_them() -> None:
    assert [encode(5060), encode(True), encode(False)] == ["5060", "yes", "no"]


SYNTAX = [
    "a\nb",
    "a\rb",
    "a\0b",
    "a;b",
    "[a",
    "a]",
    "a,b",
    "${X}",
    "#include x",
    "a|b",
    "a&b",
    "a=>b",
    "a\\",
    '"a"',
    "(a)",
]
OTHERS: list[object] = ["", " a", "a ", "张", "x" * 256, None, 1.5, [], b"a", {"a": 1}]


@pytest.mark.parametrize("value", [*SYNTAX, *OTHERS])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(NotEncodable, match="may not stand in a settings file"):
        encode(value)


def tried(value: str) -> tuple[str | None, str]:
    """What became of a value: it as it was let through, or the words of the refusal."""
    try:
        return encode(value), ""
    except NotEncodable as refused:
        return None, str(refused)


@given(st.text())
def test_what_passes_holds_no_character_that_means_something_to_asterisk(value: str) -> None:
    passed, words = tried(value)
    if passed is None:
        assert len(words) < 250
        assert words.isprintable()
    else:
        assert passed == value
        assert passed.isascii()
        assert not re.search(r"[\s;\[\]{}()$#,|&=<>\"'\\!^~*?%`]", passed.replace(" ", ""))
