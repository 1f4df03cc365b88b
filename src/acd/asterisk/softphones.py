"""The telephone in an agent's browser: a second device beside his SIP phone, which Asterisk knows by a name of its own.

The core knows one phone for each agent. Which of the two devices rings is Asterisk's business: the softphone while a
browser has it registered, else the SIP phone (dialplans/40-offer.conf). An agent chooses at log-in whether his browser
registers, so nothing of that choice need be kept anywhere. Both are told apart here, and nowhere above this package.
"""

from collections.abc import Mapping

from acd.core.names import PhoneName
from acd.core.switch_events import PhoneState

ENDING = "-web"
"""What the name of a softphone ends in."""

GUEST = "trunk-guest.web"
"""The caller in a browser, of a demo alone: a way in like a carrier's, and named so. No phone and no carrier can have
this name, for the settings allow no dot in one."""


def softphone_of(phone: str) -> str:
    """The name of the softphone beside this phone."""
    return f"{phone}{ENDING}"


def phone_of(device: str) -> PhoneName:
    """The phone that the core knows, of a device that Asterisk names: the softphone's owner, or the phone itself."""
    return PhoneName(device.removesuffix(ENDING))


def as_one(devices: Mapping[str, PhoneState], phone: PhoneName) -> PhoneState | None:
    """The state of a phone from its two devices; None if Asterisk knows neither.

    Busy if either is: an agent talks at one of them. Lost only if both are.
    """
    states = {devices.get(phone), devices.get(softphone_of(phone))}
    for state in (PhoneState.BUSY, PhoneState.FREE, PhoneState.LOST):
        if state in states:
            return state
    return None
