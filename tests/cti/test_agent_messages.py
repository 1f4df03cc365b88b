"""The published schema, the page that explains it and the code name the same messages and take the same ones."""

import ast
import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.websockets import WebSocket

from acd.core.agents import AgentState
from acd.core.events import AgentOffered, OfferEnd
from acd.core.names import CallId
from acd.core.switch_events import PhoneState, Verdict
from acd.core.talk_events import ConsultEnd, TransferEnded
from acd.core.transfers import Target, TransferKind, TransferResult
from cti import messages
from cti.agent_socket import PLAIN, AgentSocket
from cti.customers.fields import FieldKind
from cti.customers.merging import Identity, SourceState
from cti.grants.grant import AMOUNT_AT_MOST, GrantState
from cti.grants.on_screen import ON_THE_WIRE
from cti.screens import AgentScreens
from cti.tickets.ticket import TicketState, What
from tests.cti.published import PAGE, ROOT, SCHEMA, WORDS, faults, told, told_by
from tests.cti.small_hotline import ANNA, BEN, SmallHotline, eventful_policy

CODE = ast.parse((ROOT / "src" / "cti" / "messages.py").read_text())
FROM_PAGE, TO_PAGE = told_by("from_page"), told_by("to_page")


def read_in_the_code() -> set[str]:
    """The types that `messages.read` knows: those without more in them, and those that a pattern names."""
    found = set(messages._PLAIN)
    for pattern in (each for each in ast.walk(CODE) if isinstance(each, ast.MatchMapping)):
        for key, value in zip(pattern.keys, pattern.patterns, strict=True):
            if isinstance(key, ast.Constant) and key.value == "type" and isinstance(value, ast.MatchValue):
                assert isinstance(value.value, ast.Constant)
                found.add(str(value.value.value))
    return found


