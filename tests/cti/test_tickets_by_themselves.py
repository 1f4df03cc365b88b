"""What becomes of tickets that nobody touches: escalated, given back, closed, forgotten; and who hears of it."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from acd.core.names import CallId
from acd.metrics import Metrics, Vitals
from cti import mqtt_messages
from cti.tickets.events import TicketChanged
from cti.tickets.rules import DAY
from cti.tickets.store import Wanted
from cti.tickets.ticket import TicketRefused, TicketState, What, Why
from cti.tickets.went_up import went_up
from tests.cti.broker import listener, running_broker
from tests.cti.second_line import HEADS, HOUR, RULES, SecondLine, second_line
from tests.cti.small_hotline import SmallHotline
from tests.cti.test_mqtt import SCHEMA, publishing
from tests.metrics.test_metrics import read


async def steps(line: SecondLine, number: int) -> list[tuple[str, str]]:
    """What the hotline did to a ticket by itself."""
    found = await line.tickets.find(number)
    assert found is not None
    return [(entry.what.value, entry.after) for entry in found[1] if not entry.by]


async def test_a_ticket_is_escalated_when_its_promise_nears_when_it_is_broken_and_a_day_later(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        there = await line.ticket(assignee="sam")
        for passes, expected in ((20 * HOUR - 1, []), (1, ["1"]), (4 * HOUR - 1, ["1"]), (1, ["1", "2"])):
            line.time += passes
            await line.tickets.look()
            assert [after for what, after in await steps(line, there.number) if what == "escalated"] == expected
        assert (await line.again(there)).assignee == "sam", "he has it still, and is told"
        line.time += DAY
        await line.tickets.look()
        now = await line.again(there)
        assert (now.level, now.queue, now.assignee) == (3, HEADS, "")
        await line.tickets.look()
        assert len(await steps(line, there.number)) == 4, "each step is taken once"


async def test_who_has_slept_takes_all_steps_at_once_also_after_a_restart(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        there = await line.ticket()
        line.time += 3 * DAY
        line.restarts()
        await line.tickets.look()
        assert await steps(line, there.number) == [("escalated", "3"), ("handed_over", HEADS)]


async def test_a_new_promise_begins_anew_and_a_resolved_ticket_is_left_alone(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        there = await line.ticket()
        line.time += 21 * HOUR
        await line.tickets.look()
        promised = await line.tickets.promise(there.number, 2, "sam", line.time + DAY, "He agrees.")
        assert promised.level == 0
        resolved = await line.tickets.move(there.number, 3, "sam", TicketState.RESOLVED)
        line.time += 2 * DAY
        await line.tickets.look()
        assert (await line.again(there)).revision == resolved.revision
        with pytest.raises(TicketRefused) as refused:
            await line.tickets.promise(there.number, resolved.revision, "sam", line.time + 1, "Why not.")
        assert refused.value.why is Why.NO_SUCH_STEP


async def test_tickets_of_who_is_gone_go_back_to_their_queue(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        his = await line.ticket(assignee="sam")
        begun = await line.tickets.move(his.number, 1, "sam", TicketState.IN_PROGRESS)
        hers = await line.ticket(assignee="tess")
        line.people.discard("sam")
        await line.tickets.look()
        now = await line.again(begun)
        assert (now.assignee, now.queue, now.state) == ("", "cards-desk", TicketState.OPEN)
        assert (await line.again(hers)).assignee == "tess"
        assert line.told[-1] == ("returned", his.number, "")


async def test_what_stays_resolved_is_closed_and_what_is_closed_is_kept_for_years(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        there = await line.ticket()
        await line.tickets.move(there.number, 1, "sam", TicketState.RESOLVED)
        line.time += RULES.close_after
        await line.tickets.look()
        assert (await line.again(there)).state is TicketState.CLOSED
        line.time += RULES.keep_for - 1
        await line.tickets.look()
        assert await line.tickets.find(there.number) is not None
        line.time += 1
        await line.tickets.look()
        assert await line.tickets.find(there.number) is None
        assert (await line.ticket()).number == there.number + 1


async def test_hundreds_fall_due_at_once_and_none_is_forgotten(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        for _ in range(230):
            await line.ticket()
        line.time += 21 * HOUR
        await line.tickets.look()
        pages = [await line.tickets.page(Wanted(), None, 100)]
        while len(pages[-1]) == 100:
            last = pages[-1][-1]
            pages.append(await line.tickets.page(Wanted(), (last.due_at, last.number), 100))
        assert [ticket.level for page in pages for ticket in page] == [1] * 230


async def test_a_disk_that_fails_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with second_line(tmp_path) as line:
        sound, failures = line.store.assignees, iter(range(3))

        async def fails_at_first() -> Sequence[str]:
            if next(failures, None) is not None:
                raise sqlite3.OperationalError("disk I/O error")
            return await sound()

        monkeypatch.setattr(line.store, "assignees", fails_at_first)
        there = await line.ticket()
        line.time += 21 * HOUR
        escalated = asyncio.Event()
        line.tickets.listen(lambda news: escalated.set() if news.what is What.ESCALATED else None)
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(line.tickets.run(every=0.01))
            await escalated.wait()
            running.cancel()
        assert (await line.again(there)).level == 1


async def test_metrics_count_tickets_by_state_and_broken_promises(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        await line.ticket(due_in=1)
        await line.ticket()
        done = await line.ticket(due_in=1)
        await line.tickets.move(done.number, 1, "sam", TicketState.RESOLVED)
        line.time += 1
        await line.tickets.look()
        vitals = Vitals(
            tickets=lambda: {state.value: many for state, many in line.tickets.counts.items()},
            tickets_overdue=lambda: line.tickets.overdue,
        )
        page = await read(Metrics(SmallHotline().look, vitals))
        assert page["hotline_tickets{state=open}"] == 2
        assert page["hotline_tickets{state=resolved}"] == 1
        assert page["hotline_tickets{state=closed}"] == 0
        assert page["hotline_tickets_overdue"] == 1


@pytest.mark.real
async def test_other_systems_hear_of_tickets_but_not_of_whom_they_are_about(tmp_path: Path) -> None:
    hotline = SmallHotline()
    with second_line(tmp_path) as line:
        line.rules = replace(RULES, lane_queues={})
        async with running_broker(tmp_path / "broker") as broker, listener(broker) as listening:  # noqa: SIM117
            async with publishing(hotline, broker.port) as publisher:
                line.tickets.listen(publisher.hear_news)
                await listening.hear("hotline/v1/core", state="online")
                there = await line.ticket(caller="+8613800000001", customer="70010001", reason="very secret")
                await line.tickets.comment(there.number, "sam", "very secret, too")
                line.time += 21 * HOUR
                await line.tickets.look()
                said = await listening.hear("hotline/v1/tickets/escalated", ticket=there.number)
                assert (said["state"], said["queue"], said["level"], said["by"]) == ("open", "second-line", 1, None)
                heard = [message for topic, message, _ in listening.heard if "/tickets/" in topic]
                assert [message["what"] for message in heard] == ["opened", "commented", "escalated"]
                assert [message["seq"] for message in heard] == [1, 2, 3]
        validator = jsonschema.Draft202012Validator(SCHEMA)
        for message in heard:
            validator.validate(message)
        sent = json.dumps(heard)
        assert not any(secret in sent for secret in ("13800000001", "70010001", "secret", "kept it"))


def test_the_schema_knows_all_that_may_happen_to_a_ticket() -> None:
    words = SCHEMA["$defs"]["ticket"]["properties"]
    assert set(words["what"]["enum"]) == {what.value for what in What}
    assert set(words["state"]["enum"]) == {state.value for state in TicketState}


async def test_each_message_has_what_the_schema_asks_for(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        news: list[TicketChanged] = []
        line.tickets.listen(news.append)
        await line.ticket()
        assert set(mqtt_messages.ticket_message(news[0])) | {"stream", "seq"} == set(
            SCHEMA["$defs"]["ticket"]["required"]
        )


async def test_a_call_went_up_if_somebody_elses_hands_had_its_ticket_at_that_time(tmp_path: Path) -> None:
    with second_line(tmp_path) as line:
        began = line.time
        await line.ticket(call="c1")
        await line.ticket(call="c2", assignee="anna")
        escalated = await line.ticket(call="c3", assignee="anna", due_in=5 * HOUR)
        given = await line.ticket(call="c4", assignee="anna")
        await line.tickets.hand_over(given.number, 1, "anna", assignee="sam")
        line.time += HOUR
        await line.tickets.look()
        assert (await line.again(escalated)).level == 1
        await line.tickets.move(1, 1, "sam", TicketState.RESOLVED)

        def up(call: str, since: int, until: int) -> bool:
            return line.file.do(lambda c: went_up(c, began)(CallId(call), began + since, began + until))

        assert [up(call, 0, 2 * HOUR) for call in ("c1", "c2", "c3", "c4", "c5", "")] == [
            *(True, False, True, True, False, False)
        ]
        assert not up("c1", -2 * HOUR, -HOUR), "before it was opened"
        assert not up("c1", HOUR + 1, 2 * HOUR), "after it was settled"
