"""VIP classes and lanes that could keep everybody else waiting for ever, and shares that cannot all be kept.

A lane comes first on purpose, mostly. It is told only where nobody is left who serves the other lane and not this one.
"""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject, joined
from acd.core.instants import Duration
from acd.core.language.team import Group
from acd.core.language.texts import duration_text
from acd.core.names import LaneName
from acd.core.policy import NORMAL_AGEING, Standing, Vip

LONGEST_PATIENCE: Duration = 30 * 60_000
"""No caller waits longer; who has more credit than this overtakes everybody."""
ALL = 100


def starving(subject: Subject) -> Iterator[Advice]:
    """Shares, credits and priorities with which others are not served."""
    total = 0
    for vip in subject.policy.vip:
        place = ("vip", vip.name)
        before, total = total, total + (vip.share_at_most if vip.share_at_most < ALL else 0)
        if before < ALL <= total:
            yield (
                (*place, "share_at_most"),
                f"the shares of all classes up to here are {total}% of a lane's turns; nothing is left for callers "
                "of no class; keep them to less than 100% together",
            )
        if vip.share_at_most < ALL:
            continue
        if vip.priority > 0:
            yield (
                (*place, "priority"),
                f"callers of {vip.name} come before all others however long those wait, and nothing bounds how many; "
                "add share_at_most, for example 40%",
            )
        if vip.ageing > NORMAL_AGEING and vip.bonus_at_most is None:
            yield (
                (*place, "ageing"),
                f"callers of {vip.name} {_ages(vip.ageing)}; add bonus_at_most, for example 5m, or share_at_most",
            )
        credit = _most(vip.credit, vip)
        if credit > LONGEST_PATIENCE:
            yield (*place, "credit"), f"{_overtakes(credit)}; lower it, or add share_at_most"
    for name, lane in subject.policy.lanes.items():
        credit = _most(lane.standing.credit, lane.standing)
        if credit > LONGEST_PATIENCE:
            yield ("lanes", name, "credit"), f"{_overtakes(credit)}; lower it, or add bonus_at_most"
    yield from _lanes_behind(subject)


def _lanes_behind(subject: Subject) -> Iterator[Advice]:
    """Lanes whose agents all serve another one, too, whose callers come first without a bound."""
    lanes = subject.policy.lanes
    able = {name: _able(subject, name) for name in lanes}
    for name, lane in lanes.items():
        own = lane.standing
        shared = [
            (other, each.standing) for other, each in lanes.items() if able[other] and not able[other] & ~able[name]
        ]
        if behind := [other for other, each in shared if each.priority < own.priority]:
            yield (
                ("lanes", name, "priority"),
                f"callers of {name} come before those of {joined(behind)} however long those wait, and everybody who "
                f"serves {joined(behind)} serves {name}, too; keep somebody for them alone, or give credit instead",
            )
        unbounded = own.ageing > NORMAL_AGEING and own.bonus_at_most is None
        slower = [other for other, each in shared if each.priority == own.priority and each.ageing < own.ageing]
        if unbounded and slower:
            yield (
                ("lanes", name, "ageing"),
                f"callers of {name} {_ages(own.ageing)}; those of {joined(slower)} wait behind them; "
                "add bonus_at_most, for example 5m",
            )


def _able(subject: Subject, lane: LaneName) -> Group:
    """Whoever may serve the lane in any language, at first or after any step."""
    able: Group = 0
    for language in subject.policy.languages:
        able |= subject.reaches.of(lane, language).ever
    return able


def _ages(ageing: int) -> str:
    return f"grow older at {ageing}% without an end, so that the longer a queue gets, the more of others they overtake"


def _most(credit: Duration, bounded: Vip | Standing) -> Duration:
    return credit if bounded.bonus_at_most is None else min(credit, bounded.bonus_at_most)


def _overtakes(credit: Duration) -> str:
    return f"{duration_text(credit)} is longer than anybody waits, so it comes before all others"
