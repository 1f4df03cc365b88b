"""What one place of the settings says of another: names exist, texts are in every language, no phone twice.

These checks walk the tree of the file itself, not the finished settings, so that they find their faults even
when other places are wrong. A place that has the wrong shape is left alone: its own fault says so.
"""

from collections.abc import Iterable, Iterator

from acd.config.faults import Fault, one_of, printable, suggestion
from acd.config.outcomes import parse_outcome
from acd.config.places import entries_of, find, inside, items_of, keys_of
from acd.config.targets import TargetKind, parse_target
from acd.config.wrapping_up import MOST_LEVELS
from acd.config.yaml_tree import Node
from acd.core.outcomes import OutcomeKind

_UNKNOWN = {
    "lanes": "there is no lane",
    "languages": "there is no language",
    "menus": "there is no menu",
    "phones": "no agent has the phone",
    "numbers": "nobody can dial the number",
    "skills": "no agent has the skill",
    "announcements": "there is no announcement",
    "calendars": "there is no calendar",
    "agents": "there is no agent",
    "overflow_numbers": "no overflow number is",
    "adverts": "there is no advert",
    "surveys": "there is no survey",
    "tiers": "nobody has the tier",
    "shown": "the directory shows no field",
    "queues": "there is no queue",
}
_UNIQUE = (
    "tiers",
    "pause_reasons",
    "fallback.phones",
    "vip.*.recognised_by.dialled",
    "trunks.*.match",
    "overflow_numbers",
    "adverts.*.lanes",
    "adverts.*.languages",
    "adverts.*.tiers",
    "surveys.*.lanes",
    "surveys.*.agents",
    "surveys.*.tiers",
    "callbacks.numbers",
    "directory.sources.*.known_by",
)
_NEVER_EMPTY = ("shown", "lanes", "languages", "menus", "numbers", "phones", "skills", "agents", "announcements")
_TEXTS = (
    "lanes.*.name",
    "lanes.*.script",
    "lanes.*.may_offer.*",
    *(f"lanes.*.dispositions.tree{'.*.under' * level}.*.name" for level in range(MOST_LEVELS)),
    "menus.*.*.say",
    "announcements.*",
    "adverts.*.spots.*",
    "surveys.*.questions.*.say",
    "surveys.*.comment",
    "surveys.*.thanks",
    "directory.fields.*.label",
    "directory.sources.*.label",
    "tickets.queues.*.name",
    "authority.actions.*.name",
)
_NAMES = (
    ("numbers.*.menu", "menus"),
    ("default_lane", "lanes"),
    ("default_language", "languages"),
    ("fallback.phones.*", "phones"),
    ("languages.*.skill", "skills"),
    ("vip.*.recognised_by.dialled.*", "numbers"),
    ("lanes.*.hours", "calendars"),
    ("lanes.*.steps.*.lanes.*", "lanes"),
    ("lanes.*.steps.*.drop.*", "skills"),
    ("lanes.*.steps.*.announce", "announcements"),
    ("reserves.*.only_for", "lanes"),
    ("reserves.*.backup_for", "lanes"),
    ("adverts.*.lanes.*", "lanes"),
    ("adverts.*.languages.*", "languages"),
    ("adverts.*.tiers.*", "tiers"),
    ("adverts.*.hours", "calendars"),
    ("surveys.*.lanes.*", "lanes"),
    ("surveys.*.agents.*", "agents"),
    ("surveys.*.tiers.*", "tiers"),
    ("callbacks.hours", "calendars"),
    ("tickets.queues.*.lanes.*", "lanes"),
    ("tickets.default_queue", "queues"),
    ("tickets.escalate.*.to", "queues"),
)
"""Places that hold a name, and the section that has it."""
_OUTCOMES = (
    "steps.*.overflow.to",
    "overflow.to",
    "when_full",
    "when_closed",
    "when_unstaffed",
    "when_emergency",
)
_STEP_NAMES = {
    "language": ("keys.*", "languages"),
    "hours": ("calendar", "calendars"),
    "advert_offer": ("advert", "adverts"),
    "survey": ("survey", "surveys"),
}
"""By kind of step: the place that holds a name, and the section that has it."""
_STEP_WAYS = {
    "menu": ("keys.*", "otherwise"),
    "hours": ("open", "closed"),
    "route": ("cases.*.to", "otherwise"),
    "collect": ("otherwise",),
    "pin": ("verified", "otherwise"),
    "pin_change": ("changed", "otherwise"),
    "transfer": ("to",),
}
"""By kind of step: the places that hold a way on."""
_TARGETS = {
    TargetKind.LANE: "lanes",
    TargetKind.MENU: "menus",
    TargetKind.SAY: "announcements",
    TargetKind.NUMBER: "overflow_numbers",
}
TIERS = ("vip.*.recognised_by.customer_tier", "tiers.*")
"""Where the tiers that customers may have are named."""
REQUIRED_ANNOUNCEMENTS = ("all_busy", "technical_problem")
"""What the dialplan says by itself, with no help from our process."""
LEAVE_MESSAGE, CALLBACK, OFFER_CALLBACK = "leave_message", "callback", "offer_callback"
"""What callers hear who may leave a message, who will be called back, and who are asked whether they want to be."""
MOST_HINTS = 100
"""Names for which one that is alike is looked for; a hostile file has many wrong ones, and looking takes long."""


