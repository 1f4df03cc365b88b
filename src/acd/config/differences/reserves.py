"""Reserves: whom they keep back, from what, and until when."""

from collections.abc import Iterator

from acd.config.differences.difference import Difference, Kind, Movement, changed
from acd.config.differences.two import Two
from acd.core.policy import Reserve


def reserve_differences(two: Two) -> Iterator[Difference]:
    """Every reserve that differs, or that keeps other agents back, by name."""
    before = {reserve.name: reserve for reserve in two.old.policy.reserves}
    after = {reserve.name: reserve for reserve in two.new.policy.reserves}
    for name in sorted({**before, **after}):
        old, new, about = before.get(name), after.get(name), f"reserve {name}"
        kept_before = 0 if old is None else two.old.who(old.agents)
        kept_after = 0 if new is None else two.new.who(new.agents)
        coming, going = two.members(kept_after & ~kept_before), two.members(kept_before & ~kept_after)
        movements = (Movement("", coming, going),) if coming or going else ()
        if old is None and new is not None:
            text = f"is new: keeps back {_many(kept_after)} {_from(new)} until {new.until}"
            yield Difference(about, "", Kind.ADDED, text, movements=movements)
        elif new is None:
            assert old is not None
            text = f"is taken away: {_many(kept_before)} kept back {_from(old)} no longer"
            yield Difference(about, "", Kind.REMOVED, text, movements=movements)
        else:
            assert old is not None
            for key in ("agents", "until", "only_for", "backup_for"):
                if getattr(old, key) != getattr(new, key):
                    yield changed(about, key, getattr(old, key), getattr(new, key))
            if movements:
                text = f"keeps back {_many(kept_after)} instead of {kept_before.bit_count()}"
                yield Difference(about, "", Kind.CHANGED, text, movements=movements)


def _many(group: int) -> str:
    count = group.bit_count()
    return f"{count} agent{'' if count == 1 else 's'}"


def _from(reserve: Reserve) -> str:
    return f"for {reserve.only_for}" if reserve.only_for is not None else f"from {reserve.backup_for}"
