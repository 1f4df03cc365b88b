"""What one place of the settings says of another: names exist, texts are in every language, no phone twice.

These checks walk the tree of the file itself, not the finished settings, so that they find their faults even
when other places are wrong. A place that has the wrong shape is left alone: its own fault says so.
"""

from collections.abc import Iterable, Iterator

from acd.config.faults import Fault, one_of, suggestion
from acd.config.needs import parse_needs
from acd.config.yaml_tree import Node

_UNKNOWN = {
    "lanes": "there is no lane",
    "languages": "there is no language",
    "menus": "there is no menu",
    "phones": "no agent has the phone",
    "numbers": "nobody can dial the number",
    "skills": "no agent has the skill",
}
_UNIQUE = ("pause_reasons", "fallback.phones", "vip.*.recognised_by.dialled", "trunks.*.match")
_TEXTS = ("lanes.*.name", "menus.*.*.say", "announcements.*")


def reference_faults(root: Node, file: str) -> list[Fault]:
    """Every place that speaks of something that does not exist, or of one thing twice."""
    return _Checks(root, file).run()


class _Checks:
    def __init__(self, root: Node, file: str) -> None:
        self.root = root
        self.file = file
        self.faults: list[Fault] = []
        phones = [node.value for _, node in find(root, "agents.*.phone") if isinstance(node.value, str)]
        skills = [skill for _, node in find(root, "agents.*.skills") for skill in _keys(node)]
        self.known: dict[str, list[str]] = {
            section: _keys(node)
            for section in ("lanes", "languages", "menus", "numbers")
            for node in _at(root, section)
        }
        self.known["phones"] = list(dict.fromkeys(phones))
        self.known["skills"] = list(dict.fromkeys(skills))

    def run(self) -> list[Fault]:
        self.refers("numbers.*.menu", "menus")
        self.refers("default_lane", "lanes")
        self.refers("default_language", "languages")
        self.refers("fallback.phones.*", "phones")
        self.refers("languages.*.skill", "skills")
        self.refers("vip.*.recognised_by.dialled.*", "numbers")
        for path, step in find(self.root, "menus.*.*"):
            kind = next((node.value for node in _at(step, "step")), None)
            section = {"language": "languages", "menu": "lanes"}.get(str(kind))
            for key, node in find(step, "keys.*"):
                if section:
                    self.refer(f"{path}.{key}", node, node.value, section)
        self.needs()
        self.texts()
        self.twice()
        self.signs()
        return self.faults

    def add(self, node: Node, path: str, message: str) -> None:
        self.faults.append(Fault(self.file, node.line, node.column, path, message))

    def refers(self, pattern: str, section: str) -> None:
        for path, node in find(self.root, pattern):
            self.refer(path, node, node.value, section)

    def refer(self, path: str, node: Node, name: object, section: str) -> None:
        known = self.known.get(section)
        if not known or not isinstance(name, str) or name in known:
            # With nothing known, the section itself is at fault and says so once, instead of here many times.
            return
        hint = suggestion(name, known)
        self.add(
            node,
            path,
            f'{_UNKNOWN[section]} "{name[:40]}"{hint}; known are {one_of(sorted(known))}',
        )

    def needs(self) -> None:
        for path, node in find(self.root, "lanes.*.needs"):
            try:
                needs = parse_needs(node.value)
            except ValueError:
                continue
            for need in needs:
                self.refer(path, node, need.skill, "skills")

    def texts(self) -> None:
        languages = self.known.get("languages")
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
                self.unique((f"{path}[{at}]", item) for at, item in enumerate(_items(node)))
        self.unique(find(self.root, "agents.*.phone"))

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

    def signs(self) -> None:
        for path, node in find(self.root, "vip.*.recognised_by"):
            if isinstance(node.value, dict) and not (node.value.keys() & {"customer_tier", "dialled"}):
                self.add(node, path, "recognises nobody; give a customer_tier, dialled numbers, or both")


def find(root: Node, pattern: str) -> Iterator[tuple[str, Node]]:
    """All places that fit `pattern` (`lanes.*.needs`; `*` is any key or entry), with their paths."""
    places: list[tuple[str, Node]] = [("", root)]
    for part in pattern.split("."):
        found: list[tuple[str, Node]] = []
        for path, node in places:
            if isinstance(node.value, dict):
                names = node.value if part == "*" else [part] if part in node.value else []
                found += [(f"{path}.{name}" if path else name, node.value[name]) for name in names]
            elif isinstance(node.value, list) and part == "*":
                found += [(f"{path}[{at}]", item) for at, item in enumerate(node.value)]
        places = found
    return iter(places)


def _at(node: Node, name: str) -> list[Node]:
    return [node.value[name]] if isinstance(node.value, dict) and name in node.value else []


def _keys(node: Node) -> list[str]:
    return list(node.value) if isinstance(node.value, dict) else []


def _items(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else []
