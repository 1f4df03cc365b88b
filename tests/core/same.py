"""Comparing long things: what differs is shown by its first difference, for a full one takes minutes to work out."""

AROUND = 300


def assert_same(one: object, other: object, what: str) -> None:
    """Raise AssertionError if the two are not written the same way, letter by letter."""
    first, second = repr(one), repr(other)
    if first != second:
        at = next(
            (at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
            len(min(first, second, key=len)),
        )
        start = max(0, at - AROUND)
        raise AssertionError(f"{what}:\n{first[start : at + AROUND]}\nand not\n{second[start : at + AROUND]}")
