"""A diversion and an announcement as the dialplan takes them: short words of an allow-list, checked before the wire."""

import re

from acd.core.orders import DivertCaller, SayToCaller
from acd.core.outcomes import OutcomeKind

DIVERT_CONTEXT = "hl-divert"

_LANGUAGE = re.compile(r"[a-z][a-z0-9-]{0,31}")
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


def announcement_of(order: SayToCaller) -> str:
    """What is left on the caller's channel in HL_SAY: the announcement's name, with `.callback` if a key leads there.

    Raises ValueError for a name that cannot be one.
    """
    if not _ANNOUNCEMENT.fullmatch(order.announcement):
        raise ValueError("an announcement has a short name of a-z, 0-9, _ and -")
    return f"{order.announcement}.callback" if order.offer_callback else order.announcement
