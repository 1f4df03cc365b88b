"""From the dialplan's words to the core's: one UserEvent, checked to the last header, becomes one switch event.

A caller can make Asterisk write nearly any text into the stream, so an event counts only if it has what a caller
cannot know, the token of this connection, and if its headers are exactly those of its fact: no more, no fewer, none
twice (acd.asterisk.framing), all after the line that names the event, and each of its own narrow form. All facts are
told by the caller's own channel, and so they can speak of no other call; but for some that a leg tells which his call
brought into being: the answer of an agent, of a colleague whom he asks or of a number outside, that none came, and
that one of two agents has left.

Pure: the same block and token give the same answer.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acd.asterisk.framing import Block
from acd.core.names import CallId, LaneName, LanguageName, OfferId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import (
    AdvertLeft,
    AgentLeft,
    AllTogether,
    CallArrived,
    CallbackAccepted,
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallerHandedOver,
    CallerHeld,
    CallerResumed,
    CallerSent,
    CallerVerified,
    CallFellBack,
    CallStartedWaiting,
    ColleagueAnswered,
    ConsultEnded,
    MessageLeft,
    NumberAnswered,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    Stage,
    SurveyTaken,
    SwitchEvent,
    TalkEnded,
    Verdict,
)
from acd.core.transfers import Target, TransferKind

LONGEST_NAME = 64


class DropReason(StrEnum):
    """Why an event of the dialplan was not believed."""

    NOT_OURS = "not_ours"
    """A UserEvent of another name."""
    FORGED = "forged"
    """Not laid out as Asterisk does it, or told by a channel that may not tell it."""
    WRONG_TOKEN = "wrong_token"  # noqa: S105  # A reason, not a token.
    UNKNOWN_FACT = "unknown_fact"
    WRONG_HEADERS = "wrong_headers"
    ILL_TYPED = "ill_typed"


CALL = re.compile(r"[A-Za-z0-9._-]{1,80}")
NUMBER = re.compile(r"\+?[0-9]{0,32}")
DIALLED = re.compile(r"\+?[0-9*#]{1,32}")
INSTANT = re.compile(r"[0-9]{10,15}")
OFFER = re.compile(r"[0-9]{1,18}")
LANE = LANGUAGE = re.compile(r"[a-z][a-z0-9-]{0,31}")
TIER = NAME_OR_EMPTY = re.compile(r"([a-z][a-z0-9_-]{0,31})?")
YES = re.compile(r"1?")
MANAGER = re.compile(r"[a-z0-9-]{0,32}")
MENU = re.compile(r"(?=.{0,200}\Z)(?:[a-z0-9-]+=[0-9*#](?:/[a-z0-9-]+=[0-9*#])*)?")
CUSTOMER = re.compile(r"[0-9]{0,20}")
ADVERT = re.compile(r"([a-z][a-z0-9-]{0,31})?")
WISH = re.compile(r"(message|callback|number\.\+?[0-9]{2,15})?")
NEW_NUMBER = re.compile(r"(\+?[0-9]{2,15})?")
ANSWERS = re.compile(r"([0-9](\.[0-9]){0,2})?")
STATUS = re.compile(r"[A-Z]{1,16}")
STAGE = re.compile("|".join(Stage))
TRANSFER = re.compile("|".join(TransferKind))
TARGET = re.compile(r"[a-z][a-z0-9-]{0,31}|\+?[0-9]{2,15}")
VERDICT = re.compile("|".join(Verdict))

_CAUSES = {
    "NOANSWER": OfferFailure.NO_ANSWER,
    "BUSY": OfferFailure.BUSY,
    "DECLINED": OfferFailure.DECLINED,
    "CONGESTION": OfferFailure.UNREACHABLE,
    "CHANUNAVAIL": OfferFailure.UNREACHABLE,
}
"""What Dial says of a phone, and our dialplan besides; all other words are FAILED, among them REFUSED."""

Headers: TypeAlias = Mapping[str, str]


def _arrived(headers: Headers, call: CallId) -> SwitchEvent:
    return CallArrived(
        call=call,
        number=headers["Number"],
        name=clean_name(headers.get("CallerIDName", "")),
        dialled=headers["Dialled"],
        arrived_at=int(headers["Arrived"]),
    )


def _waiting(headers: Headers, call: CallId) -> SwitchEvent:
    return CallStartedWaiting(
        call=call,
        number=headers["Number"],
        name=clean_name(headers.get("CallerIDName", "")),
        dialled=headers["Dialled"],
        arrived_at=int(headers["Arrived"]),
        entered_at=int(headers["Entered"]),
        lane=LaneName(headers["Lane"]),
        language=LanguageName(headers["Language"]),
        tier=headers["Tier"],
        verified=headers["Verified"] == "1",
        manager=headers["Manager"],
        menu=menu_of(headers["Menu"]),
        customer=headers["Customer"],
        advert=headers["Advert"],
        advert_accepted=headers["AdvertOn"] == "1",
        wish=wish_of(headers["Wish"]),
    )


def menu_of(written: str) -> tuple[tuple[str, str], ...]:
    """The key that a caller pressed in each menu, from text of the form MENU such as `main=2/cards=1`."""
    pairs = (pair.partition("=") for pair in written.split("/")) if written else ()
    return tuple((menu, key) for menu, _, key in pairs)


def wish_of(written: str) -> Outcome | None:
    """What a caller chose in the menu instead of waiting, from text of the form WISH; None for nothing."""
    kind, _, number = written.partition(".")
    return Outcome(OutcomeKind(kind), number) if kind else None


def _offering(headers: Headers, call: CallId) -> SwitchEvent:
    return OfferReached(call, OfferId(int(headers["Offer"])))


def _answered(headers: Headers, call: CallId) -> SwitchEvent:
    return OfferAnswered(call, OfferId(int(headers["Offer"])))


def _offer_failed(headers: Headers, call: CallId) -> SwitchEvent:
    cause = _CAUSES.get(headers["Status"], OfferFailure.FAILED)
    return OfferFailed(call, OfferId(int(headers["Offer"])), cause)


def _talk_ended(_headers: Headers, call: CallId) -> SwitchEvent:
    return TalkEnded(call)


def _held(_headers: Headers, call: CallId) -> SwitchEvent:
    return CallerHeld(call)


def _resumed(_headers: Headers, call: CallId) -> SwitchEvent:
    return CallerResumed(call)


def _transferred(headers: Headers, call: CallId) -> SwitchEvent:
    return CallerSent(call, OfferId(int(headers["Offer"])), Target(TransferKind(headers["Kind"]), headers["To"]))


def _consulted(headers: Headers, call: CallId) -> SwitchEvent:
    return ColleagueAnswered(call, OfferId(int(headers["Offer"])))


def _consult_ended(headers: Headers, call: CallId) -> SwitchEvent:
    answered = headers["Status"] == "ANSWER"
    cause = None if answered else _CAUSES.get(headers["Status"], OfferFailure.FAILED)
    return ConsultEnded(call, OfferId(int(headers["Offer"])), cause)


def _handed_over(headers: Headers, call: CallId) -> SwitchEvent:
    return CallerHandedOver(call, OfferId(int(headers["Offer"])))


def _together(headers: Headers, call: CallId) -> SwitchEvent:
    return AllTogether(call, OfferId(int(headers["Offer"])))


def _left(headers: Headers, call: CallId) -> SwitchEvent:
    return AgentLeft(call, OfferId(int(headers["Offer"])))


def _connected(_headers: Headers, call: CallId) -> SwitchEvent:
    return NumberAnswered(call)


def _fell_back(_headers: Headers, call: CallId) -> SwitchEvent:
    return CallFellBack(call)


def _diverted(_headers: Headers, call: CallId) -> SwitchEvent:
    return CallDiverted(call)


def _callback_accepted(headers: Headers, call: CallId) -> SwitchEvent:
    return CallbackAccepted(call, headers["Number"])


def _callback_failed(headers: Headers, call: CallId) -> SwitchEvent:
    return CallbackFailed(call, _CAUSES.get(headers["Status"], OfferFailure.FAILED))


def _message_left(_headers: Headers, call: CallId) -> SwitchEvent:
    return MessageLeft(call)


def _advert_left(_headers: Headers, call: CallId) -> SwitchEvent:
    return AdvertLeft(call)


def _verified(headers: Headers, call: CallId) -> SwitchEvent:
    return CallerVerified(call, Verdict(headers["Verdict"]), headers["Customer"])


def _surveyed(headers: Headers, call: CallId) -> SwitchEvent:
    answers = tuple(int(key) for key in headers["Answers"].split(".") if key)
    return SurveyTaken(call, headers["Survey"], answers, headers["Comment"] == "1")


def _ended(headers: Headers, call: CallId) -> SwitchEvent:
    return CallEnded(call, served=headers["Stage"] == Stage.SERVED)


@dataclass(frozen=True, slots=True)
class _Fact:
    """What an event of this fact must look like, and what it becomes."""

    said: frozenset[str]
    """All headers behind the event's name."""
    forms: tuple[tuple[str, re.Pattern[str]], ...]
    """The form that the value of each of these headers must have."""
    become: Callable[[Headers, CallId], SwitchEvent]
    from_leg: bool
    """True if another channel tells it, which the caller's channel called into being."""


