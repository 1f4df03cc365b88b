"""The one gate for values that go into an Asterisk settings file.

Asterisk's files know no quoting that holds everywhere: a line break starts a new setting, `;` a comment, `[` a
section, `$` a variable, `#` an include, `,` the next argument. So nothing is escaped here: a short list of
characters is let through, and a value with any other is refused, whatever template it stands in.
"""

import re

ALLOWED = re.compile(r"[A-Za-z0-9_.:/@+-](?:[A-Za-z0-9 _.:/@+-]{0,253}[A-Za-z0-9_.:/@+-])?")
"""Up to 255 plain letters, digits and `_.:/@+-`; blanks inside only, for Asterisk drops those at the ends."""


class NotEncodable(ValueError):
    """A value that must not stand in a settings file of Asterisk."""


def encode(value: object) -> str:
    """`value` as it may stand in a settings file.

    Text passes if it is on the allow-list, whole numbers pass, and yes and no are written so. Raises NotEncodable for
    everything else: other characters, empty text, None, lists. The error shows the value, cut to 40 characters.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and ALLOWED.fullmatch(value):
        return value
    raise NotEncodable(
        f"{_shortened(value)} may not stand in a settings file of Asterisk; allowed are numbers and up to 255 of "
        "a-z, A-Z, 0-9, _ . : / @ + - and blanks inside"
    )


def _shortened(value: object) -> str:
    shown = ascii(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
