"""What can be said of numbers at all, in every family."""

HIGHEST = 999_999_999_999


def within(value: int, least: int, most: int, what: str) -> int:
    """`value`, if it lies between the two. Raises ValueError that says `what` it is, without the value itself."""
    if not least <= value <= most:
        raise ValueError(f"{what} that cannot be said; allowed are {least} to {most}")
    return value