def _fact(
    become: Callable[[Headers, CallId], SwitchEvent],
    said: Mapping[str, re.Pattern[str]],
    of_channel: Mapping[str, re.Pattern[str]] | None = None,
    *,
    from_leg: bool = False,
) -> _Fact:
    """A fact by the headers it has beside Token, Fact and Call.

    `of_channel` are those it takes from what Asterisk says of the channel; the dialplan cannot say them again, for
    no key comes twice.
    """
    forms = {"Call": CALL, **said, **(of_channel or {})}
    return _Fact(frozenset({"Token", "Fact", "Call", *said}), tuple(forms.items()), become, from_leg)


_ARRIVAL = {"Number": NUMBER, "Dialled": DIALLED, "Arrived": INSTANT}
_WAITING = {
    **_ARRIVAL,
    "Entered": INSTANT,
    "Lane": LANE,
    "Tier": TIER,
    "Verified": YES,
    "Manager": MANAGER,
    "Menu": MENU,
    "Customer": CUSTOMER,
    "Advert": ADVERT,
    "AdvertOn": YES,
    "Wish": WISH,
}

_FACTS = {
    "arrived": _fact(_arrived, _ARRIVAL),
    "waiting": _fact(_waiting, _WAITING, {"Language": LANGUAGE}),
    "offering": _fact(_offering, {"Offer": OFFER}),
    "answered": _fact(_answered, {"Offer": OFFER}, from_leg=True),
    "offer_failed": _fact(_offer_failed, {"Offer": OFFER, "Status": STATUS}),
    "talk_ended": _fact(_talk_ended, {"Offer": OFFER}),
    "held": _fact(_held, {}),
    "resumed": _fact(_resumed, {}),
    "transferred": _fact(_transferred, {"Offer": OFFER, "Kind": TRANSFER, "To": TARGET}),
    "connected": _fact(_connected, {}, from_leg=True),
    "consulted": _fact(_consulted, {"Offer": OFFER}, from_leg=True),
    "consult_ended": _fact(_consult_ended, {"Offer": OFFER, "Status": STATUS}, from_leg=True),
    "handed_over": _fact(_handed_over, {"Offer": OFFER}),
    "together": _fact(_together, {"Offer": OFFER}),
    "left": _fact(_left, {"Offer": OFFER}, from_leg=True),
    "fell_back": _fact(_fell_back, {"Lane": NAME_OR_EMPTY}),
    "callback_accepted": _fact(_callback_accepted, {"Number": NEW_NUMBER}),
    "callback_failed": _fact(_callback_failed, {"Status": STATUS}, from_leg=True),
    "message_left": _fact(_message_left, {}),
    "advert_left": _fact(_advert_left, {}),
    "verified": _fact(_verified, {"Verdict": VERDICT, "Customer": CUSTOMER}),
    "surveyed": _fact(_surveyed, {"Survey": LANE, "Answers": ANSWERS, "Comment": YES}),
    "diverted": _fact(_diverted, {}),
    "ended": _fact(_ended, {"Stage": STAGE}),
}
"""Everything the dialplan may say."""


