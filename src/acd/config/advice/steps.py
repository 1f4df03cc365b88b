"""Steps that no caller ever comes to, that never hold, that change nothing, or that leave nobody to serve him."""

from collections.abc import Iterator

from acd.config import week
from acd.config.advice.outlook import Waiting
from acd.config.advice.subject import Advice, Subject, changes_needs
from acd.config.reach import Change
from acd.core.language.reading import read_condition
from acd.core.language.texts import duration_text
from acd.core.names import LanguageName
from acd.core.policy import Lane, RouteStep


def unreachable_steps(subject: Subject) -> Iterator[Advice]:
    """Steps that come when every caller has left the lane."""
    for name, lane in subject.policy.lanes.items():
        if name not in subject.leaving:
            continue
        after, by = subject.leaving[name]
        for number, step in enumerate(lane.steps):
            if (step.after, number) <= (after, by):
                continue
            if by == len(lane.steps):
                which = "limits.wait"
            else:
                which = "overflow" if subject.step_place(name, by)[2] == "overflow" else f"step {by + 1}"
            why = f"{which} sends every caller on after {duration_text(after)}"
            yield (
                subject.step_place(name, number),
                f"no caller comes to this step after {duration_text(step.after)}; {why}; let it come sooner or drop it",
            )


def unsatisfiable_steps(subject: Subject) -> Iterator[Advice]:
    """Steps whose `when` can never hold for somebody who waits in the lane."""
    for name, lane in subject.policy.lanes.items():
        for number, step in enumerate(lane.steps):
            if not step.when:
                continue
            condition, waiting = read_condition(step.when), Waiting(name, step.after)
            possible = subject.outlook.possible(condition, waiting)
            if possible & subject.waiting_hours[name] or not subject.waiting_hours[name]:
                continue
            if possible:
                open_at = week.in_words(subject.opening[name])
                why = f"it may hold on {week.in_words(possible)}, but calendar {lane.hours} is open on {open_at}"
            else:
                why = subject.outlook.why_never(condition, waiting)
            yield (*subject.step_place(name, number), "when"), f"never holds: {why}; correct it or drop the step"


def idle_steps(subject: Subject) -> Iterator[Advice]:
    """Steps after which the same agents may serve as before, and steps that shut out everybody."""
    for name, lane in subject.policy.lanes.items():
        for number, step in enumerate(lane.steps):
            if not changes_needs(step):
                continue
            reaches = {language: subject.reaches.of(name, language) for language in subject.policy.languages}
            shut_out = [
                language
                for language, reach in reaches.items()
                if _shuts_out(reach.taken[number]) or _shuts_out(reach.alone[number])
            ]
            if shut_out:
                yield subject.step_place(name, number), _nobody_left(subject, lane, step, shut_out)
                continue
            changes = [change for reach in reaches.values() for change in (reach.taken[number], reach.alone[number])]
            depends = any(reach.depends for reach in reaches.values())
            served = any(reach.ever for reach in reaches.values())
            if served and not depends and not _does_more(step) and all(each.before == each.after for each in changes):
                yield (
                    subject.step_place(name, number),
                    "changes nothing for anybody; whoever may serve after it may serve before it; "
                    "ask for less, name other lanes, or drop it",
                )


def _nobody_left(subject: Subject, lane: Lane, step: RouteStep, languages: list[LanguageName]) -> str:
    keys = " and ".join(key for key, there in (("narrows", step.narrows), ("add", step.add)) if there)
    whom = subject.callers(lane.name, languages)
    return f"leaves nobody who can serve {whom}; ask for less, or leave out {keys}"


def _shuts_out(change: Change) -> bool:
    return bool(change.before) and not change.after


def _does_more(step: RouteStep) -> bool:
    """Whether the step changes something besides who may serve."""
    return bool(step.credit or step.announce or step.offer_callback or step.overflow)
