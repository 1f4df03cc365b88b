"""The way of one caller through the menus: from step to step, by the targets they lead to, until one ends the menu.

Whatever happens, it ends: a caller goes on by his own keys for as long as his visit may last, and steps that ask
nothing are counted, so that settings which lead in a circle keep nobody.
"""

from collections import deque
from dataclasses import dataclass
from typing import assert_never

import structlog

from acd.config.menu_graph import QUESTIONS
from acd.config.menus import (
    AdvertOffer,
    Collect,
    Greeting,
    HangUp,
    Hours,
    KeyMenu,
    LanguageChoice,
    Message,
    PinChange,
    PinEntry,
    Route,
    Say,
    Step,
    SurveyStep,
    Transfer,
)
from acd.config.targets import NEXT, PERSON, Target, TargetKind
from acd.core.names import LaneName, LanguageName
from ivr.line import PromptMissing
from ivr.prompt_names import step_name
from ivr.steps.advert_offer import offer_advert
from ivr.steps.collect import collect
from ivr.steps.greeting import greet
from ivr.steps.hang_up import hang_up
from ivr.steps.hours import go_by_hours
from ivr.steps.language import choose_language
from ivr.steps.menu import choose_way
from ivr.steps.message import leave_message
from ivr.steps.pin import ask_for_pin
from ivr.steps.pin_change import change_pin
from ivr.steps.route import go_by_cases
from ivr.steps.say import say
from ivr.steps.survey import take_survey
from ivr.steps.transfer import transfer
from ivr.visit import TimeIsUp, Visit

MOST_STEPS = 1_000
"""Steps that one caller takes; beyond it he goes to a person."""

STEPS_BACK_AT_MOST = 50
"""Questions to which a caller can go back; beyond it the first is forgotten."""

SILENT_ENDS = frozenset({TargetKind.SAY, TargetKind.HANG_UP, TargetKind.CALLBACK, TargetKind.MESSAGE})
"""Ends without a person that nobody comes to by pressing nothing."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, and what the caller had chosen when he came to it."""

    menu: str
    step: int
    language: LanguageName | None
    lane: LaneName | None
    pressed_in: dict[str, str]


class Walk:
    """One visit on its way through the menus."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._asked: deque[_Asked] = deque(maxlen=STEPS_BACK_AT_MOST)

    async def through(self, menu: str) -> Target:
        """Lead the caller from the first step of this menu on; what ends the menu, NEXT when it ran out of steps.

        A caller whose time is up, and one who came to an end of the call by silence alone, goes to a person.
        """
        try:
            end = await self._to_the_end(menu)
            if end.kind in SILENT_ENDS and self._visit.by_silence:
                return PERSON
            if end.kind is TargetKind.SAY:
                await self._visit.say(end.to)
        except TimeIsUp:
            return PERSON
        except PromptMissing:
            # A question that nobody can hear, or a last word: a person can say it.
            return PERSON
        return end

    async def _to_the_end(self, menu: str) -> Target:
        number = 0
        for _ in range(MOST_STEPS):
            steps = self._visit.config.menus.get(menu, ())
            if number >= len(steps):
                return NEXT
            target = await self._take(menu, number, steps[number])
            match target.kind:
                case TargetKind.NEXT:
                    number += 1
                case TargetKind.LANE:
                    self._visit.lane = LaneName(target.to)
                    number += 1
                case TargetKind.MENU:
                    menu, number = target.to, 0
                case TargetKind.REPEAT:
                    continue
                case TargetKind.BACK:
                    where = self._back(menu, number)
                    if where is None:
                        return PERSON
                    menu, number = where
                case _:
                    return target
        _log.error("menus_in_a_circle", menu=menu, call=self._visit.call)
        return PERSON

    async def _take(self, menu: str, number: int, step: Step) -> Target:  # noqa: C901, PLR0911, PLR0912 - one for each kind
        visit, name = self._visit, step_name(menu, number + 1, step.step)
        # `back` passes over all other steps: nobody is asked twice for what he has proved or answered.
        if isinstance(step, QUESTIONS):
            self._note(menu, number)
        match step:
            case Greeting():
                return await greet(visit, name, step)
            case Say():
                return await say(visit, name, step)
            case LanguageChoice():
                return await choose_language(visit, name, step)
            case KeyMenu():
                return await choose_way(visit, menu, name, step)
            case Hours():
                return go_by_hours(visit, step)
            case Route():
                return go_by_cases(visit, step)
            case Collect():
                return await collect(visit, name, step)
            case PinEntry() if visit.pins is not None:
                return await ask_for_pin(visit, name, step, visit.pins)
            case PinChange() if visit.pins is not None:
                return await change_pin(visit, name, step, visit.pins)
            case PinEntry() | PinChange():
                return step.otherwise
            case AdvertOffer():
                return await offer_advert(visit, name, step)
            case SurveyStep():
                return await take_survey(visit, step)
            case Message():
                return leave_message()
            case Transfer():
                return transfer(visit, step)
            case HangUp():
                return await hang_up(visit, name, step)
            case _:
                assert_never(step)

    def _note(self, menu: str, number: int) -> None:
        last = self._asked[-1] if self._asked else None
        if last is None or (last.menu, last.step) != (menu, number):
            visit = self._visit
            self._asked.append(_Asked(menu, number, visit.language, visit.lane, dict(visit.pressed_in)))

    def _back(self, menu: str, number: int) -> tuple[str, int] | None:
        """The question before this step; the only question itself when there is none before, None without any."""
        here = (menu, number)
        if len(self._asked) > 1 and (self._asked[-1].menu, self._asked[-1].step) == here:
            self._asked.pop()
        if not self._asked:
            return None
        before = self._asked.pop()
        self._visit.language, self._visit.lane = before.language, before.lane
        self._visit.pressed_in = before.pressed_in
        return before.menu, before.step
