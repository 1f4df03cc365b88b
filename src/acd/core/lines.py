"""Callers' lines: waiting calls that ask the same of an agent and stand alike, and the heads of all lines in one order.

Only the first of a line can be the next to be served from it, so an agent who becomes ready is compared with heads,
not with callers. The heads of lines of one pace are kept sorted. Whichever is less work is done: to look at all lines
that the agent serves, or to go through the sorted heads until one of his comes. With `k` of `L` lines his, that is
about the smaller of k and L / k.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field

from acd.core.calls import Call, CallState
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName, VipClass
from acd.core.places import Pace, Place, Rank, pace_and_place
from acd.core.policy import Standing
from acd.core.rules import NeedClass, Rules

FEW = 8
"""Lines that are looked at one by one rather than sought among the sorted heads."""


@dataclass(slots=True, eq=False)
class Line:
    """Waiting calls of one need class, one standing and one VIP class: whoever entered first is first, by any rule."""

    needs: NeedClass
    pace: Pace
    standing: Standing
    vip: VipClass | None
    kept_for: AgentId | None
    away: bool = False
    """Whether it is a line of entries, whose customers are not on the line."""
    places: list[Place] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Track:
    """The heads of all lines of one pace, in order."""

    pace: Pace
    heads: list[tuple[Place, int]] = field(default_factory=list)
    """With the number of the line's need class."""
    lines: dict[Place, Line] = field(default_factory=dict)
    """By head."""

    def show(self, line: Line) -> None:
        head = line.places[0]
        insort(self.heads, (head, line.needs.number))
        self.lines[head] = line

    def hide(self, line: Line, head: Place) -> None:
        del self.heads[bisect_left(self.heads, (head, line.needs.number))]
        del self.lines[head]


LineKey = tuple[int, Pace, Standing, VipClass | None, AgentId | None, bool]