def reference_faults(root: Node, file: str) -> list[Fault]:
    """Every place that speaks of something that does not exist, or of one thing twice."""
    return _Checks(root, file).run()


def outcomes_in(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Every place where a declared end may stand, as lane, path and node."""
    for lane, settings in entries_of(inside(root, "lanes")).items():
        for pattern in _OUTCOMES:
            for path, node in find(settings, pattern):
                yield lane, f"lanes.{lane}.{path}", node


class _Checks:
    def __init__(self, root: Node, file: str) -> None:
        self.root = root
        self.file = file
        self.faults: list[Fault] = []
        phones = [node.value for _, node in find(root, "agents.*.phone") if isinstance(node.value, str)]
        skills = [skill for _, node in find(root, "agents.*.skills") for skill in keys_of(node)]
        numbers = [node.value for _, node in find(root, "overflow_numbers.*") if isinstance(node.value, str)]
        tiers = [node.value for place in TIERS for _, node in find(root, place) if isinstance(node.value, str)]
        sections = ("lanes", "languages", "menus", "numbers", "announcements", "calendars", "agents", "adverts")
        # Keys of dictionaries, which are found at once however many there are, and keep their order.
        self.known: dict[str, dict[str, None]] = {
            section: dict.fromkeys(keys_of(inside(root, section))) for section in (*sections, "surveys")
        }
        self.known |= {"phones": dict.fromkeys(phones), "skills": dict.fromkeys(skills)}
        self.known["shown"] = dict.fromkeys(
            name for _, node in find(root, "directory.fields") for name in keys_of(node)
        )
        queues = [name for _, node in find(root, "tickets.queues") for name in keys_of(node)]
        self.known |= {"queues": dict.fromkeys(queues)}
        self.known |= {"overflow_numbers": dict.fromkeys(numbers), "tiers": dict.fromkeys(tiers)}
        self.listed: dict[str, str] = {}
        """Each list of known names as it was said first."""
        self.hints = MOST_HINTS

    def run(self) -> list[Fault]:
        for pattern, section in _NAMES:
            self.refers(pattern, section)
        for path, node in find(self.root, "shifts"):
            for agent in keys_of(node):
                self.refer(f"{path}.{agent}", node, agent, "agents", at=node.keys[agent])
        for path, node in find(self.root, "directory.sources.*.fields"):
            for name in keys_of(node):
                self.refer(f"{path}.{name}", node, name, "shown", at=node.keys[name])
        for path, step in find(self.root, "menus.*.*"):
            self.step(path, step)
        self.outcomes()
        self.announcements()
        self.texts()
        self.twice()
        return self.faults

    def add(self, node: Node, path: str, message: str) -> None:
        self.faults.append(Fault(self.file, node.line, node.column, path, message))

    def refers(self, pattern: str, section: str) -> None:
        for path, node in find(self.root, pattern):
            self.refer(path, node, node.value, section)

    def refer(self, path: str, node: Node, name: object, section: str, *, at: tuple[int, int] | None = None) -> None:
        known = self.known[section]
        if not isinstance(name, str) or name in known or (not known and section in _NEVER_EMPTY):
            # With nothing known, the section itself is at fault and says so once, instead of here many times.
            return
        if section not in self.listed:
            self.listed[section] = f"known are {one_of(sorted(known))}" if known else f"there are no `{section}` at all"
        self.hints -= 1
        hint = suggestion(name, known) if self.hints >= 0 else ""
        line, column = at or (node.line, node.column)
        message = f'{_UNKNOWN[section]} "{printable(name, 40)}"{hint}; {self.listed[section]}'
        self.faults.append(Fault(self.file, line, column, path, message))

    def step(self, path: str, step: Node) -> None:
        """What a step of a menu says of other places."""
        kind = inside(step, "step")
        word = str(kind.value) if kind is not None else ""
        if word in _STEP_NAMES:
            pattern, section = _STEP_NAMES[word]
            for where, node in find(step, pattern):
                self.refer(f"{path}.{where}", node, node.value, section)
        for pattern in _STEP_WAYS.get(word, ()):
            for where, node in find(step, pattern):
                self.way(f"{path}.{where}", node)
        if word == "message":
            self.wants(path, step, LEAVE_MESSAGE)

    def way(self, path: str, node: Node) -> None:
        """A way on from a step; one that cannot be read says so itself."""
        try:
            target = parse_target(node.value)
        except ValueError:
            return
        if target.kind in _TARGETS:
            self.refer(path, node, target.to, _TARGETS[target.kind])
        elif target.kind is TargetKind.MESSAGE:
            self.wants(path, node, LEAVE_MESSAGE)
        elif target.kind is TargetKind.CALLBACK:
            self.wants(path, node, CALLBACK)

    def outcomes(self) -> None:
        for _, path, node in outcomes_in(self.root):
            try:
                outcome = parse_outcome(node.value)
            except ValueError:
                continue
            match outcome.kind:
                case OutcomeKind.LANE:
                    self.refer(path, node, outcome.to, "lanes")
                case OutcomeKind.SAY:
                    self.refer(path, node, outcome.to, "announcements")
                case OutcomeKind.NUMBER:
                    self.refer(path, node, outcome.to, "overflow_numbers")
                case OutcomeKind.MESSAGE:
                    self.wants(path, node, LEAVE_MESSAGE)
                case OutcomeKind.CALLBACK:
                    self.wants(path, node, CALLBACK)
        for path, node in find(self.root, "lanes.*.steps.*.offer_callback"):
            if node.value is True:
                self.wants(path, node, OFFER_CALLBACK)

    def wants(self, path: str, node: Node, announcement: str) -> None:
        if announcement not in self.known["announcements"]:
            self.add(node, path, f"needs a text for callers to hear; add {announcement} to the announcements")

    def announcements(self) -> None:
        for path, node in find(self.root, "announcements"):
            if isinstance(node.value, dict):
                for name in REQUIRED_ANNOUNCEMENTS:
                    if name not in node.value:
                        self.add(node, f"{path}.{name}", "is missing")

    def texts(self) -> None:
        languages = self.known["languages"]
        if not languages:
            return
        for pattern in _TEXTS:
            for path, node in find(self.root, pattern):
                if not isinstance(node.value, dict):
                    continue
                missing = [language for language in languages if language not in node.value]
                if missing:
                    self.add(node, path, f"has no text in {one_of(missing)}; a text is needed in every language")
                for language, text in node.value.items():
                    if text.value is None and language not in languages:
                        advice = "a comma inside {…} ends a text unless the text stands in quotes"
                        self.add(text, f"{path}.{language}", f"looks like the rest of a text; {advice}")
                    else:
                        self.refer(f"{path}.{language}", text, language, "languages")

    def twice(self) -> None:
        for pattern in _UNIQUE:
            for path, node in find(self.root, pattern):
                self.unique((f"{path}[{at}]", item) for at, item in enumerate(items_of(node)))
        self.unique(find(self.root, "agents.*.phone"))
        self.unique(find(self.root, "tickets.queues.*.lanes.*"))
        for path, node in find(self.root, "agents.*.phone"):
            if isinstance(node.value, str) and node.value.endswith("-web"):
                self.add(node, path, "a name that ends in -web is that of a softphone in a browser; choose another one")

    def unique(self, nodes: Iterable[tuple[str, Node]]) -> None:
        first: dict[str, tuple[str, Node]] = {}
        for path, node in nodes:
            if not isinstance(node.value, str):
                continue
            if node.value in first:
                other, there = first[node.value]
                self.add(node, path, f'"{node.value[:40]}" is used twice; already at {other} on line {there.line}')
            else:
                first[node.value] = (path, node)
