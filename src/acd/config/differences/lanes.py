"""Lanes: what they ask for, who may serve them, how long things take, what their steps do."""

from collections import Counter
from collections.abc import Iterable, Iterator

from acd.config.differences.difference import Difference, Kind, Movement, changed, cut
from acd.config.differences.hours import hours_in_words, opening
from acd.config.differences.plain import value_differences
from acd.config.differences.two import Shift, Two
from acd.config.differences.values import in_full, step_due, step_effect, step_in_words
from acd.config.lanes import LaneConfig
from acd.core.names import LaneName
from acd.core.policy import Lane, RouteStep

_KEYS = (
    "name",
    "ring_for",
    "wrap_up",
    "wrap_up_extension",
    "priority",
    "credit",
    "ageing",
    "bonus_at_most",
    "choose_agent",
    "last_agent",
    "limits",
    "when_full",
    "when_closed",
    "when_unstaffed",
    "when_emergency",
    "announce",
)
"""Keys of a lane that are told as they are written; `needs`, `steps`, `overflow` and `hours` need more words."""
_FOR_AGENTS = ("dispositions", "script", "may_offer")
"""Keys of a lane whose every inner value is told by itself."""


def lane_differences(two: Two) -> Iterator[Difference]:
    """Every lane that differs, by name."""
    for name in two.lanes():
        old, new = two.old.config.lanes.get(name), two.new.config.lanes.get(name)
        about = f"lane {name}"
        if old is None and new is not None:
            yield _added(two, name, about)
        elif new is None:
            rest = f"callers who wait in it wait in {two.new.policy.default_lane} from then on, and keep their time"
            yield Difference(about, "", Kind.REMOVED, f"is taken away; {rest}")
        else:
            assert old is not None
            yield from _changed(two, name, old, new, about)


def _added(two: Two, name: LaneName, about: str) -> Difference:
    needs = two.new.policy.lanes[name].needs
    shifts = [shift for shift in two.shifts(name) if shift.waited == 0]
    many = ", ".join(f"{shift.new.bit_count()} in {shift.language}" for shift in shifts)
    return Difference(
        about,
        "",
        Kind.ADDED,
        f"is new and asks for `{needs}`; agents who may serve it at first: {many}",
        movements=_movements(two, shifts),
    )


def _changed(two: Two, name: LaneName, old: LaneConfig, new: LaneConfig, about: str) -> Iterator[Difference]:
    before, after = two.old.policy.lanes[name], two.new.policy.lanes[name]
    if before.needs != after.needs:
        text = f"`{after.needs}` instead of `{before.needs}`"
        yield Difference(about, "needs", Kind.CHANGED, text, before.needs, after.needs)
    yield from _steps(before, after, about)
    if movements := _movements(two, two.shifts(name)):
        yield Difference(about, "agents", Kind.CHANGED, "other agents may serve it", movements=movements)
    if before.hours != after.hours:
        was, now = opening(two.old.policy, before.hours), opening(two.new.policy, after.hours)
        text = f"{after.hours or 'always open'} instead of {before.hours or 'always open'}"
        text += f"; {hours_in_words(was, now)}"
        yield Difference(about, "hours", Kind.CHANGED, text, before.hours or None, after.hours or None)
    for key in _KEYS:
        was_written, now_written = (in_full(key, _plain(lane, key)) for lane in (old, new))
        if was_written != now_written or (key == "name" and old.name != new.name):
            yield changed(about, key, was_written, now_written)
    for key in _FOR_AGENTS:
        yield from value_differences(about, key, *(lane.model_dump(include={key})[key] for lane in (old, new)))
    yield from _other_order(old, new, about)
    yield from _emergency(before, after, about)


def _other_order(old: LaneConfig, new: LaneConfig, about: str) -> Iterator[Difference]:
    """The same dispositions as before, and an agent's list shows them in another order."""
    if old.dispositions is None or new.dispositions is None:
        return
    was, now = ([path[-1] for path, _ in each.rows()] for each in (old.dispositions, new.dispositions))
    if was != now and old.dispositions.tree == new.dispositions.tree:
        before, after = ", ".join(was), ", ".join(now)
        yield Difference(about, "dispositions.tree", Kind.CHANGED, f"in another order: {cut(after)}", before, after)


