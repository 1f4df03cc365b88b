"""All other sections: each value that differs, by the path of its keys, as an operator writes it."""

from collections.abc import Iterator, Mapping
from typing import Any

from acd.config.differences.difference import Difference, Kind, changed, cut
from acd.config.differences.values import in_full
from acd.config.model import HotlineConfig
from acd.config.people import UNLIMITED

_TOLD_ELSEWHERE = frozenset({"lanes", "agents", "reserves", "calendars", "shifts"})
_ORDERED = ("languages", "pause_reasons", "vip")
"""Mappings whose order means something: what is offered first, or who comes first among equals."""
_ABSENT = object()
"""Stands for a key that one version does not have; None is a value."""
_ABOUT = {
    "adverts": "advert",
    "languages": "language",
    "menus": "menu",
    "numbers": "number",
    "surveys": "survey",
    "trunks": "trunk",
    "vip": "vip",
}
"""Sections of which each entry is a thing by itself."""


def plain_differences(old: HotlineConfig, new: HotlineConfig) -> Iterator[Difference]:
    """Every value that differs, by section and path."""
    before = old.model_dump(exclude=set(_TOLD_ELSEWHERE))
    after = new.model_dump(exclude=set(_TOLD_ELSEWHERE))
    for section in sorted(after):
        if section in _ABOUT:
            yield from _entries(section, before[section], after[section], new)
        else:
            yield from value_differences(section, "", before[section], after[section])
        if section in _ORDERED and before[section] == after[section] and [*before[section]] != [*after[section]]:
            was, now = (", ".join(each[section]) for each in (before, after))
            yield Difference(section, "", Kind.CHANGED, f"in another order: {now} instead of {was}", was, now)


def _entries(
    section: str, old: Mapping[str, Any], new: Mapping[str, Any], config: HotlineConfig
) -> Iterator[Difference]:
    for name in sorted({**old, **new}):
        about = f"{_ABOUT[section]} {name}"
        if name not in old:
            entry = getattr(config, section)[name]
            text = in_full(section, _set(entry)) if section in ("vip", "numbers", "languages") else ""
            yield Difference(about, "", Kind.ADDED, f"is new: {text}" if text else "is new", None, text or None)
        elif name not in new:
            rest = f"; its callers go on in {config.default_language}" if section == "languages" else ""
            yield Difference(about, "", Kind.REMOVED, f"is taken away{rest}")
        else:
            yield from value_differences(about, "", old[name], new[name])


def _set(entry: Any) -> dict[str, Any]:
    """What the operator has written of an entry, without what holds by itself."""
    found: dict[str, Any] = entry.model_dump(exclude_unset=True)
    return found


def value_differences(about: str, path: str, old: Any, new: Any) -> Iterator[Difference]:
    """Every value inside of `old` that differs in `new`, by the path of its keys behind `path`."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({**old, **new}, key=str):
            inner = f"{path}.{key}" if path else str(key)
            yield from value_differences(about, inner, old.get(key, _ABSENT), new.get(key, _ABSENT))
        return
    if isinstance(old, tuple) and isinstance(new, tuple) and any(isinstance(each, Mapping) for each in (*old, *new)):
        for at in range(max(len(old), len(new))):
            parts = [rows[at] if at < len(rows) else _ABSENT for rows in (old, new)]
            yield from value_differences(about, f"{path}[{at}]", parts[0], parts[1])
        return
    key = path.rpartition(".")[2]
    was, now = _written(about, key, old), _written(about, key, new)
    if was is not None and now is not None and cut(was) == cut(now):
        # Two long texts that begin alike.
        yield Difference(about, path, Kind.CHANGED, f"another text: {cut(now)}", was, now)
    else:
        yield changed(about, path, was, now)


def _written(about: str, key: str, value: Any) -> str | None:
    if value is _ABSENT:
        return None
    if about == "pause_reasons":
        return UNLIMITED if value is None else in_full("after", value)
    return in_full(key, value)
