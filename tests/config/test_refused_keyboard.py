"""Tabs and the full-width signs of a keyboard for Chinese: each is told at its own place, with what to write."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import SMALL, edited


def told(old: str, new: str) -> list[str]:
    with pytest.raises(ConfigRefused) as refused:
        loads(edited(old, new), "bank.yaml")
    return [str(fault).removeprefix("bank.yaml:") for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "line", "sign", "instead"),
    [
        ("    ring_for: 15s", "    ring_for：15s", 10, "：", "`:` and a space behind it"),
        ("    ring_for: 15s", "    ring_for： 15s", 10, "：", "`:` and a space behind it"),
        ("lanes:", "lanes：", 6, "：", "`:` and a space behind it"),
        ("{name: Ben, phone", "{name: Ben， phone", 38, "，", "`,`"),
        ("fallback: {phones", "fallback: ｛phones", 16, "｛", "`{`"),
    ],
)
def test_a_sign_that_yaml_does_not_take_is_told_where_it_stands(
    old: str, new: str, line: int, sign: str, instead: str
) -> None:
    column = edited(old, new).splitlines()[line - 1].index(sign) + 1

    assert told(old, new) == [f"{line}:{column}: not YAML: `{sign}` is a full-width sign; write {instead}"]


@pytest.mark.parametrize(
    ("old", "new", "place", "sign", "instead"),
    [
        ("ring_for: 15s", "ring_for: １5s", "10:15: lanes.cards.ring_for", "１", "1"),
        ("ring_for: 15s", "ring_for: “15s”", "10:15: lanes.cards.ring_for", "“", '"'),
        ("ring_for: 15s", "ageing: 150％", "10:16: lanes.cards.ageing", "％", "%"),
        ("default_lane: general", "default_lane: general。", "14:22: default_lane", "。", "."),
        ("needs: cards >= 3", "needs: cards ＞= 3", "9:18: lanes.cards.needs", "＞", ">"),
        ("needs: cards >= 3", "needs: （cards >= 3）", "9:12: lanes.cards.needs", "（", "("),
        ("needs: cards >= 3", "needs: cards >= ３", "9:21: lanes.cards.needs", "３", "3"),
        (
            "ring_for: 15s",
            "overflow: {when: service_level(cards) < 80％, to: general}",
            "10:47: lanes.cards.overflow.when",
            "％",
            "%",
        ),
    ],
)
def test_a_sign_in_a_value_is_told_where_it_stands(old: str, new: str, place: str, sign: str, instead: str) -> None:
    assert f"{place}: `{sign}` is a full-width sign; write `{instead}`" in told(old, new)


def test_a_sign_in_a_key_is_told_where_it_stands() -> None:
    assert "4:23: languages.zh.voice： cmn: `：` is a full-width sign; write `:` and a space behind it" in told(
        "voice: cmn", "voice： cmn"
    )


def test_a_full_width_space_is_told_where_it_stands() -> None:
    assert told("    ring_for: 15s", "\u3000\u3000ring_for: 15s") == [
        "10:1: not YAML: a full-width space stands here; write a plain one"
    ]


def test_a_tab_is_told_where_it_stands() -> None:
    assert told("    ring_for: 15s", "    ring_for:\t15s") == [
        "10:14: not YAML: a tab stands here; YAML takes spaces alone"
    ]


def test_what_callers_hear_keeps_its_signs_even_beside_a_fault() -> None:
    spoken = SMALL.replace("Welcome.", "“Welcome”，全角：（１）")

    assert loads(spoken).menus["main"][0] is not None
    with pytest.raises(ConfigRefused, match="not YAML: while parsing a flow mapping") as refused:
        loads(spoken.replace("（１）}", "（１）"))
    assert "full-width" not in str(refused.value)


def test_a_very_long_line_takes_no_longer_than_another() -> None:
    with pytest.raises(ConfigRefused, match="not YAML"):
        loads(SMALL + "x: {" + "-" * 200_000 + "： [\n")
