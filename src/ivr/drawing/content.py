"""What a picture of the menus shows: a card for each menu with its steps and ways on, and what these lead to.

Ways to a menu that was drawn further left, and ways within a menu, are told in words; all others are links, which
become lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from acd.config.menu_graph import FALL, Way, leads_to, reached_from, ways
from acd.config.menus import AdvertOffer, Collect, Hours, KeyMenu, LanguageChoice, Route, Step, SurveyStep
from acd.config.model import HotlineConfig
from acd.config.targets import PERSON, Target, TargetKind
from acd.core.names import LanguageName
from ivr.drawing.chosen import lanes_at
from ivr.drawing.words import Words, words_in

PLAIN = frozenset({TargetKind.NEXT, TargetKind.BACK, TargetKind.REPEAT})
"""Ways that stay where the caller is, or was."""
_BOTH_WAYS = frozenset({"hours", "route", "pin", "pin_change"})
"""Kinds of steps of which every way is told; of others, what goes without saying is left out."""
_ENDS = {"message": TargetKind.MESSAGE, "hang_up": TargetKind.HANG_UP}
"""Kinds of steps that are an end by themselves."""
_FOR_A_LANE = frozenset({"message", "callback"})
"""Ends that some lane will hear of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a card: the head of a step, what is said in it, or a way on."""

    text: str
    kind: str = "way"
    """`head`, `text` or `way`."""
    badge: str = ""
    """The key, or the word that says when it is taken."""
    is_key: bool = False
    to: str = ""
    """The box to which a line leads from here; empty for none."""
    silent: bool = False
    """The way of who presses nothing."""


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a place of its own in the picture."""

    name: str
    kind: str
    """`number`, `menu`, `lane` or `end`."""
    title: str
    note: str = ""
    rows: tuple[Row, ...] = ()
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """All boxes: numbers, menus by the column they stand in, and ends; and the words around them."""

    numbers: tuple[Box, ...]
    menus: tuple[tuple[Box, ...], ...]
    ends: tuple[Box, ...]
    words: Words


def content_of(config: HotlineConfig, language: LanguageName) -> Content:
    """What the picture of these settings shows, in one of their languages."""
    return _Teller(config, language).tell()


