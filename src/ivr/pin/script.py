"""The script `pin` of the AGI server: a caller was taken out of a talk to key his PIN, and the agent waits.

What came of it rides on the call: HL_VERDICT a word of Verdict, HL_CUSTOMER for whom the PIN was asked, HL_VERIFIED 1
for a caller who proved it, HL_DONE 1 last of all. The dialplan joins the two again whatever stands there.
"""

from collections.abc import Callable, Mapping

from acd.config.model import HotlineConfig
from acd.core.instants import Duration, seconds
from acd.core.names import LanguageName
from acd.core.switch_events import Verdict
from acd.engine.ports import Clock, Directory, Situation
from ivr.agi_call import AgiCall
from ivr.agi_line import AgiLine
from ivr.line import Line, Prompt, PromptMissing
from ivr.pin.asking import verify
from ivr.pin.ports import PinDesk
from ivr.visit import Surroundings, TimeIsUp, Visit, WhoCalls

LONGEST_ASKING: Duration = seconds(100)
"""Milliseconds after which the caller goes back to the agent, verified or not: longer nobody holds a silent line."""


class PinScript:
    """Asks callers for their PIN in the middle of a talk. `lengths` is what the prompts' build returned."""

    def __init__(
        self,
        settings: Callable[[], HotlineConfig],
        directory: Directory,
        clock: Clock,
        situation: Situation,
        pins: PinDesk | None,
        lengths: Mapping[Prompt, Duration],
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._clock = clock
        self._situation = situation
        self._pins = pins
        self._lengths = lengths

    async def __call__(self, call: AgiCall) -> None:
        """Ask one caller on a real call."""
        await self.ask(AgiLine(call, self._lengths))

    async def ask(self, line: Line) -> Verdict:
        """Ask the caller on this line, and write what came of it on his call. Raises CallOver if he has gone."""
        config = self._settings()
        around = Surroundings(config, self._directory, self._situation, self._clock, self._pins)
        who = WhoCalls(await line.variable("HL_CALL"), await line.variable("HL_NUMBER"))
        visit = Visit(line, around, who, self._clock.now() + LONGEST_ASKING)
        language = await line.variable("HL_LANGUAGE")
        visit.language = LanguageName(language) if language in config.languages else config.default_language
        known = await line.variable("HL_CUSTOMER")
        if known:
            visit.identify(known)
        verdict = await self._verdict(visit)
        await line.set_variable("HL_VERDICT", verdict)
        await line.set_variable("HL_CUSTOMER", visit.customer)
        if verdict is Verdict.VERIFIED:
            await line.set_variable("HL_VERIFIED", "1")
        elif verdict in {Verdict.WRONG, Verdict.LOCKED}:
            # Whatever he proved before: who is asked again and does not know it is not believed any more.
            await line.set_variable("HL_VERIFIED", "")
        await line.set_variable("HL_DONE", "1")
        return verdict

    async def _verdict(self, visit: Visit) -> Verdict:
        if self._pins is None or self._settings().pin is None:
            return Verdict.UNAVAILABLE
        try:
            return await verify(visit, self._pins)
        except PromptMissing:
            return Verdict.UNAVAILABLE
        except TimeIsUp:
            # What he proved just before his time was up is proved.
            return Verdict.VERIFIED if visit.verified else Verdict.NOT_GIVEN
