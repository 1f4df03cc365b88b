"""Values of labels that come from outside of our own lists, with a bound."""

KINDS_AT_MOST = 32
"""Values of one label; a further one is counted as "other", so that no defect can fill a server's memory."""


class Labels:
    """Remembers which values each label has had."""

    def __init__(self) -> None:
        self._known: dict[str, set[str]] = {}

    def value(self, label: str, value: str) -> str:
        """The value to count under: itself, or "other" when the label has too many already."""
        known = self._known.setdefault(label, set())
        if value not in known and len(known) >= KINDS_AT_MOST:
            return "other"
        known.add(value)
        return value
