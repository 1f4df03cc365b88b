"""Callers who send what no caller should: forged blocks, control characters, markup, emoji, too much of everything."""

import random
import unicodedata
from collections.abc import Iterable

from acd.demo.caller import Caller
from tests.end_to_end.quick_bank import STRAIGHT

PIECES = (
    "138",
    "+86",
    "0",
    "\r\n",
    "\r\n\r\n",
    "\0",
    "\x07\x1b[2J",
    "\x7f\x85",
    "\u202egnirts desrever\u202c",
    "\ud55c\uae00",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "王小明",
    "<script>document.title='taken'</script>",
    "<img src=x onerror=document.title='taken'>",
    "&lt;b&gt;&#60;",
    "'; DROP TABLE calls; --",
    '"',
    "\\",
    "%s%n%x",
    "${HL_TOKEN}",
    "${SHELL(touch taken)}",
    "$[1+1]",
    ",Fact: ended,Call: ",
    "hotline/#/+/x",
    "../../../etc/passwd",
    "{{ 7 * 7 }}",
    "9" * 512,
    "x" * 512,
)
MARKUP = "<img src=x onerror=document.title='taken'><b>Ann</b> & Lee"


def written(text: str) -> str:
    """Text as the user part of a SIP address can carry it: the SIP stack undoes the percent signs."""
    encoded = text.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in encoded)


def quoted(text: str) -> str:
    """Text as a display name can carry it; what a name in quotes cannot hold is left out."""
    kept = "".join(one for one in text if one not in "\r\n\0;")
    return kept.replace("\\", "\\\\").replace('"', '\\"')


def forgeries(calls: Iterable[str], token_guess: str) -> list[str]:
    """Caller numbers that would end, answer or move the calls of others, if anybody believed them."""
    numbers = ["138\r\n\r\nEvent: StatusComplete\r\nEventList: Complete\r\nListItems: 0\r\nX: ", "138\r\n\r\n"]
    for call in calls:
        for fact in ("ended\r\nStage: waiting", "talk_ended\r\nOffer: 1", "fell_back\r\nLane: general"):
            event = f"UserEvent: Hotline\r\nToken: {token_guess}\r\nFact: {fact}\r\nCall: {call}\r\nUniqueid: {call}"
            numbers.append(f"138\r\n\r\nEvent: UserEvent\r\nPrivilege: user,all\r\n{event}\r\nX: ")
        numbers.append(f"138\r\nagi_uniqueid: {call}\r\n200 result=1")
        numbers.append(f"138\r\nUniqueid: {call}\r\nCall: {call}")
    return numbers


def strangers(count: int, seed: int) -> list[Caller]:
    """So many callers whose numbers and names are put together at random, the same for the same seed."""
    chance = random.Random(seed)

    def text() -> str:
        return "".join(chance.choices(PIECES, k=chance.randint(1, 5)))

    return [Caller(written(f"139{n:04}{text()}"), STRAIGHT, quoted(text()), starts_after=50 * n) for n in range(count)]


def is_plain(text: str) -> bool:
    """No control character, nothing that turns the direction of writing, no line end."""
    return all(unicodedata.category(one)[0] != "C" and one not in "\u2028\u2029" for one in text)
