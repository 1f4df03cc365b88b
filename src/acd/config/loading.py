"""From a file's path to settings that can be trusted, or to all that is wrong with the file at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from acd.config.advice import advise
from acd.config.advice.subject import Place
from acd.config.contradictions import contradictions
from acd.config.directory import FileSource
from acd.config.expressions import expression_faults
from acd.config.faults import ConfigRefused, Fault
from acd.config.fields import NO_NAME, Name
from acd.config.keyboard import instead_of
from acd.config.menu_faults import menu_faults
from acd.config.menu_graph import Menus
from acd.config.menus import Menu
from acd.config.messages import message_of
from acd.config.model import HotlineConfig
from acd.config.places import find, inside
from acd.config.references import reference_faults
from acd.config.yaml_tree import MOST_BYTES, Node, read_tree
from acd.core.language.words import wide_sign


def load(path: str | Path) -> HotlineConfig:
    """The settings in the file at `path`.

    Raises `ConfigRefused` with every fault when the file cannot be read or is not what it should be. A file
    beyond the limits of yaml_tree.py is refused without being read to its end. What is odd but allowed stands
    in the result's `warnings`.
    """
    where = Path(path)
    file = str(path)
    config, root, faults = _check(_read(where, file), file)
    if config is not None and not faults:
        config._folder = where.parent  # noqa: SLF001 - set once here, before anybody has seen it.
        if config.customers_file is not None and not config.customers_file.is_file():
            faults = [_place(root, ("customers",), file, f'there is no file "{config.customers}" beside the settings')]
        faults += [_place(root, place, file, message) for place, message in _missing_sources(config)]
    if config is None or faults:
        raise ConfigRefused(faults)
    return config


def _missing_sources(config: HotlineConfig) -> Iterator[tuple[Place, str]]:
    """Files of the customer directory that are not there. A database may come and go; a file is read now."""
    for name, source in config.directory.sources.items() if config.directory is not None else ():
        if isinstance(source, FileSource) and not config.path_of(source.path).is_file():
            place = ("directory", "sources", str(name), "path")
            yield place, f'there is no file "{source.path}" beside the settings'


def loads(text: str, file: str = "<text>") -> HotlineConfig:
    """The settings in `text`, as `load` reads them, but without looking for the files it names."""
    config, _, faults = _check(text, file)
    if config is None or faults:
        raise ConfigRefused(faults)
    return config


def placed(path: str | Path, messages: Sequence[tuple[Place, str]]) -> list[Fault]:
    """Each message at its place in the file at `path`, in the order of the file.

    For what is found when more than the settings is known. Should the file have become unreadable since it was loaded,
    each message stands at its beginning.
    """
    if not messages:
        return []
    try:
        root, _ = read_tree(_read(Path(path), str(path)), str(path))
    except ConfigRefused:
        root = Node(1, 1, None)
    return sorted(_place(root, place, str(path), message) for place, message in messages)


def _check(text: str, file: str) -> tuple[HotlineConfig | None, Node, list[Fault]]:
    root, faults = read_tree(text, file)
    if not isinstance(root.value, dict):
        message = "the settings are a mapping of sections (numbers: …, lanes: …), not a list or a single value"
        raise ConfigRefused([*faults, Fault(file, root.line, root.column, "", message)])
    config: HotlineConfig | None = None
    try:
        config = HotlineConfig.model_validate(root.plain())
    except ValidationError as error:
        details = _without_echoes(error.errors(include_url=False))
        faults += [_of_detail(root, detail, file) for detail in details]
    references = reference_faults(root, file)
    known_better = {(fault.line, fault.column, fault.path) for fault in references}
    # A name that nothing has is said to be unknown, with what is known; that it could be no name at all adds nothing.
    faults = [
        fault
        for fault in faults
        if NO_NAME not in fault.message or (fault.line, fault.column, fault.path) not in known_better
    ]
    faults += [*references, *expression_faults(root, file), *contradictions(root, file)]
    numbers = [node.value for _, node in find(root, "numbers.*.menu") if isinstance(node.value, str)]
    menus = _menus(root) if config is None else config.menus
    faults += [_place(root, place, file, message) for place, message in menu_faults(menus, numbers)]
    if config is not None and not faults:
        warnings = [_place(root, place, file, message) for place, message in advise(config)]
        config._warnings = tuple(sorted(warnings))  # noqa: SLF001 - set once here, before anybody has seen it.
    return config, root, faults


def _menus(root: Node) -> Menus:
    """The menus of settings that are wrong elsewhere; none if it is the menus that are wrong."""
    section = inside(root, "menus")
    try:
        return _MENUS.validate_python(None if section is None else section.plain())
    except ValidationError:
        return {}


_MENUS: TypeAdapter[Menus] = TypeAdapter(Mapping[Name, Menu])


def _of_detail(root: Node, detail: ErrorDetails, file: str) -> Fault:
    """The fault at its place, or at the full-width sign that is behind it."""
    fault = _place(root, detail["loc"], file, message_of(detail))
    written = detail["loc"][-1] if detail["type"] == "extra_forbidden" else detail["input"]
    wide = wide_sign(written) if isinstance(written, str) and "too long" not in fault.message else None
    if wide is None:
        return fault
    node = _node_at(root, detail["loc"])
    if detail["type"] != "extra_forbidden" and node.text_column:
        return replace(fault, line=node.line, column=node.text_column + wide[0] - 1, message=wide[1])
    if detail["type"] == "extra_forbidden":
        return replace(fault, column=fault.column + wide[0] - 1, message=instead_of(str(written)))
    return replace(fault, message=wide[1])


def _without_echoes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """`details` without "too few entries" where an entry was itself refused, and so not counted."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(other is not detail and other["loc"][: len(detail["loc"])] == detail["loc"] for other in details)
    ]


