"""Limits that hold for nobody, and grades that are of no use."""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject


def idle_limits(subject: Subject) -> Iterator[Advice]:
    """Limits of a grade that no agent has or surpasses."""
    actions = subject.config.authority.actions
    highest = max(agent.grade for agent in subject.config.agents.values())
    if actions and not highest:
        yield ("authority",), "no agent has a grade, so a supervisor is asked for everything; give agents a grade"
        return
    for name, action in actions.items():
        for grade in sorted(action.limits):
            if int(grade) > highest:
                place = ("authority", "actions", name, "limits", grade)
                yield place, f"no agent has grade {grade} or a higher one; the highest is {highest}"
                break


def idle_grades(subject: Subject) -> Iterator[Advice]:
    """A grade in settings in which nothing can be granted."""
    graded = [name for name, agent in subject.config.agents.items() if agent.grade]
    if graded and not subject.config.authority.actions:
        yield ("agents", graded[0], "grade"), "grades are for `authority`, which has no actions"