class Lines:
    """All waiting calls. An index over the memory: `add` and `remove` follow what the calls do."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._lines: dict[LineKey, Line] = {}
        self._line_of: dict[CallId, tuple[Line, Place]] = {}
        self._arrived: dict[CallId, Instant] = {}
        """When each caller who waits on the line entered his lane."""
        self._tracks: dict[Pace, _Track] = {}
        self._of_class: dict[int, list[Line]] = {}
        self._of_lane: dict[LaneName, list[Line]] = {}
        """All of them, those too that are kept for one agent."""
        self._filled = 0
        """Bits of the need classes in which somebody waits whom anybody may serve."""
        self._kept: dict[AgentId, list[Line]] = {}
        self._classes: list[NeedClass] = []
        """By number."""
        self._served: dict[int, tuple[int, int]] = {}
        """By an agent's number: how many classes were looked at, and the bits of those he may serve."""
        self._arrivals: dict[LaneName, list[tuple[Instant, CallId]]] = {}

    def __contains__(self, call: CallId) -> bool:
        """Whether the call waits in a line."""
        return call in self._line_of

    def __len__(self) -> int:
        """How many calls stand in line."""
        return len(self._line_of)

    def add(self, call: Call, now: Instant) -> None:
        """Put a call into the line that its needs, its pace and its VIP class give it."""
        needs = self._rules.class_of(call)
        standing = self._rules.standing_of(call)
        pace, place = pace_and_place(call, standing, now)
        away = call.state is CallState.AWAY
        key = (needs.number, pace, standing, call.vip, call.kept_for, away)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = self._open(Line(needs, pace, standing, call.vip, call.kept_for, away))
        self._line_of[call.id] = (line, place)
        if line.kept_for is None and (not line.places or place < line.places[0]):
            if line.places:
                self._tracks[pace].hide(line, line.places[0])
            line.places.insert(0, place)
            self._tracks[pace].show(line)
            self._filled |= 1 << needs.number
        else:
            insort(line.places, place)
        if not away:
            assert call.entered_at is not None
            self._arrived[call.id] = call.entered_at
            insort(self._arrivals.setdefault(needs.lane, []), (call.entered_at, call.id))

    def remove(self, call: CallId) -> None:
        """Take a call out of its line; it must be in one."""
        line, place = self._line_of.pop(call)
        index = bisect_left(line.places, place)
        if index == 0 and line.kept_for is None:
            self._tracks[line.pace].hide(line, place)
            del line.places[0]
            if line.places:
                self._tracks[line.pace].show(line)
        else:
            del line.places[index]
        if not line.places:
            self._close(line)
        arrived_at = self._arrived.pop(call, None)
        if arrived_at is not None:
            arrivals = self._arrivals[line.needs.lane]
            del arrivals[bisect_left(arrivals, (arrived_at, call))]

    def line_of(self, call: CallId) -> Line:
        """The line in which a call waits."""
        return self._line_of[call][0]

    def of_lane(self, lane: LaneName) -> list[Line]:
        """The lines in which somebody waits in a lane; not to be changed."""
        return self._of_lane.get(lane, [])

    def place_in_lane(self, call: CallId, now: Instant) -> int:
        """The call's place among all who wait in its lane, 1 for the next, by the order in which they are served.

        Bounds on how often VIPs overtake are left out of account. One search in each line of the lane.
        """
        own, place = self._line_of[call]
        ahead = 0
        for line in self.of_lane(own.needs.lane):
            if line.pace is own.pace or line.pace == own.pace:
                ahead += bisect_left(line.places, place)
            else:
                rank, pace = own.pace.rank(place, now), line.pace
                ahead += bisect_left(line.places, rank, key=lambda each, pace=pace: pace.rank(each, now))  # type: ignore[misc]
        return ahead + 1

    def waiting(self, lane: LaneName) -> int:
        """How many wait in a lane on the line; who is to be called back is not among them."""
        return len(self._arrivals.get(lane, ()))

    def longest_wait(self, lane: LaneName, now: Instant) -> Duration:
        """How long the first of a lane has waited; 0 when nobody waits."""
        arrivals = self._arrivals.get(lane)
        return max(0, now - arrivals[0][0]) if arrivals else 0

    def in_order(self, now: Instant) -> list[CallId]:
        """All waiting calls in the order in which an agent with every skill would take them."""
        return [
            rank.call
            for rank in sorted(line.pace.rank(place, now) for line in self._lines.values() for place in line.places)
        ]

    def heads_for(self, agent: AgentId, number: int, barred: frozenset[LaneName]) -> Iterator[Iterator[Line]]:
        """The lines that the agent may serve, in rows of which each begins with the line whose head comes first.

        `barred` are lanes of which he takes no calls at present.
        """
        candidates = self._served_by(number) & self._filled
        if candidates.bit_count() <= FEW:
            yield from self._one_by_one(candidates, barred)
        else:
            for track in self._tracks.values():
                yield self._along(track, candidates, barred)
        for line in self._kept_for(agent, number, barred):
            yield iter((line,))

    def lines_for(self, agent: AgentId, number: int, barred: frozenset[LaneName]) -> Iterator[Line]:
        """All lines that the agent may serve, in no particular order."""
        candidates = self._served_by(number) & self._filled
        while candidates:
            low = candidates & -candidates
            candidates ^= low
            for line in self._of_class[low.bit_length() - 1]:
                if line.needs.lane not in barred:
                    yield line
        yield from self._kept_for(agent, number, barred)

    def _kept_for(self, agent: AgentId, number: int, barred: frozenset[LaneName]) -> list[Line]:
        return [line for line in self._kept.get(agent, ()) if line.needs.has(number) and line.needs.lane not in barred]

    def _one_by_one(self, candidates: int, barred: frozenset[LaneName]) -> Iterator[Iterator[Line]]:
        while candidates:
            low = candidates & -candidates
            candidates ^= low
            for line in self._of_class[low.bit_length() - 1]:
                if line.needs.lane not in barred:
                    yield iter((line,))

    def _along(self, track: _Track, candidates: int, barred: frozenset[LaneName]) -> Iterator[Line]:
        for head, number in track.heads:
            if candidates >> number & 1:
                line = track.lines[head]
                if line.needs.lane not in barred:
                    yield line

    def _served_by(self, number: int) -> int:
        looked_at, bits = self._served.get(number, (0, 0))
        if looked_at < len(self._classes):
            for needs in self._classes[looked_at:]:
                if needs.has(number):
                    bits |= 1 << needs.number
            self._served[number] = (len(self._classes), bits)
        return bits

    def _open(self, line: Line) -> Line:
        while len(self._classes) <= line.needs.number:
            # Numbers are given in order, so what is missing are classes that nobody has waited in yet.
            self._classes.append(self._rules.classes[len(self._classes)])
        self._of_lane.setdefault(line.needs.lane, []).append(line)
        if line.kept_for is not None:
            self._kept.setdefault(line.kept_for, []).append(line)
            return line
        self._of_class.setdefault(line.needs.number, []).append(line)
        if line.pace not in self._tracks:
            self._tracks[line.pace] = _Track(line.pace)
        return line

    def _close(self, line: Line) -> None:
        del self._lines[line.needs.number, line.pace, line.standing, line.vip, line.kept_for, line.away]
        self._of_lane[line.needs.lane].remove(line)
        if line.kept_for is not None:
            self._kept[line.kept_for].remove(line)
            if not self._kept[line.kept_for]:
                del self._kept[line.kept_for]
            return
        lines = self._of_class[line.needs.number]
        lines.remove(line)
        if not lines:
            self._filled &= ~(1 << line.needs.number)


def head_rank(line: Line, now: Instant) -> Rank:
    """Where the first of a line stands among all at `now`."""
    return line.pace.rank(line.places[0], now)
