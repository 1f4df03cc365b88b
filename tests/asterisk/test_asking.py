"""A caller is taken out of a talk to key his PIN, and his agent waits: two actions, and nothing said twice."""

from acd.core.names import CallId, LanguageName
from acd.core.orders import AskCaller
from acd.core.switch_events import CallerVerified, Verdict
from tests.asterisk.fake_manager import FakeChannel
from tests.asterisk.running_switch import CALL, Running, running
from tests.asterisk.waiting import until

ASK = AskCaller(CALL, LanguageName("en"))
DESK = "PJSIP/anna-0000000a"


def talking(run: Running, desk: str = DESK) -> None:
    run.manager.channels[CALL] = FakeChannel(CALL, {"HL_DESK": desk})


async def test_both_legs_of_a_talk_are_moved_by_one_redirect() -> None:
    async with running() as run:
        talking(run)

        run.switch.carry_out(ASK)
        await until(lambda: run.manager.taken("Redirect"))

        [moved] = run.manager.taken("Redirect")
        assert (moved["Channel"], moved["Context"], moved["Exten"]) == (CALL, "hl-pin", "s")
        assert (moved["ExtraChannel"], moved["ExtraContext"], moved["ExtraExten"]) == (DESK, "hl-desk-waits", "s")
        assert run.seen[1:] == []


async def test_a_second_order_while_one_is_under_way_is_dropped() -> None:
    async with running() as run:
        talking(run)

        run.switch.carry_out(ASK)
        run.switch.carry_out(ASK)
        await until(lambda: run.manager.taken("Redirect"))
        assert run.switch.statistics.orders_dropped == 1

        # Afterwards he may be asked again; the dialplan says by an empty HL_DESK whether he is being asked.
        run.switch.carry_out(ASK)
        await until(lambda: len(run.manager.taken("Redirect")) == 2)


async def test_a_caller_who_talks_with_nobody_is_left_where_he_is() -> None:
    async with running() as run:
        for desk in ("", "PJSIP/trunk-out-0000000A", "Local/1@hl-callback-out-00000001;1"):
            talking(run, desk)
            run.switch.carry_out(ASK)
            await until(lambda: run.switch.statistics.orders_dropped > 0)
            run.switch.statistics.orders_dropped = 0

        assert run.manager.taken("Redirect") == []
        assert run.seen[1:] == []


async def test_when_the_two_cannot_be_parted_there_is_no_verdict_at_once() -> None:
    gone = CallId("hotline-1.1")
    async with running() as run:
        run.switch.carry_out(AskCaller(gone, LanguageName("en")))
        await until(lambda: run.seen[1:] == [CallerVerified(gone, Verdict.UNAVAILABLE)])
    async with running(wait=False) as run:
        run.switch.carry_out(ASK)
        assert run.seen == [CallerVerified(CALL, Verdict.UNAVAILABLE)]


async def test_when_it_is_not_known_the_dialplan_has_the_word_and_he_may_be_asked_again() -> None:
    async with running() as run:
        talking(run)
        run.manager.deaf_to = {"Getvar"}
        run.switch.carry_out(ASK)
        await until(lambda: run.switch.statistics.outcomes_unknown == 1)
        run.manager.deaf_to = set()

        run.switch.carry_out(ASK)

        await until(lambda: run.manager.taken("Redirect"))
        assert run.seen[1:] == []
