"""What Asterisk says of the agents' phones: free, busy or lost, by its own event and by a list with each survey.

The event bears no token, for Asterisk makes it itself and not our dialplan. What stands in for one: it tells only of
phones that a list named before, which comes in answer to an action of ours under an unguessable id; its headers are
exactly those that Asterisk writes; and the next list, a few seconds later, has the last word. A forger could at most
have one of our own phones taken for lost or busy until then, and would first have to get a line break past the
dialplan, which cuts them out of every number before it says a word.

An agent's phone may be two devices, the SIP phone and the softphone in his browser; what is told is the state of both
as one (`acd.asterisk.softphones`).

Each call changes the state of a phone a few times, mostly between two kinds of busy: what changes nothing here is
dropped before anything else is looked at.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from acd.asterisk.ami_actions import Headers
from acd.asterisk.framing import Block
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.softphones import as_one, phone_of
from acd.core.names import PhoneName
from acd.core.switch_events import PhoneChanged, PhoneState

PHONES: Headers = (("Action", "DeviceStateList"),)
"""The action that asks for all of them."""

MOST_PHONES = 10_000

_TOLD = frozenset({"Event", "Privilege", "Timestamp", "SystemName", "Device", "State"})
_LISTED = frozenset({"Event", "ActionID", "Device", "State"})
_DEVICE = re.compile(r"PJSIP/([a-z][a-z0-9-]{0,31}(?:-web)?)")
_OURS = "PJSIP/"
_CARRIER = "PJSIP/trunk-"

_STATES = {
    "NOT_INUSE": PhoneState.FREE,
    "INUSE": PhoneState.BUSY,
    "RINGING": PhoneState.BUSY,
    "RINGINUSE": PhoneState.BUSY,
    "BUSY": PhoneState.BUSY,
    "ONHOLD": PhoneState.BUSY,
    "UNAVAILABLE": PhoneState.LOST,
    "INVALID": PhoneState.LOST,
    "UNKNOWN": PhoneState.LOST,
}


class PhoneBook:
    """The last known state of each phone on one connection."""

    def __init__(self, statistics: LinkStatistics) -> None:
        self._statistics = statistics
        self._devices: dict[str, PhoneState] = {}
        self._states: dict[PhoneName, PhoneState] = {}
        """What the devices come to, by the phone that the core knows."""

    @property
    def states(self) -> Mapping[PhoneName, PhoneState]:
        """What is known by now; a view, which changes with the next event."""
        return MappingProxyType(self._states)

    def forget(self) -> None:
        """Know nothing: the connection is gone, and what changes meanwhile is not heard of."""
        self._devices.clear()
        self._states.clear()

    def listed(self, items: Iterable[Block]) -> None:
        """Take what Asterisk listed in answer to PHONES; it is all there is. Beyond MOST_PHONES nothing is kept."""
        found: dict[str, PhoneState] = {}
        for item in items:
            # Queues and carriers have states as well, which are nobody's phone.
            if item.headers.get("Device", "").startswith(_OURS) and len(found) < MOST_PHONES:
                read = self._read(item, _LISTED)
                if read is not None:
                    found[read[0]] = read[1]
        self._devices = found
        self._states = {phone: state for phone in map(phone_of, found) if (state := as_one(found, phone)) is not None}

    def changed(self, block: Block) -> PhoneChanged | None:
        """What an event says that is news; None if it says nothing new or is not quite right, which is counted."""
        headers = block.headers
        known = self._devices.get(headers.get("Device", "").removeprefix(_OURS))
        if known is not None and known is _STATES.get(headers.get("State", "")):
            return None
        read = self._read(block, _TOLD)
        if read is None:
            return None
        device, now = read
        if known is None:
            # Perhaps a phone that was only just set up; the next list will know.
            self._statistics.dropped["phone_not_listed"] += 1
            return None
        self._devices[device] = now
        phone = phone_of(device)
        state = as_one(self._devices, phone)
        if state is None or state is self._states.get(phone):
            return None
        self._states[phone] = state
        return PhoneChanged(phone, state)

    def _read(self, block: Block, keys: frozenset[str]) -> tuple[str, PhoneState] | None:
        headers = block.headers
        device = headers.get("Device", "")
        if device.startswith(_CARRIER):
            return None
        name = _DEVICE.fullmatch(device)
        state = _STATES.get(headers.get("State", ""))
        privilege = headers.get("Privilege", "call,all")
        if headers.keys() != keys or block.repeated or privilege != "call,all" or name is None or state is None:
            self._statistics.dropped["odd_phone_state"] += 1
            return None
        return name[1], state
