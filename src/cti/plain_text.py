"""What may stand in a text that people write: everything that is read as it stands, in any script. Pure.

`str.isprintable` is narrower: it takes neither the wide space of Chinese typing nor the joiner within a picture of two
people, and both come from keyboards and clipboards all day.
"""

import unicodedata

_DIRECTED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Signs that make a reader see other words than were written."""
_BREAKS = frozenset("\u2028\u2029")
"""Ends of lines that are no line feed."""


def is_plain(text: str, *, also: str = "") -> bool:
    """Whether all of it is plain, or one of the signs in `also`."""
    return text.isprintable() or all(sign in also or is_plain_sign(sign) for sign in text)


def is_plain_sign(sign: str) -> bool:
    """Whether a sign is read as it stands, or only joins letters as some scripts and pictures need it."""
    category = unicodedata.category(sign)
    if category[0] != "C":
        return sign not in _BREAKS
    return category == "Cf" and sign not in _DIRECTED
