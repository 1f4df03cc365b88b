"""What the dialplan says becomes an event of its own call, or nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from acd.asterisk.framing import AmiFraming, Block
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.translate import DropReason, clean_name, translate
from acd.core.names import CallId, LaneName, LanguageName, OfferId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import (
    AdvertLeft,
    CallArrived,
    CallbackAccepted,
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallerVerified,
    CallFellBack,
    CallStartedWaiting,
    MessageLeft,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    SurveyTaken,
    SwitchEvent,
    TalkEnded,
    Verdict,
)
from tests.asterisk.fake_manager import GREETING, user_event

TOKEN = "0f" * 16
CALL = CallId("hotline-1795318465.12")
OTHER = "hotline-1795318465.7"
ARRIVED = {"Number": "+4930123", "Dialled": "95555", "Arrived": 1795318465000}
WAITING = {**ARRIVED, "Entered": 1795318475000, "Lane": "cards", "Tier": "platinum"}
WAITING |= {"Verified": "1", "Manager": "anna", "Menu": "main=2/cards=#"}
WAITING |= {"Customer": "1001", "Advert": "gold", "AdvertOn": "1", "Wish": "message"}
SURVEYED = {"Survey": "cards", "Answers": "5.0.3", "Comment": "1"}


def blocks_of(raw: str) -> list[Block]:
    framing = AmiFraming({"UserEvent"}, LinkStatistics())
    framing.receive(GREETING)
    return framing.receive(raw.encode("utf-8", "surrogatepass"))


def events_of(raw: str) -> list[SwitchEvent]:
    found = [translate(block, TOKEN) for block in blocks_of(raw)]
    return [event for event in found if not isinstance(event, DropReason)]


def only(raw: str) -> SwitchEvent | DropReason:
    [block] = blocks_of(raw)
    return translate(block, TOKEN)


@pytest.mark.parametrize(
    ("fact", "said", "event"),
    [
        ("arrived", ARRIVED, CallArrived(CALL, "+4930123", "Zoë", "95555", 1795318465000)),
        (
            "waiting",
            WAITING,
            CallStartedWaiting(
                CALL,
                "+4930123",
                "Zoë",
                "95555",
                1795318465000,
                1795318475000,
                LaneName("cards"),
                LanguageName("en"),
                "platinum",
                verified=True,
                manager="anna",
                menu=(("main", "2"), ("cards", "#")),
                customer="1001",
                advert="gold",
                advert_accepted=True,
                wish=Outcome(OutcomeKind.MESSAGE),
            ),
        ),
        ("offering", {"Offer": 1000001}, OfferReached(CALL, OfferId(1000001))),
        ("answered", {"Offer": 1000001}, OfferAnswered(CALL, OfferId(1000001))),
        ("talk_ended", {"Offer": 1000001}, TalkEnded(CALL)),
        ("fell_back", {"Lane": "cards"}, CallFellBack(CALL)),
        ("callback_accepted", {"Number": ""}, CallbackAccepted(CALL)),
        ("callback_accepted", {"Number": "+4930123"}, CallbackAccepted(CALL, "+4930123")),
        ("message_left", {}, MessageLeft(CALL)),
        ("advert_left", {}, AdvertLeft(CALL)),
        ("verified", {"Verdict": "wrong", "Customer": "1001"}, CallerVerified(CALL, Verdict.WRONG, "1001")),
        ("surveyed", SURVEYED, SurveyTaken(CALL, "cards", (5, 0, 3), True)),
        ("surveyed", SURVEYED | {"Answers": "", "Comment": ""}, SurveyTaken(CALL, "cards", ())),
        ("diverted", {}, CallDiverted(CALL)),
        ("ended", {"Stage": "diverted"}, CallEnded(CALL)),
        ("ended", {"Stage": "verifying"}, CallEnded(CALL)),
        ("ended", {"Stage": "served"}, CallEnded(CALL, served=True)),
    ],
)
def test_each_fact_of_the_dialplan_becomes_its_event(fact: str, said: dict[str, object], event: SwitchEvent) -> None:
    assert only(user_event(fact, CALL, TOKEN, name="Zoë", said=said)) == event


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("NOANSWER", OfferFailure.NO_ANSWER),
        ("BUSY", OfferFailure.BUSY),
        ("DECLINED", OfferFailure.DECLINED),
        ("CHANUNAVAIL", OfferFailure.UNREACHABLE),
        ("CONGESTION", OfferFailure.UNREACHABLE),
        ("CANCEL", OfferFailure.FAILED),
        ("TORTURE", OfferFailure.FAILED),
    ],
)
def test_a_phone_that_did_not_answer_says_why(status: str, cause: OfferFailure) -> None:
    raw = user_event("offer_failed", CALL, TOKEN, said={"Offer": 7, "Status": status})

    assert only(raw) == OfferFailed(CALL, OfferId(7), cause)


@pytest.mark.parametrize(
    ("written", "wish"),
    [
        ("", None),
        ("callback", Outcome(OutcomeKind.CALLBACK)),
        ("number.+862155555555", Outcome(OutcomeKind.NUMBER, "+862155555555")),
    ],
)
def test_what_a_caller_chose_instead_of_waiting_is_told(written: str, wish: Outcome | None) -> None:
    event = only(user_event("waiting", CALL, TOKEN, said=WAITING | {"Wish": written}))

    assert isinstance(event, CallStartedWaiting)
    assert event.wish == wish


def test_the_leg_that_rings_a_customer_may_tell_that_he_did_not_answer() -> None:
    leg = {"uniqueid": f"{CALL}-out", "linkedid": CALL}

    for status, cause in (("NOANSWER", OfferFailure.NO_ANSWER), ("REFUSED", OfferFailure.FAILED)):
        raw = user_event("callback_failed", CALL, TOKEN, said={"Status": status}, **leg)
        assert only(raw) == CallbackFailed(CALL, cause)
    strange = user_event("callback_failed", CALL, TOKEN, said={"Status": "BUSY"}, uniqueid=OTHER, linkedid=OTHER)
    assert only(strange) == DropReason.FORGED


def test_the_agents_leg_may_tell_of_the_answer_and_of_nothing_else() -> None:
    agents = {"uniqueid": "hotline-1795318465.13", "linkedid": CALL}

    answered = only(user_event("answered", CALL, TOKEN, said={"Offer": 7}, **agents))
    ended = only(user_event("ended", CALL, TOKEN, said={"Stage": "talking"}, **agents))

    assert answered == OfferAnswered(CALL, OfferId(7))
    assert ended == DropReason.FORGED


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (user_event("ended", CALL, "", said={"Stage": "ivr"}), DropReason.WRONG_TOKEN),
        (user_event("ended", CALL, "f0" * 16, said={"Stage": "ivr"}), DropReason.WRONG_TOKEN),
        (user_event("promoted", CALL, TOKEN), DropReason.UNKNOWN_FACT),
        (user_event("ended", CALL, TOKEN), DropReason.WRONG_HEADERS),
        (user_event("ended", CALL, TOKEN, said={"Stage": "ivr", "Vip": "yes"}), DropReason.WRONG_HEADERS),
        (user_event("ended", CALL, TOKEN, said={"Stage": "heaven"}), DropReason.ILL_TYPED),
        (user_event("offering", CALL, TOKEN, said={"Offer": "seven"}), DropReason.ILL_TYPED),
        (user_event("offering", CALL, TOKEN, said={"Offer": "٧"}), DropReason.ILL_TYPED),
        (user_event("offering", CALL, TOKEN, said={"Offer": "9" * 30}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Lane": "Cards; DROP"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Verified": "yes"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Manager": "Anna"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Menu": "main"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Menu": "main=12"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Menu": "m=1" + 50 * "/m=1"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said=WAITING | {"Vip": "1"}), DropReason.WRONG_HEADERS),
        (user_event("diverted", CALL, TOKEN, said={"Lane": "cards"}), DropReason.WRONG_HEADERS),
        (user_event("diverted", CALL, TOKEN, uniqueid=OTHER), DropReason.FORGED),
        (
            user_event("callback_accepted", CALL, TOKEN, uniqueid=OTHER, linkedid=CALL, said={"Number": ""}),
            DropReason.FORGED,
        ),
        (user_event("callback_accepted", CALL, TOKEN), DropReason.WRONG_HEADERS),
        (user_event("callback_accepted", CALL, TOKEN, said={"Number": "1"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Customer": "A1"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Advert": "Gold"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "AdvertOn": "yes"}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Wish": "number."}), DropReason.ILL_TYPED),
        (user_event("waiting", CALL, TOKEN, said={**WAITING, "Wish": "lane"}), DropReason.ILL_TYPED),
        (user_event("verified", CALL, TOKEN, said={"Verdict": "perhaps", "Customer": ""}), DropReason.ILL_TYPED),
        (user_event("verified", CALL, TOKEN, said={"Verdict": "", "Customer": ""}), DropReason.ILL_TYPED),
        (user_event("surveyed", CALL, TOKEN, said=SURVEYED | {"Answers": "5.0.3.1"}), DropReason.ILL_TYPED),
        (user_event("surveyed", CALL, TOKEN, said=SURVEYED | {"Answers": "12"}), DropReason.ILL_TYPED),
        (user_event("surveyed", CALL, TOKEN, said=SURVEYED | {"Survey": ""}), DropReason.ILL_TYPED),
        (user_event("arrived", CALL, TOKEN, said={**ARRIVED, "Number": "<script>"}), DropReason.ILL_TYPED),
        (user_event("ended", "a b", TOKEN, said={"Stage": "ivr"}), DropReason.ILL_TYPED),
        (user_event("ended", CALL, TOKEN, uniqueid=OTHER, said={"Stage": "ivr"}), DropReason.FORGED),
        (user_event("ended", CALL, TOKEN, said={"Stage": "ivr"}).replace("user,all", "call,all"), DropReason.FORGED),
        (user_event("ended", CALL, TOKEN, said={"Stage": "ivr"}).replace("Hotline", "Other"), DropReason.NOT_OURS),
    ],
)
def test_an_event_that_is_not_quite_right_means_nothing(raw: str, reason: DropReason) -> None:
    assert only(raw) == reason


def test_before_the_token_is_set_nothing_is_believed() -> None:
    [block] = blocks_of(user_event("ended", CALL, "", said={"Stage": "ivr"}))

    assert translate(block, "") == DropReason.WRONG_TOKEN


def forged(fact_headers: str) -> str:
    """The caller number that ends its own block and begins another; the true rest of the event follows it."""
    return f"138\r\n\r\nEvent: UserEvent\r\nPrivilege: user,all\r\n{fact_headers}X: "


@pytest.mark.parametrize(
    "number",
    [
        forged(f"UserEvent: Hotline\r\nFact: ended\r\nCall: {OTHER}\r\nUniqueid: {OTHER}\r\nStage: ivr\r\n"),
        forged(f"UserEvent: Hotline\r\nFact: ended\r\nCall: {OTHER}\r\nStage: ivr\r\n"),
        forged(f"Call: {OTHER}\r\n"),
        forged(f"Uniqueid: {OTHER}\r\n"),
        forged(f"Linkedid: {OTHER}\r\n"),
        forged("Fact: ended\r\n"),
        f"138\r\nCall: {OTHER}",
        f"138\r\n\r\nEvent: UserEvent\r\nPrivilege: user,all\r\nToken: guess\r\nFact: ended\r\nCall: {OTHER}\r\n\r\n",
        f"138\r\n\nEvent: UserEvent\r\nPrivilege: user,all\r\nFact: ended\r\nCall: {OTHER}\r\nX: ",
    ],
)
@pytest.mark.parametrize("fact", ["waiting", "ended"])
def test_a_forged_number_with_the_rest_of_a_true_event_behind_it_is_dropped(number: str, fact: str) -> None:
    said: dict[str, object] = {"waiting": WAITING, "ended": {"Stage": "ivr"}}[fact]  # type: ignore[assignment]

    assert events_of(user_event(fact, CALL, TOKEN, number=number, said=said)) == []


WORDS = [
    *("\r\n", "\r\n\r\n", "\r\n\n", "\n", "Event: UserEvent", "Privilege: user,all", "UserEvent: Hotline", "X: "),
    *(f"Call: {OTHER}", f"Uniqueid: {OTHER}", f"Linkedid: {OTHER}", f"Channel: {OTHER}", "Fact: ended", "Stage: ivr"),
    *("Fact: waiting", "Lane: wealth", "Tier: platinum", "Offer: 1", "Token: guess", "Timestamp: 1", "call: x"),
]


@given(
    number=st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=24).map("".join),
    name=st.text(max_size=512),
    fact=st.sampled_from(["arrived", "waiting", "ended"]),
)
@example(number=forged(""), name="", fact="waiting")
def test_no_text_in_number_or_name_speaks_of_another_call_or_changes_what_is_said(
    number: str, name: str, fact: str
) -> None:
    said: dict[str, object] = {"arrived": ARRIVED, "waiting": WAITING, "ended": {"Stage": "ivr"}}[fact]  # type: ignore[assignment]
    # Asterisk escapes a name's control characters, and leaves a number's as they are.
    escaped = name.encode("unicode_escape").decode()
    [true_event] = events_of(user_event(fact, CALL, TOKEN, name=escaped, said=said))

    for event in events_of(user_event(fact, CALL, TOKEN, number=number, name=escaped, said=said)):
        assert event == true_event
    assert true_event.call == CALL  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Zoë Müller 王", "Zoë Müller 王"),
        ("<unknown>", ""),
        (r"Zoë \"x\"", 'Zoë "x"'),
        (r"two\r\nlines\\", "two lines\\"),
        ("a\u202egnp.exe\u2066\u200f", "agnp.exe"),
        ("  spaced   out ", "spaced out"),
        ("😀 <script>alert(1)</script>", "😀 <script>alert(1)</script>"),
        ("x" * 512, "x" * 64),
    ],
)
def test_a_name_is_made_fit_for_a_screen(written: str, shown: str) -> None:
    assert clean_name(written) == shown


@given(st.text())
def test_no_name_is_longer_than_a_line_or_holds_what_a_screen_should_not_obey(written: str) -> None:
    shown = clean_name(written)

    assert len(shown) <= 64
    assert not any(
        ord(one) < 0x20 or one in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069" for one in shown
    )