def made_in_the_code() -> dict[str, set[str]]:
    """The fields of each message that a function of `messages` makes, as far as it names them itself."""
    calls = [each for each in ast.walk(CODE) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
    found = {}
    for call in (each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "_json"):
        words = {word.arg: word.value for word in call.keywords if word.arg is not None}
        kind = words["type"]
        assert isinstance(kind, ast.Constant)
        found[str(kind.value)] = set(words)
    return found


def explained() -> tuple[set[str], dict[str, str]]:
    """The types that the page explains: those from the page, and those to it each with what is written of it."""
    before, _, after = PAGE.read_text().partition("## To the page")
    after, _, _ = after.partition("\n## ")
    parts = re.split(r"^\*\*`([a-z_]+)`\*\*", after, flags=re.MULTILINE)
    return set(re.findall(r'^\| `\{type: "([a-z_]+)"', before, re.MULTILINE)), dict(
        zip(parts[1::2], parts[2::2], strict=True)
    )


def test_code_schema_and_page_name_the_same_messages() -> None:
    from_page, to_page = explained()
    assert read_in_the_code() == set(FROM_PAGE) == from_page
    assert set(made_in_the_code()) == set(TO_PAGE) == set(to_page)


def test_every_field_that_the_code_names_is_in_the_schema_and_every_field_of_the_schema_is_explained() -> None:
    _, to_page = explained()
    for kind, fields in made_in_the_code().items():
        assert fields <= set(TO_PAGE[kind]["required"])
    for kind, message in TO_PAGE.items():
        explained_of_it = set(re.findall("[a-z_]+", " ".join(re.findall("`([^`]+)`", to_page[kind]))))
        unsaid = fields_in(message) - {"type"} - explained_of_it
        assert not unsaid, f"docs/agent-messages.md does not explain {unsaid} of {kind}"


def parts(of: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and all schemas within it."""
    if isinstance(of, Mapping):
        yield of
        for each in of.values():
            yield from parts(each)
    elif isinstance(of, list):
        for each in of:
            yield from parts(each)


def fields_in(message: Mapping[str, Any]) -> set[str]:
    """The names of all fields of a message and of what is in it."""
    found = set()
    for each in parts(message):
        found |= set(each["properties"]) if each.get("type") == "object" and "properties" in each else set()
        if "$ref" in each:
            found |= fields_in(WORDS[each["$ref"].rpartition("/")[2]])
    return found


def test_the_schema_leaves_nothing_open() -> None:
    for each in parts(SCHEMA):
        match each.get("type"):
            case "object" if "properties" in each:
                assert each["additionalProperties"] is False
                assert set(each["required"]) == set(each["properties"])
            case "object":
                assert {"propertyNames", "additionalProperties", "maxProperties"} <= set(each)
            case "string":
                assert "pattern" in each or "maxLength" in each
            case "array":
                assert "maxItems" in each
            case "integer":
                assert "minimum" in each
    ways = {each["$ref"] for way in ("from_page", "to_page") for each in WORDS[way]["oneOf"]}
    assert ways == {f"#/$defs/{name}" for name in WORDS if re.match("(from|to)_page_", name)}


def enum(of: Mapping[str, Any]) -> set[Any]:
    return set(of["enum"])


def test_the_schema_knows_the_codes_closed_lists() -> None:
    states = {state.value for state in AgentState}
    field, source = WORDS["customer_field"]["properties"], WORDS["customer_source"]["properties"]
    assert enum(WORDS["agent_state"]) == states
    assert enum(TO_PAGE["state"]["properties"]["phone"]) == {state.value for state in PhoneState}
    ends = {end.value for ends in (OfferEnd, ConsultEnd) for end in ends} - {"answered", "handed_over"}
    assert enum(TO_PAGE["pop_end"]["properties"]["reason"]) == ends
    assert enum(TO_PAGE["verdict"]["properties"]["verdict"]) == {verdict.value for verdict in Verdict}
    assert enum(TO_PAGE["transfer"]["properties"]["result"]) == {result.value for result in TransferResult}
    assert {one for way in WORDS["target"]["oneOf"] for one in way["required"]} == {kind.value for kind in TransferKind}
    assert enum(field["type"]) == {kind.value for kind in FieldKind}
    assert enum(source["state"]) == {state.value for state in SourceState}
    assert enum(TO_PAGE["customer"]["properties"]["identity"]) == {identity.value for identity in Identity}
    assert enum(TO_PAGE["ticket"]["properties"]["why"]) == {what.value for what in What} | {"pop"}
    assert enum(WORDS["ticket_row"]["properties"]["state"]) == {state.value for state in TicketState}
    wire = {ON_THE_WIRE.get(state, state.value) for state in GrantState}
    assert enum(TO_PAGE["grant"]["properties"]["state"]) == wire
    assert TO_PAGE["grant"]["properties"]["amount"]["maximum"] == AMOUNT_AT_MOST
    # What a refusal may name: all that is asked for, the log-in by the connection itself, and nothing else.
    asked = read_in_the_code() - {"shown", "targets"} | {"log_in"}
    assert enum(TO_PAGE["refused"]["properties"]["request"]) == asked
    assert {name for name, _ in PLAIN.values()} <= asked
    assert {*PLAIN, messages.SaysDone, messages.SaysTargets} == set(get_args(messages.Plain))


def test_on_a_day_on_which_everything_happens_every_word_to_a_screen_is_in_the_schema() -> None:
    hotline = SmallHotline(eventful_policy())
    screens = AgentScreens(hotline.look, hotline.ask)
    hotline.feed.listen(screens.hear)
    shown: list[str] = []

    def look(_: int, event: object) -> None:
        if isinstance(event, AgentOffered):
            # As a screen that is opened anew: it is told the state, and whom it has.
            screens.open(event.agent)
        for agent in (ANNA, BEN):
            screen = screens._screens.get(agent) or screens.open(agent)
            shown.extend(screen.outbox._texts.values())
            screen.outbox._texts.clear()

    hotline.feed.listen(look)
    hotline.everything_happens()
    kinds = {told(text)["type"] for text in shown}
    assert kinds == {"state", "day", "pop", "pop_end", "verdict", "transfer", "control_failed"}


@pytest.mark.parametrize("kind", TransferKind)
def test_a_transfer_is_told_as_it_was_asked_for(kind: TransferKind) -> None:
    to = {TransferKind.NUMBER: "85212345678"}.get(kind, "general")
    asked = json.dumps({"type": "transfer", "to": {kind.value: to}})
    target = messages.read(asked).target  # type: ignore[union-attr]
    assert target == Target(kind, to)
    said = told(messages.transfer(TransferEnded(CallId("c1"), ANNA, target, TransferResult.REACHED)))
    assert said["to"] == json.loads(asked)["to"]


async def takes(text: str) -> bool:
    """Whether a real connection lives on after its browser has said this."""
    hotline = SmallHotline()
    screens = AgentScreens(hotline.look, hotline.ask)
    said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    closed: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "websocket.close":
            closed.append(message["code"])
        # The answer to the last thing that was said: all before it was taken.
        elif "text" in message and told(message["text"])["type"] == "targets":
            said.put_nowait({"type": "websocket.disconnect", "code": 1000})

    said.put_nowait({"type": "websocket.connect"})
    for each in (text, '{"type":"targets"}'):
        said.put_nowait({"type": "websocket.receive", "text": each})
    socket = WebSocket({"type": "websocket", "path": "/agent/ws", "headers": []}, receive=said.get, send=send)
    async with asyncio.timeout(5):
        await AgentSocket(hotline.look, hotline.ask, screens).serve(socket, ANNA)
    assert closed in ([], [1008])
    return not closed


def values(of: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What a part of the schema accepts."""
    if "$ref" in of:
        return values(WORDS[of["$ref"].rpartition("/")[2]])
    if "const" in of:
        return st.just(of["const"])
    if "oneOf" in of:
        return st.one_of(*map(values, of["oneOf"]))
    made: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "boolean": st.booleans,
        "integer": lambda: st.integers(of["minimum"], of["maximum"]),
        "string": lambda: st.from_regex(of["pattern"].removesuffix("$") + r"\Z"),
        "object": lambda: st.fixed_dictionaries({name: values(each) for name, each in of["properties"].items()}),
    }
    return made[of["type"]]()


ALLOWED = values({"oneOf": list(FROM_PAGE.values())})
# JSON's 1.0 is an integer for the schema; no browser writes it so, and the hotline does not take it.
NUMBERS = st.integers() | st.floats().filter(lambda number: not number.is_integer())
TEXTS = st.text(max_size=40) | st.sampled_from(["cards", "cards\n", "+86138", "１３８００", "a" * 33, "Cards", "-1"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.sampled_from([-1, 2**53, 2**53 - 1]) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lane", "agent", "number", "to", "x"]) | TEXTS, inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(["type", "reason", "offer", "to", "on", "number", "agent", "x"])


@st.composite
def spoiled(draw: st.DrawFn) -> object:
    """A message with something in it that may be wrong, or anything else at all."""
    said: dict[str, Any] = dict(draw(ALLOWED))
    match draw(st.sampled_from(["lacks", "has more", "is another", "is of another type", "is not one"])):
        case "lacks":
            said.pop(draw(st.sampled_from(sorted(said))))
        case "has more":
            said[draw(KEYS)] = draw(ANYTHING)
        case "is another":
            said[draw(st.sampled_from(sorted(said)))] = draw(ANYTHING)
        case "is of another type":
            said["type"] = draw(st.sampled_from(sorted({*FROM_PAGE, *TO_PAGE})))
        case "is not one":
            return draw(ANYTHING)
    return said


@given(ALLOWED)
@settings(max_examples=100, deadline=None)
def test_the_hotline_takes_whatever_the_schema_lets_a_page_say(said: object) -> None:
    assert faults("from_page", said) == []
    assert asyncio.run(takes(json.dumps(said)))


@given(spoiled())
@settings(max_examples=400, deadline=None)
def test_the_hotline_ends_the_connection_of_a_page_that_says_what_the_schema_does_not_have(said: object) -> None:
    allowed = not faults("from_page", said)
    assert asyncio.run(takes(json.dumps(said))) == allowed


def nearly(draw: st.DrawFn, said: Any) -> Any:
    """Something like what was said, and often just beyond what may be."""
    match said:
        case {"lane": to} | {"agent": to} | {"number": to} if len(said) == 1 and draw(st.booleans()):
            return {draw(st.sampled_from(["lane", "agent", "number", "planet"])): to}
        case dict() if said:
            name = draw(st.sampled_from(sorted(set(said) - {"type"}) or ["type"]))
            return {**said, name: nearly(draw, said[name])}
        case str():
            return draw(st.sampled_from([said + "\n", said + " ", said + said, said.upper(), said[:1], "+" + said, ""]))
        case bool():
            return int(said)
        case int():
            return draw(st.sampled_from([-1 - said, said + 2**53, said == 1, str(said)]))
    return said


@pytest.mark.parametrize("kind", sorted(FROM_PAGE))
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_just_beyond_a_message_is_none(kind: str, data: st.DataObject) -> None:
    said = nearly(data.draw, data.draw(values(FROM_PAGE[kind])))
    allowed = not faults("from_page", said)
    assert asyncio.run(takes(json.dumps(said))) == allowed
