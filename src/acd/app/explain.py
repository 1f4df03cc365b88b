"""`hotline explain`: why a call waited, second by second, and why it went to whom, from the journal.

For people as a story that fits on a screen, by the hotline's own clocks; for machines as JSON with everything. It holds
no number and no name of a caller. The journal may be read while a core writes to it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, is_dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from acd.app import console
from acd.app.event_words import plain, words_of, words_of_step
from acd.app.reading import reading
from acd.app.settings import journal_here
from acd.app.times import length, moment
from acd.core.agents import AgentState
from acd.core.events import CallEnteredLane, Event
from acd.core.explain import BY_TRANSFER, Excluded, Offer, Rule, Waiting
from acd.core.instants import Duration, Instant
from acd.core.names import CallId
from acd.core.policy import CallChoice, RouteStep
from acd.journal.sqlite import SqliteStored
from acd.journal.story import Listed, Span, Story, last_calls, tell

FOUND, UNKNOWN = 0, 1
NAMED_AT_MOST = 6
LISTED = 20
"""Calls that are listed when none is named."""

SECRET = frozenset({"number", "name", "customer"})
"""Fields of events that tell who called."""


def run(call: str | None, path: Path | None, *, as_json: bool) -> int:
    """Print the call's story, or the last calls when none is named.

    Returns the exit code: 0 found, 1 unknown. Raises the journal's one-line errors.
    """
    path = path or journal_here()
    stored = SqliteStored(path)
    try:
        if call is None:
            _list(last_calls(stored, LISTED), as_json=as_json)
            return FOUND
        story = tell(stored, CallId(call), reading())
    finally:
        stored.close()
    if story is None:
        console.refuse(f"{path}: knows of no call {call[:80]!r}; `hotline explain` alone lists the last ones")
        return UNKNOWN
    if as_json:
        console.print_json(as_data(story))
    else:
        for line in told(story):
            console.say(line)
    return FOUND


def _list(calls: list[Listed], *, as_json: bool) -> None:
    if as_json:
        console.print_json(
            [
                {
                    "call": each.call,
                    "arrived_at": each.at,
                    "dialled": each.dialled,
                    "keys": each.keys,
                    "lane": each.lane,
                    "result": each.result,
                }
                for each in calls
            ]
        )
    else:
        rows = [
            (
                moment(each.at, each.utc_offset),
                each.call,
                each.dialled or "-",
                " ".join(key for _, key in each.keys) or "-",
                each.lane or "-",
                "going on" if each.result is None else plain(each.result),
            )
            for each in calls
        ]
        console.table("the last calls", ("arrived at", "call", "dialled", "keys", "first lane", "result"), rows)


def as_data(story: Story) -> dict[str, Any]:
    """Everything that is known, as plain values; instants are milliseconds since 1970, `utc_offset` milliseconds."""
    return {
        "call": story.call,
        "finished": story.finished,
        "told_until": story.told_until,
        "utc_offset": story.utc_offset,
        "remark": story.remark,
        "keys": story.keys,
        "verified": story.verified,
        "events": [
            {"at": at, "kind": type(event).__name__, **_fields(event), **_heard(story.steps.get(number))}
            for number, (at, event) in enumerate(story.events)
        ],
        "waiting": [{"begin": span.begin, "end": span.end, **asdict(span.reasons)} for span in story.spans],
        "offers": [asdict(offer) for offer in story.offers],
    }


def told(story: Story) -> Iterator[str]:
    """The story in lines for people."""
    began = story.events[0][0] if story.events else story.told_until
    yield f"Call {story.call}, {moment(began, story.utc_offset)}"
    moments = [(at, 0, list(_event_lines(number, story))) for number, (at, _) in enumerate(story.events)]
    moments += [(spans[0].begin, 1, list(_waiting_lines(spans, story))) for spans in _alike(story.spans)]
    moments += [(offer.at, 2, list(_offer_lines(offer, waited=bool(story.spans)))) for offer in story.offers]
    for at, _, lines in sorted(moments, key=lambda each: each[:2]):
        for number, line in enumerate(lines):
            yield f"{length(at - began) if number == 0 else '':>9}  {line}"
    if story.remark:
        yield f"           {story.remark}"
    elif not story.finished:
        yield f"{length(story.told_until - began):>9}  the journal ends here, and the call is not over"


def _event_lines(number: int, story: Story) -> Iterator[str]:
    """An event in words and, below that by which he entered his first lane, what he did in the menus."""
    _, event = story.events[number]
    heard = words_of_step(story.steps[number]) if number in story.steps else ""
    words = words_of(event, story.utc_offset)
    yield words + (f"{',' if ':' in words else ':'} {heard}" if heard else "")
    if isinstance(event, CallEnteredLane) and not any(
        isinstance(earlier, CallEnteredLane) for _, earlier in story.events[:number]
    ):
        if story.keys:
            yield f"    pressed in the menus: {', '.join(f'{key} in {menu}' for menu, key in story.keys)}"
        if story.verified:
            yield "    had proved by his PIN who he is"


def _alike(spans: list[Span]) -> Iterator[list[Span]]:
    """Spans in a row that differ only in what the able agents do."""
    for _, row in groupby(spans, key=lambda span: _frame(span.reasons)):
        yield list(row)


def _frame(reasons: Waiting) -> tuple[object, ...]:
    lasting = tuple(each for each in reasons.excluded if each.rule is not Rule.STATE)
    return (
        reasons.lane,
        reasons.steps,
        reasons.steps_open,
        reasons.asks_for,
        reasons.kept_for,
        reasons.able,
        lasting,
        reasons.version,
    )


def _waiting_lines(spans: list[Span], story: Story) -> Iterator[str]:
    reasons = spans[0].reasons
    end = story.told_until if spans[-1].end is None else spans[-1].end
    yet = " yet" if reasons.steps_open else ""
    steps = f"{_steps(reasons.steps)} taken" if reasons.steps else f"no step taken{yet}"
    ahead = f", {_steps(reasons.steps_open)} still to come" if reasons.steps_open else ""
    kept = f", kept for {reasons.kept_for}" if reasons.kept_for else ""
    yield (
        f"waited {length(end - spans[0].begin)} in {reasons.lane} ({steps}{ahead}){kept}, "
        f"asking for {reasons.asks_for or 'nothing'}; settings {reasons.version}"
    )
    # Only the last look at the conditions was not overtaken by another.
    for condition in spans[-1].reasons.conditions:
        yield f"    {condition.replace(': ', ' waits for: ', 1)}"
    if not reasons.able:
        yield "    nobody may serve it"
    for agent in reasons.able[:NAMED_AT_MOST]:
        yield f"    {agent} may: {_doings(agent, spans, end)}"
    if len(reasons.able) > NAMED_AT_MOST:
        yield f"    and {len(reasons.able) - NAMED_AT_MOST} more who may"
    yield from _not_asked(each for each in reasons.excluded if each.rule is not Rule.STATE)


def _steps(numbers: tuple[int, ...]) -> str:
    """Steps by their numbers: `step 1`, `steps 1 and 2`, `steps 1, 2 and 3`."""
    *first, last = map(str, numbers)
    return f"steps {', '.join(first)} and {last}" if first else f"step {last}"


def _not_asked(excluded: Iterable[Excluded]) -> Iterator[str]:
    """A line for each rule, with those whom it left out."""
    for rule, row in groupby(sorted(excluded, key=lambda each: each.rule), key=lambda each: each.rule):
        yield f"    not asked ({_RULES[rule]}): {_named(list(row))}"


_RULES = {
    Rule.NEEDS: "lack what it asks for",
    Rule.RESERVE: "kept back",
    Rule.KEPT: "kept for another",
    Rule.PAUSED_ROUTING: "no link",
    Rule.STATE: "not ready",
}


def _named(excluded: list[Excluded]) -> str:
    named = "; ".join(
        f"{each.agent} {_state(each.detail) if each.rule is Rule.STATE else each.detail}"
        for each in excluded[:NAMED_AT_MOST]
    )
    more = len(excluded) - NAMED_AT_MOST
    return named + (f"; and {more} more" if more > 0 else "")


def _doings(agent: str, spans: list[Span], end: Instant) -> str:
    """What an able agent did meanwhile: `talking 0:40, wrap-up 0:20`."""
    found: list[tuple[str, Duration]] = []
    for span in spans:
        state = next((each.detail for each in span.reasons.excluded if each.agent == agent), str(AgentState.READY))
        lasted = (end if span.end is None else span.end) - span.begin
        if found and found[-1][0] == state:
            found[-1] = (state, found[-1][1] + lasted)
        else:
            found.append((state, lasted))
    shown = ", ".join(f"{_state(state)} {length(lasted)}" for state, lasted in found[:NAMED_AT_MOST])
    return shown + (" …" if len(found) > NAMED_AT_MOST else "")


def _state(detail: str) -> str:
    """An agent's state in words; after a colon stands the reason for his pause, which is as the settings name it."""
    state, colon, reason = detail.partition(":")
    return ("wrap-up" if state == AgentState.WRAP_UP else plain(state)) + colon + reason


