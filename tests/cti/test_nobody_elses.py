"""Agent B never gets what is agent A's: whatever happens on the line, a caller is on the screen of who has him."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.core.agents import ON_A_CALL, AgentState
from acd.core.events import AgentOffered
from acd.core.names import AgentId, CallId, LaneName
from acd.core.requests import LogOut, PauseAgent
from cti.screens import AgentScreens, Screen
from tests.cti.open_web import browser, open_web
from tests.cti.small_hotline import ANNA, BEN, CARDS, GENERAL, SmallHotline

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("calls"), st.sampled_from([CARDS, GENERAL])),
        st.tuples(st.sampled_from(["answers", "ends", "hangs_up"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["ready", "pauses", "leaves", "opens"]), st.sampled_from([ANNA, BEN])),
        st.tuples(st.just("sleeps"), st.sampled_from([1_000, 16_000, 25_000])),
    ),
    min_size=5,
    max_size=40,
)


class Floor:
    """Two agents at open screens, and callers who differ in their numbers."""

    def __init__(self) -> None:
        self.hotline = SmallHotline()
        self.screens = AgentScreens(self.hotline.look, self.hotline.ask)
        self.hotline.feed.listen(self.screens.hear)
        self.open: dict[AgentId, list[Screen]] = {agent: [self.screens.open(agent)] for agent in (ANNA, BEN)}
        self.calls: list[str] = []
        self.answered: dict[AgentId, CallId] = {}
        """With whom each talked last."""
        self.shown = 0

    def number(self, call: str) -> str:
        return f"+86138{self.calls.index(call):08}"

    async def take(self, kind: str, what: Any) -> None:
        hotline = self.hotline
        match kind:
            case "calls":
                self.calls.append(name := f"call-{len(self.calls)}-")
                hotline.call(name, LaneName(what), number=self.number(name))
            case "answers" | "ends" | "hangs_up":
                if what < len(self.calls):
                    self.on_the_line(kind, self.calls[what])
            case "ready":
                hotline.becomes_ready(what)
            case "pauses":
                hotline.take(PauseAgent(what, "lunch"))
            case "leaves":
                hotline.take(LogOut(what))
            case "opens":
                self.open[what].append(self.screens.open(what))
            case "sleeps":
                hotline.sleep(what)
        offers = [event for event in hotline.events if isinstance(event, AgentOffered)]
        # Also offers that have ended since, as a driver may that was held up.
        for offer in offers[-4:]:
            await self.shows(offer)
        self.listen()

    async def shows(self, offer: AgentOffered) -> None:
        async with asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(self.screens.show(offer))
            await asyncio.sleep(0)
            showing.cancel()

    def on_the_line(self, kind: str, name: str) -> None:
        hotline = self.hotline
        call = next((call for call in hotline.router.memory.calls.values() if call.id == name), None)
        if call is None:
            return
        held = any(desk.call == call.id for desk in hotline.look.desks())
        if kind == "answers" and held and call.answered_at is None:
            hotline.answers(call.id)
            agent = next(desk.agent for desk in hotline.look.desks() if desk.call == call.id)
            self.answered[agent] = call.id
        elif kind == "ends" and held and call.answered_at is not None:
            hotline.talks_and_ends(call.id)
        elif kind == "hangs_up":
            hotline.hangs_up(call.id)

    def listen(self) -> None:
        """Read all screens: who comes must be whom that desk has now."""
        for agent, screens in self.open.items():
            desk = self.hotline.look.desk(agent)
            assert desk is not None
            mine = desk.call if desk.state in ON_A_CALL else None
            if desk.state is AgentState.WRAP_UP:
                # A page that is opened anew shows of whom the notes are.
                mine = self.answered[agent]
            for screen in screens:
                for text in [*screen.outbox._texts.values()]:
                    if json.loads(text)["type"] == "pop":
                        call = json.loads(text)["call"]
                        assert call == mine, f"{agent} is shown {call} and has {mine}"
                        self.shown += 1
                screen.outbox._texts.clear()


async def played(steps: list[tuple[str, Any]]) -> Floor:
    floor = Floor()
    for kind, what in steps:
        await floor.take(kind, what)
    return floor


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_whatever_happens_a_pop_shows_a_caller_to_the_agent_who_has_him(steps: list[tuple[str, Any]]) -> None:
    asyncio.run(played([("ready", ANNA), ("ready", BEN), *steps]))


def test_the_floor_of_this_test_shows_callers() -> None:
    steps = [("ready", ANNA), ("calls", CARDS), ("answers", 0), ("opens", ANNA), ("ready", BEN), ("calls", GENERAL)]
    floor = asyncio.run(played(steps))
    assert floor.shown >= 3


async def test_what_another_agent_asks_for_tells_him_nothing_of_a_colleagues_call() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        await anna.say(type="ready")
        await anna.hear("state", state="ready")
        call = web.hotline.call("call-of-wang", number="+8613800000001")
        web.screens._pop(web.screens._screens[ANNA], web.hotline.offer())
        pop = await anna.hear("pop")
        web.hotline.answers(call)
        await anna.hear("state", state="talking")

        for message in ("shown", "done", "extend", "ask_pin"):
            await ben.say(type=message, **({"offer": pop["offer"]} if message == "shown" else {}))
        answers = [await ben.get(f"/recordings/{call}"), await ben.get("/api/v1/sessions"), await ben.get("/api/v1/me")]
        await ben.say(type="pause", reason="lunch")
        await ben.hear("state", state="paused", reason="lunch")

        everything = json.dumps(ben.heard) + "".join(answer.body.decode() for answer in answers)
        for secret in ("call-of-wang", "13800000001", "王芳", "platinum"):
            assert secret not in everything
        assert not {"pop", "verdict", "pop_end"} & {message["type"] for message in ben.heard}
        desk = web.hotline.look.desk(ANNA)
        assert desk is not None
        assert desk.call == call


async def test_nobody_opens_a_screen_in_another_agents_name() -> None:
    async with open_web() as web, browser(web, person="ben") as ben:
        for path in ("/agent/ws?agent=anna", "/agent/ws?name=anna"):
            async with ben.http.ws_connect(path) as socket:
                assert (await socket.receive_json())["agent"] == "ben"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await ben.http.ws_connect("/agent/ws?ticket=anna")
