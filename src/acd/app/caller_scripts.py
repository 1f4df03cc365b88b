"""What the IVR says to callers, plugged together: the menus, and what is asked of callers who are past them."""

from collections.abc import Callable, Mapping

from acd.app.counted_pins import CountedPins
from acd.app.live_settings import LiveSettings
from acd.core.switch_events import Verdict
from acd.engine.ports import Clock, Situation
from ivr.agi_call import AgiCall
from ivr.agi_server import Script
from ivr.callback_script import CallbackScript
from ivr.dialogue import Dialogue, MenuScript
from ivr.pin.ports import PinDesk
from ivr.pin.script import PinScript
from ivr.survey_script import SurveyScript
from ivr.visit import Surroundings


class CallerScripts:
    """The scripts of the AGI server. Each caller is led by the settings in force as he comes to it, to the end."""

    def __init__(
        self,
        live: LiveSettings,
        situation: Situation,
        clock: Clock,
        pins: PinDesk,
        note_verdict: Callable[[Verdict], None],
    ) -> None:
        """`note_verdict` hears of each verdict but the last one in a talk, which the core tells."""
        self._live = live
        self._situation = situation
        self._clock = clock
        self._pins = pins
        self._note_verdict = note_verdict

    def by_path(self) -> Mapping[str, Script]:
        """Each script by its path in the dialplan's address."""
        return {"ivr": self._menus, "pin": self._pin, "survey": self._survey, "callback": self._callback}

    async def _menus(self, call: AgiCall) -> None:
        now = self._live.now
        counted = CountedPins(self._pins, self._note_verdict, within_a_talk=False)
        pins = None if now.config.pin is None else counted
        dialogue = Dialogue(lambda: now.config, now.directory, self._clock, self._situation, pins)
        try:
            await MenuScript(dialogue, now.lengths)(call)
        finally:
            counted.over(told=False)

    async def _pin(self, call: AgiCall) -> None:
        now = self._live.now
        counted = CountedPins(self._pins, self._note_verdict, within_a_talk=True)
        pins = None if now.config.pin is None else counted
        script = PinScript(lambda: now.config, now.directory, self._clock, self._situation, pins, now.lengths)
        told = False
        try:
            await script(call)
            told = True
        finally:
            counted.over(told=told)

    async def _survey(self, call: AgiCall) -> None:
        await SurveyScript(self._around(), self._live.now.lengths)(call)

    async def _callback(self, call: AgiCall) -> None:
        await CallbackScript(self._around(), self._live.now.lengths)(call)

    def _around(self) -> Surroundings:
        now = self._live.now
        return Surroundings(now.config, now.directory, self._situation, self._clock)
