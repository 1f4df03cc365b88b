"""What an agent sees, when, and who else does not."""

import asyncio

from acd.core.agents import AgentState
from acd.core.desk_flow import SCREEN_CLOSED_REASON
from acd.core.events import AgentOffered
from acd.core.names import PhoneName
from acd.core.requests import PauseAgent
from acd.core.switch_events import CallerVerified, PhoneChanged, PhoneState, Verdict
from tests.cti.open_web import Browser, Web, browser, open_web
from tests.cti.small_hotline import ANNA, BEN, CUSTOMER, GENERAL, SmallHotline


def state_of(hotline: SmallHotline, agent: str) -> AgentState:
    desk = hotline.look.desk(agent)  # type: ignore[arg-type]
    assert desk is not None
    return desk.state


async def ready(someone: Browser) -> None:
    await someone.say(type="ready")
    await someone.hear("state", state="ready")


async def acknowledges(someone: Browser, offer: AgentOffered) -> None:
    await someone.hear("pop", offer=offer.offer)
    await someone.say(type="shown", offer=offer.offer)


async def test_the_pop_is_on_the_screen_before_the_phone_may_ring() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        web.hotline.call("c1", tier="platinum")
        offer = web.hotline.offer()
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            shown = tasks.create_task(web.screens.show(offer))
            pop = await anna.hear("pop")
            assert not shown.done()
            await anna.say(type="shown", offer=offer.offer)

        assert pop == {
            "type": "pop",
            "offer": offer.offer,
            "call": "c1",
            "number": "+8613800000001",
            "name": "Wang",
            "customer": "王芳",
            "customer_id": "",
            "tier": "platinum",
            "vip": "platinum",
            "lane": "cards",
            "language": "zh",
            "waited_ms": 0,
            "dialled": "95555",
            "verified": False,
            "menu": [],
            "advert": "",
            "advert_heard_ms": 0,
            "callback": False,
            "message_of": None,
            "consulted_by": None,
            "transferred_by": None,
        }


async def test_nobody_else_hears_of_the_caller() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        await ready(anna)
        web.hotline.call("c1")
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(web.screens.show(web.hotline.offer()))
            await acknowledges(anna, web.hotline.offer())
        await ben.say(type="ready")
        await ben.hear("state", state="ready")

        assert {message["type"] for message in ben.heard} == {"state", "day"}
        assert all(message["agent"] == "ben" for message in ben.heard)


async def test_the_pop_goes_when_the_caller_hangs_up() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        call = web.hotline.call("c1")
        offer = web.hotline.offer()
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(web.screens.show(offer))
            await acknowledges(anna, offer)
        web.hotline.hangs_up(call)

        end = await anna.hear("pop_end")
        assert end == {"type": "pop_end", "offer": offer.offer, "reason": "caller_hung_up"}


async def test_the_pop_stays_when_the_call_is_answered() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        call = web.hotline.call("c1")
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(web.screens.show(web.hotline.offer()))
            await acknowledges(anna, web.hotline.offer())
        web.hotline.answers(call)
        web.hotline.talks_and_ends(call)
        await anna.hear("state", state="wrap_up")

        assert "pop_end" not in [message["type"] for message in anna.heard]


async def test_a_caller_gone_before_the_screen_could_show_him_is_never_shown() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        call = web.hotline.call("c1")
        offer = web.hotline.offer()
        web.hotline.hangs_up(call)
        await web.screens.show(offer)
        await anna.say(type="pause", reason="lunch")
        await anna.hear("state", state="paused", reason="lunch")

        assert "pop" not in [message["type"] for message in anna.heard]


async def test_a_caller_who_hangs_up_ends_the_wait_for_the_screen() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        call = web.hotline.call("c1")
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(web.screens.show(web.hotline.offer()))
            await anna.hear("pop")
            web.hotline.hangs_up(call)


async def test_an_agent_without_a_screen_is_not_waited_for() -> None:
    hotline = SmallHotline()
    async with open_web(hotline) as web:
        hotline.becomes_ready(ANNA)
        hotline.call("c1")
        await asyncio.wait_for(web.screens.show(hotline.offer()), 1)


async def missed_pop(web: Web, anna: Browser) -> None:
    """A caller whose pop this screen never acknowledges."""
    await ready(anna)
    call = web.hotline.call("missed")
    try:
        await asyncio.wait_for(web.screens.show(web.hotline.offer()), 0.05)
        raise AssertionError("a screen that has missed nothing yet is waited for")
    except TimeoutError:
        web.hotline.hangs_up(call)


