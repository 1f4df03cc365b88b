"""The survey in a menu: its questions are asked, and the caller goes on."""

from acd.config.menus import SurveyStep
from acd.config.targets import NEXT, PERSON, Target
from acd.core.policy import Survey
from acd.core.surveys import asked_lately, drawn
from ivr.line import PromptMissing
from ivr.surveying import Asked, ask_survey
from ivr.visit import Visit


async def take_survey(visit: Visit, step: SurveyStep) -> Target:
    """Ask the survey; 0 leads to a person. A question that is there in no language ends it.

    Who has pressed nothing in all the menus is remembered to have been silent; for others silence is the wish to stop.
    """
    survey = visit.config.surveys.get(step.survey)
    if survey is None or not _is_asked(visit, survey.survey(step.survey)):
        return NEXT
    try:
        asked = await ask_survey(visit, step.survey, survey)
    except PromptMissing:
        return NEXT
    visit.by_silence = asked is Asked.SILENT and not visit.pressed_something
    return PERSON if asked is Asked.WANTS_PERSON else NEXT


def _is_asked(visit: Visit, survey: Survey) -> bool:
    """Whether this caller belongs to those who are asked, and was not asked lately."""
    around = visit.around
    lately = asked_lately(survey, around.situation.surveyed_at(visit.number), around.clock.now())
    return not lately and drawn(f"{survey.name}/{visit.call}", survey.share)
