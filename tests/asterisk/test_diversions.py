"""Orders that send a caller away or say something to him, as the dialplan takes them."""

import pytest

from acd.asterisk.diversions import announcement_alone, extension_of, saying_of
from acd.core.names import CallId, LanguageName
from acd.core.orders import DivertCaller, SayToCaller
from acd.core.outcomes import Outcome, OutcomeKind

CALL = CallId("hotline-1795318465.12")
LONGEST_EXTENSION = 79


def divert(kind: OutcomeKind, what: str = "", language: str = "en") -> DivertCaller:
    return DivertCaller(CALL, Outcome(kind, what), LanguageName(language))


@pytest.mark.parametrize(
    ("order", "extension"),
    [
        (divert(OutcomeKind.SAY, "closed_today"), "say_en_closed_today"),
        (divert(OutcomeKind.CALLBACK), "callback_en_"),
        (divert(OutcomeKind.MESSAGE, language="zh-tw"), "message_zh-tw_"),
        (divert(OutcomeKind.NUMBER, "+4930123"), "number_en_+4930123"),
        (divert(OutcomeKind.SAY, "a" * 40, "l" * 32), f"say_{'l' * 32}_{'a' * 40}"),
    ],
)
def test_a_diversion_is_one_word(order: DivertCaller, extension: str) -> None:
    assert extension_of(order) == extension
    assert len(extension) <= LONGEST_EXTENSION


@pytest.mark.parametrize(
    "order",
    [
        divert(OutcomeKind.LANE, "cards"),
        divert(OutcomeKind.SAY),
        divert(OutcomeKind.SAY, "../../etc/passwd"),
        divert(OutcomeKind.SAY, "a" * 41),
        divert(OutcomeKind.SAY, "closed&all_busy"),
        divert(OutcomeKind.CALLBACK, "x"),
        divert(OutcomeKind.MESSAGE, "x"),
        divert(OutcomeKind.NUMBER, "4930@elsewhere"),
        divert(OutcomeKind.NUMBER, "49+30"),
        divert(OutcomeKind.NUMBER, "\u0664\u0665"),
        divert(OutcomeKind.NUMBER, "9" * 16),
        divert(OutcomeKind.SAY, "closed", ""),
        divert(OutcomeKind.SAY, "closed", "en_x"),
    ],
)
def test_what_the_dialplan_could_not_take_is_refused(order: DivertCaller) -> None:
    with pytest.raises(ValueError, match=r"cannot send|short name"):
        extension_of(order)


def test_what_is_said_is_a_row_of_prompts_and_whether_a_key_leads_to_a_callback() -> None:
    assert saying_of(["please_wait"], offer_callback=False) == "please_wait"
    assert (
        saying_of(["position", "n-3", "offer_callback"], offer_callback=True) == "position+n-3+offer_callback.callback"
    )
    for odd in ("", "a.callback", "a,b", "a+b", "${HL_TOKEN}", "a/b", "a" * 41):
        with pytest.raises(ValueError, match="short name"):
            saying_of(["closed", odd], offer_callback=False)
    for words in ([], ["a"] * 61, ["a" * 40] * 5):
        with pytest.raises(ValueError, match="are said at once"):
            saying_of(words, offer_callback=False)


def test_without_a_wording_of_its_own_an_announcement_is_said_and_no_number() -> None:
    told = SayToCaller(CALL, "please_wait", LanguageName("en"), position=3)

    assert announcement_alone(told) == ("please_wait",)
    assert announcement_alone(SayToCaller(CALL, "", LanguageName("en"), position=3)) == ()
