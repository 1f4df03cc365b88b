"""The caller's open tickets stand on the screen first, on one screen alone; and what the hotline writes by itself."""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

from acd.core.events import AgentOffered
from acd.core.inputs import PolicyLoaded
from acd.core.names import AgentId
from acd.core.switch_events import CallbackFailed, CallEnded, OfferFailure, SurveyTaken, TalkEnded, Verdict
from cti import messages
from cti.screens import Screen
from cti.tickets.events import TicketChanged
from cti.tickets.rules import DAY
from cti.tickets.store import Wanted
from cti.tickets.ticket import Ticket, TicketState
from tests.cti.second_line import RULES
from tests.cti.second_line_edge import LI, WANG, Edge, edge
from tests.cti.small_hotline import ANNA, BEN, CALLED_BACK_AT, CARDS, CUSTOMER, GENERAL, SmallHotline, eventful_policy


async def heard(screen: Screen, kind: str) -> dict[str, Any]:
    """The next message of a kind that goes to a screen."""
    async with asyncio.timeout(5):
        while True:
            text = await screen.outbox.take()
            assert text is not None
            if (said := json.loads(text))["type"] == kind:
                return dict(said)


def waiting_for(screen: Screen) -> list[dict[str, Any]]:
    """All that has been put for a screen and not been taken."""
    return [json.loads(text) for text in screen.outbox._texts.values()]


async def shown(here: Edge, screen: Screen) -> AgentOffered:
    """The newest offer, put on its agent's screen and acknowledged."""
    offer = here.hotline.offer()
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(here.screens.show(offer))
        await heard(screen, "pop")
        here.screens.acknowledge(screen, offer.offer)
    return offer


