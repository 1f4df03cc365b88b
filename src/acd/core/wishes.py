"""Callers who were told that they will be called back."""

from dataclasses import dataclass

from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName

WISHES_AT_MOST = 10_000
"""Wishes that are remembered; beyond it the oldest is forgotten."""


@dataclass(frozen=True, slots=True)
class CallbackWish:
    """A caller who waits for a call at this number, and since when he waited in the lane."""

    call: CallId
    number: str
    lane: LaneName
    language: LanguageName
    entered_at: Instant
    wished_at: Instant
