"""From a file's path to settings that can be trusted, or to all that is wrong with the file at once."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from acd.config.advice import advise
from acd.config.contradictions import contradictions
from acd.config.expressions import expression_faults
from acd.config.faults import ConfigRefused, Fault
from acd.config.messages import message_of
from acd.config.model import HotlineConfig
from acd.config.references import reference_faults
from acd.config.yaml_tree import MOST_BYTES, Node, read_tree


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
    if config is None or faults:
        raise ConfigRefused(faults)
    return config


def loads(text: str, file: str = "<text>") -> HotlineConfig:
    """The settings in `text`, as `load` reads them, but without looking for the files it names."""
    config, _, faults = _check(text, file)
    if config is None or faults:
        raise ConfigRefused(faults)
    return config


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
        faults += [_place(root, detail["loc"], file, message_of(detail)) for detail in details]
    faults += [*reference_faults(root, file), *expression_faults(root, file), *contradictions(root, file)]
    if config is not None and not faults:
        warnings = [_place(root, place, file, message) for place, message in advise(config)]
        config._warnings = tuple(sorted(warnings))  # noqa: SLF001 - set once here, before anybody has seen it.
    return config, root, faults


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