def _emergency(before: Lane, after: Lane, about: str) -> Iterator[Difference]:
    """The lane's emergency switch, which is thrown and not written."""
    was, now = (None if lane.emergency is None else str(lane.emergency) for lane in (before, after))
    if now is not None and was is None:
        text = f"is switched on: every caller goes to `{now}`, also who waits already"
        yield Difference(about, "emergency", Kind.ADDED, text, None, now)
    elif was is not None and now is None:
        yield Difference(about, "emergency", Kind.REMOVED, "is switched off", was, None)


def _plain(lane: LaneConfig, key: str) -> object:
    value = getattr(lane, key)
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def _movements(two: Two, shifts: Iterable[Shift]) -> tuple[Movement, ...]:
    """Who comes and who goes, each time only once it differs from what was told of the time before."""
    found: list[Movement] = []
    told: dict[str, tuple[int, int]] = {}
    for shift in shifts:
        moved = shift.new & ~shift.old, shift.old & ~shift.new
        if moved != told.get(shift.language, (0, 0)):
            found.append(Movement(shift.whom, two.members(moved[0]), two.members(moved[1])))
        told[shift.language] = moved
    return tuple(found)


# Steps


def _steps(before: Lane, after: Lane, about: str) -> Iterator[Difference]:
    """Steps that were added, taken away or changed."""
    gone = [step for step in before.steps if step not in after.steps]
    come = [step for step in after.steps if step not in before.steps]
    for old, new in [*_pairs(gone, come)]:
        gone.remove(old)
        come.remove(new)
        text = f"{step_in_words(new)}, instead of: {step_in_words(old)}"
        if step_due(old) == step_due(new):
            text = f"{step_due(new)}: {step_effect(new)}, instead of: {step_effect(old)}"
        elif step_effect(old) == step_effect(new):
            text = f"{step_in_words(new)}, instead of {step_due(old)}"
        yield Difference(about, "step", Kind.CHANGED, text, step_in_words(old), step_in_words(new))
    for step in sorted(gone, key=_after):
        text = f"{step_in_words(step)}, is taken away"
        yield Difference(about, "step", Kind.REMOVED, text, step_in_words(step), None)
    for step in sorted(come, key=_after):
        yield Difference(about, "step", Kind.ADDED, f"{step_in_words(step)}, is new", None, step_in_words(step))
    kept = [[step for step in lane.steps if step in other.steps] for lane, other in ((before, after), (after, before))]
    if kept[0] != kept[1]:
        same = Counter(kept[0]) == Counter(kept[1])
        text = "are in another order" if same else "one stands more often or less often"
        yield Difference(about, "steps", Kind.CHANGED, text, _listed(before), _listed(after))


def _pairs(gone: list[RouteStep], come: list[RouteStep]) -> Iterator[tuple[RouteStep, RouteStep]]:
    """Steps of the old and the new version that are one step, changed, in the order in which they are due.

    Two are one step that do the same at another time, or the same kind of thing at the same time, or the same kind of
    thing where either version has no other of that kind. All else was taken away, or is new.
    """
    left, unpaired = sorted(come, key=_after), sorted(gone, key=_after)
    found: list[tuple[RouteStep, RouteStep]] = []

    def pair(old: RouteStep, new: RouteStep) -> None:
        left.remove(new)
        unpaired.remove(old)
        found.append((old, new))

    for alike in (step_effect, lambda step: (step_due(step), _kind(step)), lambda step: (step.after, _kind(step))):
        for old in list(unpaired):
            new = next((step for step in left if alike(step) == alike(old)), None)
            if new is not None:
                pair(old, new)
    for old in list(unpaired):
        same = [step for step in left if _kind(step) == _kind(old)]
        if len(same) == 1 and sum(_kind(step) == _kind(old) for step in unpaired) == 1:
            pair(old, same[0])
    return iter(sorted(found, key=lambda each: each[1].after))


def _after(step: RouteStep) -> int:
    return step.after


def _kind(step: RouteStep) -> tuple[bool, ...]:
    """What a step changes, without to what."""
    return (
        bool(step.needs or step.lanes or step.add or step.drop or step.any_language),
        bool(step.credit),
        bool(step.announce),
        step.offer_callback,
        step.overflow is not None,
    )


def _listed(lane: Lane) -> str:
    return "; ".join(step_in_words(step) for step in lane.steps)