def translate(block: Block, token: str) -> SwitchEvent | DropReason:
    """The switch event that a UserEvent of the dialplan means, or why it means nothing.

    `token` is what this connection gave the dialplan; while it is empty nothing is believed.
    """
    headers = block.headers
    fault = _fault_of_event(block, token)
    if fault is not None:
        return fault
    fact = _FACTS.get(headers.get("Fact", ""))
    if fact is None:
        return DropReason.UNKNOWN_FACT
    return _fault_of_fact(headers, fact) or fact.become(headers, CallId(headers["Call"]))


def _fault_of_event(block: Block, token: str) -> DropReason | None:
    """What is wrong with an event, whatever it says."""
    headers = block.headers
    if headers.get("UserEvent") != "Hotline":
        return DropReason.NOT_OURS
    if list(headers)[:2] != ["Event", "Privilege"] or headers["Privilege"] != "user,all" or block.repeated:
        return DropReason.FORGED
    if not token or headers.get("Token") != token:
        return DropReason.WRONG_TOKEN
    return None


def _fault_of_fact(headers: Headers, fact: _Fact) -> DropReason | None:
    """What is wrong with what an event says."""
    keys = list(headers)
    if fact.said != set(keys[keys.index("UserEvent") + 1 :]):
        return DropReason.WRONG_HEADERS
    for key, form in fact.forms:
        # A header that is not there has no right form.
        if not form.fullmatch(headers.get(key, "\n")):
            return DropReason.ILL_TYPED
    call = headers["Call"]
    if headers.get("Uniqueid") != call and not (fact.from_leg and headers.get("Linkedid") == call):
        return DropReason.FORGED
    return None


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_CONTROLS = frozenset("abfnrtv")


def clean_name(escaped: str) -> str:
    """A caller's name as Asterisk wrote it, for a screen: unescaped, on one line, at most 64 characters.

    Control characters and those that change the direction of writing are left out, so that a name can neither hide
    a part of itself nor turn round what stands beside it. It still may hold markup: a screen must escape it.
    """
    if escaped == "<unknown>":
        return ""
    if len(escaped) <= LONGEST_NAME and escaped.isalnum():
        return escaped
    text = _ESCAPE.sub(lambda found: " " if found[1] in _ESCAPED_CONTROLS else found[1], escaped[: 8 * LONGEST_NAME])
    # The categories C? are control, format (among them all bidirectional marks), surrogate, private, unassigned.
    kept = "".join(one for one in text if unicodedata.category(one)[0] != "C" and one not in "\u2028\u2029")
    return " ".join(kept.split())[:LONGEST_NAME].strip()
