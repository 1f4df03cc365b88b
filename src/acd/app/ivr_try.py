"""`hotline ivr try`: walks the menus in the terminal, without a telephone and without a running hotline.

The same dialogue as on a call, on a line that shows texts and reads keys. Nobody is logged in and nobody waits; a PIN
is asked for and not checked, so that no attempt is counted against anybody.
"""

import getpass
import re
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from acd.app import console
from acd.app.customers import directory_of
from acd.config import ConfigRefused, HotlineConfig, load
from acd.config.caller_side import PinConfig
from acd.config.faults import one_of, quoted
from acd.config.loading import placed
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import LanguageName
from acd.core.switch_events import Verdict
from acd.engine.clock import SystemClock
from acd.engine.view import MemoryView
from ivr.agi_errors import CallerHungUp
from ivr.choice import Choice
from ivr.dialogue import Dialogue
from ivr.pin.digits import Digits
from ivr.pin.ports import Change, PinLimits
from ivr.prompt_names import prompts_of
from ivr.terminal_line import TerminalLine

WRONG_PIN = "0000"
"""The PIN that is wrong here; every other one is right."""

_NUMBER = re.compile(r"\+?[0-9]{0,24}")


class TimeRefused(Exception):
    """A time that cannot be read; one line says how it is written."""


async def run(config: Path, number: str | None, caller: str, language: str | None, at: str | None = None) -> None:
    """Walk the menu of a number, and say where the caller goes.

    He calls now, or `at` a time by the hotline's clocks. Raises ConfigRefused, also for a number or a language that the
    settings do not have, and TimeRefused.
    """
    settings = load(config)
    dialled = number if number is not None else next(iter(settings.numbers))
    if dialled not in settings.numbers:
        message = f"nobody can dial {quoted(dialled)}; known are {one_of(settings.numbers)}"
        raise ConfigRefused(placed(config, [(("numbers",), message)]))
    if language is not None and language not in settings.languages:
        message = f"there is no language {quoted(language)}; known are {one_of(settings.languages)}"
        raise ConfigRefused(placed(config, [(("languages",), message)]))
    texts = {each.prompt: each.text for each in prompts_of(settings)}
    calls_from = caller if _NUMBER.fullmatch(caller) else ""
    variables = {"HL_CALL": "try", "HL_NUMBER": calls_from, "HL_DIALLED": dialled}
    line = TerminalLine(texts, variables, _instant(at, settings.time_zone), console.say, _keys)
    memory = Memory(settings.policy())
    dialogue = Dialogue(
        lambda: settings,
        directory_of(settings),
        line,
        MemoryView(lambda: memory, line.now),
        None if settings.pin is None else UncheckedPins(settings.pin),
    )
    console.step(f"{dialled} is dialled; type keys, Enter alone for silence, Ctrl-D to hang up")
    if settings.pin is not None:
        console.step(f"no PIN is checked here: every one is right but {WRONG_PIN}")
    try:
        choice = await dialogue.lead(line, None if language is None else LanguageName(language))
    except CallerHungUp:
        console.say("")
        console.step("the caller hung up in the menu")
        return
    console.say("")
    console.table("Where the caller goes", ("", ""), told(choice, settings))


def _instant(at: str | None, zone: str) -> Instant:
    """A time as a person types it, today's if it has no date."""
    now = SystemClock().now()
    if at is None:
        return now
    today = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    try:
        written = datetime.fromisoformat(at if "-" in at else f"{today:%Y-%m-%d} {at}")
    except ValueError:
        raise TimeRefused(f"{quoted(at)} is no time; write 10:00, or 2026-12-24 10:00") from None
    return round(written.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def told(choice: Choice, config: HotlineConfig) -> list[tuple[str, str]]:
    """What came of a visit, as rows of a table; what there is nothing to say of is left out."""
    if choice.ends:
        way = "the call ends; the menu has told him all"
    elif choice.wish:
        way = f"{choice.wish.replace('.', ' ')}, for the lane {choice.lane}"
    else:
        way = f"waits in the lane {choice.lane}"
    known = "" if not choice.customer else f"{choice.customer}, {'verified' if choice.verified else 'not verified'}"
    music = f"accepted, hears {choice.advert}" if choice.advert_accepted else f"asked about {choice.advert}: no"
    rows = [
        ("way", way),
        ("language", f"{choice.language} ({config.languages[LanguageName(choice.language)].name})"),
        ("customer", known),
        ("tier", choice.tier),
        ("manager", choice.manager),
        ("keys", ", ".join(f"{menu} {key}" for menu, key in choice.menu)),
        ("advert", music if choice.advert else ""),
    ]
    return [row for row in rows if row[1]]


class UncheckedPins:
    """A `PinDesk` that asks nobody and counts nothing."""

    def __init__(self, config: PinConfig) -> None:
        self._config = config

    @property
    def limits(self) -> PinLimits:
        """See PinDesk."""
        pin = self._config
        return PinLimits(pin.at_least, pin.at_most, pin.wait_for, pin.attempts_per_call)

    async def check(self, customer: str, call: str, pin: Digits) -> Verdict:  # noqa: ARG002 - nobody is asked
        """See PinDesk."""
        with Digits.of(WRONG_PIN) as wrong:
            return Verdict.WRONG if pin.same_as(wrong) else Verdict.VERIFIED

    async def change(
        self,
        customer: str,  # noqa: ARG002
        call: str,  # noqa: ARG002
        new: Digits,  # noqa: ARG002
        code: Digits | None,  # noqa: ARG002
    ) -> Change:
        """See PinDesk."""
        return Change.CHANGED


def _keys(masked: bool) -> str | None:
    """What is typed next; without an echo while a PIN is keyed. None at the end of the input."""
    if not sys.stdin.isatty():
        # Keys from a file or a pipe are written between the prompts, where a person would see what he typed.
        typed = sys.stdin.readline()
        console.say(f"> {'(not shown)' if masked else typed.strip()}")
        return typed.strip() if typed else None
    try:
        return getpass.getpass("> ") if masked else input("> ")
    except EOFError:
        return None
