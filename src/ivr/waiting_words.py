"""What a waiting caller is told, as the names of the prompts that say it.

First an announcement, then his place, then how long he will probably wait. A question, whether he wants to be called
back, comes last: a key answers it until three seconds after the end. What our languages cannot say is left out, and so
is what would be of no use: a place beyond the thousandth, or a wait of which next to nothing is known.
"""

from acd.config.model import HotlineConfig
from acd.core.instants import Duration
from acd.core.orders import SayToCaller
from ivr.spoken.grammar import FURTHEST_POSITION, GRAMMARS, LONGEST_WAIT, Grammar, family_of
from ivr.spoken.words import Words

LONGEST_TEXT = 190
"""Characters of all names, joined by a sign each; with the word for a callback it makes the 200 that a variable of the
call takes. Beyond it the wait is left out, then the place; a single announcement is never so long."""

_MINUTE: Duration = 60_000
_WORTH_SAYING = 5
"""Minutes that a wait with no known end lasts at least for its beginning to be worth saying."""
_ROUGH = 15
"""From so many minutes on, a caller is told a multiple of five; nobody believes "23 to 41"."""


class WaitingWords:
    """The words of one hotline's languages. Cheap to make, and of no use once the settings are others."""

    def __init__(self, config: HotlineConfig) -> None:
        self._grammars = {
            language: GRAMMARS[family]
            for language, settings in config.languages.items()
            if (family := family_of(settings.voice)) is not None
        }

    def of(self, order: SayToCaller) -> Words:
        """The prompts to be played for this order, in their order; empty if there is nothing that can be said."""
        announcement = (order.announcement,) if order.announcement else ()
        grammar = self._grammars.get(order.language)
        if grammar is None:
            return announcement
        place = _place(grammar, order.position)
        wait = () if order.wait is None else _wait(grammar, *order.wait)
        for told in ((*place, *wait), place):
            words = (*told, *announcement) if order.offer_callback else (*announcement, *told)
            if len("+".join(words)) <= LONGEST_TEXT:
                return words
        return announcement


def _place(grammar: Grammar, position: int) -> Words:
    return grammar.position(position) if 1 <= position <= FURTHEST_POSITION else ()


def _wait(grammar: Grammar, least: Duration, most: Duration) -> Words:
    """An interval in whole minutes that holds the one given; never promises less than that does."""
    if most < least or least < 0 or most <= 0:
        return ()
    low, high = _rounded(least // _MINUTE, up=False), _rounded(-(-most // _MINUTE), up=True)
    if low >= LONGEST_WAIT:
        return grammar.wait_over_an_hour()
    if high > LONGEST_WAIT:
        return grammar.wait(low, 0) if low >= _WORTH_SAYING else ()
    if most < _MINUTE:
        return grammar.wait_under_a_minute()
    return grammar.wait(low, high)


def _rounded(minutes: int, *, up: bool) -> int:
    if minutes <= _ROUGH:
        return minutes
    return -(-minutes // 5) * 5 if up else minutes // 5 * 5