async def test_after_the_pop_come_the_callers_open_tickets_for_whoever_holds_the_offer_alone(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        late = await here.ticket(LI, due_in=1, reason="late")
        by_id = await here.ticket("", CUSTOMER, reason="by id")
        closed = await here.ticket(LI)
        await here.ticket(WANG, reason="somebody else's")
        moved = await here.tickets.move(closed.number, 1, "sam", TicketState.RESOLVED)
        await here.tickets.move(closed.number, moved.revision, "sam", TicketState.CLOSED)
        anna, ben = here.screens.open(ANNA), here.screens.open(BEN)
        here.hotline.becomes_ready(ANNA, BEN)
        here.hotline.call("c1", number=LI)
        offer = await shown(here, anna)

        said = await heard(anna, "ticket")
        assert (said["why"], said["offer"], said["call"]) == ("pop", offer.offer, "c1")
        assert [each["number"] for each in said["tickets"]] == [late.number, by_id.number]
        assert {each["type"] for each in waiting_for(ben)} == {"state", "day"}


async def test_a_caller_who_has_hung_up_meanwhile_is_on_no_screen_any_more(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        await here.ticket(LI)
        anna = here.screens.open(ANNA)
        here.hotline.becomes_ready(ANNA)
        call = here.hotline.call("c1", number=LI)
        offer = here.hotline.offer()
        await shown(here, anna)
        here.hotline.hangs_up(call)
        assert not here.screens.tell(ANNA, offer.offer, messages.control_failed(call))
        assert here.screens.say(ANNA, messages.control_failed(call))


class Reading:
    """A browser that acknowledges its pops and writes down which tickets came while which offer was on it."""

    def __init__(self, here: Edge, agent: AgentId) -> None:
        self.agent = agent
        self.screen = here.screens.open(agent)
        self.told: list[tuple[int | None, dict[str, Any]]] = []
        self._screens = here.screens

    async def run(self) -> None:
        showing: int | None = None
        while (text := await self.screen.outbox.take()) is not None:
            said = json.loads(text)
            match said["type"]:
                case "pop":
                    showing = said["offer"]
                    self._screens.acknowledge(self.screen, said["offer"])
                case "pop_end":
                    showing = None
                case "ticket":
                    self.told.append((showing, said))


async def one_call(here: Edge, chance: random.Random, number: str) -> AgentOffered:
    """Somebody calls, is offered to whoever is ready, and talks or has hung up before."""
    here.hotline.becomes_ready(ANNA, BEN)
    call = here.hotline.call(f"c{here.hotline.time}", chance.choice([CARDS, GENERAL]), number=number)
    offer = here.hotline.offer()
    await here.screens.show(offer)
    if chance.random() < 0.5:
        # Time for his tickets to be read and shown, or not.
        await here.tickets.open_for("", offer.number)
        await asyncio.sleep(0.002)
    if chance.random() < 0.5:
        here.hotline.answers(call)
        here.hotline.take(TalkEnded(call))
    here.hotline.hangs_up(call)
    here.hotline.sleep(20_000)
    return offer


async def test_of_many_offers_no_screen_ever_has_a_ticket_of_somebody_elses_caller(tmp_path: Path) -> None:
    chance = random.Random(27)
    async with edge(tmp_path) as here:
        callers = [f"+861380000{at:04d}" for at in range(8)]
        of = {(await here.ticket(number, reason="<img src=x onerror=alert(1)>")).number: number for number in callers}
        browsers = [Reading(here, agent) for agent in (ANNA, BEN)]
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            for browser in browsers:
                tasks.create_task(browser.run())
            offers = [await one_call(here, chance, chance.choice(callers)) for _ in range(300)]
            for browser in browsers:
                browser.screen.outbox.close()
        whose = {offer.offer: (offer.agent, offer.number) for offer in offers}
        assert sum(len(browser.told) for browser in browsers) > 50
        for browser in browsers:
            for showing, said in browser.told:
                assert showing == said["offer"], "it comes while its caller is on the screen"
                assert whose[said["offer"]] == (browser.agent, of[said["tickets"][0]["number"]])
                assert len(said["tickets"]) == 1


async def test_a_page_that_is_opened_again_is_told_the_tickets_again(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        there = await here.ticket(LI)
        anna = here.screens.open(ANNA)
        here.hotline.becomes_ready(ANNA)
        call = here.hotline.call("c1", number=LI)
        await shown(here, anna)
        here.hotline.answers(call)
        again = here.screens.open(ANNA)
        assert [each["number"] for each in (await heard(again, "ticket"))["tickets"]] == [there.number]


async def test_who_proves_in_the_talk_who_he_is_has_that_customers_tickets(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        there = await here.ticket("", CUSTOMER)
        anna = here.screens.open(ANNA)
        here.hotline.becomes_ready(ANNA)
        call = here.hotline.call("c1", number=WANG)
        await shown(here, anna)
        here.hotline.answers(call)
        here.hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        assert [each["number"] for each in (await heard(anna, "ticket"))["tickets"]] == [there.number]


async def test_who_is_given_a_ticket_hears_of_it_and_who_takes_one_does_not(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        anna = here.screens.open(ANNA)
        there = await here.ticket(WANG)
        given = await here.tickets.hand_over(there.number, 1, "sam", assignee="anna")
        said = await heard(anna, "ticket")
        assert (said["why"], said["offer"], said["tickets"][0]["number"]) == ("handed_over", None, there.number)
        await here.tickets.move(there.number, given.revision, "anna", TicketState.IN_PROGRESS)
        assert [each["type"] for each in waiting_for(anna)] == []


async def test_a_ticket_that_is_escalated_is_told_to_whoever_has_it_and_to_the_supervisors(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        anna, ben, sue = (here.screens.open(AgentId(name)) for name in ("anna", "ben", "sue"))
        there = await here.ticket(WANG, assignee="anna")
        here.hotline.sleep(21 * 3_600_000)
        await here.tickets.look()
        for screen in (anna, sue):
            said = await heard(screen, "ticket")
            said = said if said["why"] == "escalated" else await heard(screen, "ticket")
            assert (said["why"], said["tickets"][0]["number"]) == ("escalated", there.number)
        assert "ticket" not in {each["type"] for each in waiting_for(ben)}


async def all_of(here: Edge) -> list[Ticket]:
    return [*await here.tickets.page(Wanted(), None, 100)]


async def until_written(here: Edge, many: int) -> list[Ticket]:
    """All tickets, once there are so many."""
    written = asyncio.Event()

    def changed(_: TicketChanged) -> None:
        written.set()

    here.tickets.listen(changed)
    async with asyncio.timeout(5):
        while len(found := await all_of(here)) < many:
            await written.wait()
            written.clear()
    return found


async def test_a_caller_who_was_not_content_becomes_a_ticket_once(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    async with edge(tmp_path, hotline) as here:
        here.rules[0] = RULES.__class__(RULES.queues, "second-line", from_surveys=True)
        hotline.becomes_ready(ANNA)
        call = hotline.call("c1", number=LI)
        hotline.answers(call)
        hotline.take(TalkEnded(call))
        said = hotline.take(SurveyTaken(call, "service", (1, 0)))
        hotline.take(CallEnded(call))
        [there] = await until_written(here, 1)
        assert (there.about.customer, there.about.caller, there.about.call) == (CUSTOMER, LI, "c1")
        assert (there.queue, there.opened_by, there.due_at) == ("second-line", "", hotline.time + DAY)
        # Heard of again, as after a restart in a bad moment.
        for event in said:
            here.follow_ups.hear(hotline.time, event)
        await here.ticket(WANG)
        assert len(await all_of(here)) == 2


async def test_a_caller_who_is_called_back_in_vain_becomes_a_ticket(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    async with edge(tmp_path, hotline) as here:
        here.rules[0] = RULES.__class__(RULES.queues, "second-line", from_callbacks=True)
        entry = hotline.is_to_be_called_back("c1")
        hotline.becomes_ready(ANNA)
        for _ in range(2):
            hotline.take(CallbackFailed(entry, OfferFailure.NO_ANSWER))
            hotline.sleep(600_000)
        [there] = await until_written(here, 1)
        assert (there.about.call, there.about.caller) == ("c1", f"+86{CALLED_BACK_AT}")


async def test_without_the_settings_the_hotline_writes_nothing_by_itself(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    async with edge(tmp_path, hotline) as here:
        hotline.everything_happens()
        hotline.take(PolicyLoaded(eventful_policy()))
        await here.ticket(WANG)
        assert len(await all_of(here)) == 1
