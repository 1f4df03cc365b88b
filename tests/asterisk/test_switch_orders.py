"""What the switch does with diversions, announcements and the state of phones, over a link that may break."""

from acd.core.names import CallId, LanguageName, PhoneName
from acd.core.orders import DivertCaller, PlanSurvey, SayToCaller, SurveySwitch
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import (
    CallbackAccepted,
    CallDiverted,
    OrderFailed,
    PhoneChanged,
    PhoneState,
    SwitchLost,
    SwitchSurveyed,
)
from tests.asterisk.fake_manager import FakeChannel, phone_event, user_event
from tests.asterisk.running_switch import CALL, running
from tests.asterisk.waiting import until

EN = LanguageName("en")
ANNA, BEN = PhoneName("anna"), PhoneName("ben")
FREE, BUSY, LOST = PhoneState.FREE, PhoneState.BUSY, PhoneState.LOST


async def test_a_diversion_is_one_redirect_that_carries_all_of_it() -> None:
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL)

        run.switch.carry_out(DivertCaller(CALL, Outcome(OutcomeKind.SAY, "closed"), EN))
        run.switch.carry_out(DivertCaller(CALL, Outcome(OutcomeKind.NUMBER, "+4930123"), EN))
        await until(lambda: len(run.manager.taken("Redirect")) == 2)

        say, number = run.manager.taken("Redirect")
        assert (say["Channel"], say["Context"], say["Exten"]) == (CALL, "hl-divert", "say_en_closed")
        assert (number["Context"], number["Exten"]) == ("hl-divert", "number_en_+4930123")


async def test_a_diversion_that_is_refused_or_cannot_be_said_fails_without_an_offer() -> None:
    async with running() as run:
        run.switch.carry_out(DivertCaller(CALL, Outcome(OutcomeKind.SAY, "a,b"), EN))
        assert run.seen[1:] == [OrderFailed(CALL, None)]

        run.switch.carry_out(DivertCaller(CALL, Outcome(OutcomeKind.CALLBACK), EN))
        await until(lambda: run.seen[1:] == [OrderFailed(CALL, None)] * 2)
        assert len(run.manager.taken("Redirect")) == 1


async def test_what_a_diverted_or_willing_caller_says_is_told() -> None:
    async with running() as run:
        await run.manager.say("callback_accepted", CALL, Number="139")
        await run.manager.say("diverted", CALL)

        await until(lambda: run.seen[1:] == [CallbackAccepted(CALL, "139"), CallDiverted(CALL)])


async def test_an_announcement_is_left_on_the_callers_own_channel() -> None:
    async with running() as run:
        channel = run.manager.channels[CALL] = FakeChannel(CALL)

        run.switch.carry_out(SayToCaller(CALL, "please_wait", EN))
        await until(lambda: channel.variables == {"HL_SAY": "please_wait"})
        run.switch.carry_out(SayToCaller(CALL, "offer_callback", EN, offer_callback=True))
        await until(lambda: channel.variables == {"HL_SAY": "offer_callback.callback"})

        assert "HL_SAY" not in run.manager.globals


async def test_numbers_are_said_by_the_wording_that_the_switch_was_given() -> None:
    def wording(order: SayToCaller) -> tuple[str, ...]:
        return () if order.position > 9 else (order.announcement, "position", f"n-{order.position}")

    async with running(wording=wording) as run:
        channel = run.manager.channels[CALL] = FakeChannel(CALL)

        run.switch.carry_out(SayToCaller(CALL, "", EN, position=10))
        run.switch.carry_out(SayToCaller(CALL, "sorry", EN, position=3, wait=(60_000, 120_000)))
        await until(lambda: channel.variables == {"HL_SAY": "sorry+position+n-3"})

        assert len([action for action in run.manager.taken("Setvar") if "Channel" in action]) == 1


async def test_a_planned_survey_rides_on_the_callers_channel() -> None:
    async with running() as run:
        channel = run.manager.channels[CALL] = FakeChannel(CALL)

        run.switch.carry_out(PlanSurvey(CALL, "cards"))

        await until(lambda: channel.variables == {"HL_SURVEY": "cards"})


async def test_an_announcement_that_cannot_be_said_harms_nobody() -> None:
    async with running() as run:
        run.switch.carry_out(SayToCaller(CALL, "${HL_TOKEN}", EN))
        run.switch.carry_out(SayToCaller(CallId("/.*/"), "please_wait", EN))
        run.switch.carry_out(SayToCaller(CallId("gone-1.1"), "please_wait", EN))
        await until(lambda: run.switch.statistics.actions_refused == 1)

        assert [action.get("Channel") for action in run.manager.taken("Setvar")] == [None, "gone-1.1"]
        assert run.switch.ready
        assert [type(event) for event in run.seen] == [SwitchSurveyed]