async def test_a_screen_that_missed_its_last_acknowledgement_is_sent_the_pop_but_not_waited_for() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await missed_pop(web, anna)
        web.hotline.call("c2")
        offer = web.hotline.offer()
        await asyncio.wait_for(web.screens.show(offer), 1)

        assert await anna.hear("pop", offer=offer.offer)


async def test_a_screen_that_acknowledges_again_is_waited_for_again() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await missed_pop(web, anna)
        call = web.hotline.call("c2")
        second = web.hotline.offer()
        await web.screens.show(second)
        await acknowledges(anna, second)
        # The answer to a request said after the acknowledgement shows that it was heard.
        await anna.say(type="done")
        await anna.hear("refused")
        web.hotline.hangs_up(call)
        web.hotline.call("c3")
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            shown = tasks.create_task(web.screens.show(web.hotline.offer()))
            await anna.hear("pop", offer=web.hotline.offer().offer)
            assert not shown.done()
            await anna.say(type="shown", offer=web.hotline.offer().offer)


async def test_a_browser_that_comes_back_is_shown_the_caller_again_while_the_offer_holds() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        web.hotline.call("c1")
        await anna.connect()

        assert (await anna.hear("pop"))["call"] == "c1"


async def test_the_newest_screen_of_an_agent_wins() -> None:
    async with open_web() as web, browser(web, ANNA) as old, browser(web, ANNA) as new:
        await old.closed()

        assert old.heard[-1] == {"type": "replaced"}
        await ready(new)
        assert web.screens.is_open(ANNA)


async def test_what_cannot_be_is_refused_with_a_reason() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await anna.say(type="pause", reason="no-reason")
        refused = await anna.hear("refused", request="pause")
        assert "break" in refused["reason"]
        await anna.say(type="done")
        assert (await anna.hear("refused", request="done"))["reason"] == "there is no wrap-up to end"


async def test_done_ends_the_wrap_up() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        call = web.hotline.call("c1")
        web.hotline.answers(call)
        web.hotline.talks_and_ends(call)
        await anna.hear("state", state="wrap_up")
        await anna.say(type="done")

        await anna.hear("state", state="ready")


async def test_an_agent_who_needs_longer_for_his_notes_gets_it_once_and_no_more() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        call = web.hotline.call("c1")
        web.hotline.answers(call)
        web.hotline.talks_and_ends(call)
        short = await anna.hear("state", state="wrap_up")
        assert short["longer_ms"] == 30_000
        await anna.say(type="extend")
        longer = await anna.hear("state", state="wrap_up")
        assert (longer["until"] - short["until"], longer["longer_ms"]) == (30_000, 0)
        await anna.say(type="extend")
        assert (await anna.hear("refused", request="extend"))["reason"] == "lengthened once already"


async def test_nothing_is_to_be_lengthened_but_a_wrap_up() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        assert anna.heard[-1]["longer_ms"] == 0
        await anna.say(type="extend")
        assert (await anna.hear("refused", request="extend"))["reason"] == "there is no wrap-up to lengthen"


async def test_a_pause_with_a_limit_says_until_when_and_that_it_was_passed() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await anna.say(type="pause", reason="break")
        paused = await anna.hear("state", state="paused", reason="break")
        assert paused["until"] == web.hotline.time + 900_000
        web.hotline.sleep(900_000)
        late = await anna.hear("state", state="paused", until=None)
        assert late["since"] == paused["since"], "he is still in the same pause"


async def test_an_agent_sees_that_his_phone_is_lost_or_on_another_call() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        web.hotline.take(PhoneChanged(PhoneName("anna"), PhoneState.BUSY))
        await anna.hear("state", state="other_call")
        web.hotline.take(PhoneChanged(PhoneName("anna"), PhoneState.LOST))
        await anna.hear("state", state="phone_lost")
        await anna.say(type="pause", reason="lunch")
        assert (await anna.hear("state", state="paused"))["phone"] == "lost"
        web.hotline.take(PhoneChanged(PhoneName("anna"), PhoneState.FREE))
        await anna.hear("state", state="paused", phone="free")


async def test_nonsense_from_a_browser_ends_its_connection_and_nothing_else() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        assert anna.socket is not None
        await anna.socket.send_str('{"type":"shown","offer":true}')
        assert await anna.closed() == 1008
        await ready(ben)


async def test_an_agent_whose_screen_stays_closed_is_paused() -> None:
    async with open_web(closed_after=0.1) as web:
        async with browser(web, ANNA) as anna:
            await ready(anna)
        async with asyncio.timeout(5):
            await web.hotline.until_asked(PauseAgent(ANNA, SCREEN_CLOSED_REASON))

        desk = web.hotline.look.desk(ANNA)
        assert desk is not None
        assert (desk.state, desk.reason) == (AgentState.PAUSED, SCREEN_CLOSED_REASON)


