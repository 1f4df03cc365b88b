"""The example bank in a hurry: the same people, lanes and menus, with short texts, short times and the plainest rules.

What changes while callers wait is left out; a test that is about it puts it in again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from acd.core.instants import Duration
from acd.demo.caller import Key, keys
from tests.house import BANK, the_plainest_rules

STRAIGHT = "95556"
"""A number without a menu: after a word of greeting its callers wait for a person, in Chinese."""

MENU = "95555"
PLATINUM_LINE = "4008885555"

SHORT_ABANDON: Duration = 1_000
RING_FOR: Duration = 3_000
WRAP_UP: Duration = 1_000
"""Of every lane but `general`, which has none."""


def pressed(digits: str) -> tuple[Key, ...]:
    """The keys of a caller who knows the menu and does not hear it out; he is through within three seconds."""
    return keys(digits, first=500, apart=1000)


def write_quick_bank(folder: Path, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
    """Write the bank's settings below `folder`; `change` may alter them before."""
    yaml = YAML()
    bank = yaml.load(BANK.read_text("utf-8"))
    hello = {"zh": "您好。", "en": "Hello."}
    bank["menus"]["main"][0]["say"] = hello
    bank["menus"]["straight"] = [{"step": "greeting", "say": hello}]
    bank["numbers"][STRAIGHT] = {"menu": "straight"}
    bank["service_level"]["short_abandon"] = _milliseconds(SHORT_ABANDON)
    the_plainest_rules(bank)
    for name, lane in bank["lanes"].items():
        lane["ring_for"] = _milliseconds(RING_FOR)
        lane["wrap_up"] = "0s" if name == "general" else _milliseconds(WRAP_UP)
    # Whoever is left alone after a failed offer stays so until his test is over.
    bank["cool_down"] = dict.fromkeys(("busy", "declined", "unreachable", "failed"), "60s")
    bank["customers"] = str(BANK.parent / bank["customers"])
    change(bank)
    path = folder / "hotline.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(bank, file)
    return path


def _milliseconds(duration: Duration) -> str:
    return f"{duration // 1000}s"
