"""What is allowed in the settings and probably not meant, with what to do about it.

Each piece of advice can be proved from the settings alone, or names the people it is about; whatever may well be meant
is let through, since a warning that is often wrong is read by nobody. One file for each kind of thought.
"""

from collections.abc import Callable, Iterator

from acd.config.advice.authority import idle_grades, idle_limits
from acd.config.advice.coming_in import unreachable_lanes, unreachable_menus
from acd.config.advice.ends import drowned_out, no_way_out
from acd.config.advice.menus import broken_promises
from acd.config.advice.offers import idle_cases, unused_offers
from acd.config.advice.people import idle_people, lone_people, served_on_condition, unserved
from acd.config.advice.reserves import kept_back
from acd.config.advice.rota import bare_hours, unused_calendars, without_shifts
from acd.config.advice.skills import unreached_levels, unused_skills
from acd.config.advice.steps import idle_steps, unreachable_steps, unsatisfiable_steps
from acd.config.advice.subject import Advice, Place, Subject
from acd.config.advice.vip import starving
from acd.config.advice.waits import odd_waits
from acd.config.model import HotlineConfig

__all__ = ["advise", "without_shifts"]

_THOUGHTS: tuple[Callable[[Subject], Iterator[Advice]], ...] = (
    unserved,
    served_on_condition,
    lone_people,
    bare_hours,
    unreachable_steps,
    unsatisfiable_steps,
    unreached_levels,
    idle_steps,
    unused_skills,
    idle_people,
    kept_back,
    starving,
    odd_waits,
    unreachable_lanes,
    unreachable_menus,
    broken_promises,
    idle_cases,
    unused_offers,
    unused_calendars,
    no_way_out,
    drowned_out,
    idle_limits,
    idle_grades,
)
"""In this order: of a step, only the first that has something to say is heard, for it says why the others would."""


def advise(config: HotlineConfig) -> list[Advice]:
    """Every piece of advice: the place in the settings that it is about, and the message."""
    subject = Subject.of(config)
    found: list[Advice] = []
    explained: set[Place] = set()
    for thought in _THOUGHTS:
        heard = [(place, message) for place, message in thought(subject) if _step_of(place) not in explained]
        explained |= {step for place, _ in heard if (step := _step_of(place))}
        found += heard
    return found


def _step_of(place: Place) -> Place:
    """The step of a lane that a place is in; empty for one that is elsewhere."""
    if len(place) >= 4 and place[2] == "steps":
        return place[:4]
    return place[:3] if len(place) >= 3 and place[2] == "overflow" else ()
