"""The floor's people: agents who work at the real web side, and callers who are the same for the same seed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from acd.core.agents import AgentState
from acd.core.requests import BecomeReady, LogOut
from acd.demo import agent as agents
from acd.demo.agent import DemoAgent
from acd.demo.floor import Floor
from acd.demo.hotline import Account, Hotline, read_run
from tests.cti.open_web import PASSWORDS, browser, open_web
from tests.cti.small_hotline import ANNA, SmallHotline

RUN = {
    "version": 1,
    "sip": {"host": "0.0.0.0", "port": 5060},
    "http": "http://127.0.0.1:8080/",
    "numbers": {"95555": {"vip": None}, "4008885555": {"vip": "platinum"}},
    "languages": {"en": "2", "zh": "1"},
    "lanes": {"cards": {"key": "1"}, "general": {"key": "0"}, "hidden": {"key": None}},
    "accounts": [
        {"agent": name, "name": name, "phone": name, "sip_secret": "s", "web_password": "w", "skills": {}}
        for name in ("anna", "ben", "chen")
    ],
}


@asynccontextmanager
async def at_work(address: str, password: str, lines: list[str]) -> AsyncIterator[asyncio.Task[None]]:
    account = Account("anna", "anna", "", password)
    async with asyncio.TaskGroup() as people:
        working = people.create_task(DemoAgent(account, address, Random(1), lines.append).run())
        try:
            yield working
        finally:
            working.cancel()


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "_WRITES_FOR", (0.0, 0.0))
    monkeypatch.setattr(agents, "_TRY_AGAIN_AFTER", 0.05)


async def _until_ready(hotline: SmallHotline) -> None:
    async with asyncio.timeout(5):
        await hotline.until_asked(BecomeReady(ANNA))
    assert hotline.look.desk(ANNA).state is AgentState.READY  # type: ignore[union-attr]
    hotline.asked.clear()


async def test_an_agent_works_from_log_in_to_the_end_of_wrap_up() -> None:
    hotline = SmallHotline()
    lines: list[str] = []
    async with open_web(hotline) as web, at_work(web.address, PASSWORDS[ANNA], lines):
        await _until_ready(hotline)
        call = hotline.call("a call", number="+8613800000001")
        async with asyncio.timeout(5):
            await web.screens.show(hotline.offer())
        hotline.answers(call)
        hotline.talks_and_ends(call)
        await _until_ready(hotline)
    assert "anna's screen shows …0001: cards, waited 0 s" in lines
    assert not any("3800000001" in line for line in lines)


async def test_an_agent_comes_back_when_the_hotline_does() -> None:
    hotline = SmallHotline()
    async with open_web(hotline) as web, at_work(web.address, PASSWORDS[ANNA], []):
        await _until_ready(hotline)
        hotline.take(LogOut(ANNA))
        web.screens.log_out(ANNA)
        await _until_ready(hotline)


async def test_an_agent_leaves_the_place_to_a_person() -> None:
    hotline = SmallHotline()
    lines: list[str] = []
    async with open_web(hotline) as web, at_work(web.address, PASSWORDS[ANNA], lines) as working:
        await _until_ready(hotline)
        async with browser(web, ANNA):
            await asyncio.wait_for(working, 5)
    assert lines[-1] == "anna: a person has taken this place"


async def test_a_refused_password_is_said_once_and_tried_again() -> None:
    lines: list[str] = []
    heard = asyncio.Event()

    class Lines(list[str]):
        def append(self, line: str) -> None:
            lines.append(line)
            heard.set()

    async with open_web() as web, at_work(web.address, "wrong", Lines()):
        await asyncio.wait_for(heard.wait(), 5)
    assert lines == ["anna cannot log in: the hotline answered 401 Unauthorized"]


def test_a_run_file_is_understood() -> None:
    hotline = read_run(RUN)
    assert hotline.server.host == "127.0.0.1"
    assert hotline.http == "http://127.0.0.1:8080"
    assert hotline.vip_numbers == ("4008885555",)
    assert hotline.languages == (("zh", "1"), ("en", "2"))
    assert hotline.lanes == (("general", "0"), ("cards", "1"))
    with pytest.raises(KeyError, match="there are anna, ben, chen"):
        hotline.account("nobody")


def _people(hotline: Hotline, seed: int, known: tuple[str, ...] = ()) -> list[object]:
    floor = Floor(hotline, print, seed, known)
    return [floor.next_caller() for _ in range(300)]


def test_the_same_seed_has_the_same_people_call() -> None:
    hotline = read_run(RUN)
    assert _people(hotline, 7) == _people(hotline, 7)
    assert _people(hotline, 7) != _people(hotline, 8)


def test_callers_are_of_every_kind() -> None:
    floor = Floor(read_run(RUN), print, 1, ("+8613800000001",))
    people = [floor.next_caller() for _ in range(300)]
    assert {"".join(key.digits for key in p.keys) for p in people} == {"11", "10", "21", "20"}
    assert {p.dialled for p in people} == {"95555", "4008885555"}
    assert "+8613800000001" in {p.number for p in people}
    patience = sorted(p.gives_up_after or 0 for p in people)
    assert patience[0] >= 10_000
    assert patience[-1] <= 240_000
    assert patience[-1] > 3 * patience[150], "some are far more patient than most"
