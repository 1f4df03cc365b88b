"""A larger bank for the chaos tests: enough people for a full floor, and callers who wait without pressing a key."""

from pathlib import Path

from ruamel.yaml import YAML

from tests.house import BANK, the_plainest_rules

TALKERS = tuple(f"talker-{n:02}" for n in range(1, 11))
"""Agents whose phones answer and wait for the caller to hang up."""

RINGERS = ("ringer-1", "ringer-2")
"""Agents whose phones ring until the test says otherwise."""

SPARES = ("spare-1", "spare-2", "spare-3")
"""Agents whose phones answer and hang up at once, so that a lane is soon empty."""

FALLBACK = ("frank", "grace")
"""The phones of the static queue. Their agents never log in."""

STRAIGHT = "95556"
"""A number without a menu: after the greeting its callers wait for a person, in Chinese."""

PLATINUM = "4008885555"
"""The same, with the credit of a platinum customer."""

MENU = "95555"
"""The number with the bank's whole menu; who presses nothing is in it for most of a minute."""

CREDIT = 90_000
RING_FOR = 8_000


def write_bank(folder: Path) -> Path:
    """Write the bank's settings below `folder`: the example's, with everybody able to do everything."""
    yaml = YAML()
    bank = yaml.load(BANK.read_text("utf-8"))
    everything = {"cards": 5, "mortgages": 5, "wealth": 5, "general": 5, "mandarin": 5, "english": 5}
    for name in (*TALKERS, *RINGERS, *SPARES):
        bank["agents"][name] = {"name": name, "phone": name, "skills": everything}
    bank["menus"]["straight"] = [{"step": "greeting", "say": {"zh": "您好。", "en": "Hello."}}]
    bank["numbers"] = {MENU: {"menu": "main"}, STRAIGHT: {"menu": "straight"}, PLATINUM: {"menu": "straight"}}
    bank["vip"]["platinum"]["credit"] = f"{CREDIT // 1000}s"
    the_plainest_rules(bank)
    for lane in bank["lanes"].values():
        lane["ring_for"] = f"{RING_FOR // 1000}s"
        lane["wrap_up"] = "0s"
    bank["customers"] = str(BANK.parent / bank["customers"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "hotline.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(bank, file)
    return path