def _offer_lines(offer: Offer, *, waited: bool) -> Iterator[str]:
    """Why an offer was made so; and who was left out, unless that stands with the time that the call `waited`."""
    if offer.rule == BY_TRANSFER:
        yield f"    {offer.agent} was asked because of a transfer, whatever the lane asks for"
        return
    if offer.calls:
        yield f"    {offer.agent} became free and took it, by the rule {offer.rule}:"
        for compared in offer.calls[:NAMED_AT_MOST]:
            mark = "→" if compared.call == offer.call else " "
            vip = f", {compared.vip}" if compared.vip else ""
            waits = f", {compared.lane_waits} wait in its lane" if offer.rule == CallChoice.LONGEST_LANE else ""
            yield (
                f"    {mark} {compared.call} in {compared.lane}: priority {compared.priority}, counts as "
                f"{length(compared.standing)} (waited {length(compared.waited)}{vip}), level {compared.level}{waits}"
            )
        compared_more = offer.more + max(0, len(offer.calls) - NAMED_AT_MOST)
    else:
        yield f"    {offer.agent} was chosen of {len(offer.agents) + offer.more} ready, by the rule {offer.rule}:"
        for agent in offer.agents[:NAMED_AT_MOST]:
            mark = "→" if agent.agent == offer.agent else " "
            yield (
                f"    {mark} {agent.agent}: serves {_kinds(agent.kinds)}, level {agent.level}, "
                f"idle {length(offer.at - agent.idle_since)}, {agent.answered} calls, occupancy {agent.occupancy:.0%}"
            )
        compared_more = offer.more + max(0, len(offer.agents) - NAMED_AT_MOST)
    if compared_more:
        yield f"      and {compared_more} more"
    if offer.passed_over:
        yield f"      passed over, their share is used up: {', '.join(offer.passed_over)}"
    if not waited:
        yield from _not_asked(offer.excluded)


def _kinds(count: int) -> str:
    return f"{count} kind of callers" if count == 1 else f"{count} kinds of callers"


def _heard(step: RouteStep | None) -> dict[str, Any]:
    """What the step of an event had the caller hear."""
    return {} if step is None else {"announce": step.announce, "offer_callback": step.offer_callback}


def _fields(event: Event) -> dict[str, Any]:
    """An event's fields but those that tell who called."""
    found = {}
    for name in event.__dataclass_fields__:
        value = getattr(event, name)
        if name != "call" and name not in SECRET:
            found[name] = str(value) if isinstance(value, StrEnum) or is_dataclass(value) else value
    return found
