"""What happens between a caller and the menus, from the first prompt to the result on the channel.

The result rides on the call as variables, because they outlive our process. `HL_DONE` is written last of all: the
dialplan believes the others only if it is there, so a dialogue that broke off in the middle counts as none, and the
caller waits in the default lane of the number he dialled. The caller's number may raise his priority, as a tier; it
proves nothing about who he is.
"""

from collections.abc import Callable, Mapping

from acd.config.model import HotlineConfig
from acd.config.targets import NEXT
from acd.core.instants import Duration, seconds
from acd.core.names import LanguageName
from acd.engine.ports import Clock, Directory, Situation
from ivr.agi_call import AgiCall
from ivr.agi_line import AgiLine
from ivr.choice import Choice, choice_of, write
from ivr.line import Line, Prompt
from ivr.pin.ports import PinDesk
from ivr.visit import Surroundings, Visit, who_calls
from ivr.walk import Walk

LONGEST_VISIT = seconds(180)
"""Milliseconds after which a caller is asked nothing more and goes on to wait for a person."""


class Dialogue:
    """Leads callers through the menus of one hotline.

    `settings` is asked at the start of each call, so that a caller hears one version of the settings to the end.
    Without `pins` nobody is asked for one: such steps go on by `otherwise`.
    """

    def __init__(
        self,
        settings: Callable[[], HotlineConfig],
        directory: Directory,
        clock: Clock,
        situation: Situation,
        pins: PinDesk | None = None,
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._clock = clock
        self._situation = situation
        self._pins = pins

    async def lead(self, line: Line, language: LanguageName | None = None) -> Choice:
        """Talk to a caller, and write what came of it on his call. Raises CallOver if he does not stay for it.

        With a `language` he is taken to have chosen it already.
        """
        config = self._settings()
        who = await who_calls(line)
        around = Surroundings(config, self._directory, self._situation, self._clock, self._pins)
        visit = Visit(line, around, who, self._clock.now() + LONGEST_VISIT)
        visit.language = language
        number = config.numbers.get(who.dialled)
        # A number without a menu can only come from a dialplan older than the settings; it gets the defaults.
        end = NEXT if number is None else await Walk(visit).through(number.menu)
        choice = choice_of(visit, end)
        await write(line, choice)
        return choice


class MenuScript:
    """The script `ivr` of the AGI server: a dialogue on a real call. `lengths` is what the prompts' build returned."""

    def __init__(self, dialogue: Dialogue, lengths: Mapping[Prompt, Duration]) -> None:
        self._dialogue = dialogue
        self._lengths = lengths

    async def __call__(self, call: AgiCall) -> None:
        """Talk to one caller."""
        await self._dialogue.lead(AgiLine(call, self._lengths))
