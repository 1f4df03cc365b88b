"""Looking at all channels at once: the truth against which the core compares what events told it.

A caller's channel carries what must outlive our process (HL_…); a survey asks for these variables on every channel
and keeps those that say of themselves that they are a caller: HL_CALL set, and equal to the channel's own Uniqueid,
so an agent's channel, which inherits nothing or everything, is never taken for one.

A caller who is there is never left out because something about him is odd: the core would take him for gone. What
is not of its form is replaced by the emptiest value and counted.
"""

from collections.abc import Iterable, Mapping
from re import Pattern
from types import MappingProxyType

from acd.asterisk import translate as forms
from acd.asterisk.ami_actions import Headers
from acd.asterisk.framing import Block
from acd.asterisk.link_statistics import LinkStatistics
from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.switch_events import CallSeen, PhoneState, Stage, SwitchSurveyed

VARIABLES = (
    "HL_CALL",
    "HL_STAGE",
    "HL_NUMBER",
    "HL_DIALLED",
    "HL_ARRIVED",
    "HL_ENTERED",
    "HL_LANE",
    "HL_LANGUAGE",
    "HL_TIER",
    "HL_VERIFIED",
    "HL_MANAGER",
    "HL_MENU",
    "HL_CUSTOMER",
    "HL_ADVERT",
    "HL_ADVERT_ON",
    "HL_OFFER",
    "HL_PHONE",
    "HL_CONSULT",
)

SURVEY: Headers = (("Action", "Status"), ("Variables", ",".join(VARIABLES)))
"""The action that asks."""

_UNSET = "(null)"


def read_survey(
    items: Iterable[Block],
    asked_at: Instant,
    statistics: LinkStatistics,
    phones: Mapping[PhoneName, PhoneState] = MappingProxyType({}),
) -> SwitchSurveyed:
    """All callers among the channels that Asterisk listed in answer to SURVEY at `asked_at`, in its order.

    `phones` is what is known of the phones by now (acd.asterisk.phones).
    """
    seen = (_read_channel(item, asked_at, statistics) for item in items)
    calls = tuple(call for call in seen if call is not None)
    return SwitchSurveyed(asked_at, calls, tuple(sorted(phones.items())))


def _read_channel(item: Block, asked_at: Instant, statistics: LinkStatistics) -> CallSeen | None:
    variables = _variables(item)
    if variables is None:
        statistics.dropped["odd_survey_item"] += 1
        return None
    call = variables["HL_CALL"]
    if not call or not forms.CALL.fullmatch(call) or item.headers.get("Uniqueid") != call:
        return None

    def value(name: str, form: Pattern[str]) -> str:
        found = variables[name]
        if not found or form.fullmatch(found):
            return found
        statistics.dropped["odd_survey_value"] += 1
        return ""

    # A channel between its first steps has no stage yet; he has arrived.
    stage, entered = value("HL_STAGE", forms.STAGE), value("HL_ENTERED", forms.INSTANT)
    offer, phone = value("HL_OFFER", forms.OFFER), value("HL_PHONE", forms.LANE)
    consult = value("HL_CONSULT", forms.OFFER)
    return CallSeen(
        call=CallId(call),
        stage=Stage(stage) if stage else Stage.ARRIVED,
        number=value("HL_NUMBER", forms.NUMBER),
        name=forms.clean_name(item.headers.get("CallerIDName", "")),
        dialled=value("HL_DIALLED", forms.DIALLED),
        arrived_at=int(value("HL_ARRIVED", forms.INSTANT) or asked_at),
        entered_at=int(entered) if entered else None,
        lane=LaneName(value("HL_LANE", forms.LANE)),
        language=LanguageName(value("HL_LANGUAGE", forms.LANGUAGE)),
        tier=value("HL_TIER", forms.TIER),
        offer=OfferId(int(offer)) if offer else None,
        phone=PhoneName(phone) if phone else None,
        verified=value("HL_VERIFIED", forms.YES) == "1",
        manager=value("HL_MANAGER", forms.MANAGER),
        menu=forms.menu_of(value("HL_MENU", forms.MENU)),
        customer=value("HL_CUSTOMER", forms.CUSTOMER),
        advert=value("HL_ADVERT", forms.ADVERT),
        advert_accepted=value("HL_ADVERT_ON", forms.YES) == "1",
        consult=OfferId(int(consult)) if consult else None,
    )


def _variables(item: Block) -> dict[str, str] | None:
    """What the channel carries, each variable once and all of them; None if the block says anything else."""
    found: dict[str, str] = {}
    for key, line in item.repeated:
        name, equals, value = line.partition("=")
        if key != "Variable" or not equals or name in found:
            return None
        found[name] = "" if value == _UNSET else value
    return found if found.keys() == set(VARIABLES) else None
