"""After the pop an agent is told what the bank knows of his caller: in time, as far as proved, and he alone."""

import asyncio
import json
import random
from typing import Any

import pytest

from acd.core.names import AgentId, CallId
from acd.core.requests import AskForPin
from acd.core.switch_events import CallerVerified, OfferFailed, OfferFailure, Verdict
from acd.engine.ports import Customer
from cti import agent_socket
from tests.cti.broker import until
from tests.cti.customers.told_web import FAMILY, LI, RECORDS, WANG, Records, popped, ready, settings, told_web
from tests.cti.open_web import Browser, Web, browser
from tests.cti.small_hotline import ANNA, BEN, CARDS, CUSTOMER, GENERAL

PATIENT = 10_000
"""Milliseconds that a source is given which a test lets go on."""


def values(told: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in told["fields"]}


def states(told: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["state"] for each in told["sources"]}


async def is_quiet(someone: Browser) -> None:
    """All that was on its way to this browser has come."""
    await someone.say(type="done")
    await someone.hear("refused", request="done")


async def test_what_the_sources_know_follows_the_pop() -> None:
    crm, empty = Records(), Records({})
    async with told_web(settings("crm", crm), settings("core", empty)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        told.web.hotline.call("c1")
        pop = await popped(told.web, anna)

        assert await anna.hear("customer") == {
            "type": "customer",
            "offer": pop["offer"],
            "call": "c1",
            "verified": False,
            "identity": "number",
            "id": "",
            "name": "王芳",
            "fields": [
                {
                    "name": "address",
                    "label": {"zh": "地址", "en": "Address"},
                    "type": "text",
                    "value": "浦东",
                    "currency": "",
                    "verified_only": False,
                    "source": "crm",
                },
                {
                    "name": "segment",
                    "label": {"zh": "客群", "en": "Segment"},
                    "type": "badge",
                    "value": "young",
                    "currency": "",
                    "verified_only": False,
                    "source": "crm",
                },
            ],
            "withheld": 0,
            "sources": [
                {"name": "crm", "label": {"zh": "crm", "en": "CRM"}, "state": "ok", "took_ms": 0},
                {"name": "core", "label": {"zh": "core", "en": "CORE"}, "state": "none", "took_ms": 0},
            ],
        }
        kinds = [message["type"] for message in anna.heard]
        assert kinds.index("pop") < kinds.index("customer")


@pytest.mark.alone
async def test_a_source_that_hangs_delays_neither_the_pop_nor_what_the_others_know() -> None:
    crm, dead = Records(), Records(hangs=True)
    async with told_web(settings("dead", dead), settings("crm", crm)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        told.web.hotline.call("c1")
        began = asyncio.get_running_loop().time()
        await popped(told.web, anna)
        assert asyncio.get_running_loop().time() - began < 0.25, "the ring may follow, though a source has 300 ms"
        customer = await anna.hear("customer")

        assert states(customer) == {"dead": "unavailable", "crm": "ok"}
        assert {pair for pair, count in told.views.counts.items() if count} == {("dead", "unavailable"), ("crm", "ok")}
        assert values(customer)["address"] == "浦东"


@pytest.mark.parametrize("verdict", [Verdict.VERIFIED, Verdict.WRONG])
async def test_what_is_for_verified_callers_is_told_when_he_is_one_and_taken_back_when_he_is_not(
    verdict: Verdict,
) -> None:
    async with told_web(settings("crm", Records())) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        call = told.web.hotline.call("c1", number=LI)
        await popped(told.web, anna)
        before = await anna.hear("customer")
        assert (before["identity"], before["id"], before["withheld"]) == ("number", CUSTOMER, 1)
        assert "balance" not in values(before)
        told.web.hotline.answers(call)
        told.web.hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        proved = await anna.hear("customer", verified=True)
        assert (proved["identity"], proved["withheld"]) == ("customer", 0)
        assert values(proved)["balance"] == "1200.50"
        told.web.hotline.sleep(600_000)
        told.web.hotline.take(AskForPin(ANNA))
        told.web.hotline.take(CallerVerified(call, verdict, CUSTOMER))
        after = await anna.hear("customer")

        assert ("balance" in values(after)) == (verdict is Verdict.VERIFIED)


async def test_who_keyed_another_customers_number_sees_nothing_of_him_told_until_he_has_proved_it() -> None:
    crm = Records()
    async with told_web(settings("crm", crm)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        call = told.web.hotline.call("c1", number="+8613900000000", customer=CUSTOMER)
        await popped(told.web, anna)
        claimed = await anna.hear("customer")
        assert (claimed["identity"], claimed["name"], claimed["fields"]) == ("none", "", [])
        assert crm.asked == ["+8613900000000"], "he is not even looked up"
        told.web.hotline.answers(call)
        told.web.hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        proved = await anna.hear("customer", verified=True)

        assert (proved["identity"], proved["name"]) == ("customer", "李强")
        assert values(proved) == {"address": "Nanjing Road", "balance": "1200.50"}


@pytest.mark.parametrize("number", [FAMILY, LI])
async def test_a_number_of_several_customers_is_told_as_that(number: str) -> None:
    both = Records({LI: [RECORDS[LI], {"id": "99", "address": "elsewhere"}], FAMILY: {"address": "home"}})
    async with told_web(settings("crm", both)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        told.web.hotline.call("c1", number=number)
        await popped(told.web, anna)
        customer = await anna.hear("customer")

        assert (customer["identity"], customer["name"], customer["id"]) == ("several", "", "")
        assert customer["fields"] == []


async def test_an_offer_that_ends_before_the_sources_answer_is_told_of_no_more() -> None:
    slow = Records(hangs=True)
    async with told_web(settings("slow", slow, within=PATIENT)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        call = told.web.hotline.call("c1")
        await popped(told.web, anna)
        told.web.hotline.hangs_up(call)
        await anna.hear("pop_end")
        told.web.hotline.call("c2", number="+8613800000009")
        await popped(told.web, anna)
        await until(lambda: len(slow.asked) == 2)
        slow.go_on()
        await anna.hear("customer")

        told_of = [message["call"] for message in anna.heard if message["type"] == "customer"]
        assert told_of == ["c2"]


async def test_a_caller_whose_offer_has_ended_is_told_to_nobody_though_nobody_else_calls() -> None:
    slow = Records(hangs=True)
    async with told_web(settings("slow", slow, within=PATIENT)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        call = told.web.hotline.call("c1")
        await popped(told.web, anna)
        told.web.hotline.hangs_up(call)
        await anna.hear("pop_end")
        await until(lambda: len(slow.asked) == 1)
        slow.go_on()
        await until(lambda: slow.let_go == 1)
        await is_quiet(anna)

        assert "customer" not in [message["type"] for message in anna.heard]


async def test_who_writes_his_notes_is_still_told_and_who_is_ready_again_is_not() -> None:
    slow = Records(hangs=True)
    async with told_web(settings("slow", slow, within=PATIENT)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        for at, wraps_up in enumerate((True, False), 1):
            call = told.web.hotline.call(f"c{at}", number=f"+861390000000{at}")
            await popped(told.web, anna)
            told.web.hotline.answers(call)
            told.web.hotline.talks_and_ends(call)
            await anna.hear("state", state="wrap_up")
            if not wraps_up:
                await anna.say(type="done")
                await anna.hear("state", state="ready")
            await until(lambda at=at: len(slow.asked) == at)  # type: ignore[misc]
            slow.go_on()
            await until(lambda at=at: slow.let_go == at)  # type: ignore[misc]
            if wraps_up:
                assert (await anna.hear("customer"))["call"] == "c1"
                await anna.say(type="done")
                await anna.hear("state", state="ready")
        await is_quiet(anna)

        assert [message["call"] for message in anna.heard if message["type"] == "customer"] == ["c1"]


async def test_a_page_that_is_opened_again_is_told_again_without_asking_again() -> None:
    crm = Records()
    async with told_web(settings("crm", crm)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        told.web.hotline.call("c1")
        await popped(told.web, anna)
        first = await anna.hear("customer")
        await anna.connect()

        assert await anna.hear("customer") == first
        assert len(crm.asked) == 1


async def test_other_sources_are_asked_after_a_change_of_the_settings_and_the_old_ones_closed() -> None:
    old, new = Records(), Records({WANG: {"address": "new"}})
    async with told_web(settings("crm", old)) as told, browser(told.web, ANNA) as anna:
        await ready(anna)
        told.web.hotline.call("c1")
        await popped(told.web, anna)
        await anna.hear("customer")
        told.views.use(type(told.views._used)(told.views._used.fields, (settings("crm", new),)))
        await until(lambda: old.closed)
        await anna.connect()

        assert values(await anna.hear("customer")) == {"address": "new"}
    assert new.closed


HOSTILE = ("<script>alert(1)</script>", "\u202e王", 'a"}],"type":"pop', "\x00\x07", "😀" * 300, "'; drop table x; --")


async def test_no_other_agents_socket_ever_gets_a_byte_of_a_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """300 offers in random order to two agents; each caller's data carries a mark that is his alone."""
    # Nobody acknowledges pops as fast as this test does.
    monkeypatch.setattr(agent_socket, "MESSAGES_AT_ONCE", 10_000)
    chance = random.Random(20261127)
    known: dict[str, dict[str, object]] = {}
    source = Records(known)  # type: ignore[arg-type]
    marks: dict[str, tuple[str, AgentId]] = {}
    async with (
        told_web(settings("crm", source, keep_for=0)) as told,
        browser(told.web, ANNA) as anna,
        browser(told.web, BEN) as ben,
    ):
        people = {ANNA: anna, BEN: ben}
        for someone in people.values():
            await ready(someone)
        for at in range(300):
            agent, lane = chance.choice([(ANNA, CARDS), (BEN, GENERAL)])
            number, mark = f"+86139{at:08}", f"mark-{at:04}-{chance.randrange(10**9):09}"
            marks[mark] = (number, agent)
            told.directory.add(number, Customer(f"{chance.choice(HOSTILE)} {mark}", "", "zh"))
            known[number] = {
                "address": f"{mark} {chance.choice(HOSTILE)}",
                "segment": f"{chance.choice(HOSTILE)} {mark}",
            }
            await _one_offer(told.web, people[agent], agent, lane, number, chance)
        for someone in people.values():
            await is_quiet(someone)
        seen = {agent: json.dumps(someone.heard, ensure_ascii=False) for agent, someone in people.items()}

    for mark, (number, agent) in marks.items():
        other = BEN if agent == ANNA else ANNA
        assert mark in seen[agent], f"{agent} was told of his caller"
        assert mark not in seen[other]
        assert number not in seen[other]


async def _one_offer(web: Web, someone: Browser, agent: AgentId, lane: Any, number: str, chance: random.Random) -> None:
    """A caller is offered, and the offer ends in one of the ways in which offers end, or becomes a talk."""
    call = web.hotline.call(f"c{number[-4:]}", lane, number=number)
    pop = await popped(web, someone)
    assert pop["call"] == call
    told = await someone.hear("customer", call=call)
    assert told["name"] == pop["customer"]
    assert all(each["value"].isprintable() and len(each["value"]) <= 500 for each in told["fields"])
    match chance.choice(["hangs up", "talks", "declines"]):
        case "hangs up":
            web.hotline.hangs_up(call)
        case "talks":
            web.hotline.answers(call)
            web.hotline.talks_and_ends(call)
            web.hotline.sleep(60_000)
        case "declines":
            web.hotline.take(OfferFailed(CallId(call), web.hotline.offer().offer, OfferFailure.DECLINED))
            web.hotline.hangs_up(call)
            web.hotline.sleep(60_000)
    await _ready_again(web, someone, agent)


async def _ready_again(web: Web, someone: Browser, agent: AgentId) -> None:
    desk = web.hotline.look.desk(agent)
    assert desk is not None
    if desk.state != "ready":
        web.hotline.becomes_ready(agent)
    assert web.hotline.look.offer_of(agent) is None
