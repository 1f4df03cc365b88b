"""What an agent sees of a caller besides his number: proof, keys, adverts, wishes, and the message to be answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd.core.caller_events import VerdictGiven
from acd.core.events import AgentOffered
from acd.core.names import CallId
from acd.core.orders import AskCaller, CallCustomer
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.requests import AskForPin
from acd.core.switch_events import CallerVerified, MessageLeft, TalkEnded, Verdict
from cti.accounts.audit import Wanted
from cti.accounts.deeds import Deed
from tests.cti.open_web import Browser, Web, browser, open_web
from tests.cti.small_hotline import ANNA, BEN, CUSTOMER, SmallHotline, eventful_policy

MESSAGE = b"RIFF\x24\x00\x00\x00WAVEfmt "


async def shown(web: Web, someone: Browser, offer: AgentOffered | None = None) -> dict[str, object]:
    """The pop of this offer, or of the newest, on this browser's screen."""
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(web.screens.show(offer or web.hotline.offer()))
        pop = await someone.hear("pop")
        await someone.say(type="shown", offer=pop["offer"])
    return pop


async def talking(web: Web, someone: Browser) -> CallId:
    """The agent talks with a caller whose pop he has seen."""
    await someone.say(type="ready")
    await someone.hear("state", state="ready")
    call = web.hotline.call("c1")
    await shown(web, someone)
    web.hotline.answers(call)
    await someone.hear("state", state="talking")
    return call


async def test_a_pop_tells_what_the_caller_has_proved_pressed_and_heard() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        more = {"verified": True, "customer": CUSTOMER, "menu": (("main", "1"), ("cards", "2"))}
        web.hotline.call("c1", advert="gold", advert_accepted=True, **more)
        web.hotline.sleep(25_000)
        await anna.say(type="ready")
        await anna.hear("state", state="reserved")
        pop = await shown(web, anna)

        assert (pop["verified"], pop["customer"]) == (True, "李强"), "by his proven name, not by his number's"
        assert pop["menu"] == [["main", "1"], ["cards", "2"]]
        assert (pop["advert"], pop["advert_heard_ms"]) == ("gold", 25_000)
        assert (pop["callback"], pop["message_of"]) == (False, None)


WANG, STRANGER = "+8613800000001", "+8613900000000"


@pytest.mark.parametrize(
    ("number", "keyed", "verified", "name", "number_at_the_bank"),
    [
        (WANG, "", False, "王芳", ""),
        (STRANGER, CUSTOMER, False, "", CUSTOMER),
        (WANG, CUSTOMER, False, "王芳", CUSTOMER),
        ("+8613800000002", CUSTOMER, False, "李强", ""),
        (STRANGER, CUSTOMER, True, "李强", ""),
        (WANG, "999", False, "王芳", "999"),
        (WANG, "999", True, "", "999"),
    ],
    ids=[
        "his number's name",
        "a claim has no name",
        "a claim does not change the name",
        "what his number says he need not claim",
        "what is proved has its name",
        "a claim that nobody has looks like one that somebody has",
        "a proof that the directory does not know has no name of another's",
    ],
)
async def test_a_customers_number_that_was_keyed_puts_a_name_on_the_screen_only_when_it_is_proved(
    number: str, keyed: str, verified: bool, name: str, number_at_the_bank: str
) -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await anna.say(type="ready")
        await anna.hear("state", state="ready")
        web.hotline.call("c1", number=number, customer=keyed, verified=verified)
        pop = await shown(web, anna)

        assert (pop["customer"], pop["customer_id"], pop["verified"]) == (name, number_at_the_bank, verified)


@pytest.mark.parametrize("verdict", Verdict)
async def test_an_agent_has_his_caller_asked_for_the_pin_and_sees_the_verdict_alone(verdict: Verdict) -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        call = await talking(web, anna)
        await anna.say(type="ask_pin")
        await web.hotline.until_asked(AskForPin(ANNA))
        assert AskCaller(call, "zh") in web.hotline.orders  # type: ignore[arg-type]
        web.hotline.take(CallerVerified(call, verdict, CUSTOMER))

        name, claimed = ("李强", "") if verdict is Verdict.VERIFIED else ("王芳", CUSTOMER)
        said = await anna.hear("verdict")
        told = {"verdict": verdict.value, "customer": name, "customer_id": claimed}
        assert said == {"type": "verdict", "call": "c1", **told}
        await ben.say(type="ready")
        await ben.hear("state", state="ready")
        assert "verdict" not in [message["type"] for message in ben.heard]
        held = web.hotline.look.offer_of(ANNA)
        assert held is not None
        assert held.verified == (verdict is Verdict.VERIFIED), "and a screen that is opened again shows it, too"


