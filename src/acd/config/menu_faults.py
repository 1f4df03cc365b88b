"""Menus in which a caller would be lost: dead ends, steps that nobody comes to, circles that need no key.

Looked at as one graph of all menus, from the numbers on. A caller who presses nothing is the measure: wherever he is
led, it must come to an end, for he is to reach a person and not to go round. Menus are looked at once they are right
each by itself, and the cost grows with the number of their ways.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from acd.config.menu_graph import GOES_ON, QUESTIONS, By, Menus, Place, Way, goes_on, reached_from, ways
from acd.config.menus import Step, Transfer
from acd.config.targets import TargetKind

MOST_CIRCLES = 50
"""Circles that are told of; with one mended, others often go, too."""
LONGEST_CIRCLE = 6
"""Steps of a circle that are named."""

Finding: TypeAlias = tuple[Place, str]
_TRANSFERS = frozenset({TargetKind.LANE, TargetKind.NUMBER, TargetKind.PERSON})
_REPEAT = "repeats without a key, so who presses nothing would hear it for ever; write next, person or another way"
_NO_QUESTION = "leads back to nothing: no caller has been asked anything before he comes here; write another way"
_TRANSFER = "leads nowhere from a transfer; write number DIGITS, lane NAME or person"
_BACK = "leads back to a question without a key, so who presses nothing would be asked for ever; write another way"


def menu_faults(menus: Menus, heard: Sequence[str]) -> Iterator[Finding]:
    """Every such place in these menus, with what is wrong; `heard` are the menus of the numbers."""
    for menu, steps in menus.items():
        yield from _unreached(menu, steps)
        for at, step in enumerate(steps):
            yield from _dead_ends(("menus", menu, at), step)
    graph = _Graph.of(menus, heard)
    yield from graph.back_to_nothing()
    yield from graph.back_without_a_key()
    yield from graph.circles()


def _unreached(menu: str, steps: Sequence[Step]) -> Iterator[Finding]:
    """The first step of a menu that nobody comes to; those behind it are no news."""
    for at, step in enumerate(steps[:-1]):
        if not goes_on(step):
            why = f"step {at + 1} of {menu} ({step.step}) always leads elsewhere"
            yield ("menus", menu, at + 1), f"no caller gets to this step: {why}; take one of them out"
            return


def _dead_ends(place: Place, step: Step) -> Iterator[Finding]:
    if isinstance(step, Transfer):
        if step.to.kind not in _TRANSFERS:
            yield (*place, "to"), f"{step.to} {_TRANSFER}"
        return
    for way in ways(step):
        if way.target.kind is TargetKind.REPEAT and way.by is By.ITSELF:
            yield (*place, *way.place), _REPEAT


@dataclass(frozen=True, slots=True)
class _Graph:
    """The steps that callers come to, counted through, with the ways between them."""

    places: Sequence[tuple[str, int]]
    """Each step as its menu and its place in it, from 0."""
    steps: Sequence[Step]
    onward: Sequence[Sequence[tuple[int, Way]]]
    """From each step: to which others, by which ways."""
    first: Sequence[int]
    """Where calls begin."""

    @classmethod
    def of(cls, menus: Menus, heard: Sequence[str]) -> "_Graph":
        found = list(reached_from(menus, heard))
        places = [(name, at) for name in found for at in range(len(menus[name]))]
        number = {place: index for index, place in enumerate(places)}
        steps = [menus[name][at] for name, at in places]
        onward = [list(_onward(number, place, step)) for place, step in zip(places, steps, strict=True)]
        return cls(places, steps, onward, [number[name, 0] for name in dict.fromkeys(heard) if name in menus])

    def back_to_nothing(self) -> Iterator[Finding]:
        """Ways back where no question can have come before."""
        reached = {(at, False) for at in self.first}
        ahead = list(reached)
        while ahead:
            at, asked = ahead.pop()
            asked = asked or isinstance(self.steps[at], QUESTIONS)
            new = {(to, asked) for to, _ in self.onward[at]} - reached
            reached |= new
            ahead += new
        for at, step in enumerate(self.steps):
            if (at, True) not in reached:
                yield from ((self.place(at, way), _NO_QUESTION) for way in _back(step))

    def back_without_a_key(self) -> Iterator[Finding]:
        """Ways back that need no key, to a question from which no key leads here."""
        reached: set[int] = set()
        ahead = [at for at, step in enumerate(self.steps) if isinstance(step, QUESTIONS)]
        while ahead:
            new = {to for to, _ in self.silent(ahead.pop())} - reached
            reached |= new
            ahead += new
        for at in sorted(reached):
            yield from ((self.place(at, way), _BACK) for way in _back(self.steps[at]) if way.by is By.ITSELF)

    def circles(self) -> Iterator[Finding]:
        """Ways that close a circle in which no key is needed; each step is looked at once."""
        done: set[int] = set()
        left = MOST_CIRCLES
        for start in range(len(self.steps)):
            if start in done:
                continue
            # Not recursive, because a hostile file may have thousands of steps in a row.
            way, at_depth, ahead = [start], {start: 0}, [iter(self.silent(start))]
            while way:
                onward = next(ahead[-1], None)
                if onward is None:
                    done.add(way[-1])
                    del at_depth[way.pop()]
                    ahead.pop()
                elif onward[0] in at_depth:
                    if left > 0:
                        left -= 1
                        yield self.place(way[-1], onward[1]), self.round(way[at_depth[onward[0]] :])
                elif onward[0] not in done:
                    at_depth[onward[0]] = len(way)
                    way.append(onward[0])
                    ahead.append(iter(self.silent(onward[0])))

    def silent(self, at: int) -> list[tuple[int, Way]]:
        """The ways on from a step that need no key."""
        return [(to, way) for to, way in self.onward[at] if way.by is By.ITSELF]

    def place(self, at: int, way: Way) -> Place:
        """Where a way is written; the step, for one that holds by itself."""
        menu, step = self.places[at]
        return ("menus", menu, step, *(way.place if way.written else ()))

    def round(self, circle: Sequence[int]) -> str:
        named = [f"{self.places[at][0]} step {self.places[at][1] + 1}" for at in circle[:LONGEST_CIRCLE]]
        more = ["…"] if len(circle) > LONGEST_CIRCLE else []
        around = " -> ".join([*named, *more, named[0]])
        return f"who presses nothing would go round for ever: {around}; let one of them lead elsewhere"


def _onward(number: Mapping[tuple[str, int], int], place: tuple[str, int], step: Step) -> Iterator[tuple[int, Way]]:
    """Where the ways of a step lead; those that end the menu, or lead to no menu that there is, are left out."""
    if isinstance(step, Transfer):
        return
    for way in ways(step):
        after = (way.target.to, 0) if way.target.kind is TargetKind.MENU else (place[0], place[1] + 1)
        if (way.target.kind is TargetKind.MENU or way.target.kind in GOES_ON) and after in number:
            yield number[after], way


def _back(step: Step) -> list[Way]:
    leads_on = not isinstance(step, Transfer)
    return [way for way in ways(step) if leads_on and way.target.kind is TargetKind.BACK]
