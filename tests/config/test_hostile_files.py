"""A hostile file is refused quickly, in little memory, with one clear line; whatever it holds, nothing else happens."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from acd.config import ConfigRefused, HotlineConfig, load, loads
from tests.config.small import SMALL

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

HOSTILE = {
    "alias_bomb": (BOMB, "too many values"),
    "deep_flow": ("a: " + "[" * 1_000, "nested too deeply"),
    "deep_block": ("- " * 1_000 + "x", "nested too deeply"),
    "deep_keys": ("? " * 1_000 + "x", "nested too deeply"),
    "long_menu": ("menus:\n  main:\n" + "    - {step: greeting}\n" * 10_000, "at most 1000 entries"),
    "many_menus": ("menus:\n" + "".join(f"  m{number}: []\n" for number in range(10_000)), "at most 5000 keys"),
    "self_alias": ("a: &a [*a]", "stands for nothing"),
    "list_as_key": ("? [a]\n: b\n", "a key must be a word"),
    "nul": ("a: \0", "not allowed in a text file"),
    "surrogate": ("a: \ud800", "not allowed in a text file"),
    "empty": ("", "the file is empty"),
    "only_a_comment": ("# nothing\n", "the file is empty"),
    "a_word": ("hotline", "a mapping of sections"),
    "not_closed_quote": ('a: "b\n', "not YAML"),
    "unknown_directive": ("%YAML 9.9\n---\na: b\n", "not YAML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_in_little_memory(name: str) -> None:
    text, reason = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(ConfigRefused, match=reason):
            loads(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 50_000_000


def test_a_file_of_fifty_megabytes_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as opened:
        opened.truncate(50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ConfigRefused, match="too large; at most 1024 KiB"):
            load(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000


def test_a_byte_that_is_no_text_is_shown_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("numbers:\n  中文: caf".encode() + b"\xe9\n")

    with pytest.raises(ConfigRefused) as refused:
        load(file)

    assert str(refused.value) == f"{file}:2:10: the byte 0xe9 is not UTF-8; save the file as UTF-8"


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())

    assert load(file).version == loads(SMALL).version


def test_a_fault_is_one_printable_line_whatever_the_file_holds() -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads('"\\e[2J\\nevil":\n  - "\\u202e"\n')

    for line in str(refused.value).splitlines():
        assert line.isprintable()
        assert line.startswith("<text>:")


YAML_PIECES = st.sampled_from(
    [
        *"a1~{}[],|>'#@`\n\t\\\x85\u2028\ufeff\0中\"",
        *("- ", ": ", "? ", "  ", "&a ", "*a", "!t ", "---\n", "...\n", "%YAML 1.2\n", "<<"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(YAML_PIECES, max_size=60).map("".join)))
@example("%YAML 1.1\n--- !!binary a")
@example("a: 0b_")
def test_any_text_loads_or_is_refused(text: str) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(text)

    assert refused.value.faults


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_small_hotline_with_anything_put_anywhere_loads_or_is_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SMALL)))
    end = data.draw(st.integers(start, min(len(SMALL), start + 30)))
    piece = data.draw(st.one_of(st.text(max_size=20), st.lists(YAML_PIECES, max_size=8).map("".join)))
    try:
        found = loads(SMALL[:start] + piece + SMALL[end:])
    except ConfigRefused:
        return
    assert isinstance(found, HotlineConfig)
    assert found.policy().version == found.version
