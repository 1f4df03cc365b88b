"""What callers in lanes need of whoever keeps the places of those who left the line (acd.core.callback_flow)."""

from typing import Protocol

from acd.core.calls import Call
from acd.core.instants import Instant


class PlaceKeeper(Protocol):
    """Keeps places of callers who are to be called back."""

    def keep_place(self, call: Call, now: Instant) -> bool:
        """Let an entry stand for the caller; False if he cannot be called back."""
        ...

    def take_place_back(self, call: Call, now: Instant) -> None:
        """The caller has entered a lane; he has the place again that was kept for him there."""
        ...

    def may_stay(self, entry: Call, now: Instant) -> bool:
        """Whether an entry may go on standing in line; else it has been taken out."""
        ...

    def times_of(self, entry: Call, now: Instant) -> list[Instant]:
        """When an entry that stands in line is to be looked at, whatever its lane's steps say."""
        ...

    def fall_due(self, entry: Call, now: Instant) -> None:
        """Something of an entry was due that does not stand in line."""
        ...
