"""A grant: what somebody wants to grant a customer, and how that ended. Plain values; the time is told.

Rules, held by tests/cti/test_authority.py: nothing above what somebody may by himself is granted without a supervisor,
who is never the one who asks; every request ends exactly once; amounts are whole minor units, never fractions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from acd.core.instants import Duration, Instant
from cti.plain_text import is_plain

TEXT_AT_MOST = 500
AMOUNT_AT_MOST = 10**12
COUNTED_FOR: Duration = 86_400_000
"""For how long what a customer was granted by agents counts with what he is granted next, else a large amount could be
granted as many small ones."""


class GrantState(StrEnum):
    """How far a request is."""

    GRANTED = "granted"
    """At once, by what the asker may by himself."""
    PENDING = "pending"
    """A supervisor is asked."""
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    """Nobody answered in time."""


class Why(StrEnum):
    """Why something cannot be; the edge says it in words."""

    NO_SUCH_ACTION = "no_such_action"
    BAD_AMOUNT = "bad_amount"
    OVER_ALL = "over_all"
    BAD_TEXT = "bad_text"
    ASKED_ALREADY = "asked_already"
    NO_SUCH_GRANT = "no_such_grant"
    ENDED_ALREADY = "ended_already"
    YOUR_OWN = "your_own"
    NO_SUPERVISOR = "no_supervisor"
    NOT_YOUR_CALL = "not_your_call"


class GrantRefused(Exception):
    """It cannot be; nothing was changed."""

    def __init__(self, why: Why, present: "Grant | None" = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.present = present
        """The request as it is, where somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be granted."""

    name: str
    titles: Mapping[str, str]
    """For people, by language."""
    unit: str
    decimals: int
    limits: Mapping[int, int]
    """By grade, in minor units."""
    at_most: int | None = None

    def limit(self, grade: int) -> int:
        """How much a grade may by itself: as much as the highest one named that is not above it; else nothing."""
        return max((limit for named, limit in self.limits.items() if named <= grade), default=0)


@dataclass(frozen=True, slots=True)
class Authority:
    """What holds of grants in one version of the settings."""

    actions: Mapping[str, Action] = field(default_factory=dict)
    expires_after: Duration = 300_000
    keep_for: Duration = 1_095 * 86_400_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to grant, and to whom. Whatever is not known of the customer is empty."""

    action: str
    amount: int
    """In minor units."""
    call: str
    text: str = ""
    """Why, for the supervisor."""
    customer: str = ""
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One request, from asking to its end."""

    number: int
    """From 1; 0 before it is kept."""
    wish: Wish
    unit: str
    decimals: int
    asker: str
    limit: int
    """What he might have granted by himself, when he asked."""
    asked_at: Instant
    expires_at: Instant
    state: GrantState
    decided_by: str = ""
    """Empty as long as nobody has, and for what ended by itself."""
    decided_at: Instant | None = None
    reason: str = ""


def ask(wish: Wish, asker: str, grade: int, already: int, at: Instant, authority: Authority) -> Grant:
    """A request that is granted at once or pends. Raises GrantRefused.

    `already` is what agents by themselves have granted this customer of this action lately: it counts, too.
    """
    action = authority.actions.get(wish.action)
    if action is None:
        raise GrantRefused(Why.NO_SUCH_ACTION)
    if not 0 < wish.amount <= AMOUNT_AT_MOST:
        raise GrantRefused(Why.BAD_AMOUNT)
    if action.at_most is not None and wish.amount > action.at_most:
        raise GrantRefused(Why.OVER_ALL)
    _check(wish.text)
    limit = action.limit(grade)
    pending = Grant(
        0,
        wish,
        action.unit,
        action.decimals,
        asker,
        limit,
        at,
        at + authority.expires_after,
        GrantState.PENDING,
    )
    if wish.amount + already > limit:
        return pending
    return replace(pending, state=GrantState.GRANTED, decided_by=asker, decided_at=at)


def decide(grant: Grant, by: str, at: Instant, *, granted: bool, reason: str, supervisor: bool) -> Grant:
    """A supervisor's word. Raises GrantRefused, with the present request if it has ended."""
    if not supervisor:
        raise GrantRefused(Why.NO_SUPERVISOR)
    if by == grant.asker:
        raise GrantRefused(Why.YOUR_OWN)
    if not reason.strip():
        raise GrantRefused(Why.BAD_TEXT)
    _check(reason)
    if grant.state is not GrantState.PENDING or at >= grant.expires_at:
        raise GrantRefused(Why.ENDED_ALREADY, grant)
    state = GrantState.APPROVED if granted else GrantState.DECLINED
    return replace(grant, state=state, decided_by=by, decided_at=at, reason=reason)


def expire(grant: Grant, at: Instant) -> Grant | None:
    """The request, ended when its time was over, whenever that is noticed; None if it is not, or has ended."""
    if grant.state is not GrantState.PENDING or at < grant.expires_at:
        return None
    return replace(grant, state=GrantState.EXPIRED, decided_at=grant.expires_at)


def _check(text: str) -> None:
    if len(text) > TEXT_AT_MOST or not is_plain(text, also="\n"):
        raise GrantRefused(Why.BAD_TEXT)
