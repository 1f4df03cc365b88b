"""Orders as the dialplan takes them: offers, diversions, announcements in short words, checked before the wire."""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from acd.core.instants import Duration
from acd.core.orders import DivertCaller, RingAgent, SayToCaller
from acd.core.outcomes import OutcomeKind
from acd.core.transfers import Target, TransferKind

DIVERT_CONTEXT = "hl-divert"

LONGEST_RING_SECONDS = 120
LONGEST_SAYING = 200
"""Characters of HL_SAY."""
MOST_WORDS = 60
"""Prompts that are said in a row; Asterisk has 4096 characters for their files' names."""

Wording: TypeAlias = Callable[[SayToCaller], Sequence[str]]
"""Which prompts say what an order wants to be said, in this order."""

_NAME = _LANGUAGE = re.compile(r"[a-z][a-z0-9-]{0,31}")
_ANNOUNCEMENT = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""No dot and no comma, which have a meaning on the channel. An extension of Asterisk's has 79 characters at most."""
_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_NOTHING = re.compile(r"")

_WHAT = {
    OutcomeKind.SAY: _ANNOUNCEMENT,
    OutcomeKind.MESSAGE: _NOTHING,
    OutcomeKind.CALLBACK: _NOTHING,
    OutcomeKind.NUMBER: _NUMBER,
}


def extension_of(order: DivertCaller) -> str:
    """Where in DIVERT_CONTEXT the caller is sent: `<way>_<language>_<what>`, the whole order in one word.

    Raises ValueError for what the dialplan could not take: a move to another lane, or an odd name or number.
    """
    kind, what = order.outcome.kind, order.outcome.to
    form = _WHAT.get(kind)
    if form is None or not form.fullmatch(what):
        raise ValueError(f"the switch cannot send a caller to {order.outcome!s:.80}")
    if not _LANGUAGE.fullmatch(order.language):
        raise ValueError("a caller's language is a short name of a-z, 0-9 and -")
    return f"{kind}_{order.language}_{what}"


def transfer_extension(target: Target) -> str:
    """Where in hl-transfer a caller is sent: `<kind>_<name or number>`.

    Raises ValueError for an odd name or number.
    """
    form = _NUMBER if target.kind is TransferKind.NUMBER else _NAME
    if not form.fullmatch(target.to):
        raise ValueError(f"the switch cannot transfer a caller to a {target.kind} of this name")
    return f"{target.kind}_{target.to}"


def ring_seconds(ring_for: Duration) -> int:
    """For how many whole seconds a phone rings: at least one, and nobody's for ever."""
    return min(max(1, -(-ring_for // 1000)), LONGEST_RING_SECONDS)


def offer_extension(order: RingAgent) -> str:
    """An offer in one word, as hl-offer takes it: `<offer>_<seconds to ring>_<phone>`."""
    return f"{order.offer}_{ring_seconds(order.ring_for)}_{order.phone}"


def announcement_alone(order: SayToCaller) -> Sequence[str]:
    """The wording of who knows no numbers: the announcement, and neither position nor time."""
    return (order.announcement,) if order.announcement else ()


def saying_of(words: Sequence[str], *, offer_callback: bool) -> str:
    """What is left on the caller's channel in HL_SAY: prompts as `<one>+<two>`, with `.callback` if a key leads there.

    Raises ValueError for a name that cannot be one, and when they are none or too many.
    """
    if not all(_ANNOUNCEMENT.fullmatch(word) for word in words):
        raise ValueError("an announcement has a short name of a-z, 0-9, _ and -")
    saying = "+".join(words) + (".callback" if offer_callback else "")
    if not 0 < len(words) <= MOST_WORDS or len(saying) > LONGEST_SAYING:
        raise ValueError(f"1 to {MOST_WORDS} prompts are said at once, with {LONGEST_SAYING} characters at most")
    return saying
