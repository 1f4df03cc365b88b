"""What is offered to callers and reaches nobody: adverts, surveys and callbacks without a way to them, idle cases."""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject
from acd.config.menu_graph import ways
from acd.config.menus import AdvertOffer, Hours, Route, SurveyStep
from acd.config.targets import TargetKind
from acd.core.language.reading import read_condition
from acd.core.outcomes import OutcomeKind


def unused_offers(subject: Subject) -> Iterator[Advice]:
    """Adverts that no step asks about, surveys for menus that no menu has, callbacks that nobody can wish."""
    config = subject.config
    steps = [step for menu in config.menus.values() for step in menu]
    asked = {step.advert for step in steps if isinstance(step, AdvertOffer)}
    for name in config.adverts:
        if name not in asked:
            yield ("adverts", name), "nobody hears it: no step of a menu asks about it; add {step: advert_offer, …}"
    taken = {step.survey for step in steps if isinstance(step, SurveyStep)}
    for name, survey in config.surveys.items():
        if survey.menu_only and name not in taken:
            yield ("surveys", name), "nobody is asked: it is for menus alone, and none has it; add {step: survey, …}"
        elif not survey.menu_only and survey.share == 0 and name not in taken:
            yield ("surveys", name, "share"), "asks none of the callers; write a larger share, or menu_only: true"
    if config.callbacks is not None and not _called_back(subject):
        yield (
            ("callbacks",),
            "nobody can wish to be called back: no lane offers it or ends in it, and no menu leads to it",
        )


def idle_cases(subject: Subject) -> Iterator[Advice]:
    """Cases of a route that can never hold, or that come behind one that always does; hours that never change."""
    for menu, steps in subject.config.menus.items():
        for at, step in enumerate(steps):
            place = ("menus", menu, at)
            if isinstance(step, Route):
                for number, case in enumerate(step.cases):
                    condition = read_condition(case.when)
                    if not subject.outlook.possible(condition):
                        why = subject.outlook.why_never(condition, None)
                        yield (*place, "cases", number, "when"), f"never holds: {why}; correct it or drop the case"
                    elif subject.outlook.always(condition) and number + 1 < len(step.cases):
                        why = "the case before always holds"
                        yield (*place, "cases", number + 1), f"nobody goes this way, as {why}; drop one of them"
                        break
            if isinstance(step, Hours) and not subject.outlook.open_at_best(step.calendar):
                why = f"calendar {step.calendar} is never open, so everybody goes to `{step.closed}`"
                yield (*place, "calendar"), f"{why}; give it hours"


def _called_back(subject: Subject) -> bool:
    """Whether somebody may come to be called back."""
    for name, lane in subject.policy.lanes.items():
        ends = [lane.when_full, lane.when_closed, lane.when_unstaffed, *(step.overflow for step in lane.steps)]
        ends.append(subject.config.lanes[name].when_emergency)
        if any(end is not None and end.kind in (OutcomeKind.CALLBACK, OutcomeKind.MESSAGE) for end in ends):
            return True
        if any(step.offer_callback for step in lane.steps):
            return True
    kinds = {way.target.kind for menu in subject.config.menus.values() for step in menu for way in ways(step)}
    words = {step.step for menu in subject.config.menus.values() for step in menu}
    return bool(kinds & {TargetKind.CALLBACK, TargetKind.MESSAGE}) or "message" in words
