"""`hotline kpi first-line` tells by lane what the first line settled, of a file that a core may be writing to."""

import json
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.app import first_line_now, kpi
from acd.app.access import desk_path
from acd.app.contacts import LaneSettings
from acd.app.first_line_now import FirstLineNow
from acd.app.live_settings import InForce, LiveSettings
from acd.config import loads
from acd.core.names import AgentId, CallId, LaneName
from acd.engine.clock import wall_seconds
from acd.metrics import Metrics, Vitals
from cti.contacts import measure, store
from cti.contacts.store import Known
from cti.contacts.tables import CONTACTS
from cti.contacts.talks import HandedOut, TalkBegan, TalkEnded
from cti.desk_file import DeskFile, DeskUnusable
from cti.directory import CustomerDirectory
from cti.tickets import tables
from cti.tickets.tables import TABLES
from cti.tickets.ticket import Entry, Subject, Ticket, What
from tests.config.everything import EVERYTHING
from tests.cti.small_hotline import SmallHotline
from tests.fakes import eventually, running

CARDS, GENERAL, ANNA, BEN = LaneName("cards"), LaneName("general"), AgentId("anna"), AgentId("ben")
DAY = 86_400_000


def talk(file: DeskFile, call: str, days_ago: float, number: str, lane: LaneName = CARDS, line: str = "first") -> None:
    at = round(wall_seconds() * 1000 - days_ago * DAY)
    agent = ANNA if line == "first" else BEN
    facts = [TalkBegan(CallId(call), agent, lane, at, number), TalkEnded(CallId(call), agent, at + 60_000, 60_000)]
    file.do(lambda c: store.put(c, [(fact, Known(line, number)) for fact in facts], lambda _, code: code))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path))
    return tmp_path


def written(home: Path) -> DeskFile:
    file = DeskFile(desk_path(home), [CONTACTS])
    talk(file, "settled", 20, "+861")
    talk(file, "again", 20, "+862")
    talk(file, "second call", 15, "+862")
    talk(file, "up", 10, "+863")
    talk(file, "up", 9.99, "+863", GENERAL, "second")
    talk(file, "new", 1, "+864")
    talk(file, "hidden", 12, "", GENERAL)
    talk(file, "old", 60, "+865")
    return file


