"""An agent does not take the call: the next one is offered it, and the caller keeps his place and his music."""

import asyncio
import select
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from itertools import pairwise

import pytest
import pytest_asyncio

from acd.demo.caller import Caller, placed
from acd.demo.phone import Behaviour, registered
from tests.end_to_end.people import (
    assert_nothing_is_left,
    assert_screens_knew_first,
    at_desks,
    events,
    shared,
    until_events,
)
from tests.end_to_end.quick_bank import RING_FOR, STRAIGHT, pressed, write_quick_bank
from tests.house import House, house, until
from tests.telephone import Telephone

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")
    async for running in shared(house(folder, write_quick_bank(folder))):
        yield running


@pytest.mark.parametrize(
    ("does", "state", "reason", "offer_ends"),
    [
        (Behaviour.NO_ANSWER, "paused", "no answer", "no_answer"),
        (Behaviour.BUSY, "cooling", "busy", "busy"),
        (Behaviour.DECLINE, "cooling", "declined", "declined"),
        (Behaviour.FORWARD, "cooling", "busy", "busy"),
    ],
    ids=["does not answer", "busy", "declines", "forwards"],
)
async def test_the_next_agent_is_offered_and_the_caller_keeps_his_place(
    hotline: House, does: Behaviour, state: str, reason: str, offer_ends: str
) -> None:
    phones_at_hand = [hotline.phone("anna"), hotline.phone("hao")]
    phones_at_hand.append(hotline.phone("chen", behaviour=does, forward_to="hao"))
    first, second = (Caller(number, keys=pressed("11")) for number in ("13900000001", "13900000002"))
    async with (
        registered(phones_at_hand, hotline.server) as phones,
        at_desks(hotline, "chen", "anna", ready=False) as desks,
        placed([first], hotline.server) as one,
    ):
        chen, anna = desks["chen"], desks["anna"]
        await chen.ready()
        await until(lambda: bool(chen.ends), 20, "the first offer is over")
        assert [end["reason"] for end in chen.ends] == [offer_ends]
        await chen.until_state(state)
        assert chen.states[-1]["reason"] == reason
        await phones.until("chen", "over")
        tried_for = phones.did("chen", "over")[0].at - phones.did("chen", "invited")[0].at
        assert (tried_for >= RING_FOR - 200) == (does is Behaviour.NO_ANSWER)

        waiting_before = len(events(hotline, "CallEnteredLane"))
        async with placed([second], hotline.server):
            await until_events(hotline, "CallEnteredLane", waiting_before + 1)
            # Both wait, and the one who did not take the call is left alone.
            assert len(chen.pops) == 1
            await anna.ready()
            await anna.until_state("talking")
            [(offered_at, pop)] = anna.pops
            (first_offered_at, first_pop) = chen.pops[0]
            assert pop["number"] == first.number, "who came first is served first, whatever came of his offer"
            assert pop["call"] == first_pop["call"]
            # His waiting time goes on from where it was: he entered the lane once.
            assert abs((pop["waited_ms"] - first_pop["waited_ms"]) - (offered_at - first_offered_at)) < 500
            assert one.up() == [0], "his line was never dropped"
        assert phones.did("hao", "invited") == [], "a call goes where the core sends it, not where a phone points"
        assert assert_screens_knew_first(desks, phones) == 2
    await assert_nothing_is_left(hotline)


async def test_an_agent_whose_phone_is_not_there_is_offered_nothing_until_it_is(hotline: House) -> None:
    """Asterisk says what the phone does; the agent's screen says only that he would be ready."""
    caller = Caller("13900000003", keys=pressed("11"))
    async with (
        at_desks(hotline, "chen", ready=False) as desks,
        placed([caller], hotline.server) as one,
    ):
        chen = desks["chen"]
        await chen.say("ready")
        await chen.until_state("phone_lost")
        entered = len(events(hotline, "CallEnteredLane"))
        await until_events(hotline, "CallEnteredLane", max(1, entered))
        assert not chen.pops
        async with registered([hotline.phone("chen")], hotline.server):
            await chen.until_state("talking")
            assert one.up() == [0]
            one.hang_up(0)
    await assert_nothing_is_left(hotline)


class Ear:
    """Hears what a telephone hears: each packet of sound with its time."""

    def __init__(self, telephone: Telephone) -> None:
        self.heard: list[tuple[float, bytes]] = []
        self._telephone = telephone
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @contextmanager
    def listening(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._closing.set()
            self._thread.join()

    def _listen(self) -> None:
        while not self._closing.is_set():
            if select.select([self._telephone._media], [], [], 0.05)[0]:
                packet = self._telephone._media.recv(2048)
                self.heard.append((time.monotonic(), packet[12:]))

    def longest_gap(self) -> float:
        """The longest time without a packet, in seconds."""
        return max(later - earlier for (earlier, _), (later, _) in pairwise(self.heard))

    def quietest_half_second(self) -> float:
        """The loudest sample of the quietest half second, as a share of the loudest there can be."""
        packets = [payload for _, payload in self.heard]
        return min(
            max(_loudness(byte) for payload in packets[start : start + 25] for byte in payload)
            for start in range(0, len(packets) - 25, 5)
        )


def _loudness(mulaw: int) -> float:
    """A sample of G.711 mu-law as 0 to 1, without its sign."""
    turned = ~mulaw & 0x7F
    return (((turned & 0x0F) * 2 + 33) * (1 << (turned >> 4)) - 33) / 8031


async def test_the_music_goes_on_without_a_gap_through_offers_that_come_to_nothing(hotline: House) -> None:
    """One phone rings in vain, one is busy, one declines; he hears music all the while."""
    script = {"frank": Behaviour.NO_ANSWER, "grace": Behaviour.BUSY, "hao": Behaviour.DECLINE}
    async with AsyncExitStack() as stack:
        telephone = stack.enter_context(Telephone(hotline.prepared.ports.sip))
        phones = [hotline.phone(agent, behaviour=does) for agent, does in script.items()]
        await stack.enter_async_context(registered(phones, hotline.server))
        entered = len(events(hotline, "CallEnteredLane"))
        telephone.call(STRAIGHT)
        await until_events(hotline, "CallEnteredLane", entered + 1)
        ear = Ear(telephone)
        with ear.listening():
            await until(lambda: len(ear.heard) > 25, 5, "music")
            desks = await stack.enter_async_context(at_desks(hotline, *script))
            for agent, screen in desks.items():
                await until(lambda screen=screen: bool(screen.ends), 15, f"{agent} had an offer")  # type: ignore[misc]
            heard = len(ear.heard)
            await until(lambda: len(ear.heard) > heard + 50, 5, "music after the last offer")
        ends = {agent: [end["reason"] for end in screen.ends] for agent, screen in desks.items()}
        assert ends == {"frank": ["no_answer"], "grace": ["busy"], "hao": ["declined"]}
        assert ear.heard[-1][0] - ear.heard[0][0] > RING_FOR / 1000
        assert "BYE" not in telephone.seen
        # A packet comes every 20 ms; a machine under load may be late with a few, but nobody hears a hole this small.
        assert ear.longest_gap() < 0.25
        assert ear.quietest_half_second() > 0.01, "it is music that he hears, and no silence"
        await asyncio.to_thread(telephone.hang_up)
    await assert_nothing_is_left(hotline)
