"""Numbers that are read digit by digit: those of telephones, cards and customers."""

from ivr.spoken.words import PAUSE, Words

MOST_DIGITS = 32
"""What is beyond is not read; no number that anybody has is so long."""


def digits(number: str) -> Words:
    """A number digit by digit, in groups, in every language by the same names.

    A Chinese mobile number is read as 3, 4 and 4 digits, after its country's 86 if that is there; all others in groups
    of four. What is no digit is left out, a plus with it.
    """
    kept = "".join(character for character in number if character in "0123456789")[:MOST_DIGITS]
    words: list[str] = []
    for index, group in enumerate(_groups(kept)):
        if index:
            words.append(PAUSE)
        words.extend(f"digit-{digit}" for digit in group)
    return tuple(words)


def _groups(number: str) -> list[str]:
    if len(number) == 13 and number.startswith("861"):
        return ["86", *_groups(number[2:])]
    if len(number) == 11 and number.startswith("1"):
        return [number[:3], number[3:7], number[7:]]
    groups = [number[start : start + 4] for start in range(0, len(number), 4)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        # One digit alone at the end sounds lost, so the last group has five.
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups
