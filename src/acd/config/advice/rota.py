"""Hours of an ordinary week at which a lane is open and nobody who can serve it works, or one alone; unkept hours.

Who has no shifts counts as always there. A lane that says where callers go when nobody is there has thought of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from acd.config import week
from acd.config.advice.subject import Advice, Subject
from acd.config.menus import Hours, Route
from acd.config.model import HotlineConfig
from acd.core.language.reading import leaves_of, read_condition
from acd.core.language.syntax import ClosesIn, Open
from acd.core.language.team import Group
from acd.core.names import AgentId, LanguageName
from acd.core.policy import Lane

MOST_PEOPLE = 3
SHORTEST = 30
"""Minutes; when one shift hands over to the next, somebody may well be alone for a moment."""


def without_shifts(config: HotlineConfig) -> tuple[AgentId, ...]:
    """The agents who count as always there, by id; none when nobody has shifts."""
    return tuple(sorted(agent for agent in config.agents if agent not in config.shifts)) if config.shifts else ()


def bare_hours(subject: Subject) -> Iterator[Advice]:
    """Lanes that are open while nobody who can serve them works, and while just one person does."""
    if not subject.config.shifts:
        return
    rota = _Rota(subject)
    for name, lane in subject.policy.lanes.items():
        nobody: dict[week.Minutes, list[LanguageName]] = {}
        lonely: dict[str, list[LanguageName]] = {}
        for language in subject.policy.languages:
            able = subject.reaches.of(name, language).ever
            if not able:
                continue
            there = rota.there(able)
            bare = subject.opening[name] & ~there.some
            if bare and lane.when_unstaffed is None:
                nobody.setdefault(bare, []).append(language)
            if able.bit_count() > 1 and (words := rota.lone(able, subject.opening[name] & there.some & ~there.more)):
                lonely.setdefault(words, []).append(language)
        for bare, languages in nobody.items():
            yield ("lanes", name, "needs"), _nobody(subject, lane, languages, bare)
        for words, languages in lonely.items():
            yield ("lanes", name, "needs"), f"{subject.callers(name, languages)} hang on one person: {words}"


def unused_calendars(subject: Subject) -> Iterator[Advice]:
    """Calendars that nothing keeps and no condition asks about."""
    config = subject.config
    used = {lane.hours for lane in subject.policy.lanes.values()} | {ad.hours for ad in config.adverts.values()}
    used |= {None if config.callbacks is None else config.callbacks.hours}
    menu_steps = [step for menu in config.menus.values() for step in menu]
    used |= {step.calendar for step in menu_steps if isinstance(step, Hours)}
    texts = [step.when for lane in subject.policy.lanes.values() for step in lane.steps]
    texts += [case.when for step in menu_steps if isinstance(step, Route) for case in step.cases]
    texts += [reserve.until for reserve in subject.policy.reserves]
    leaves = [leaf for text in texts for leaf in leaves_of(read_condition(text))]
    used |= {leaf.calendar for leaf in leaves if isinstance(leaf, Open | ClosesIn)}
    for name in subject.policy.calendars:
        if name not in used:
            yield (
                ("calendars", name),
                "nothing has these hours, and no condition asks about them; use them or drop them",
            )


def _nobody(subject: Subject, lane: Lane, languages: list[LanguageName], bare: week.Minutes) -> str:
    whom = subject.callers(lane.name, languages)
    opening = f"calendar {lane.hours} is open" if lane.hours else "the lane is open, as it has no hours"
    return (
        f"nobody who works can serve {whom} on {week.in_words(bare)} while {opening}; "
        "add shifts, or say when_unstaffed where they go"
    )


@dataclass(frozen=True, slots=True)
class _There:
    """When at least one of a group works, and when at least two do."""

    some: week.Minutes
    more: week.Minutes


class _Rota:
    """Who works when. Agents with the same hours are looked at together, so the cost is that of different hours."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._hours: dict[AgentId, week.Minutes] = {}
        together: dict[week.Minutes, Group] = {}
        known: dict[object, week.Minutes] = {}
        for number, agent in enumerate(subject.reaches.team.agents):
            shifts = subject.config.shifts.get(agent)
            if shifts not in known:
                known[shifts] = week.ALWAYS if shifts is None else _minutes(shifts)
            self._hours[agent] = known[shifts]
            together[known[shifts]] = together.get(known[shifts], 0) | 1 << number
        self._together = list(together.items())
        self._there: dict[Group, _There] = {}

    def there(self, able: Group) -> _There:
        """When some and when more than one of `able` work."""
        if able not in self._there:
            some = more = 0
            for minutes, group in self._together:
                if here := able & group:
                    more |= minutes if here & (here - 1) else some & minutes
                    some |= minutes
            self._there[able] = _There(some, more)
        return self._there[able]

    def lone(self, able: Group, alone: week.Minutes) -> str:
        """Who is alone when: `Anna on Mon-Fri 18:00-20:00, Ben on Sat all day`; empty for no time at all."""
        alone = week.without_short(alone, SHORTEST)
        found = []
        for minutes, group in self._together:
            if minutes & alone and (here := able & group):
                # Two with the same hours are never alone, so this is one person.
                agent = next(self._subject.reaches.team.members(here))
                found.append(f"{self._subject.policy.agents[agent].name} on {week.in_words(minutes & alone)}")
        more = f", and {len(found) - MOST_PEOPLE} more people" if len(found) > MOST_PEOPLE else ""
        return ", ".join(sorted(found)[:MOST_PEOPLE]) + more


def _minutes(shifts: tuple[tuple[tuple[int, int, int], ...], ...]) -> week.Minutes:
    minutes = 0
    for entry in shifts:
        for day, start, end in entry:
            minutes |= week.stretch(day, start, end)
    return minutes
