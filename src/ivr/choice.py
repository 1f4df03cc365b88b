"""What came of a visit, and how it is written on the call: as variables, because they outlive our process."""

from dataclasses import dataclass

from acd.config.targets import Target, TargetKind
from ivr.line import Line
from ivr.visit import Visit

LONGEST_MENU = 200
"""Characters of what rides on the channel of the keys pressed; the last menus are left out when there are more."""

WISHES = {TargetKind.MESSAGE: "message", TargetKind.CALLBACK: "callback"}

CALL_ENDS = frozenset({TargetKind.SAY, TargetKind.HANG_UP})
"""Ends of a menu that are the end of the call."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a caller goes from the menu. An empty tier means that the directory does not know him."""

    lane: str
    language: str
    tier: str
    manager: str = ""
    """The agent who looks after this customer; empty for nobody."""
    menu: tuple[tuple[str, str], ...] = ()
    """The key that he pressed in each menu, in the order of the menus."""
    customer: str = ""
    """By what the directory knows him; proven only if `verified`."""
    verified: bool = False
    advert: str = ""
    """The advert that he was asked about; empty for none."""
    advert_accepted: bool = False
    wish: str = ""
    """`message`, `callback` or `number.+862155555555`; empty for one who waits for a person."""
    ends: bool = False
    """The menu told him all: the call ends."""


def choice_of(visit: Visit, end: Target) -> Choice:
    """What a visit came to that ended so."""
    known = visit.known
    return Choice(
        lane=visit.lane or visit.config.default_lane,
        language=visit.language or visit.config.default_language,
        tier="" if known is None else known.tier,
        manager="" if known is None else known.manager or "",
        menu=tuple(visit.pressed_in.items()),
        customer=visit.customer,
        verified=visit.verified,
        advert="" if visit.advert is None else visit.advert.advert,
        advert_accepted=visit.advert is not None and visit.advert.accepted,
        wish=f"number.{end.to}" if end.kind is TargetKind.NUMBER else WISHES.get(end.kind, ""),
        ends=end.kind in CALL_ENDS,
    )


async def write(line: Line, choice: Choice) -> None:
    """Write it on the call; `HL_DONE` last of all, for the dialplan believes the others only with it."""
    await line.set_variable("HL_LANE", choice.lane)
    await line.set_variable("HL_LANGUAGE", choice.language)
    # Written only if there is something: the dialplan may have given the call a tier already, by the number dialled.
    for name, value in (
        ("HL_TIER", choice.tier),
        ("HL_MANAGER", choice.manager),
        ("HL_MENU", _written(choice.menu)),
        ("HL_CUSTOMER", choice.customer),
        ("HL_VERIFIED", "1" if choice.verified else ""),
        ("HL_ADVERT", choice.advert),
        ("HL_ADVERT_ON", "1" if choice.advert_accepted else ""),
        ("HL_MUSIC", f"advert-{choice.advert}-{choice.language}" if choice.advert_accepted else ""),
        ("HL_WISH", choice.wish),
    ):
        if value:
            await line.set_variable(name, value)
    await line.set_variable("CHANNEL(language)", choice.language)
    await line.set_variable("HL_DONE", "bye" if choice.ends else "1")


def _written(menu: tuple[tuple[str, str], ...]) -> str:
    """Pairs as they ride on the channel, `main=2/cards=1`: no comma, which would begin the next argument there."""
    text = ""
    for name, key in menu:
        longer = f"{text}/{name}={key}" if text else f"{name}={key}"
        if len(longer) > LONGEST_MENU:
            break
        text = longer
    return text
