"""What the operator wrote of tickets and grants is what holds, also after a change of the settings."""

from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from acd.app.live_settings import InForce, LiveSettings
from acd.app.second_line import TABLES, SecondLine, authority_of, rules_of
from acd.config import load, loads
from cti.accounts.deeds import NoTrail
from cti.api.door import roles_of
from cti.api.people import Role
from cti.desk_file import DeskFile
from cti.directory import CustomerDirectory
from cti.grants.grant import GrantState, Wish
from cti.screens import AgentScreens
from cti.tickets.rules import DAY, Level
from cti.tickets.ticket import Opening, Subject
from tests.config.everything import EVERYTHING
from tests.config.small import SMALL, edited
from tests.cti.small_hotline import SmallHotline

HOUR = 3_600_000
BANK = Path(__file__).parents[2] / "examples/bank/hotline.yaml"


def in_force(text: str) -> InForce:
    return InForce(loads(text), CustomerDirectory(), {}, {})


class StandingClock:
    def __init__(self, hotline: SmallHotline) -> None:
        self.now = hotline.look.now


@pytest.fixture
def hotline() -> SmallHotline:
    return SmallHotline()


def wired(hotline: SmallHotline, live: LiveSettings, folder: Path) -> tuple[SecondLine, DeskFile]:
    file = DeskFile(folder / "desk.sqlite3", TABLES)
    screens = AgentScreens(hotline.look, hotline.ask)
    return SecondLine(file, live, hotline.look, screens, StandingClock(hotline)), file


def test_settings_that_say_nothing_have_a_queue_all_the_same() -> None:
    rules = rules_of(loads(SMALL))
    assert (list(rules.queues), rules.default_queue) == (["second-line"], "second-line")
    assert rules.levels == (Level(-4 * HOUR), Level(0))
    assert authority_of(loads(SMALL)).actions == {}


def test_what_is_written_holds() -> None:
    rules, authority = rules_of(loads(EVERYTHING)), authority_of(loads(EVERYTHING))
    assert (rules.queue_of("cards"), rules.queue_of("general")) == ("cards-desk", "heads")
    assert rules.levels == (Level(-2 * HOUR), Level(0), Level(24 * HOUR, "heads"))
    assert (rules.promise, rules.close_after, rules.keep_for) == (8 * HOUR, 3 * DAY, 400 * DAY)
    fee, days = authority.actions["fee_waiver"], authority.actions["days"]
    assert ([fee.limit(grade) for grade in range(5)], fee.at_most) == ([0, 5_000, 5_000, 50_050, 50_050], 500_000)
    assert [days.limit(grade) for grade in range(4)] == [0, 0, 3, 3]


def test_the_example_bank_has_a_second_line() -> None:
    config = load(BANK)
    assert rules_of(config).queue_of("mortgages") == "lending-desk"
    assert authority_of(config).actions["fee_waiver"].limit(config.agents["anna"].grade) == 50_000  # type: ignore[index]


async def test_a_change_of_the_settings_holds_at_once(tmp_path: Path, hotline: SmallHotline) -> None:
    live = LiveSettings(in_force(EVERYTHING))
    line, file = wired(hotline, live, tmp_path)
    wanted = Opening(Subject("cards", "card swallowed"), "Says so.", hotline.time + DAY, assignee="ben")
    there = await line.tickets.open(wanted, "anna")
    assert there is not None
    assert there.queue == "cards-desk"
    pends = await line.grants.ask(Wish("fee_waiver", 5_000, "c1"), "anna")
    assert pends.state is GrantState.PENDING, "she has no grade yet"

    without_ben = edited("  ben: {name", "  carl: {name", edited("phone: ben", "phone: carl", EVERYTHING))
    without_queue = edited("    cards-desk: {name: {zh: 卡务二线, en: Desk}, lanes: [cards]}\n", "", without_ben)
    live.swap(in_force(edited("english: 4}, line: second}", "english: 4}, line: second, grade: 1}", without_queue)))
    await line.tickets.look()
    found = await line.tickets.find(there.number)
    assert found is not None
    assert (found[0].queue, found[0].assignee) == ("heads", "")
    assert (await line.grants.ask(Wish("fee_waiver", 5_000, "c2"), "anna")).state is GrantState.GRANTED
    file.close()


def test_every_route_names_whom_it_is_for(tmp_path: Path, hotline: SmallHotline) -> None:
    line, file = wired(hotline, LiveSettings(in_force(SMALL)), tmp_path)
    routes = [route for router in line.routers(NoTrail()) for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) == 12
    for route in routes:
        assert roles_of(route)
        assert Role.OPERATOR not in roles_of(route)
    decide = next(route for route in routes if route.path.endswith("/decide"))
    assert roles_of(decide) == {Role.SUPERVISOR}
    file.close()
