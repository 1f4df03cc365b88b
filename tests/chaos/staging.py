"""A full hotline to do harm to: so many talk, so many wait, so many are in the menu, and some phones ring.

Callers and phones are SIPp's, so each BYE is on record. Nothing here does harm; a test does, and then asks the
`Scene` whether anybody noticed.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from websockets import ConnectionClosed

from acd.core.floor import OFFERS_PER_EPOCH
from acd.demo.caller import Caller, Callers, placed
from acd.demo.phone import Behaviour, Phone, Phones, registered
from tests.chaos.bank import CREDIT, FALLBACK, MENU, PLATINUM, RINGERS, SPARES, STRAIGHT, TALKERS, write_bank
from tests.chaos.watching import entered, most_calls_at_one_phone, total, until_asterisk
from tests.house import House, Screen, house, until

HELPFUL = frozenset({"ready", "reserved", "ringing", "talking"})
"""States of an agent who takes calls."""


@asynccontextmanager
async def bank_hotline(folder: Path, *, with_core: bool = True) -> AsyncIterator[House]:
    """A hotline of the larger bank in a folder of its own."""
    async with house(folder, write_bank(folder), with_core=with_core) as hotline:
        yield hotline


@dataclass(frozen=True, slots=True)
class Person:
    """One caller: his number, and his place among those who were placed with him."""

    number: str
    group: Callers
    place: int

    def did(self, what: str) -> int:
        """How often this caller saw or did it."""
        return len(self.group.did(self.place, what))


@dataclass(frozen=True, slots=True)
class Pop:
    """What a screen showed of an offer, and when, in milliseconds since 1970."""

    number: str
    waited: int
    at: float


class Scene:
    """The people of one staging."""

    def __init__(self, hotline: House, chance: Random, phones: Phones, stack: AsyncExitStack) -> None:
        self.hotline = hotline
        self.chance = chance
        self.phones = phones
        self.screens: dict[str, Screen] = {}
        self.talkers: list[Person] = []
        self.waiters: list[Person] = []
        self.in_menu: list[Person] = []
        self.newcomers: list[Person] = []
        self.platinum: set[str] = set()
        self.ringers: tuple[str, ...] = ()
        self._stack = stack

    @property
    def people(self) -> list[Person]:
        """Everybody who called."""
        return [*self.talkers, *self.waiters, *self.in_menu, *self.newcomers]

    @property
    def talking_agents(self) -> list[str]:
        """The agents whose phones have a call now, those of the static queue apart."""
        return [agent for agent in self.screens if self.talks(agent)]

    # Coming and going

    async def call(self, *callers: Caller, per_second: float = 20.0) -> list[Person]:
        """Place these calls, and return when each has been answered by the dialplan."""
        group = await self._stack.enter_async_context(placed(callers, self.hotline.server, per_second=per_second))
        await group.until("answered")
        return [Person(caller.number, group, place) for place, caller in enumerate(callers)]

    async def newcomers_call(self, count: int) -> list[Person]:
        """So many more people call, and go to the waiting music without a menu."""
        known = len(self.newcomers)
        came = await self.call(*(Caller(f"1384400{n:04}", STRAIGHT) for n in range(known, known + count)))
        self.newcomers += came
        return came

    def rings(self, agent: str) -> bool:
        """Whether this agent's phone rings at the moment."""
        return len(self.phones.did(agent, "ringing")) > len(self.phones.did(agent, "over")) and not self.talks(agent)

    def talks(self, agent: str) -> bool:
        """Whether this agent's phone has answered a call that is not over."""
        answered, over = self.phones.did(agent, "answered"), self.phones.did(agent, "over")
        return bool(answered) and (not over or over[-1].at < answered[-1].at)

    async def both_phones_ring(self) -> None:
        """The agents of `ringers` become ready, and their phones ring."""
        await self.are_ready(self.ringers)
        await until(lambda: all(map(self.rings, self.ringers)), 10, "both phones ring")

    async def picks_up(self, agent: str) -> None:
        """This agent's phone rings, and he picks it up."""
        before = len(self.phones.did(agent, "answered"))
        self.phones.answer(agent)
        await self.phones.until(agent, "answered", before + 1)

    async def restart(self) -> None:
        """Start the core again; returns when it serves and every screen is connected again."""
        heard = {agent: len(screen.states) for agent, screen in self.screens.items()}
        await self.hotline.start_core()
        await until(lambda: all(len(self.screens[a].states) > n for a, n in heard.items()), 15, "screens are back")

    async def until_nobody_waits(self, within: float = 40.0) -> None:
        """Wait until the core knows of nobody who waits."""
        deadline = asyncio.get_running_loop().time() + within
        while waiting := total(await self.hotline.metrics(), "hotline_calls_waiting"):
            assert asyncio.get_running_loop().time() < deadline, f"{waiting:g} callers still wait"
            await asyncio.sleep(0.1)

    async def says(self, agent: str, kind: str, **fields: str) -> None:
        """This agent's screen says it to the core, as soon as it is connected."""
        deadline = asyncio.get_running_loop().time() + 20
        while True:
            try:
                return await self.screens[agent].say(kind, **fields)
            except ConnectionClosed:
                assert asyncio.get_running_loop().time() < deadline, f"{agent}'s screen does not come back"
                await asyncio.sleep(0.1)

    async def are_ready(self, agents: Iterable[str]) -> None:
        """These agents become ready; those for whom somebody waits have a call already."""
        for agent in agents:
            screen = self.screens[agent]
            await self.says(agent, "ready")
            await until(lambda: screen.state in HELPFUL, 15, f"{agent} is ready")  # noqa: B023 - awaited at once.

    async def everybody_hangs_up(self) -> None:
        """All callers who are still there leave."""
        for person in self.people:
            if not person.did("over"):
                person.group.hang_up(person.place)
        await until(lambda: all(person.did("over") for person in self.people), 20, "everybody has left")

    # What must hold

    def answered_by(self, agents: Iterable[str]) -> set[str]:
        """The numbers of the callers whom these phones answered."""
        calls = (call for agent in agents for call in self.phones.did(agent, "answered"))
        return {call.detail.split("|")[1] for call in calls}

    def nobody_was_cut_off(self) -> None:
        """The only callers who got a BYE are those whose agent hung up on them."""
        served = self.answered_by(SPARES)
        assert [p.number for p in self.people if p.did("ended") and p.number not in served] == []
        assert [p.number for p in self.people if p.did("failed") or p.did("refused")] == []

    def the_talks_went_on(self) -> None:
        """Neither side of any talk noticed anything."""
        assert [p.number for p in self.talkers if p.did("over")] == []
        agents = TALKERS[: len(self.talkers)]
        assert [agent for agent in agents if self.phones.did(agent, "over")] == []
        assert [agent for agent in agents if len(self.phones.did(agent, "invited")) != 1] == []

    def no_phone_rang_twice(self) -> None:
        """No phone ever had two calls at a time, and no caller was at two phones at a time."""
        assert most_calls_at_one_phone(self.phones) <= 1
        at: dict[str, str] = {}
        for happening in self.phones.diary.happenings:
            if happening.what == "invited":
                number = happening.detail.split("|")[1]
                assert number not in at.values(), f"{number} rang at two phones"
                at[happening.party] = number
            elif happening.what == "over":
                at.pop(happening.party, None)

    def they_were_offered_in_order(self, people: Iterable[Person]) -> None:
        """Each of them was offered to an agent, first come first served, and the screens counted from the start."""
        begun = entered(self.hotline)
        places = {number: at - (CREDIT if number in self.platinum else 0) for number, at in begun.items()}
        numbers = {person.number for person in people}
        offered: dict[int, list[str]] = {}
        for (offer, _), pop in sorted(self._offers().items()):
            if pop.number not in numbers:
                continue
            assert abs(pop.at - begun[pop.number] - pop.waited) < 1_500, "a wait was not counted from its start"
            same_life = offered.setdefault(offer // OFFERS_PER_EPOCH, [])
            if pop.number not in same_life:
                same_life.append(pop.number)
        # Offers of one life of the core are numbered as they were made; a caller may be offered again in the next.
        for in_turn in offered.values():
            assert in_turn == sorted(in_turn, key=places.__getitem__)
        assert numbers == {number for in_turn in offered.values() for number in in_turn}

    def _offers(self) -> dict[tuple[int, str], Pop]:
        """Each offer as it was first shown; a screen that comes back is shown it again."""
        first: dict[tuple[int, str], Pop] = {}
        for screen in self.screens.values():
            for at, pop in screen.pops:
                first.setdefault((pop["offer"], pop["number"]), Pop(pop["number"], pop["waited_ms"], at))
        return first

    async def until_waiting(self, numbers: Collection[str], within: float = 15.0) -> float:
        """Wait until Asterisk has all who call from `numbers` in the waiting loop; returns the seconds it took."""
        return await until_asterisk(
            self.hotline,
            lambda seen: all(n in seen and seen[n].context == "hl-wait" for n in numbers),
            within,
            "all of them wait",
        )


def _phones(hotline: House, talking: int, ringing: int) -> list[Phone]:
    return [
        *(hotline.phone(agent) for agent in (*TALKERS[:talking], *FALLBACK)),
        *(hotline.phone(agent, behaviour=Behaviour.NO_ANSWER) for agent in RINGERS[:ringing]),
        *(hotline.phone(agent, hangs_up_after=100) for agent in SPARES),
    ]


@asynccontextmanager
async def staged(
    hotline: House, seed: int, *, waiting: int = 20, talking: int = 10, in_menu: int = 3, ringing: int = 2
) -> AsyncIterator[Scene]:
    """So many callers wait, talk and are in the menu; so many more are about to be offered to phones that ring on.

    `ringing` callers wait as well, before the others; a test lets their phones ring by `are_ready(scene.ringers)`.
    The agents of SPARES are logged in and paused; their phones serve whoever is left in a moment.
    """
    async with AsyncExitStack() as stack:
        phones = await stack.enter_async_context(registered(_phones(hotline, talking, ringing), hotline.server))
        scene = Scene(hotline, Random(seed), phones, stack)
        scene.ringers = RINGERS[:ringing]
        for agent in (*TALKERS[:talking], *scene.ringers, *SPARES):
            scene.screens[agent] = hotline.screen(agent)
        for screen in scene.screens.values():
            await screen.until_state("paused")
        if talking:
            await scene.are_ready(TALKERS[:talking])
            scene.talkers = await scene.call(*(Caller(f"1381100{n:04}", STRAIGHT) for n in range(talking)))
            for agent in TALKERS[:talking]:
                await scene.screens[agent].until_state("talking", 20)
        numbers = [f"1382200{n:04}" for n in range(waiting + ringing)]
        scene.platinum = set(scene.chance.sample(numbers, min(2, waiting)))
        scene.waiters = await scene.call(
            *(Caller(number, PLATINUM if number in scene.platinum else STRAIGHT) for number in numbers)
        )
        await scene.until_waiting([person.number for person in scene.waiters])
        if in_menu:
            scene.in_menu = await scene.call(*(Caller(f"1383300{n:04}", MENU) for n in range(in_menu)))
            await until_asterisk(
                hotline,
                lambda seen: sum(standing.application == "AGI" for standing in seen.values()) == in_menu,
                10,
                "they are in the menu",
            )
        yield scene
        await scene.everybody_hangs_up()