async def test_an_agent_who_comes_back_in_time_is_not_paused() -> None:
    async with open_web(closed_after=0.3) as web:
        async with browser(web, ANNA) as anna:
            await ready(anna)
        async with browser(web, ANNA), browser(web, BEN) as ben:
            # Ben's screen closes later than Anna's did, so his pause proves that hers is past.
            await ready(ben)
            assert ben.socket is not None
            await ben.socket.close()
            async with asyncio.timeout(5):
                await web.hotline.until_asked(PauseAgent(BEN, SCREEN_CLOSED_REASON))

            assert state_of(web.hotline, "anna") is AgentState.READY


async def test_a_screen_closed_during_a_talk_pauses_afterwards_and_leaves_the_talk_alone() -> None:
    async with open_web(closed_after=0.1) as web:
        async with browser(web, ANNA) as anna:
            await ready(anna)
            call = web.hotline.call("c1")
            web.hotline.answers(call)
        async with asyncio.timeout(5):
            await web.hotline.until_asked(PauseAgent(ANNA, SCREEN_CLOSED_REASON))
        assert state_of(web.hotline, "anna") is AgentState.TALKING

        web.hotline.talks_and_ends(call)
        web.hotline.sleep(20_000)  # his wrap-up
        assert state_of(web.hotline, "anna") is AgentState.PAUSED


async def test_who_logs_out_during_a_talk_is_logged_out_after_it_though_his_screen_stays_closed() -> None:
    async with open_web(closed_after=0.1) as web:
        async with browser(web, ANNA) as anna, browser(web, BEN) as ben:
            await ready(anna)
            await ready(ben)
            call = web.hotline.call("c1")
            web.hotline.answers(call)
            assert (await anna.post("/api/v1/logout")).status == 204
            await anna.closed()
        async with asyncio.timeout(5):
            # Ben's screen closed after Anna's, so his pause proves that hers would be past.
            await web.hotline.until_asked(PauseAgent(BEN, SCREEN_CLOSED_REASON))

        web.hotline.talks_and_ends(call)
        web.hotline.sleep(20_000)  # his wrap-up
        assert state_of(web.hotline, "anna") is AgentState.LOGGED_OUT


async def test_who_logs_in_again_during_the_talk_in_which_he_logged_out_may_go_on_working() -> None:
    async with open_web() as web:
        async with browser(web, ANNA) as anna:
            await ready(anna)
            call = web.hotline.call("c1")
            web.hotline.answers(call)
            assert (await anna.post("/api/v1/logout")).status == 204
        async with browser(web, ANNA) as anna:
            web.hotline.talks_and_ends(call)
            web.hotline.sleep(20_000)  # his wrap-up
            await anna.hear("state", state="paused")
            await ready(anna)


async def test_after_a_restart_an_agent_who_does_not_come_back_is_paused() -> None:
    hotline = SmallHotline()
    hotline.becomes_ready(BEN)
    async with open_web(hotline, closed_after=0.1), asyncio.timeout(5):
        await hotline.until_asked(PauseAgent(BEN, SCREEN_CLOSED_REASON))


async def test_two_agents_two_callers_each_sees_his_own() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        await ready(anna)
        await ready(ben)
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            web.hotline.call("c1")
            tasks.create_task(web.screens.show(web.hotline.offer()))
            await acknowledges(anna, web.hotline.offer())
            web.hotline.call("c2", GENERAL, number="+8613800000009")
            tasks.create_task(web.screens.show(web.hotline.offer()))
            await acknowledges(ben, web.hotline.offer())

        assert [m["call"] for m in anna.heard if m["type"] == "pop"] == ["c1"]
        assert [(m["call"], m["customer"]) for m in ben.heard if m["type"] == "pop"] == [("c2", "")]


async def test_a_screen_that_opens_during_the_wrap_up_shows_the_caller_again_and_forgets_him_after_it() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await ready(anna)
        call = web.hotline.call("c1")
        web.hotline.answers(call)
        web.hotline.take(CallerVerified(call, Verdict.VERIFIED, CUSTOMER))
        web.hotline.talks_and_ends(call)
        await anna.hear("state", state="wrap_up")

        async with browser(web) as again:
            await again.log_in(ANNA)
            await again.connect()
            shown = await again.hear("pop", call="c1")
            assert (shown["verified"], shown["customer"]) == (True, "李强"), "as he was known at the end"
            await again.say(type="done")
            await again.hear("state", state="ready")

            async with browser(web) as third:
                await third.log_in(ANNA)
                await third.connect()
                await third.hear("state", state="ready")
                await third.say(type="pause", reason="lunch")
                await third.hear("state", state="paused", reason="lunch")
                assert "pop" not in {message["type"] for message in third.heard}