async def test_who_talks_with_nobody_or_asks_twice_is_told_why_not() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await anna.say(type="ask_pin")
        assert (await anna.hear("refused", request="ask_pin"))["reason"] == "there is no caller to ask"
        await talking(web, anna)
        await anna.say(type="ask_pin")
        await anna.say(type="ask_pin")
        assert (await anna.hear("refused", request="ask_pin"))["reason"] == "the caller is being asked already"


async def test_a_verdict_that_comes_when_the_talk_is_over_is_shown_to_nobody() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        call = await talking(web, anna)
        await anna.say(type="ask_pin")
        await web.hotline.until_asked(AskForPin(ANNA))
        web.hotline.talks_and_ends(call)
        web.hotline.take(CallerVerified(call, Verdict.VERIFIED, CUSTOMER))
        await anna.say(type="pause", reason="lunch")
        await anna.hear("state", state="paused", reason="lunch")

        assert "verdict" not in [message["type"] for message in anna.heard]


async def test_a_verdict_of_the_caller_before_is_not_shown_with_the_next_one() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        before = await talking(web, anna)
        web.hotline.take(TalkEnded(before))
        await anna.say(type="done")
        await anna.hear("state", state="ready")
        web.hotline.call("c2")
        web.hotline.take(CallerVerified(before, Verdict.VERIFIED, CUSTOMER))
        assert VerdictGiven(before, ANNA, Verdict.VERIFIED, CUSTOMER) in web.hotline.events
        await anna.say(type="done")
        await anna.hear("refused", request="done")

        assert "verdict" not in [message["type"] for message in anna.heard]


@asynccontextmanager
async def a_message_to_answer(folder: Path) -> AsyncIterator[tuple[Web, Browser, Browser]]:
    """A caller has left a message, and Anna is reserved for calling him back; Ben is there, too."""
    call = CallId("hotline-1.7")
    for each in (call, "hotline-1.8"):
        (folder / f"{each}.wav").write_bytes(MESSAGE)

    def recordings(wanted: CallId) -> Path | None:
        path = folder / f"{wanted}.wav"
        return path if path.exists() else None

    hotline = SmallHotline(eventful_policy())
    hotline.call(call, wish=Outcome(OutcomeKind.MESSAGE))
    hotline.take(MessageLeft(call))
    hotline.hangs_up(call)
    async with (
        open_web(hotline, recordings=recordings) as web,
        browser(web, ANNA) as anna,
        browser(web, BEN) as ben,
    ):
        await anna.say(type="ready")
        await anna.hear("state", state="reserved")
        yield web, anna, ben


async def test_a_message_is_shown_as_one_and_heard_by_the_agent_who_is_to_answer_it(tmp_path: Path) -> None:
    async with a_message_to_answer(tmp_path) as (web, anna, ben):
        pop = await shown(web, anna)
        assert (pop["callback"], pop["message_of"]) == (True, "hotline-1.7")
        assert any(isinstance(order, CallCustomer) for order in web.hotline.orders)

        heard = await anna.get("/recordings/hotline-1.7")
        assert (heard.status, heard.headers["Content-Type"], heard.body) == (200, "audio/wav", MESSAGE)
        assert heard.headers["Cache-Control"] == "no-store"
        assert (await ben.get("/recordings/hotline-1.7")).status == 404, "it is not his to hear"
        async with browser(web) as stranger:
            assert (await stranger.get("/recordings/hotline-1.7")).status == 401


@pytest.mark.parametrize(
    "name", ["hotline-1.8", "..%2F..%2Fetc%2Fpasswd", "..%2Fhotline-1.7", "hotline-1.7.wav", "%2Fetc%2Fpasswd", "a%0Ab"]
)
async def test_no_other_file_is_heard_by_any_name(tmp_path: Path, name: str) -> None:
    async with a_message_to_answer(tmp_path) as (_, anna, _):
        assert (await anna.get(f"/recordings/{name}")).status == 404


async def test_the_message_is_his_no_longer_when_the_offer_is_over_or_the_file_is_gone(tmp_path: Path) -> None:
    async with a_message_to_answer(tmp_path) as (web, anna, _):
        (tmp_path / "hotline-1.7.wav").unlink()
        assert (await anna.get("/recordings/hotline-1.7")).status == 404
        (tmp_path / "hotline-1.7.wav").write_bytes(MESSAGE)
        web.hotline.sleep(60_000)
        assert (await anna.get("/recordings/hotline-1.7")).status == 404


async def test_who_heard_a_message_is_in_the_audit_trail(tmp_path: Path) -> None:
    async with a_message_to_answer(tmp_path) as (web, anna, ben):
        await ben.get("/recordings/hotline-1.7")
        await anna.get("/recordings/hotline-1.7")
        heard = await web.audit.page(Wanted(what=Deed.RECORDING_HEARD))
    assert [(each.who, each.about) for each in heard] == [("anna", {"call": "hotline-1.7"})]
