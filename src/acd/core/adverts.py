"""The advert that a caller wanted to hear while he waits: since when he hears it, and when that ends."""

from acd.core.caller_events import AdvertHeard, AdvertOffered
from acd.core.callers import remember_advert
from acd.core.calls import Call
from acd.core.floor import Floor
from acd.core.instants import Instant


def begin_advert(floor: Floor, call: Call, advert: str, now: Instant, *, accepted: bool) -> None:
    """A caller who was asked in the menu whether he wants to hear `advert` enters his first lane."""
    assert call.lane is not None
    call.advert = advert
    call.advert_since = now if accepted else None
    remember_advert(floor.memory, call, now)
    floor.say(AdvertOffered(call.id, call.lane, advert, accepted))


def end_advert(floor: Floor, call: Call, now: Instant, *, left: bool = False) -> bool:
    """The caller hears no more of it, if he did; `left` says whether by a key of his own. False if he heard none."""
    if call.advert_since is None:
        return False
    assert call.lane is not None
    call.advert_heard += now - call.advert_since
    call.advert_since = None
    floor.say(AdvertHeard(call.id, call.lane, call.advert, call.advert_heard, left))
    return True
