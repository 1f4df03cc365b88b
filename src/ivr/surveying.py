"""A survey: up to three questions answered by keys, perhaps a spoken comment, and thanks.

What was answered stands on the call after each key, so a caller who hangs up in the middle has said what he has said:
`HL_SURVEYED` the survey, `HL_ANSWERS` the keys as `5.0.3` with 0 for a question that was heard and not answered,
`HL_COMMENT` 1 for a spoken comment. The dialplan tells of it when the call ends.
"""

from enum import Enum, auto

from acd.config.caller_side import SurveyConfig
from acd.core.instants import Duration, seconds
from ivr.line import PromptMissing, Tone
from ivr.prompt_names import survey_comment_name, survey_question_name, survey_thanks_name
from ivr.visit import Visit

WAIT_FOR: Duration = seconds(6)
ATTEMPTS = 2
"""How long an answer is waited for, in milliseconds, and how often a question is asked."""

COMMENTS = "hotline-comments"
"""The folder of Asterisk's spool that holds the comments, each under the name of its call."""

LONGEST_COMMENT: Duration = seconds(60)
SILENCE: Duration = seconds(4)
"""How long a caller may speak, and after how much silence he has finished; in milliseconds."""

BEEP = (Tone(1_000, 0, 300),)
BEEP_LASTS: Duration = 400

THANKS = "survey-thanks"
"""Said when a survey has no thanks of its own."""


class Asked(Enum):
    """What came of asking."""

    TO_THE_END = auto()
    SILENT = auto()
    """He did not answer a question, and was asked no further."""
    WANTS_PERSON = auto()
    """He pressed 0."""


async def ask_survey(visit: Visit, name: str, survey: SurveyConfig) -> Asked:
    """Ask a caller all of it. Raises PromptMissing when a question is there in no language, and TimeIsUp."""
    await visit.line.set_variable("HL_SURVEYED", name)
    answers: list[str] = []
    for number, question in enumerate(survey.questions, 1):
        key = await _answer(visit, survey_question_name(name, number), question.keys)
        answers.append(key or "0")
        await visit.line.set_variable("HL_ANSWERS", ".".join(answers))
        if key == "0":
            return Asked.WANTS_PERSON
        if key is None:
            return Asked.SILENT
    if survey.comment:
        await _take_comment(visit, survey_comment_name(name))
    await _thank(visit, survey_thanks_name(name) if survey.thanks else THANKS)
    return Asked.TO_THE_END


async def _answer(visit: Visit, name: str, highest: int) -> str | None:
    keys = "123456789"[:highest]
    while True:
        # There is no way back to an answer that was given, so * is heard as a key like any other that leads nowhere.
        key = await visit.ask(name, keys=keys, wait_for=WAIT_FOR, attempts=ATTEMPTS)
        if key == "*":
            visit.keep(await visit.refuse_key())
        elif key != "#":
            return key


async def _take_comment(visit: Visit, name: str) -> None:
    line, at_most = visit.line, min(LONGEST_COMMENT, visit.time_left())
    if at_most <= SILENCE:
        return
    try:
        # A key pressed here is the wish to get on.
        if await visit.say(name) is not None:
            return
    except PromptMissing:
        return
    await line.start_tones(BEEP)
    await line.wait_for_key(BEEP_LASTS)
    await line.stop_tones()
    # Written before he speaks: who hangs up at the end of it has left a comment all the same.
    await line.set_variable("HL_COMMENT", "1")
    if not await line.record(COMMENTS, at_most, SILENCE):
        await line.set_variable("HL_COMMENT", "")


async def _thank(visit: Visit, name: str) -> None:
    try:
        await visit.say(name)
    except PromptMissing:
        return
