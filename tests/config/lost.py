"""The small hotline with other menus, and what is said of callers who would be lost in them."""

from acd.config import ConfigRefused, Fault, loads
from tests.config.small import SMALL

START, END = SMALL.index("menus:\n") + len("menus:\n"), SMALL.index("announcements:\n")
ASKS = "step: menu, say: {zh: 请按键。, en: Press a key.}"
SAYS = "step: say, say: {zh: 请听。, en: Listen.}"
MORE = """\
calendars: {office: {open: ["mon-fri 09:00-18:00"]}}
overflow_numbers: ["+862155555555"]
pin: {}
"""


def with_menus(**menus: str | list[str]) -> str:
    """The small hotline with these menus, each a row of steps in braces."""
    text = ""
    for name, steps in menus.items():
        rows = [steps] if isinstance(steps, str) else steps
        text += f"  {name.replace('_', '-')}:\n" + "".join(f"    - {{{step}}}\n" for step in rows)
    return SMALL[:START] + text + SMALL[END:] + MORE


def faults(text: str) -> list[str]:
    """Each fault with its place in the settings and without that in the file; none for settings that are taken."""
    return [f"{fault.path}: {fault.message}" for fault in _all(text)]


def lines(text: str) -> list[str]:
    """Each fault as the operator reads it, without the file's name."""
    return [str(fault).removeprefix("<text>:") for fault in _all(text)]


def _all(text: str) -> tuple[Fault, ...]:
    try:
        loads(text)
    except ConfigRefused as refused:
        return refused.faults
    return ()
