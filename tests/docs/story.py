"""Stories of a contact centre in a language for people, played on the real router in virtual time.

    it is 2026-11-30 17:59:30
    0s    anna and ben become ready
    20s   Li calls cards in en, tier platinum   -> ben rings for Li
    24s   ben answers and talks for 60s
    50s   -> Li is kept for nobody; nobody rings

A line says when, then what is done, then what must be so. Agents are written small, callers with a capital letter.
Whoever rings, who is called back, what a caller hears, where he is sent and what is refused must all be said by the
story, at the very instant at which it happens: a story that leaves one of them out is as wrong as one that says too
much.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.explain import explain_waiting
from acd.core.instants import Duration, Instant
from acd.core.language.conditions import holds
from acd.core.language.facts import NOBODY
from acd.core.language.reading import read_condition, read_needs, text_of
from acd.core.names import AgentId
from acd.core.policy import Policy
from acd.core.requests import BecomeReady, ExtendWrapUp, LogIn, LogOut, PauseAgent
from acd.core.switch_events import CallbackAccepted, CallEnded, OfferFailure, PhoneChanged, PhoneState, TalkEnded
from tests.docs.scene import Caller, Scene

BEGIN = "2026-11-30 10:00:00"
"""A Monday."""

_TIME = r"(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?"
_LINE = re.compile(rf"(?P<at>(?=\d){_TIME})\s+(?P<rest>.+)")
_ONE = r"[a-z][a-z0-9-]*"
_AGENTS = rf"{_ONE}(?:, {_ONE})*(?: and {_ONE})?"
_CALLER = r"[A-Z][A-Za-z0-9]*"
_PHONES = {"lost": PhoneState.LOST, "free": PhoneState.FREE, "on another call": PhoneState.BUSY}
_FAILURES = {
    "declines": OfferFailure.DECLINED,
    "is busy": OfferFailure.BUSY,
    "cannot be reached": OfferFailure.UNREACHABLE,
}


class StoryWrong(AssertionError):
    """It does not happen as the story says, or the story cannot be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story."""

    number: int
    at: Duration
    done: str
    expected: tuple[str, ...]


def play(text: str, policies: Sequence[Policy], *, first_line: int = 1) -> Scene:
    """Play a story under the first policy; the others come into force as the story says. Raises `StoryWrong`."""
    lines, begin, talk = _read(text, first_line)
    scene = Scene(policies, begin)
    scene.answer_at_once = talk
    claimed = 0
    for line in lines:
        try:
            scene.wait_until(begin + line.at)
            if line.done:
                _do(scene, line.done)
            scene.settle()
            claimed = _check(scene, line, claimed)
        except AssertionError as fault:
            raise StoryWrong(f"line {line.number}: {fault}") from None
    return scene


def duration(text: str) -> Duration:
    """`1m30s` in milliseconds."""
    units = {"h": 3_600_000, "m": 60_000, "s": 1_000}
    return sum(round(float(count) * units[unit]) for count, unit in re.findall(r"([\d.]+)([hms])", text))


def _read(text: str, first_line: int) -> tuple[list[Line], Instant, Duration | None]:
    lines: list[Line] = []
    begin, talk = BEGIN, None
    for number, raw in enumerate(text.splitlines(), first_line):
        written = raw.split("#")[0].strip()
        if not written:
            continue
        if found := re.fullmatch(r"it is (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", written):
            begin = found[1]
        elif found := re.fullmatch(rf"whoever is rung answers at once and talks for ({_TIME})", written):
            talk = duration(found[1])
        elif written.startswith("->") and lines:
            last = lines.pop()
            lines.append(Line(last.number, last.at, last.done, (*last.expected, *_expected(written[2:]))))
        elif found := _LINE.fullmatch(written):
            done, _, expected = found["rest"].partition("->")
            lines.append(Line(number, duration(found["at"]), done.strip(), _expected(expected)))
        else:
            raise StoryWrong(f"line {number}: not a line of a story: {written}")
    if any(later.at < line.at for line, later in itertools.pairwise(lines)):
        raise StoryWrong("the lines are not in the order of time")
    instant = datetime.strptime(begin, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return lines, round(instant.timestamp()) * 1000, talk


def _expected(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _names(text: str) -> list[str]:
    if found := re.fullmatch(r"([A-Z])(\d+) to \1(\d+)", text):
        return [f"{found[1]}{number}" for number in range(int(found[2]), int(found[3]) + 1)]
    return re.split(r", | and ", text)


# What is done


def _do(scene: Scene, done: str) -> None:
    for pattern, deed in _DEEDS:
        if found := re.fullmatch(pattern, done):
            deed(scene, found)
            return
    raise StoryWrong(f"nobody knows how to do this: {done}")


def _ready(scene: Scene, found: re.Match[str]) -> None:
    for name in _names(found["agents"]):
        desk = scene.router.desk(AgentId(name))
        assert desk is not None, f"there is no agent {name}"
        if desk.state is AgentState.LOGGED_OUT:
            scene.take(LogIn(AgentId(name)))
        scene.take(BecomeReady(AgentId(name)))
        scene.settle()


def _call(scene: Scene, found: re.Match[str]) -> None:
    for name in _names(found["callers"]):
        caller = {"name": name, "lane": found["lane"], "language": found["language"] or "zh"}
        menu, patience = [], None
        for option in re.split(r", ", found["options"] or "")[1:]:
            word, _, value = option.partition(" ")
            match word:
                case "tier" | "dialled" | "manager":
                    caller[word] = value
                case "verified":
                    pass
                case "hangs":
                    patience = duration(value.removeprefix("up after "))
                case "pressed":
                    key, _, where = value.partition(" in ")
                    menu.append((where, key))
                case _:
                    raise StoryWrong(f"nothing is known of callers who are {option}")
        scene.call_in(Caller(**caller, verified=", verified" in (found["options"] or ""), menu=tuple(menu)))
        if patience is not None:
            scene.hang_up_after(name, patience)
        scene.settle()


def _hang_up(scene: Scene, found: re.Match[str]) -> None:
    for name in _names(found["who"]):
        if scene.is_agent(name):
            call = scene.call_of(name).id
            scene.take(TalkEnded(call))
        else:
            call = scene.call(name).id
        scene.take(CallEnded(call))


def _phone(scene: Scene, found: re.Match[str]) -> None:
    phone = scene.router.memory.policy.agents[AgentId(found["who"])].phone
    scene.take(PhoneChanged(phone, _PHONES[found["how"]]))


def _talk_time(found: re.Match[str]) -> Duration | None:
    return duration(found["talk"]) if found["talk"] else None


Deed = Callable[[Scene, re.Match[str]], None]
_DEEDS: tuple[tuple[str, Deed], ...] = (
    (rf"(?P<agents>{_AGENTS}) becomes? ready", _ready),
    (
        rf"(?P<callers>{_CALLER}(?:(?:,| and| to) {_CALLER})*) calls? (?P<lane>{_ONE})"
        rf"(?: in (?P<language>{_ONE}))?(?P<options>(?:, [^,]+)*)",
        _call,
    ),
    (rf"(?P<who>{_ONE}) answers(?: and talks for (?P<talk>{_TIME}))?", lambda s, f: s.answer(f["who"], _talk_time(f))),
    (rf"(?P<who>(?:{_ONE}|{_CALLER})(?:(?:,| and| to) {_CALLER})*) hangs? up", _hang_up),
    (rf"(?P<who>{_ONE}) (?P<how>{'|'.join(_FAILURES)})", lambda s, f: s.fail(f["who"], _FAILURES[f["how"]])),
    (rf"(?P<who>{_ONE})'s phone is (?P<how>{'|'.join(_PHONES)})", _phone),
    (rf"(?P<who>{_ONE}) logs in", lambda s, f: s.take(LogIn(AgentId(f["who"])))),
    (rf"(?P<who>{_ONE}) logs out", lambda s, f: s.take(LogOut(AgentId(f["who"])))),
    (rf"(?P<who>{_ONE}) pauses for (?P<why>.+)", lambda s, f: s.take(PauseAgent(AgentId(f["who"]), f["why"]))),
    (rf"(?P<who>{_ONE}) asks for more time", lambda s, f: s.take(ExtendWrapUp(AgentId(f["who"])))),
    (rf"(?P<who>{_CALLER}) picks up", lambda s, f: s.pick_up(f["who"])),
    (rf"(?P<who>{_CALLER}) does not pick up", lambda s, f: s.ring_out(f["who"])),
    (
        rf"(?P<who>{_CALLER}) presses the key for a callback",
        lambda s, f: s.take(CallbackAccepted(s.call(f["who"]).id)),
    ),
    ("the settings change", lambda s, _: s.change_settings()),
)


# What must be so


def _check(scene: Scene, line: Line, claimed: int) -> int:
    """Hold the line against what happened since the last one; how much has been noticed so far."""
    noticed = scene.noticed[claimed:]
    left = [text for at, text in noticed if at == scene.now]
    for at, text in noticed:
        assert at == scene.now, f"at {(at - scene.begin) / 1000:g}s {text}, of which the story says nothing"
    for expected in line.expected:
        what, _, because = expected.partition(" because ")
        if what in left:
            left.remove(what)
            if because:
                found = scene.left_because.get(what.split()[0], "")
                assert found == because, f"{what} because {found}, not because {because}"
        elif expected == "nobody rings":
            assert not any(" rings for " in text for text in left), f"somebody rings: {'; '.join(left)}"
        else:
            _question(scene, expected, noticed)
    assert not left, f"{'; '.join(left)}, of which the story says nothing"
    return len(scene.noticed)


def _question(scene: Scene, expected: str, noticed: list[tuple[Instant, str]]) -> None:
    for pattern, answer in _QUESTIONS:
        if found := re.fullmatch(pattern, expected):
            is_so = answer(scene, found)
            wanted = {key: value for key, value in found.groupdict().items() if value is not None}.get("said")
            assert is_so == (wanted or ""), f"{expected}: it is {is_so!r}"
            return
    happened = "; ".join(text for _, text in noticed) or "nothing"
    raise StoryWrong(f"expected {expected}; what happened: {happened}")


def _able(scene: Scene, found: re.Match[str]) -> str:
    able = explain_waiting(scene.router.floor, scene.call(found["who"]), scene.now).able
    wanted = [] if found["agents"] == "nobody" else _names(found["agents"])
    return "" if sorted(able) == sorted(wanted) else f"{', '.join(able) or 'nobody'} who may"


def _excluded(scene: Scene, found: re.Match[str]) -> str:
    reasons = explain_waiting(scene.router.floor, scene.call(found["who"]), scene.now).excluded
    return next((each.detail for each in reasons if each.agent == found["agent"]), "nothing that hinders him")


def _standing(scene: Scene, found: re.Match[str]) -> str:
    rank = scene.router.floor.matching.rank(scene.call(found["who"]), scene.now)
    counts = -rank.standing // 100
    return "" if counts == duration(found["time"]) else f"{counts / 1000:g}s"


def _before(scene: Scene, found: re.Match[str]) -> str:
    order = scene.router.floor.matching.waiting(scene.now)
    first, second = scene.call(found["who"]).id, scene.call(found["other"]).id
    return "" if order.index(first) < order.index(second) else "the other way round"


def _state(scene: Scene, found: re.Match[str]) -> str:
    desk = scene.router.desk(AgentId(found["who"]))
    assert desk is not None, f"there is no agent {found['who']}"
    until = "" if desk.until is None else f"{(desk.until - scene.begin) / 1000:g}s"
    is_so = desk.state == found["state"] and found["why"] in (None, desk.reason)
    if found["until"]:
        is_so = is_so and desk.until == scene.begin + duration(found["until"])
    return "" if is_so else f"{desk.state} for {desk.reason or 'no reason'} until {until or 'something happens'}"


def _waits(scene: Scene, found: re.Match[str]) -> str:
    call = scene.call(found["who"])
    is_so = call.state is CallState.WAITING and found["lane"] in (None, call.lane)
    return "" if is_so else f"{call.state} in {call.lane}"


def _asks(scene: Scene, found: re.Match[str]) -> str:
    asked = scene.router.floor.matching.rules.class_of(scene.call(found["who"])).text
    return "" if asked == text_of(read_needs(found["needs"])) else asked


def _reserve(scene: Scene, found: re.Match[str]) -> str:
    reserve = next(each for each in scene.view.reserves() if each.reserve.name == found["reserve"])
    if reserve.released:
        return "let go"
    return f"kept back until {reserve.reserve.until}" if " until " in found["said"] else "kept back"


def _condition(scene: Scene, found: re.Match[str]) -> str:
    floor = scene.router.floor.matching.floor(scene.now)
    lane = scene.router.memory.policy.default_lane
    so = holds(read_condition(found["condition"]), floor, NOBODY, lane)
    return "" if so is (found["how"] == "holds") else f"{so}"


Answer = Callable[[Scene, re.Match[str]], str]
_QUESTIONS: tuple[tuple[str, Answer], ...] = (
    (rf"(?P<agents>{_AGENTS}|nobody) may serve (?P<who>{_CALLER})", _able),
    (rf"(?P<agent>{_ONE}) may not serve (?P<who>{_CALLER}): (?P<said>.+)", _excluded),
    (rf"(?P<who>{_CALLER}) counts as having waited (?P<time>{_TIME})", _standing),
    (rf"(?P<who>{_CALLER}) comes before (?P<other>{_CALLER})", _before),
    (rf"(?P<who>{_CALLER}) waits(?: in (?P<lane>{_ONE}))?", _waits),
    (rf"(?P<who>{_CALLER}) asks for (?P<needs>.+)", _asks),
    (
        rf"(?P<who>{_CALLER}) is kept for (?P<said>{_ONE})",
        lambda s, f: str(s.call(f["who"]).kept_for or "nobody"),
    ),
    (rf"(?P<who>{_CALLER}) is in the class (?P<said>{_ONE})", lambda s, f: str(s.call(f["who"]).vip or "none")),
    (r"the reserve (?P<reserve>\S+) is (?P<said>kept back(?: until .+)?|let go)", _reserve),
    (r"(?P<condition>.+) (?P<how>holds|does not hold)", _condition),
    (
        rf"(?P<who>{_ONE}) is (?P<state>{'|'.join(AgentState)})"
        rf"(?: for (?P<why>.+?))?(?: until (?P<until>{_TIME}))?",
        _state,
    ),
)
