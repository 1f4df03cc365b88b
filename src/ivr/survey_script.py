"""The script `survey` of the AGI server: a caller is asked how he was served, after the agent has hung up."""

from collections.abc import Mapping
from contextlib import suppress

from acd.core.instants import Duration, seconds
from ivr.agi_call import AgiCall
from ivr.agi_line import AgiLine
from ivr.line import Line, Prompt, PromptMissing
from ivr.surveying import ask_survey
from ivr.visit import Surroundings, TimeIsUp, visit_again

LONGEST_SURVEY: Duration = seconds(150)
"""Milliseconds after which a caller is asked nothing more."""


class SurveyScript:
    """Asks the survey whose name stands in `HL_SURVEY`. `lengths` is what the prompts' build returned."""

    def __init__(self, around: Surroundings, lengths: Mapping[Prompt, Duration]) -> None:
        self._around = around
        self._lengths = lengths

    async def __call__(self, call: AgiCall) -> None:
        """Ask one caller."""
        await self.ask(AgiLine(call, self._lengths))

    async def ask(self, line: Line) -> None:
        """Ask the caller on this line; one who has been asked in the menu of the same call is let go.

        A survey that the settings do not have any more is none. 0 means no answer here: nobody waits for him.
        """
        name = await line.variable("HL_SURVEY")
        survey = self._around.config.surveys.get(name)
        if survey is not None and not await line.variable("HL_SURVEYED"):
            visit = await visit_again(line, self._around, LONGEST_SURVEY)
            # What he has said until then stands on the call already.
            with suppress(PromptMissing, TimeIsUp):
                await ask_survey(visit, name, survey)
        await line.set_variable("HL_DONE", "1")
