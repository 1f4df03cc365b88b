"""What callers said is told by survey, lane and agent: counts, means, comments' files, and whom to look after."""

import json
from pathlib import Path

import pytest

from acd.app import surveys
from acd.app.surveys import results_of
from acd.core.caller_events import FollowUpRaised, SurveyAnswered
from acd.core.names import AgentId, CallId, LaneName
from acd.engine.ports import Entry
from acd.journal.sqlite import SqliteJournal
from tests.builders import ANNA, BEN, CARDS, FIRST, SECOND, World
from tests.journal.test_answers import ASKING, Asking

WEALTH = LaneName("wealth")


def said(agent: AgentId | None, *answers: int, lane: LaneName = CARDS, comment: bool = False) -> SurveyAnswered:
    return SurveyAnswered(CallId("c"), lane, agent, "service", answers, comment)


def test_means_leave_out_who_pressed_nothing_and_agents_and_lanes_are_told_apart() -> None:
    follow_up = FollowUpRaised(CallId("c"), CARDS, ANNA, "service")
    events = [
        said(ANNA, 5, 4),
        said(ANNA, 2, 0),
        said(ANNA, 5),
        said(ANNA),
        follow_up,
        said(BEN, 1, comment=True),
        said(ANNA, 3, lane=WEALTH),
        said(None, 4),
    ]
    results = results_of(events)

    assert list(results) == [
        ("service", "cards", "-"),
        ("service", "cards", "anna"),
        ("service", "cards", "ben"),
        ("service", "wealth", "anna"),
    ]
    annas = results["service", "cards", "anna"]
    assert (annas.asked, annas.comments, annas.follow_ups) == (4, 0, 1)
    assert (annas.mean(1), annas.mean(2), annas.mean(3)) == (4.0, 4.0, None)
    assert annas.answers[1] == {5: 2, 2: 1}
    assert results["service", "cards", "ben"].comments == 1


async def written(folder: Path, world: Asking) -> Path:
    journal = SqliteJournal(folder / "journal.sqlite3")
    journal.checkpoint(World(ASKING, surveyed=False).router.memory, now=True)
    await journal.append([Entry(at, happened, digest) for at, happened, digest in world.inputs])
    journal.close()
    return folder / "journal.sqlite3"


async def test_the_command_reads_the_journal_and_tells_people_and_machines_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = Asking()
    world.serve(FIRST, 5, 4)
    world.serve(SECOND, 1, comment=True)
    path = await written(tmp_path, world)

    assert surveys.run(path, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    (row,) = found["results"]
    assert (row["survey"], row["lane"], row["agent"], row["asked"]) == ("service", "cards", "anna", 2)
    assert row["questions"] == [
        {"question": 1, "answers": {"1": 1, "5": 1}, "mean": 3.0},
        {"question": 2, "answers": {"4": 1}, "mean": 4.0},
    ]
    (comment,) = found["comments"]
    assert comment["file"] == f"hotline-comments/{SECOND}.wav"
    assert [each["call"] for each in found["follow_ups"]] == [SECOND]
    assert "13800000000" not in str(found)

    assert surveys.run(path, as_json=False) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    columns = "survey lane agent asked question 1, average answers question 2, average answers comments follow-ups"
    assert columns.split() in lines
    assert ["service", "cards", "anna", "2", "3.00", "2", "4.00", "1", "1", "1"] in lines
    assert any(line[-2:] == [SECOND, f"hotline-comments/{SECOND}.wav"] for line in lines)
    assert any(line[-2:] == [SECOND, "anna"] for line in lines)


async def test_no_answers_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert surveys.run(await written(tmp_path, Asking()), as_json=False) == 0
    assert capsys.readouterr().out == "nobody has answered a survey\n"
