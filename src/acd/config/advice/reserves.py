"""Reserves that keep back everybody whom a lane has, and reserves that are never let go."""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject, joined
from acd.core.language.facts import CallFacts
from acd.core.language.reading import read_condition, read_needs
from acd.core.language.team import Group
from acd.core.names import LaneName, LanguageName


def kept_back(subject: Subject) -> Iterator[Advice]:
    """Reserves that leave nobody for a lane that they are kept from, alone or together with those before them."""
    kept: dict[LaneName, Group] = dict.fromkeys(subject.policy.lanes, 0)
    told: set[tuple[str, str]] = set()
    for reserve in subject.policy.reserves:
        place = ("reserves", reserve.name)
        until = read_condition(reserve.until)
        if not subject.outlook.possible(until):
            why = subject.outlook.why_never(until, None)
            yield (*place, "until"), f"never holds: {why}; the agents are kept back for good; correct it"
        group = subject.reaches.team.who(read_needs(reserve.agents), CallFacts())
        bare, helped = [], False
        for lane in subject.policy.lanes:
            if reserve.bars(lane):
                kept[lane] |= group
                new = [language for language in _bare(subject, lane, kept[lane]) if (lane, language) not in told]
                told |= {(lane, language) for language in new}
                bare += [subject.callers(lane, new).removeprefix("callers of ")] if new else []
                helped = helped or bool(new and kept[lane] != group)
        if bare:
            rest = " together with the reserves before it" if helped else ""
            yield (
                (*place, "agents"),
                f"keeps back everybody who can serve callers of {joined(bare)}{rest}; they wait until "
                f"`{reserve.until}`; keep fewer agents back",
            )


def _bare(subject: Subject, lane: LaneName, kept: Group) -> list[LanguageName]:
    """The languages in which nobody is left for the lane."""
    reaches = ((language, subject.reaches.of(lane, language).ever) for language in subject.policy.languages)
    return [language for language, able in reaches if able and not able & ~kept]
