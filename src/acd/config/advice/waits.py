"""Lengths of time that do not fit each other: a call is kept for one agent until it has left, notes take for ever."""

from collections.abc import Iterable, Iterator

from acd.config.advice.subject import Advice, Place, Subject
from acd.core.instants import Duration
from acd.core.language.texts import duration_text
from acd.core.names import LaneName
from acd.core.policy import Preference

LONGEST_NOTES: Duration = 30 * 60_000


def odd_waits(subject: Subject) -> Iterator[Advice]:
    """Preferences that outlast the lane, and wrap-ups that keep an agent away for very long after every call, or
    that leave no time for what must be done in them."""
    for name, lane in subject.policy.lanes.items():
        place = ("lanes", name)
        yield from _outlasting(subject, (*place, "last_agent"), lane.last_agent, [name])
        if lane.wrap_up > LONGEST_NOTES:
            yield (
                (*place, "wrap_up"),
                f"keeps every agent away for {duration_text(lane.wrap_up)} after each call; was it meant in seconds?",
            )
        dispositions = subject.config.lanes[name].dispositions
        if dispositions is not None and dispositions.required and not lane.wrap_up:
            yield (
                (*place, "dispositions", "required"),
                "asks for a disposition after each call, and leaves no time for it; give the lane a wrap_up",
            )
    everywhere = list(subject.policy.lanes)
    for vip in subject.policy.vip:
        for key, preference in (("relationship_manager", vip.relationship_manager), ("last_agent", vip.last_agent)):
            yield from _outlasting(subject, ("vip", vip.name, key), preference, everywhere)


def _outlasting(
    subject: Subject, place: Place, preference: Preference | None, lanes: Iterable[LaneName]
) -> Iterator[Advice]:
    """The first of `lanes` that every caller has left while he is still kept for one agent."""
    for lane in lanes:
        after, _ = subject.leaving.get(lane, (None, 0))
        if preference is not None and after is not None and preference.wait_for > after:
            kept, left = duration_text(preference.wait_for), duration_text(after)
            message = (
                f"keeps a call for one agent for {kept}, but every caller has left {lane} after {left}; shorten it"
            )
            yield (*place, "wait_for"), message
            return
