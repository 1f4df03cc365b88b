"""`hotline prompts`: what callers hear, looked at and made."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from acd.app import console
from acd.app.prompt_build import build_sounds, speak_all
from acd.app.prompt_progress import Progress
from acd.asterisk.places import cache_folder
from acd.config import load
from ivr.prompt_report import MISSING, RECORDED, SYNTHETIC, PromptReport, report, unused_recordings
from ivr.prompts import RECORDINGS, Source

_COLUMNS = ("language", "name", "source", "length", "level", "", "text")
_TEXT_WIDTH = 44
_COLOURS = {RECORDED: "green", SYNTHETIC: "", MISSING: "red"}


def show(config_path: Path, *, as_json: bool) -> int:
    """List every prompt and what is wrong with it; 1 if anything is missing, too quiet, clipped or no sound, else 0."""
    config = load(config_path)
    found = report(config, _cache())
    unused = unused_recordings(config)
    if as_json:
        console.print_json({"prompts": [_as_json(each) for each in found], "unused": [str(path) for path in unused]})
    else:
        _print(found, unused)
    return 1 if any(each.faults for each in found) else 0


def build(config_path: Path, out: Path | None) -> None:
    """Speak what is neither recorded nor spoken yet; with `out` put all sounds and the music there, for an Asterisk.

    Raises PromptError and OSError.
    """
    config = load(config_path)
    progress = Progress()
    if out is None:
        cache = _cache()
        cache.mkdir(parents=True, exist_ok=True)
        speak_all(config, cache, cache, progress)
    else:
        build_sounds(config, out, _cache(), progress)
    counts = progress.counts
    console.say(
        f"{sum(counts.values())} prompts: {counts[Source.RECORDED]} recorded, {counts[Source.SPOKEN]} spoken now, "
        f"{counts[Source.CACHED]} spoken before"
    )
    if out is not None:
        console.say(f"They are in {out / 'sounds'}, the music and the adverts in {out / 'music'}")


def _cache() -> Path:
    return cache_folder(dict(os.environ)) / "prompts"


def _print(found: Sequence[PromptReport], unused: Sequence[Path]) -> None:
    rows = [_row(each) for each in found]
    lines = [_COLUMNS, *rows]
    widths = [max(cell_len(line[index]) for line in lines) for index in range(len(_COLUMNS))]
    console.CONSOLE.print(Text(_line(_COLUMNS, widths), style="dim"))
    for each, row in zip(found, rows, strict=True):
        line = Text(_line(row, widths))
        if each.faults:
            line.stylize("red")
        elif colour := _COLOURS[each.source]:
            start = widths[0] + widths[1] + 4
            line.stylize(colour, start, start + len(each.source))
        console.CONSOLE.print(line)
    for path in unused:
        console.CONSOLE.print(Text(f"{path} is no prompt's; a recording is {RECORDINGS}/LANGUAGE/NAME.wav", "yellow"))
    console.say(_summary(found))
    if any(each.source == MISSING for each in found):
        console.say("`hotline prompts build` speaks those that are missing")


def _summary(found: Sequence[PromptReport]) -> str:
    sources = Counter(each.source for each in found)
    kinds = Counter(fault.partition(":")[0] for each in found for fault in each.faults if fault != "missing")
    counts = [f"{sources[source]} {source}" for source in (RECORDED, SYNTHETIC, MISSING)]
    return f"{len(found)} prompts: {', '.join(counts + [f'{count} {kind}' for kind, count in sorted(kinds.items())])}"


def _row(each: PromptReport) -> tuple[str, ...]:
    measure = each.measure
    text = " ".join(each.text.text.split())
    if cell_len(text) > _TEXT_WIDTH:
        text = set_cell_size(text, _TEXT_WIDTH - 1).rstrip() + "…"
    level = "" if measure is None else "silence" if measure.level is None else f"{measure.level:.1f} dB"
    return (
        each.text.prompt.language,
        each.text.prompt.name,
        each.source,
        "" if measure is None else f"{measure.lasting / 1_000:.1f} s",
        level,
        ", ".join(fault for fault in each.faults if fault != MISSING),
        text,
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    right = {3, 4}
    padded = [
        " " * (width - cell_len(cell)) + cell if index in right else cell + " " * (width - cell_len(cell))
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _as_json(each: PromptReport) -> dict[str, object]:
    measure = each.measure
    return {
        "language": each.text.prompt.language,
        "name": each.text.prompt.name,
        "text": each.text.text,
        "spoken": each.text.spoken,
        "place": each.text.place,
        "source": each.source,
        "file": None if each.source == MISSING else str(each.file),
        "seconds": None if measure is None else measure.lasting / 1_000,
        "level_dbfs": None if measure is None or measure.level is None else round(measure.level, 1),
        "peak": None if measure is None else round(measure.peak, 3),
        "too_quiet": any(fault in {"too quiet", "silent"} for fault in each.faults),
        "clipped": measure is not None and measure.clipped,
        "faults": list(each.faults),
    }
