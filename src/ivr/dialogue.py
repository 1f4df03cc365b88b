"""What happens between a caller and the menus, from the first prompt to the result on the channel.

The result rides on the call as variables, because they outlive our process. `HL_DONE` is written last of all: the
dialplan believes the others only if it is there, so a dialogue that broke off in the middle counts as none, and the
caller waits in the default lane of the number he dialled. The caller's number may raise his priority, as a tier; it
proves nothing about who he is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from acd.config.menus import Greeting, LaneMenu, LanguageChoice, Menu
from acd.config.model import HotlineConfig
from acd.core.instants import Duration, seconds
from acd.engine.ports import Clock, Directory
from ivr.agi_call import AgiCall
from ivr.agi_line import AgiLine
from ivr.line import Line, Prompt
from ivr.prompt_names import step_name
from ivr.steps.greeting import greet
from ivr.steps.language import choose_language
from ivr.steps.menu import choose_lane
from ivr.visit import TimeIsUp, Visit

LONGEST_MENU = 200
"""Characters of what rides on the channel of the keys pressed; the last menus are left out when there are more."""

LONGEST_VISIT = seconds(180)
"""Milliseconds after which a caller is asked nothing more and goes on to wait for a person."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a caller goes from the menu. An empty tier means that the directory does not know his number."""

    lane: str
    language: str
    tier: str
    manager: str = ""
    """The agent who looks after this customer; empty for nobody."""
    menu: tuple[tuple[str, str], ...] = ()
    """The key that he pressed in each menu, in the order of the menus."""


class Dialogue:
    """Leads callers through the menus of one hotline.

    `settings` is asked at the start of each call, so that a caller hears one version of the settings to the end.
    """

    def __init__(self, settings: Callable[[], HotlineConfig], directory: Directory, clock: Clock) -> None:
        self._settings = settings
        self._directory = directory
        self._clock = clock

    async def lead(self, line: Line) -> Choice:
        """Talk to a caller, and write what came of it on his call. Raises CallOver if he does not stay for it."""
        config = self._settings()
        customer = self._directory.find(await line.variable("HL_NUMBER"))
        visit = Visit(line, self._clock, tuple(config.languages), self._clock.now() + LONGEST_VISIT)
        number = config.numbers.get(await line.variable("HL_DIALLED"))
        if number is not None:
            # A number without a menu can only come from a dialplan older than the settings; it gets the defaults.
            await _walk(visit, number.menu, config.menus[number.menu])
        choice = Choice(
            lane=visit.lane or config.default_lane,
            language=visit.language or config.default_language,
            tier=customer.tier if customer else "",
            manager=(customer.manager if customer else None) or "",
            menu=tuple(visit.pressed_in.items()),
        )
        await _write(line, choice)
        return choice


class MenuScript:
    """The script `ivr` of the AGI server: a dialogue on a real call. `lengths` is what the prompts' build returned."""

    def __init__(self, dialogue: Dialogue, lengths: Mapping[Prompt, Duration]) -> None:
        self._dialogue = dialogue
        self._lengths = lengths

    async def __call__(self, call: AgiCall) -> None:
        """Talk to one caller."""
        await self._dialogue.lead(AgiLine(call, self._lengths))


async def _walk(visit: Visit, menu: str, steps: Menu) -> None:
    try:
        for number, step in enumerate(steps, 1):
            name = step_name(menu, number, step.step)
            match step:
                case Greeting():
                    await greet(visit, name, step)
                case LanguageChoice():
                    await choose_language(visit, name, step)
                case LaneMenu():
                    await choose_lane(visit, menu, name, step)
    except TimeIsUp:
        pass


async def _write(line: Line, choice: Choice) -> None:
    await line.set_variable("HL_LANE", choice.lane)
    await line.set_variable("HL_LANGUAGE", choice.language)
    if choice.tier:
        # Written only if known: the dialplan may have given the call a tier already, by the number dialled.
        await line.set_variable("HL_TIER", choice.tier)
    if choice.manager:
        await line.set_variable("HL_MANAGER", choice.manager)
    if choice.menu:
        await line.set_variable("HL_MENU", _written(choice.menu))
    await line.set_variable("CHANNEL(language)", choice.language)
    await line.set_variable("HL_DONE", "1")


def _written(menu: tuple[tuple[str, str], ...]) -> str:
    """Pairs as they ride on the channel, `main=2/cards=1`: no comma, which would begin the next argument there."""
    text = ""
    for name, key in menu:
        longer = f"{text}/{name}={key}" if text else f"{name}={key}"
        if len(longer) > LONGEST_MENU:
            break
        text = longer
    return text