async def test_diversions_and_announcements_are_dropped_while_the_link_is_down() -> None:
    async with running(wait=False) as run:
        run.switch.carry_out(DivertCaller(CALL, Outcome(OutcomeKind.CALLBACK), EN))
        run.switch.carry_out(SayToCaller(CALL, "please_wait", EN))

        assert run.switch.statistics.orders_dropped == 2
        assert run.seen == []


async def test_a_survey_shows_every_phone_and_a_change_is_told_at_once() -> None:
    async with running(wait=False) as run:
        run.manager.phones = {"PJSIP/anna": "NOT_INUSE", "PJSIP/ben": "UNAVAILABLE", "PJSIP/trunk-carrier": "INUSE"}
        await until(lambda: run.switch.ready)
        assert run.surveys[0].phones == ((ANNA, FREE), (BEN, LOST))

        await run.manager.phone_becomes("PJSIP/anna", "RINGING")
        await run.manager.phone_becomes("PJSIP/anna", "INUSE")
        await run.manager.phone_becomes("PJSIP/ben", "NOT_INUSE")
        await until(lambda: run.seen[1:] == [PhoneChanged(ANNA, BUSY), PhoneChanged(BEN, FREE)])

        run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.surveys) == 2)
        assert run.surveys[1].phones == ((ANNA, BUSY), (BEN, FREE))


async def test_a_change_between_the_list_of_phones_and_the_end_of_the_survey_is_in_the_survey() -> None:
    async with running(wait=False) as run:
        run.manager.phones = {"PJSIP/anna": "NOT_INUSE"}
        await until(lambda: run.switch.ready)
        run.manager.deaf_to = {"Status"}
        run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.manager.taken("Status")) == 2)
        identity = run.manager.taken("Status")[1]["ActionID"]

        await run.manager.send(
            phone_event("PJSIP/anna", "UNAVAILABLE")
            + f"Response: Success\r\nActionID: {identity}\r\nEventList: start\r\nMessage: x\r\n\r\n"
            f"Event: StatusComplete\r\nActionID: {identity}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"
        )
        await until(lambda: len(run.surveys) == 2)

        assert run.seen[1] == PhoneChanged(ANNA, LOST)
        assert run.surveys[1].phones == ((ANNA, LOST),)


async def test_after_a_loss_no_phone_is_known_before_the_phones_were_listed_again() -> None:
    async with running(wait=False) as run:
        run.manager.phones = {"PJSIP/anna": "NOT_INUSE"}
        await until(lambda: run.switch.ready)
        run.manager.deaf_to = {"DeviceStateList"}
        run.manager.reset()
        await until(lambda: SwitchLost() in run.seen and len(run.manager.taken("DeviceStateList")) == 2)

        await run.manager.phone_becomes("PJSIP/anna", "INUSE")
        await run.manager.say("diverted", CALL)
        await until(lambda: run.seen[-1] == CallDiverted(CALL))
        assert [type(event) for event in run.seen] == [SwitchSurveyed, SwitchLost, CallDiverted]

        run.manager.deaf_to = set()
        await until(lambda: run.switch.ready)
        assert run.surveys[-1].phones == ((ANNA, BUSY),)


async def test_a_switch_that_cannot_list_phones_still_serves_callers() -> None:
    async with running(wait=False) as run:
        run.manager.knows_phones = False
        await until(lambda: run.switch.ready)

        assert run.surveys[0].phones == ()
        assert run.switch.statistics.dropped == {"phones_not_listed": 1}


async def test_a_phones_event_that_a_caller_wrote_into_his_number_counts_for_nothing_after_the_next_list() -> None:
    async with running(wait=False) as run:
        run.manager.phones = {"PJSIP/anna": "NOT_INUSE"}
        await until(lambda: run.switch.ready)
        token = run.manager.globals["HL_TOKEN"]
        for forged in (phone_event("PJSIP/ghost", "INUSE"), phone_event("PJSIP/anna", "INUSE").rstrip("\r\n")):
            await run.manager.send(user_event("diverted", CALL, token, number=f"138\r\n\r\n{forged}\r\nX: "))
        run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.surveys) == 2)

        assert [type(event) for event in run.seen] == [SwitchSurveyed, SwitchSurveyed]
        assert run.surveys[1].phones == ((ANNA, FREE),)