def _read(where: Path, file: str) -> str:
    try:
        with where.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a usable path"
        raise ConfigRefused([Fault(file, 1, 1, "", f"cannot be read: {reason}")]) from None
    if len(content) > MOST_BYTES:
        raise ConfigRefused([Fault(file, 1, 1, "", f"too large; at most {MOST_BYTES // 1024} KiB")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = content.rfind(b"\n", 0, error.start) + 1
        line, column = (
            content.count(b"\n", 0, start) + 1,
            len(content[start : error.start].decode("utf-8")) + 1,
        )
        message = f"the byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise ConfigRefused([Fault(file, line, column, "", message)]) from None
    return text.replace("\r\n", "\n")


def _node_at(root: Node, loc: Sequence[int | str]) -> Node:
    """The value that `loc` leads to, or as near to it as the file goes."""
    node = root
    for part in loc:
        if isinstance(node.value, dict) and part in node.value:
            node = node.value[str(part)]
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
    return node


def _place(root: Node, loc: Sequence[int | str], file: str, message: str) -> Fault:
    """A fault at the place that `loc` leads to, or as near to it as the file goes.

    pydantic puts the kind of a step and words such as "[key]" into a path; neither stands in the file.
    """
    node, path = root, ""
    key_at = (root.line, root.column)
    for at, part in enumerate(loc):
        if isinstance(node.value, dict) and part in node.value:
            key_at, node = node.keys[str(part)], node.value[str(part)]
            path = f"{path}.{part}" if path else str(part)
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            key_at = (node.line, node.column)
            path += f"[{part}]"
        elif isinstance(node.value, dict) and at == len(loc) - 1 and not str(part).startswith("["):
            # A key that is missing: the mapping that lacks it is the place.
            return Fault(file, node.line, node.column, f"{path}.{part}" if path else str(part), message)
    about_key = loc[-1] == "[key]" or message.startswith("unknown key")
    line, column = key_at if about_key else (node.line, node.column)
    return Fault(file, line, column, path, message)