class _Teller:
    def __init__(self, config: HotlineConfig, language: LanguageName) -> None:
        self.config = config
        self.language = language
        self.words = words_in(config.languages[language].voice)
        self.chosen = lanes_at(config)
        self.columns = _columns(config)
        self.ends: dict[str, Box] = {}

    def tell(self) -> Content:
        heard = reached_from(self.config.menus, self._dialled())
        menus: list[list[Box]] = [[] for _ in range(max(self.columns.values()) + 1)]
        # In the order in which callers come to them, and then what nobody comes to.
        for name in dict.fromkeys([*heard, *self.config.menus]):
            note = "" if name in heard else self.words["unheard"]
            box = Box(f"menu {name}", "menu", name, note, tuple(self.rows(name)), name in heard)
            menus[self.columns[name]].append(box)
        numbers = tuple(
            Box(f"dialled {number}", "number", number, self.words["dialled"], (Row("", to=f"menu {each.menu}"),))
            for number, each in self.config.numbers.items()
        )
        order = {str(name): at for at, name in enumerate(self.config.lanes)}
        ends = sorted(self.ends.values(), key=lambda end: (end.kind != "lane", order.get(end.name[5:], 0)))
        return Content(numbers, tuple(map(tuple, menus)), tuple(ends), self.words)

    def _dialled(self) -> Iterator[str]:
        return (number.menu for number in self.config.numbers.values())

    def rows(self, menu: str) -> Iterator[Row]:
        steps = self.config.menus[menu]
        for at, step in enumerate(steps):
            yield Row(self.head(step), "head", badge=str(at + 1))
            said = getattr(step, "say", {}).get(self.language, "")
            if said:
                yield Row(said, "text")
            if isinstance(step, LanguageChoice):
                yield from (
                    Row(self.config.languages[to].name, badge=key, is_key=True) for key, to in step.keys.items()
                )
            yield from self.ways(menu, at, step, last=at + 1 == len(steps))

    def head(self, step: Step) -> str:
        name = self.words[step.step]
        match step:
            case SurveyStep():
                return self.about(name, step.survey)
            case Collect():
                return self.about(name, self.words["digits"].format(least=step.at_least, most=step.at_most))
            case Hours():
                return self.about(name, step.calendar)
            case AdvertOffer():
                return self.about(name, step.advert)
            case _:
                return name

    def about(self, name: str, what: str) -> str:
        """`Hours: office`, as it is written in the picture's language."""
        return self.words["about that"].format(name=name, what=what)

    def ways(self, menu: str, at: int, step: Step, *, last: bool) -> Iterator[Row]:
        """The ways on from a step. That it goes on as steps do is said of the last one alone, which is the end."""
        if step.step in _ENDS:
            end = self.end(menu, at, Target(_ENDS[step.step]))
            yield Row(self.told(menu, at, end), to=end, silent=True)
        for way in ways(step):
            if (way.place and (way.written or last or step.step in _BOTH_WAYS)) or (
                last and (way == FALL or step.step == "collect")
            ):
                yield self.way(menu, at, step, way, last=last)

    def way(self, menu: str, at: int, step: Step, way: Way, *, last: bool) -> Row:
        badge, is_key = self.badge(step, way)
        silent = not is_key
        target = way.target
        if target.kind is TargetKind.NEXT and last:
            # Whoever runs out of steps waits for a person.
            target = PERSON
        if target.kind is TargetKind.LANE and (not last and step.step != "transfer"):
            text = self.words["then on"].format(lane=self.lane(target.to))
            return Row(text, badge=badge, is_key=is_key, silent=silent)
        if target.kind is TargetKind.MENU and self.columns[target.to] <= self.columns[menu]:
            return Row(f"↩ {target.to}", badge=badge, is_key=is_key, silent=silent)
        if target.kind is TargetKind.MENU:
            return Row(target.to, badge=badge, is_key=is_key, to=f"menu {target.to}", silent=silent)
        if target.kind in PLAIN:
            sign = {TargetKind.NEXT: "↓", TargetKind.BACK: "↩", TargetKind.REPEAT: "↻"}[target.kind]
            return Row(f"{self.words[target.kind]} {sign}", badge=badge, is_key=is_key, silent=silent)
        end = self.end(menu, at, target)
        return Row(self.told(menu, at, end), badge=badge, is_key=is_key, to=end, silent=silent)

    def badge(self, step: Step, way: Way) -> tuple[str, bool]:
        """What stands before a way, and whether it is a key."""
        if isinstance(step, KeyMenu) and way.place[0] == "keys":
            return str(way.place[1]), True
        if isinstance(step, Route) and way.place[0] == "cases":
            return step.cases[int(way.place[1])].when, False
        if not way.place:
            return self.words["then"], False
        if way.place[0] == "otherwise":
            word = {"route": "else", "pin": "not verified", "pin_change": "else"}.get(step.step, "no key")
            return self.words[word], False
        return ("" if way.place[0] == "to" else self.words[str(way.place[0])]), False

    def end(self, menu: str, at: int, target: Target) -> str:
        """The box of an end; one that leads to a person is the lane where he waits, if it can be just one."""
        if target.kind is TargetKind.PERSON:
            lanes = {lane or self.config.default_lane for lane in self.chosen.get((menu, at), ())}
            if len(lanes) == 1:
                target = Target(TargetKind.LANE, next(iter(lanes)))
        name = str(target)
        if name not in self.ends:
            kind = "lane" if target.kind is TargetKind.LANE else "end"
            self.ends[name] = Box(name, kind, *self.titled(target))
        return name

    def told(self, menu: str, at: int, end: str) -> str:
        """What a way says of its end: what is left behind for a lane is told with the lane, if it can be just one."""
        lanes = {lane or self.config.default_lane for lane in self.chosen.get((menu, at), ())}
        if end in _FOR_A_LANE and len(lanes) == 1:
            return self.words["for the lane"].format(end=self.ends[end].title, lane=self.lane(next(iter(lanes))))
        return self.ends[end].title

    def titled(self, target: Target) -> tuple[str, str]:
        """An end's title, and the line below it."""
        match target.kind:
            case TargetKind.LANE:
                return self.lane(target.to), target.to
            case TargetKind.PERSON:
                return self.words["person"], self.words["of the lane"]
            case TargetKind.SAY:
                return target.to, self.words["hang-up"]
            case TargetKind.NUMBER:
                return target.to, self.words["number"]
            case TargetKind.MESSAGE:
                return self.words["leaves"], ""
            case _:
                return self.words[str(target.kind)], ""

    def lane(self, name: str) -> str:
        """A lane's title."""
        titles: Mapping[str, str] = {str(lane): each.name[self.language] for lane, each in self.config.lanes.items()}
        return titles[name]


def _columns(config: HotlineConfig) -> dict[str, int]:
    """The column of each menu: behind every menu that leads to it, circles cut where they close."""
    column: dict[str, int] = {}
    order: list[str] = []
    onward = {name: list(dict.fromkeys(leads_to(menu))) for name, menu in config.menus.items()}
    forward: dict[str, list[str]] = {name: [] for name in onward}
    starts = [number.menu for number in config.numbers.values()]
    done: set[str] = set()
    for start in (*starts, *onward):
        if start in done:
            continue
        way, ahead = [start], [iter(onward[start])]
        on_the_way = {start}
        done.add(start)
        while way:
            after = next(ahead[-1], None)
            if after is None:
                on_the_way.discard(way[-1])
                order.append(way.pop())
                ahead.pop()
            elif after not in on_the_way:
                forward[way[-1]].append(after)
                if after not in done:
                    done.add(after)
                    on_the_way.add(after)
                    way.append(after)
                    ahead.append(iter(onward[after]))
    for name in reversed(order):
        here = column.setdefault(name, 0)
        for after in forward[name]:
            column[after] = max(column.get(after, 0), here + 1)
    return column
