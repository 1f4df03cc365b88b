"""An agent grants what he may, a supervisor the rest, and everybody concerned hears of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from acd.core.names import AgentId
from cti.screens import Screen
from tests.cti.second_line_edge import LI, WANG, Edge, edge
from tests.cti.small_hotline import ANNA, BEN


def talks(here: Edge, call: str = "c1", number: str = WANG) -> None:
    here.hotline.becomes_ready(ANNA)
    here.hotline.answers(here.hotline.call(call, number=number))


async def heard(screen: Screen, kind: str) -> dict[str, Any]:
    """The next message of a kind that goes to a screen."""
    while True:
        text = await screen.outbox.take()
        assert text is not None
        if (said := json.loads(text))["type"] == kind:
            return dict(said)


async def test_within_his_limit_it_is_granted_at_once_and_beyond_it_a_supervisor_is_asked(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        talks(here)
        status, granted = await here.ask("anna", "POST", "/grants", call="c1", action="fee_waiver", amount=3_000)
        assert (status, granted["state"], granted["decided_by"]) == (201, "granted", "anna")
        _, pends = await here.ask(
            "anna", "POST", "/grants", call="c1", action="fee_waiver", amount=3_000, text="Angry."
        )
        assert (pends["state"], pends["decided_by"]) == ("pending", None)

        listed = (await here.ask("sue", "GET", "/grants", pending="true"))[1]["grants"]
        assert [(each["id"], each["by"], each["text"]) for each in listed] == [(pends["id"], "anna", "Angry.")]
        path = f"/grants/{pends['id']}/decide"
        assert (await here.ask("anna", "POST", path, granted=True, reason="me"))[0] == 403
        status, ended = await here.ask("sue", "POST", path, granted=True, reason="Our mistake.")
        assert (status, ended["state"], ended["decided_by"], ended["reason"]) == (200, "granted", "sue", "Our mistake.")
        assert ("sue", "decided", {"grant": str(pends["id"]), "person": "anna", "call": "c1"}) in here.audited
        status, said = await here.ask("sue", "POST", path, granted=False, reason="No.")
        assert (status, said["code"], said["present"]["state"]) == (409, "ended_already", "granted")


async def test_the_request_is_pushed_to_the_supervisor_and_the_answer_back(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        talks(here)
        anna, ben, sue = (here.screens.open(AgentId(name)) for name in ("anna", "ben", "sue"))
        _, pends = await here.ask("anna", "POST", "/grants", call="c1", action="fee_waiver", amount=9_000)
        asked = await heard(sue, "grant")
        assert (asked["id"], asked["state"], asked["action_name"]["en"]) == (pends["id"], "pending", "Waive a fee")
        assert WANG not in json.dumps(asked)
        await here.ask("sue", "POST", f"/grants/{pends['id']}/decide", granted=False, reason="Not again.")
        answer = await heard(anna, "grant")
        assert (answer["id"], answer["state"], answer["reason"]) == (pends["id"], "refused", "Not again.")
        ben.outbox.close()
        others = [json.loads(text)["type"] for text in iter_now(ben)]
        assert "grant" not in others


def iter_now(screen: Screen) -> list[str]:
    """All that has been put for a screen and not been taken."""
    return list(screen.outbox._texts.values())


async def test_nobody_grants_anything_in_somebody_elses_call(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        talks(here)
        here.hotline.becomes_ready(BEN)
        status, said = await here.ask("ben", "POST", "/grants", call="c1", action="fee_waiver", amount=1)
        assert (status, said["code"]) == (403, "not_your_call")
        assert (await here.ask("ben", "GET", "/grants"))[1]["grants"] == []


async def test_each_sees_his_own_requests_and_supervisors_and_auditors_see_all(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        talks(here)
        await here.ask("anna", "POST", "/grants", call="c1", action="days", amount=2)
        for person, many in (("anna", 1), ("ben", 0), ("sue", 1), ("ada", 1)):
            assert len((await here.ask(person, "GET", "/grants"))[1]["grants"]) == many
        assert (await here.ask("ada", "POST", "/grants/1/decide", granted=True, reason="x"))[0] == 403
        assert (await here.ask("olaf", "GET", "/grants"))[0] == 403


async def test_a_page_is_told_what_may_be_granted_and_how_much(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        _, said = await here.ask("anna", "GET", "/actions")
        assert [(each["action"], each["limit"], each["decimals"]) for each in said["actions"]] == [
            ("fee_waiver", 5_000, 2),
            ("days", 0, 0),
        ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": 0}, 422, None),
        ({"amount": 10.5}, 422, None),
        ({"amount": "10"}, 422, None),
        ({"amount": True}, 422, None),
        ({"amount": 10**30}, 422, None),
        ({"amount": 500_001}, 403, "over_all"),
        ({"action": "gold"}, 422, "no_such_action"),
        ({"text": "x" * 501}, 422, "bad_text"),
    ],
)
async def test_amounts_are_whole_numbers_and_within_reason(
    tmp_path: Path, body: dict[str, object], status: int, code: str | None
) -> None:
    async with edge(tmp_path) as here:
        talks(here, number=LI)
        wanted = {"call": "c1", "action": "fee_waiver", "amount": 1, **body}
        got, said = await here.ask("anna", "POST", "/grants", **wanted)
        assert (got, said.get("code")) == (status, code)
