"""Who may see which ticket over REST, and what a page is told when it cannot be as it wants."""

from pathlib import Path

import pytest

from acd.core.switch_events import Verdict
from cti.api.refusals import WORDS
from cti.grants import grant
from cti.tickets import ticket
from tests.cti.second_line_edge import LI, WANG, Edge, edge
from tests.cti.small_hotline import ANNA, BEN, CUSTOMER, GENERAL


def talks(here: Edge, call: str = "c1", number: str = WANG) -> None:
    here.hotline.becomes_ready(ANNA)
    here.hotline.answers(here.hotline.call(call, number=number))


async def test_a_ticket_goes_from_the_call_to_its_end_and_all_of_it_is_told(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        talks(here, number=LI)
        status, made = await here.ask("anna", "POST", "/tickets", **here.new(call="c1"))
        assert status == 201
        assert (made["state"], made["queue"], made["assignee"], made["caller"]) == ("open", "cards-desk", None, LI)
        assert made["customer"] == CUSTOMER
        path = f"/tickets/{made['number']}"

        assert (await here.ask("anna", "POST", f"{path}/comments", text="He is in a hurry."))[0] == 200
        _, now = await here.ask("sam", "POST", f"{path}/state", state="in_progress", revision=2)
        assert (now["state"], now["assignee"]) == ("in_progress", "sam")
        _, now = await here.ask("sam", "POST", f"{path}/hand-over", queue="heads", revision=3, text="Over my head.")
        assert (now["state"], now["assignee"], now["queue"]) == ("open", None, "heads")
        later = here.hotline.time + 2 * 86_400_000
        _, now = await here.ask("sue", "POST", f"{path}/promise", due_at=later, revision=4, text="He agrees.")
        assert now["due_at"] == later
        _, now = await here.ask("sue", "POST", f"{path}/state", state="resolved", revision=5, text="Sent by post.")
        assert now["state"] == "resolved"

        status, story = await here.ask("sam", "GET", path)
        assert status == 200
        assert [(each["by"], each["what"], each["text"]) for each in story["history"]] == [
            ("anna", "opened", "At the station."),
            ("anna", "commented", "He is in a hurry."),
            ("sam", "moved", ""),
            ("sam", "handed_over", "Over my head."),
            ("sue", "promised", "He agrees."),
            ("sue", "moved", "Sent by post."),
        ]
        assert ("sam", "ticket_read", {"ticket": "1", "customer": CUSTOMER, "number": LI}) in here.audited


async def test_a_stale_update_is_refused_and_told_how_it_is_now(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        there = await here.ticket(WANG)
        path = f"/tickets/{there.number}"
        await here.ask("sam", "POST", f"{path}/state", state="in_progress", revision=1)
        status, said = await here.ask("sue", "POST", f"{path}/hand-over", assignee="ben", revision=1)
        assert (status, said["code"], said["present"]["assignee"]) == (409, "stale", "sam")
        assert set(said["words"]) == {"zh", "en"}
        assert (await here.ask("sue", "POST", f"{path}/hand-over", assignee="ben", revision=2))[0] == 200
        for both in ({}, {"assignee": "sam", "queue": "heads"}):
            status, said = await here.ask("sue", "POST", f"{path}/hand-over", revision=3, **both)
            assert (status, said["code"]) == (422, "one_of_both")


async def test_an_agent_sees_his_own_tickets_and_his_callers_and_no_others(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        his = await here.ticket(LI, CUSTOMER)
        hers = await here.ticket("", by="anna", reason="her own")
        given = await here.ticket(WANG, assignee="anna", reason="given to her")
        other = await here.ticket("+8613900000009")
        talks(here, number=LI)
        for number, expected in ((his, 200), (hers, 200), (given, 200), (other, 404)):
            assert (await here.ask("anna", "GET", f"/tickets/{number.number}"))[0] == expected
            assert (await here.ask("ben", "GET", f"/tickets/{number.number}"))[0] == 404
            assert (await here.ask("ben", "POST", f"/tickets/{number.number}/comments", text="x"))[0] == 404
            assert (await here.ask("sam", "GET", f"/tickets/{number.number}"))[0] == 200
        # Somebody else's ticket she may comment on; what becomes of it is for those who have it.
        assert (await here.ask("anna", "POST", f"/tickets/{his.number}/comments", text="Asks again."))[0] == 200
        status, said = await here.ask("anna", "POST", f"/tickets/{his.number}/state", state="resolved", revision=2)
        assert (status, said["code"]) == (403, "not_yours")

        mine = (await here.ask("anna", "GET", "/tickets", mine="true"))[1]["tickets"]
        assert {each["number"] for each in mine} == {hers.number, given.number}
        everything = (await here.ask("anna", "GET", "/tickets"))[1]["tickets"]
        assert {each["number"] for each in everything} == {hers.number, given.number}, "without asking for mine, too"
        callers = (await here.ask("anna", "GET", "/tickets", number="13800000002", open="true"))[1]["tickets"]
        assert [each["number"] for each in callers] == [his.number]
        assert (await here.ask("anna", "GET", "/tickets", number=WANG))[0] == 403
        assert (await here.ask("ben", "GET", "/tickets", customer=CUSTOMER))[0] == 403
        assert len((await here.ask("sam", "GET", "/tickets"))[1]["tickets"]) == 4


async def test_the_caller_is_hers_until_some_time_after_the_talk(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        there = await here.ticket(LI, CUSTOMER)
        talks(here, number=LI)
        here.hotline.talks_and_ends("c1")  # type: ignore[arg-type]
        assert (await here.ask("anna", "GET", f"/tickets/{there.number}"))[0] == 200
        assert (await here.ask("anna", "POST", "/tickets", **here.new(call="c1")))[0] == 201
        here.hotline.sleep(900_001)
        assert (await here.ask("anna", "GET", f"/tickets/{there.number}"))[0] == 404
        assert (await here.ask("anna", "POST", "/tickets", **here.new(call="c1")))[0] == 403


async def test_who_only_keyed_a_customers_number_is_told_nothing_of_him(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        there = await here.ticket("", CUSTOMER)
        here.hotline.becomes_ready(ANNA)
        here.hotline.answers(here.hotline.call("c1", customer=CUSTOMER))
        assert (await here.ask("anna", "GET", f"/tickets/{there.number}"))[0] == 404
        found = (await here.ask("anna", "GET", "/tickets", customer=CUSTOMER))[1]["tickets"]
        assert found == []


async def test_a_page_asks_by_its_call_and_is_told_of_whoever_the_caller_is_known_to_be(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        his, hidden = await here.ticket("", CUSTOMER), await here.ticket("", "", reason="of nobody")
        here.hotline.becomes_ready(ANNA)
        call = here.hotline.call("c1", number="")
        here.hotline.answers(call)
        assert (await here.ask("anna", "GET", "/tickets", call="c1"))[1] == {"tickets": [], "next": None}
        here.hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        found = (await here.ask("anna", "GET", "/tickets", call="c1"))[1]["tickets"]
        assert [each["number"] for each in found] == [his.number]
        for who in ("ben", "sam"):
            assert (await here.ask(who, "GET", "/tickets", call="c1"))[0] == 403, "not his call"
        assert (await here.ask("anna", "GET", "/tickets", call="c2"))[0] == 403
        assert hidden.number not in {each["number"] for each in found}


async def test_whoever_has_the_customer_on_the_line_may_take_up_his_ticket_again(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        there = await here.ticket(WANG)
        path = f"/tickets/{there.number}/state"
        await here.ask("sam", "POST", path, state="resolved", revision=1)
        here.hotline.sleep(3 * 86_400_000)
        talks(here)
        assert (await here.ask("ben", "POST", path, state="reopened", revision=2, call="c1"))[0] == 404
        assert (await here.ask("anna", "POST", path, state="reopened", revision=2, call="c9"))[0] == 403
        status, now = await here.ask("anna", "POST", path, state="reopened", revision=2, call="c1", text="Never came.")
        assert (status, now["state"], now["reopened"]) == (200, "reopened", 1)
        assert now["due_at"] >= here.hotline.time + 86_400_000


async def test_nobody_names_a_call_that_is_not_his(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        talks(here)
        status, said = await here.ask("ben", "POST", "/tickets", **here.new(call="c1"))
        assert (status, said["code"]) == (403, "not_your_call")
        # Whom it is about is known from the call, whatever the page says.
        _, made = await here.ask("anna", "POST", "/tickets", **here.new(call="c1", number=LI, customer=CUSTOMER))
        assert (made["caller"], made["customer"]) == (WANG, None)


async def test_tickets_are_found_by_word_queue_state_and_due_date_page_by_page(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        for at in range(5):
            await here.ticket("", reason=f"matter {at}", due_in=86_400_000 + at)
        late = await here.ticket("", reason="100% lost_card", due_in=1, queue="heads", assignee="sam")
        await here.tickets.comment(2, "sam", "客户要求回电")
        here.hotline.sleep(2)

        async def numbers(**asked: object) -> list[int]:
            return [each["number"] for each in (await here.ask("sam", "GET", "/tickets", **asked))[1]["tickets"]]

        assert await numbers(q="回电") == [2]
        assert await numbers(q="MATTER 3") == [4]
        assert await numbers(q="100%") == [late.number]
        assert await numbers(q="_") == [late.number], "a sign of SQL is a sign like any other"
        assert await numbers(queue="heads") == [late.number]
        assert await numbers(queue="any") == [1, 2, 3, 4, 5]
        assert await numbers(mine="true") == [late.number, 1, 2, 3, 4, 5], "he opened them all"
        assert await numbers(due_before=here.hotline.time) == [late.number]
        assert await numbers(state="closed") == []
        first = (await here.ask("sam", "GET", "/tickets", limit=4))[1]
        second = (await here.ask("sam", "GET", "/tickets", limit=4, after=first["next"]))[1]
        assert [each["number"] for each in first["tickets"] + second["tickets"]] == [late.number, 1, 2, 3, 4, 5]
        assert first["tickets"][0]["overdue"] is True
        assert second["next"] is None


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"lane": "golf"}, 422, "no_such_lane"),
        ({"queue": "golf"}, 422, "no_such_queue"),
        ({"assignee": "nobody"}, 422, "no_such_person"),
        ({"reason": " "}, 422, "bad_reason"),
        ({"reason": "a\nb"}, 422, "bad_reason"),
        ({"text": ""}, 422, "no_text"),
        ({"text": "x" * 4_001}, 422, "text_too_long"),
        ({"text": "\x00"}, 422, "text_too_long"),
        ({"text": "\ud800"}, 422, None),
        ({"due_at": 1}, 422, "bad_due"),
        ({"due_at": 2**53}, 422, "bad_due"),
        ({"due_at": 2**70}, 422, None),
        ({"call": "\ud800"}, 422, None),
        ({"assignee": "\ud800"}, 422, None),
        ({"customer": "1; DROP TABLE tickets"}, 422, None),
        ({"queue": "cards"}, 201, None),
    ],
)
async def test_what_a_page_may_not_say_is_refused_with_words(
    tmp_path: Path, changed: dict[str, object], status: int, code: str | None
) -> None:
    async with edge(tmp_path) as here:
        got, said = await here.ask("sam", "POST", "/tickets", **here.new(**changed))
        assert (got, said.get("code")) == (status, code)


async def test_a_number_beyond_the_database_is_no_ticket(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        assert (await here.ask("sam", "GET", f"/tickets/{2**80}"))[0] == 422
        assert (await here.ask("sam", "GET", f"/tickets/{2**53}"))[0] == 404
        assert (await here.ask("sam", "GET", "/tickets", after=f"{'9' * 16}-1", q="\x00"))[0] == 200


async def test_who_lists_tickets_of_others_is_known_to_have_seen_their_customers(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        one, two = await here.ticket(LI, CUSTOMER, by="anna"), await here.ticket(WANG, by="anna")
        await here.ticket(WANG, by="sue")
        for _ in range(3):
            await here.ask("sue", "GET", "/tickets")
        seen = [about for who, deed, about in here.audited if (who, deed) == ("sue", "ticket_read")]
        assert seen == [
            {"ticket": str(one.number), "customer": CUSTOMER, "number": LI},
            {"ticket": str(two.number), "customer": "", "number": WANG},
        ]
        await here.ask("anna", "GET", "/tickets")
        assert "anna" not in {who for who, _, _ in here.audited}, "her own"


@pytest.mark.parametrize("person", ["olaf", "ada", "stranger"])
async def test_operators_auditors_and_strangers_have_no_tickets(tmp_path: Path, person: str) -> None:
    async with edge(tmp_path) as here:
        await here.ticket(WANG)
        for method, path in (("GET", "/tickets"), ("GET", "/tickets/1"), ("POST", "/tickets/1/comments")):
            assert (await here.ask(person, method, path))[0] in {401, 403}


async def test_an_agent_who_holds_no_call_sees_his_own_alone(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        await here.ticket(WANG)
        here.hotline.becomes_ready(ANNA, BEN)
        here.hotline.call("c1", GENERAL)
        assert (await here.ask("anna", "GET", "/tickets/1"))[0] == 404
        assert (await here.ask("ben", "GET", "/tickets/1"))[0] == 200, "the offer is his"


async def test_the_schema_tells_a_program_all_of_it(tmp_path: Path) -> None:
    async with edge(tmp_path) as here:
        status, schema = await here.ask("anna", "GET", "/openapi.json")
        assert status == 200
        assert {"/tickets", "/tickets/{number}/state", "/grants/{number}/decide", "/actions"} <= set(schema["paths"])
        asked = {each["name"] for each in schema["paths"]["/tickets"]["get"]["parameters"]}
        assert asked == {
            "mine",
            "open",
            "state",
            "queue",
            "customer",
            "number",
            "call",
            "due_before",
            "q",
            "after",
            "limit",
        }


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == {*ticket.Why, *grant.Why}
    assert all(chinese.strip() and english.strip() for _, chinese, english in WORDS.values())
