"""Settings that are allowed each by itself and make no sense together: half of a pair, or something without effect.

Like the checks of references.py these walk the tree of the file, so that they find their faults beside others.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from acd.config.disposition_faults import disposition_faults
from acd.config.faults import Fault
from acd.config.hours import parse_date, parse_dates
from acd.config.outcomes import parse_outcome
from acd.config.places import entries_of, find, inside, items_of, keys_of
from acd.config.references import outcomes_in
from acd.config.yaml_tree import Node
from acd.core.outcomes import OutcomeKind

_CHANGE_NOTHING = frozenset({"after", "when", "once", "narrows"})
_PAIRS = (
    ("limits", "when_full", "says when the lane is full; add when_full, which says where callers go then"),
    ("when_full", "limits", "is for a lane with limits; add limits: {length: …} or {wait: …}"),
    ("hours", "when_closed", "says when the lane is open; add when_closed, which says where callers go otherwise"),
    ("when_closed", "hours", "is for a lane with hours; add hours, the name of a calendar"),
)


def contradictions(root: Node, file: str) -> list[Fault]:
    """Every place that makes no sense beside another."""
    found = [*_steps(root), *_lanes(root), *_reserves(root), *_signs(root), *_dates(root), *_circles(root)]
    found += [*_bounds(root), *_pins(root), *_unhappy(root), *_one_music(root), *_directory(root)]
    found += disposition_faults(root)
    return [Fault(file, node.line, node.column, path, message) for path, node, message in found]


def _steps(root: Node) -> Iterator[tuple[str, Node, str]]:
    for path, step in find(root, "lanes.*.steps.*"):
        keys = keys_of(step)
        if not isinstance(step.value, dict):
            continue
        if set(keys) <= _CHANGE_NOTHING:
            yield path, step, "changes nothing; say what changes, for example needs, add, announce or overflow"
        if "narrows" in keys and "needs" not in keys:
            yield f"{path}.narrows", step.value["narrows"], "is about `needs`, which this step does not have"
        if "once" in keys and "when" not in keys:
            yield f"{path}.once", step.value["once"], "is about `when`, which this step does not have"
        if "overflow" in keys and not {"after", "when"} & set(keys):
            yield f"{path}.overflow", step.value["overflow"], _AT_ONCE
    for path, overflow in find(root, "lanes.*.overflow"):
        if isinstance(overflow.value, dict) and not {"after", "when"} & set(overflow.value):
            yield path, overflow, _AT_ONCE


_AT_ONCE = "would send every caller away at once; give after, when, or both"


def _lanes(root: Node) -> Iterator[tuple[str, Node, str]]:
    for path, lane in find(root, "lanes.*"):
        for key, other, message in _PAIRS:
            node = inside(lane, key)
            if node is not None and inside(lane, other) is None:
                yield f"{path}.{key}", node, message
        limits = inside(lane, "limits")
        if limits is not None and limits.value == {}:
            yield f"{path}.limits", limits, "limits nothing; give length, wait, or both"
        announce = inside(lane, "announce")
        told = entries_of(announce)
        if isinstance(announce, Node) and not any(
            key in told and told[key].value is not False for key in ("position", "estimated_wait")
        ):
            yield f"{path}.announce", announce, "tells nothing; give position: true, estimated_wait: true, or both"


def _reserves(root: Node) -> Iterator[tuple[str, Node, str]]:
    for path, reserve in find(root, "reserves.*"):
        keys = keys_of(reserve)
        if isinstance(reserve.value, dict) and ("only_for" in keys) == ("backup_for" in keys):
            yield path, reserve, "must say one of only_for and backup_for, each with a lane"
        elif "only_for" in keys and "until" not in keys:
            yield f"{path}.until", reserve, "is missing; say when these agents may serve the other lanes, too"


def _signs(root: Node) -> Iterator[tuple[str, Node, str]]:
    for path, signs in find(root, "vip.*.recognised_by"):
        verified = inside(signs, "verified")
        known = isinstance(signs.value, dict) and signs.value.keys() & {"customer_tier", "dialled"}
        if isinstance(signs.value, dict) and not known and (verified is None or verified.value is False):
            yield path, signs, "recognises nobody; give a customer_tier, dialled numbers, or verified: true"


def _dates(root: Node) -> Iterator[tuple[str, Node, str]]:
    for path, calendar in find(root, "calendars.*"):
        special = inside(calendar, "special")
        closed = inside(calendar, "closed_on")
        if special is None or closed is None:
            continue
        days = sorted(day for day in map(_day, keys_of(special)) if day is not None)
        for at, node in enumerate(items_of(closed)):
            try:
                first, last = parse_dates(node.value)
            except ValueError:
                continue
            if bisect_right(days, last) > bisect_left(days, first):
                yield f"{path}.closed_on[{at}]", node, "has hours of its own in special; a date is one or the other"


def _day(text: str) -> int | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _bounds(root: Node) -> Iterator[tuple[str, Node, str]]:
    """Places that hold a row of digits, where the shortest is longer than the longest."""
    pin = inside(root, "pin")
    places = [(path, node) for path, node in find(root, "menus.*.*") if _kind(node) == "collect"]
    for path, node in [*places, *([("pin", pin)] if pin is not None else [])]:
        defaults = _PIN_LENGTHS if path == "pin" else _ROW_LENGTHS
        least, most = (_number(inside(node, key), default) for key, default in defaults)
        if least is not None and most is not None and least > most:
            key = "at_most" if inside(node, "at_most") is not None else "at_least"
            where = inside(node, key)
            assert where is not None, "the defaults fit each other"
            yield f"{path}.{key}", where, f"at least {least} digits and at most {most} are no number of digits"


_PIN_LENGTHS = (("at_least", 4), ("at_most", 6))
_ROW_LENGTHS = (("at_least", 1), ("at_most", 20))


def _pins(root: Node) -> Iterator[tuple[str, Node, str]]:
    """Who knows the PINs, and steps that ask for one while nobody does."""
    pin = inside(root, "pin")
    if pin is None:
        for path, step in find(root, "menus.*.*"):
            if _kind(step) in {"pin", "pin_change"}:
                yield path, step, "asks for a PIN that nobody knows; add the section pin: {verifier: local}"
        return
    verifier, https = inside(pin, "verifier"), inside(pin, "https")
    if verifier is not None and verifier.value == "https" and https is None:
        yield "pin.https", pin, "is missing; say where the online bank is: url and secret_file"
    if https is not None and (verifier is None or verifier.value == "local"):
        yield "pin.https", https, "is for verifier: https; add it, or take this out"


def _unhappy(root: Node) -> Iterator[tuple[str, Node, str]]:
    for path, survey in find(root, "surveys.*"):
        unhappy = inside(survey, "unhappy_at")
        at = _number(unhappy, 0)
        for where, question in find(survey, "questions.*"):
            keys = _number(inside(question, "keys"), _QUESTION_KEYS) if isinstance(question.value, dict) else None
            own = inside(question, "unhappy_at") if isinstance(question.value, dict) else None
            if unhappy is not None and own is None and at is not None and keys is not None and at >= keys:
                message = f"every answer to {where} is at most {keys}, so all would be unhappy; write a lower key"
                yield f"{path}.unhappy_at", unhappy, message
                break
        for where, question in find(survey, "questions.*"):
            own = inside(question, "unhappy_at") if isinstance(question.value, dict) else None
            keys = _number(inside(question, "keys"), _QUESTION_KEYS) if isinstance(question.value, dict) else None
            limit = _number(own, 0)
            if own is not None and limit is not None and keys is not None and limit >= keys:
                message = f"every answer is at most {keys}, so all would be unhappy; write a lower key"
                yield f"{path}.{where}.unhappy_at", own, message


_QUESTION_KEYS = 5


def _one_music(root: Node) -> Iterator[tuple[str, Node, str]]:
    """Adverts whose music has one name for Asterisk, as names and languages are joined by a hyphen there."""
    adverts = inside(root, "adverts")
    known: dict[str, str] = {}
    for advert, node in entries_of(adverts).items():
        for language in keys_of(inside(root, "languages")):
            other = known.setdefault(f"{advert}-{language}", advert)
            if other != advert:
                yield f"adverts.{advert}", node, f"sounds like {other} in another language; give it another name"
                break


def _kind(step: Node) -> str:
    kind = inside(step, "step")
    return kind.value if kind is not None and isinstance(kind.value, str) else ""


def _number(node: Node | None, default: int) -> int | None:
    """The whole number that is written; None for anything else that is."""
    if node is None:
        return default
    return node.value if isinstance(node.value, int) and not isinstance(node.value, bool) else None


def _circles(root: Node) -> Iterator[tuple[str, Node, str]]:
    """Lanes that hand callers on until they are back where they were."""
    ways: dict[str, list[tuple[str, str, Node]]] = {lane: [] for lane in keys_of(inside(root, "lanes"))}
    for lane, path, node in outcomes_in(root):
        try:
            outcome = parse_outcome(node.value)
        except ValueError:
            continue
        if outcome.kind is OutcomeKind.LANE and outcome.to in ways:
            ways[lane].append((outcome.to, path, node))
    done: set[str] = set()
    for start, first in ways.items():
        # The way that was taken so far, and what is still to be tried at each of its lanes; not recursive, because a
        # hostile file may have thousands of lanes in a row.
        way, ahead = [start], [iter([] if start in done else first)]
        while way:
            step = next(ahead[-1], None)
            if step is None:
                done.add(way.pop())
                ahead.pop()
            elif step[0] in way:
                again, path, node = step
                yield path, node, f"callers would go round: {' -> '.join([*way[way.index(again) :], again])}"
            elif step[0] not in done:
                way.append(step[0])
                ahead.append(iter(ways[step[0]]))


def _directory(root: Node) -> Iterator[tuple[str, Node, str]]:
    """Sources of the customer directory that could never be asked, and currencies of what is no money."""
    for path, source in find(root, "directory.sources.*"):
        kind = inside(source, "kind")
        asked = isinstance(source.value, dict) and source.value.keys() & {"by_number", "by_id"}
        if kind is not None and kind.value in {"sqlite", "postgresql"} and not asked:
            yield path, source, "is asked nothing; give by_number, by_id, or both, each a query"
    for path, field in find(root, "directory.fields.*"):
        currency, kind = inside(field, "currency"), inside(field, "type")
        if currency is not None and (kind is None or kind.value != "amount"):
            yield f"{path}.currency", currency, "is for an amount; add type: amount, or take this out"
