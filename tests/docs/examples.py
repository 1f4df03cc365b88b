"""The examples of a page, read out of its Markdown, and the small bank around them.

A page's first `yaml` block is its bank. Every further one is laid over that bank: mappings join, all else replaces. A
`story` block is played under the `yaml` block before it, or under the bank alone when its heading has none. Two
`yaml` blocks in a row are settings before and after the story's line `the settings change`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from acd.config import HotlineConfig, loads
from acd.core.policy import Policy

ROOT = Path(__file__).parents[2]

AROUND = """
numbers: {"95555": {menu: main}, "4008885555": {menu: main}}
default_language: zh
menus:
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
    - {step: language, say: {zh: 中文请按一。, en: "For English, press two."}, keys: {"1": zh, "2": en}}
    - {step: menu, say: {zh: 请按零。, en: Press zero.}, keys: {"0": general}, wait_for: 6s, attempts: 3}
announcements:
  all_busy: {zh: 线路繁忙。, en: We are busy.}
  technical_problem: {zh: 请稍候。, en: One moment.}
  sorry: {zh: 请稍候。, en: Sorry.}
  closed: {zh: 已下班。, en: We are closed.}
  offer_callback: {zh: 按一。, en: Press one.}
  callback: {zh: 再见。, en: We will call.}
  leave_message: {zh: 请留言。, en: After the tone.}
fallback: {phones: [anna]}
pause_reasons: {lunch: unlimited}
"""
"""What a hotline needs besides its routing: a page about routing leaves it out."""

_FENCE = re.compile(r"```(?P<kind>[a-z]*)")


@dataclass(slots=True)
class Example:
    """A story of a page, with the settings under which it is played."""

    section: str
    """The last heading of the second rank."""
    line: int
    """Where the story's text begins."""
    settings: list[str]
    story: str
    explained: list[str] = field(default_factory=list)
    """What `hotline explain` is said to print afterwards; empty for nothing."""


def examples_of(page: Path) -> tuple[str, list[Example]]:
    """The page's bank, and its examples in order."""
    bank, section, told = "", "", False
    settings: list[str] = []
    found: list[Example] = []
    for kind, line, text in _blocks(page.read_text(encoding="utf-8").splitlines()):
        if kind == "#":
            section, settings = (text.removeprefix("## ") if text.startswith("## ") else section), []
        elif kind == "yaml" and not bank:
            bank = text
        elif kind == "yaml":
            settings = [text] if told else [*settings, text]
        elif kind == "story":
            found.append(Example(section, line, list(settings), text))
        elif kind == "explain":
            found[-1].explained = text.splitlines()
        told = kind == "story"
    return bank, found


def _blocks(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """Headings and fenced blocks as (kind, first line, text)."""
    kind, begin = "", 0
    for number, line in enumerate(lines, 1):
        if kind:
            if line.startswith("```"):
                yield kind, begin, "\n".join(lines[begin - 1 : number - 1])
                kind = ""
        elif fence := _FENCE.match(line):
            kind, begin = fence["kind"] or "text", number + 1
        elif line.startswith("#"):
            yield "#", number, line


def settings_of(bank: str, fragment: str = "") -> HotlineConfig:
    """The bank with a fragment laid over it, as settings. Raises `ConfigRefused`."""
    whole = _plain(AROUND)
    for text in (bank, fragment):
        whole = _laid_over(whole, _plain(text))
    for name, lane in whole["lanes"].items():
        lane.setdefault("name", {"zh": name, "en": name})
    for name, agent in whole["agents"].items():
        agent.setdefault("name", name.title())
        agent.setdefault("phone", name)
    for name, language in whole["languages"].items():
        language.setdefault("name", name)
        language.setdefault("voice", "en-us")
    written = StringIO()
    YAML(typ="safe").dump(whole, written)
    return loads(written.getvalue())


def policies_of(bank: str, example: Example) -> list[Policy]:
    """The settings of an example, in the order in which they come into force."""
    return [settings_of(bank, fragment).policy() for fragment in example.settings or [""]]


def _plain(text: str) -> dict[str, Any]:
    return YAML(typ="safe").load(text) or {}


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(under)
    for key, value in over.items():
        below = joined.get(key)
        joined[key] = _laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return joined
