"""Texts of a picture: how wide they are, about, and how they are cut so that they stay where they belong.

Nobody knows the fonts of who looks at it, so widths are reckoned too large rather than too small.
"""

import unicodedata

WIDE = 1.0
"""Width of a Chinese character, in its size."""
NARROW = 0.58
"""Width of most Latin ones; capitals and a few others are wider, and some are thin."""
CAPITAL = 0.72
THIN = 0.36
CUT = "…"


def width_of(text: str, size: float) -> float:
    """How wide a text is at most in a usual sans-serif font, in pixels."""
    return sum(map(_width, text)) * size


def cut(text: str, size: float, room: float) -> str:
    """A text that fits into the room, with … at its end if it had to be shortened."""
    if width_of(text, size) <= room:
        return text
    kept, left = "", room - width_of(CUT, size)
    for character in text:
        left -= _width(character) * size
        if left < 0:
            break
        kept += character
    return kept.rstrip() + CUT


def wrapped(text: str, size: float, room: float, most: int) -> list[str]:
    """A text in lines that fit into the room, at most so many; the last one is cut if more would be needed."""
    lines = [""]
    for word in _words(text):
        longer = lines[-1] + word
        if width_of(longer.rstrip(), size) <= room or not lines[-1]:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = longer + CUT * most
            break
        else:
            lines.append(word.lstrip())
    return [cut(line.strip().replace(CUT * most, CUT), size, room) for line in lines]


def _words(text: str) -> list[str]:
    """Latin words with the space behind them; Chinese may break anywhere but before a closing sign."""
    found: list[str] = []
    for character in text:
        closing = unicodedata.category(character) in {"Po", "Pe", "Pf"}
        if found and (closing or character == " " or not (_is_wide(character) or found[-1][-1] == " " or _ends(found))):
            found[-1] += character
        else:
            found.append(character)
    return found


def _ends(found: list[str]) -> bool:
    return _is_wide(found[-1][-1])


def _width(character: str) -> float:
    if _is_wide(character):
        return WIDE
    if character in " .,;:!'|()[]iljtf":
        return THIN
    return CAPITAL if character.isupper() or character in "mw@%&=<>+…" else NARROW


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}
