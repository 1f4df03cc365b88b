"""VIP classes that could keep everybody else waiting for ever, and shares that cannot all be kept."""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject
from acd.core.instants import Duration
from acd.core.language.texts import duration_text
from acd.core.policy import Standing, Vip

LONGEST_PATIENCE: Duration = 30 * 60_000
"""No caller waits longer; who has more credit than this overtakes everybody."""
ALL = 100


def starving(subject: Subject) -> Iterator[Advice]:
    """Shares, credits and priorities with which others are not served."""
    total = 0
    for vip in subject.policy.vip:
        place = ("vip", vip.name)
        before, total = total, total + (vip.share_at_most if vip.share_at_most < ALL else 0)
        if before <= ALL < total:
            yield (
                (*place, "share_at_most"),
                f"the shares of all classes up to here are {total}% of a lane's turns; nothing is left for callers "
                "of no class; keep them to less than 100% together",
            )
        if vip.priority > 0 and vip.share_at_most == ALL:
            yield (
                (*place, "priority"),
                f"callers of {vip.name} come before all others however long those wait, and nothing bounds how many; "
                "add share_at_most, for example 40%",
            )
        credit = _most(vip.credit, vip)
        if credit > LONGEST_PATIENCE and vip.share_at_most == ALL:
            yield (*place, "credit"), f"{_overtakes(credit)}; lower it, or add share_at_most"
    for name, lane in subject.policy.lanes.items():
        credit = _most(lane.standing.credit, lane.standing)
        if credit > LONGEST_PATIENCE:
            yield ("lanes", name, "credit"), f"{_overtakes(credit)}; lower it, or add bonus_at_most"


def _most(credit: Duration, bounded: Vip | Standing) -> Duration:
    return credit if bounded.bonus_at_most is None else min(credit, bounded.bonus_at_most)


def _overtakes(credit: Duration) -> str:
    return f"{duration_text(credit)} is longer than anybody waits, so it comes before all others"
