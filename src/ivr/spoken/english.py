"""Numbers in English: hundreds, thousands, millions and billions, without "and" inside a number."""

from acd.core.instants import Duration, seconds
from ivr.spoken.bounds import HIGHEST, within
from ivr.spoken.words import Words

_GROUPS = ((1_000_000_000, "n-billion"), (1_000_000, "n-million"), (1_000, "n-1000"), (1, ""))


class English:
    """The grammar of the family en."""

    def number(self, value: int) -> Words:
        """See Grammar."""
        within(value, 0, HIGHEST, "a number")
        words: list[str] = []
        for size, name in _GROUPS:
            if group := value // size % 1_000:
                words += _hundreds(group)
                if name:
                    words.append(name)
        return tuple(words) or ("n-0",)

    def money(self, fen: int) -> Words:
        """See Grammar: yuan and fen, of which one that is nothing is left out."""
        within(abs(fen), 0, 100 * HIGHEST + 99, "an amount")
        yuan, rest = divmod(abs(fen), 100)
        words: list[str] = ["money-minus"] if fen < 0 else []
        if yuan or not rest:
            words += [*self.number(yuan), "money-yuan"]
        if rest:
            words += [*(("money-and",) if yuan else ()), *self.number(rest), "money-fen"]
        return tuple(words)

    def time_of_day(self, minute: int) -> Words:
        """See Grammar: by twelve hours, A.M. and P.M."""
        hour, past = divmod(within(minute, 0, 1_439, "a time of day"), 60)
        if past == 0 and hour in {0, 12}:
            return ("n-12", "time-noon" if hour else "time-midnight")
        half = "time-am" if hour < 12 else "time-pm"
        spoken_past = (("time-oh",) if 0 < past < 10 else ()) + (self.number(past) if past else ())
        return (*self.number(hour % 12 or 12), *spoken_past, half)

    def duration(self, lasting: Duration) -> Words:
        """See Grammar."""
        whole = within(lasting, 0, seconds(HIGHEST), "a length of time") // 1_000
        if whole < 60:
            return self._counted(whole, "time-second")
        hours, minutes = divmod(whole // 60, 60)
        return (
            *(self._counted(hours, "time-hour") if hours else ()),
            *(self._counted(minutes, "time-minute") if minutes else ()),
        )

    def position(self, position: int) -> Words:
        """See Grammar."""
        if within(position, 1, HIGHEST, "a position") == 1:
            return ("position-next",)
        return ("position-begin", *self.number(position), "position-end")

    def wait(self, low: int, high: int) -> Words:
        """See Grammar."""
        if low <= 0:
            return ("wait-at-most", *self._minutes(high))
        if high < low:
            return ("wait-more-than", *self._minutes(low))
        if high == low:
            return ("wait-begin", *self._minutes(low))
        return ("wait-begin", *self.number(low), "wait-to", *self._minutes(high))

    def wait_under_a_minute(self) -> Words:
        """See Grammar."""
        return ("wait-minute",)

    def wait_over_an_hour(self) -> Words:
        """See Grammar."""
        return ("wait-hour",)

    def _minutes(self, value: int) -> Words:
        return (*self.number(value), "wait-end-one" if value == 1 else "wait-end")

    def _counted(self, value: int, unit: str) -> Words:
        return (*self.number(value), unit if value == 1 else f"{unit}s")


def _hundreds(group: int) -> list[str]:
    """Three digits, 1 to 999."""
    hundreds, rest = divmod(group, 100)
    words = [f"n-{hundreds}", "n-100"] if hundreds else []
    if rest >= 20:
        words.append(f"n-{rest // 10 * 10}")
        rest %= 10
    if rest:
        words.append(f"n-{rest}")
    return words