def test_each_lane_s_share_is_told_with_why_the_others_were_not(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(home)
    assert kpi.first_line(28, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "cards": {
            "settled": 2, "handed_up": 1, "ticket": 0, "called_again": 1, "undecided": 1, "unknown_caller": 0,
            "decided": 4, "ratio": 0.5,
        },
        "general": {
            "settled": 0, "handed_up": 0, "ticket": 0, "called_again": 0, "undecided": 0, "unknown_caller": 1,
            "decided": 0, "ratio": None,
        },
    }  # fmt: skip
    assert kpi.first_line(28, as_json=False) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["cards", "2", "4", "50.0%", "1", "1", "0", "1", "0"] in lines
    assert kpi.first_line(90, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["cards"]["settled"] == 3
    file.close()


def test_who_was_sent_outside_was_not_settled(home: Path) -> None:
    file = written(home)
    now = round(wall_seconds() * 1000)
    assert measure.measure(file.path, now)[CARDS].settled == 2
    out = [(HandedOut(CallId("settled"), ANNA, now), Known())]
    for _ in range(2):
        file.do(lambda c: store.put(c, out, lambda _, code: code))
    found = measure.measure(file.path, now)[CARDS]
    assert (found.settled, found.handed_up) == (1, 2)
    file.close()


def test_a_ticket_that_went_up_was_not_settled_and_one_that_its_opener_kept_was(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(home).close()
    file = DeskFile(desk_path(home), [CONTACTS, TABLES])
    assert in_cards(capsys)["ticket"] == 0

    def opened(call: str, opened_by: str, assignee: str) -> None:
        about, at = Subject("cards", "A question", call), round(wall_seconds() * 1000) - 19 * DAY
        ticket = Ticket(0, about, "second-line", at + DAY, at, opened_by, assignee=assignee)
        entries = (Entry(at, opened_by, What.OPENED, after=assignee or "second-line"),)
        file.do(lambda c: tables.append(c, tables.insert(c, ticket, None), entries))

    opened("settled", "anna", "anna")
    assert in_cards(capsys)["ticket"] == 0
    opened("settled", "anna", "")
    assert (in_cards(capsys)["ticket"], in_cards(capsys)["settled"]) == (1, 1)
    file.close()


def in_cards(capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    """What the command says of the lane."""
    kpi.first_line(28, as_json=True)
    found: dict[str, int] = json.loads(capsys.readouterr().out)["cards"]
    return found


def test_a_hotline_without_calls_and_one_without_a_file_are_told_apart(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(DeskUnusable, match=r"desk.sqlite3: cannot be opened"):
        kpi.first_line(28, as_json=False)
    DeskFile(desk_path(home), [CONTACTS]).close()
    assert kpi.first_line(28, as_json=False) == 0
    assert capsys.readouterr().out == "no call was answered in that time\n"
    (tmp_path / "other").write_bytes(b"no database, but long enough to be looked at as one")
    with pytest.raises(DeskUnusable, match="cannot be read"):
        measure.measure(tmp_path / "other", 0)


async def test_the_gauge_shows_the_lanes_that_have_decided_cases(home: Path) -> None:
    file = written(home)
    gauge = FirstLineNow(home, first_after=0.0)
    async with running(gauge):  # type: ignore[arg-type]
        await eventually(lambda: bool(gauge.ratios()), within=60)
    metrics = Metrics(SmallHotline().look, Vitals(first_line_resolution=gauge.ratios))
    _, page = await metrics.page()
    lines = [line for line in page.decode().splitlines() if line.startswith("hotline_first_line_resolution_ratio")]
    assert lines == ['hotline_first_line_resolution_ratio{lane="cards"} 0.5']
    file.close()


@pytest.mark.parametrize(
    "command",
    [
        ("/nothing/here",),
        (sys.executable, "-c", "raise SystemExit(2)"),
        (sys.executable, "-c", "print('no JSON')"),
        (sys.executable, "-c", "import time; time.sleep(60)"),
    ],
)
async def test_what_cannot_be_computed_leaves_the_gauge_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(first_line_now, "EVERY", 0.01)
    monkeypatch.setattr(first_line_now, "PATIENCE", 0.5)
    gauge = FirstLineNow(tmp_path, command, first_after=0.0)
    gauge._ratios = {CARDS: 0.5}
    with capture_logs() as logs:
        async with running(gauge):  # type: ignore[arg-type]
            await eventually(lambda: len(logs) > 1, within=60)
    assert gauge.ratios() == {CARDS: 0.5}
    assert {each["event"] for each in logs} == {"the first-line resolution could not be computed"}


def test_agents_are_told_what_the_settings_in_force_say() -> None:
    config = loads(EVERYTHING)
    live = LiveSettings(InForce(config, CustomerDirectory(), {}, {}))
    lanes = LaneSettings(live)

    required, tree = lanes.tree(CARDS) or (False, {})
    assert (required, list(tree)) == (True, ["lost", "other"])
    assert lanes.script(CARDS) == (
        {"zh": "您好，请讲。", "en": "How can I help?"},
        [{"zh": "免年费", "en": "No yearly fee"}],
    )
    assert lanes.keep_for() == 365 * DAY
    assert (lanes.tree(GENERAL), lanes.dispositions(LaneName("no"))) == (None, None)
    assert lanes.script(LaneName("no")) == ({}, ())
    assert [lanes.line_of(agent) for agent in (ANNA, BEN, AgentId("nobody"))] == ["second", "first", "first"]

    live.swap(InForce(loads(EVERYTHING.replace("en: How can I help?", "en: Yes?")), CustomerDirectory(), {}, {}))
    assert lanes.script(CARDS)[0]["en"] == "Yes?"
