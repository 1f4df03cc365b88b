"""A hostile file is refused quickly, in little memory, with one clear line; whatever it holds, nothing else happens."""

import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from acd.config import ConfigRefused, HotlineConfig, load, loads
from acd.config.menu_faults import MOST_CIRCLES, menu_faults
from acd.config.menus import MOST_STEPS, Hours, Step
from acd.config.targets import Target, TargetKind
from tests.config.everything import EVERYTHING
from tests.config.small import SMALL, edited

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

HOSTILE = {
    "alias_bomb": (BOMB, "too many values"),
    "deep_flow": ("a: " + "[" * 1_000, "nested too deeply"),
    "deep_block": ("- " * 1_000 + "x", "nested too deeply"),
    "deep_keys": ("? " * 1_000 + "x", "nested too deeply"),
    "long_menu": ("menus:\n  main:\n" + "    - {step: greeting}\n" * 10_000, "at most 1000 entries"),
    "long_menu_on_one_line": ("menus: {main: [" + "{step: message}," * 10_000 + "]}", "at most 1000 entries"),
    "deep_menu": ("menus: {main: " + "[" * 10_000, "nested too deeply"),
    "menu_bomb": (
        "menus: {main: &a [x, x, x, x]}\n" + BOMB.replace("a: &a", "z: &a"),
        "too many values",
    ),
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


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_in_a_second(name: str) -> None:
    text, _ = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(ConfigRefused):
        loads(text)

    # Time of the processor, so that a busy machine does not count; it takes a third of this at most.
    assert time.process_time() - began < 1


def test_the_largest_menus_of_all_are_looked_through_at_once_however_they_lead_to_each_other() -> None:
    back = Hours(step="hours", calendar="office", closed=Target(TargetKind.BACK))
    menus = {}
    for at in range(200):
        ways = [Target(TargetKind.MENU, f"m{(at * 13 + more) % 200}") for more in range(MOST_STEPS // 2)]
        steps: list[Step] = [
            each for way in ways for each in (Hours(step="hours", calendar="office", closed=way), back)
        ]
        menus[f"m{at}"] = tuple(steps)
    began = time.process_time()
    found = list(menu_faults(menus, ["m0"]))

    # It takes less than half a second; looking from each of the 6,400 steps at all others would take minutes.
    assert time.process_time() - began < 2
    assert sum("go round" in message for _, message in found) == MOST_CIRCLES


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


@pytest.mark.parametrize(
    "more",
    [
        "      - {after: 1s, needs: WRONG or alpha and (beta or not gamma)}\n",
        "      - {after: 1s, when: waiting(WRONG) > 5 and idle(WRONG) > 0}\n",
        "      - {after: 1s, lanes: [WRONG], drop: [WRONG], announce: WRONG, overflow: {to: WRONG}}\n",
    ],
    ids=["needs", "conditions", "names"],
)
def test_for_thousands_of_wrong_names_beside_thousands_of_known_ones_not_every_hint_is_looked_for(more: str) -> None:
    skills = ", ".join(f"wrong{number}: 1" for number in range(3_000))
    agents = "".join(f"  b{number}: {{name: B, phone: b{number}, skills: {{wrong: 1}}}}\n" for number in range(500))
    steps = "    steps:\n" + "".join(more.replace("WRONG", f"card{number}") for number in range(900))
    text = edited("    ring_for: 15s\n", steps, SMALL + agents + f"  c: {{name: C, phone: c, skills: {{{skills}}}}}\n")

    with pytest.raises(ConfigRefused) as refused:
        loads(text)

    # Looking for a name that is alike takes milliseconds each time.
    assert len(refused.value.faults) >= 200
    assert 0 < sum("did you mean" in fault.message for fault in refused.value.faults) <= 200


def test_lanes_that_hand_callers_on_for_ever_are_found_out_however_long_the_row_is() -> None:
    text = "lanes:\n" + "".join(f"  l{at}: {{when_unstaffed: l{(at + 1) % 4_000}}}\n" for at in range(4_000))

    with pytest.raises(ConfigRefused) as refused:
        loads(text)

    assert sum("go round" in fault.message for fault in refused.value.faults) == 1


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
@given(st.data(), st.sampled_from([SMALL, EVERYTHING]))
def test_a_hotline_with_anything_put_anywhere_loads_or_is_refused(data: st.DataObject, whole: str) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 30)))
    piece = data.draw(st.one_of(st.text(max_size=20), st.lists(YAML_PIECES, max_size=8).map("".join)))
    try:
        found = loads(whole[:start] + piece + whole[end:])
    except ConfigRefused:
        return
    assert isinstance(found, HotlineConfig)
    assert found.policy().version == found.version
