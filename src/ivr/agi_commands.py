"""The few AGI commands we give, and the one place that turns them into bytes.

A line break in an argument would be a second command, and a quote could move a word into another place, so each
argument passes its own allow-list first and is quoted after that. There is no way to build a command from free text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ivr.agi_errors import UnsafeCommand

LONGEST_COMMAND = 1_024
"""Bytes of one command; Asterisk before 22.6 reads no more than 2048."""

LONGEST_WAIT = 60_000
"""Milliseconds that one command may wait for a key."""

KEYS = "0123456789*#"

_OUR_VARIABLE = re.compile(r"HL_[A-Z0-9_]{1,30}")
_OTHER_VARIABLES = frozenset({"TIMEOUT(absolute)", "CHANNEL(language)"})
_VALUE = re.compile(r"[A-Za-z0-9_.+-]{0,64}")
_MENU = re.compile(r"[a-z0-9=/*#-]{0,200}")
_PROMPT = re.compile(r"[a-z0-9][a-z0-9_-]{0,95}(?:/[a-z0-9][a-z0-9_-]{0,95}){0,3}")


class Verb(StrEnum):
    """Everything we ever tell Asterisk over AGI."""

    GET_VARIABLE = "GET VARIABLE"
    SET_VARIABLE = "SET VARIABLE"
    STREAM_FILE = "STREAM FILE"
    WAIT_FOR_DIGIT = "WAIT FOR DIGIT"


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its arguments; made by the functions below, which know what may stand where."""

    verb: Verb
    arguments: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """The line as it goes to Asterisk. Raises UnsafeCommand for what would not stay one line of sane length."""
        line = " ".join([self.verb.value, *(quote(argument) for argument in self.arguments)]) + "\n"
        try:
            encoded = line.encode("utf-8")
        except UnicodeEncodeError:
            raise UnsafeCommand(f"{self.verb.value}: an argument is not valid text") from None
        if len(encoded) > LONGEST_COMMAND:
            raise UnsafeCommand(f"{self.verb.value}: longer than {LONGEST_COMMAND} bytes")
        return encoded


def quote(argument: str) -> str:
    """`argument` as one word of a command line. Raises UnsafeCommand if it holds a control character."""
    if any(character < " " or character == "\x7f" for character in argument):
        raise UnsafeCommand("an argument holds a line break or another control character")
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def get_variable(name: str) -> Command:
    """Ask for a variable of the call. Raises UnsafeCommand for a name that is not ours."""
    return Command(Verb.GET_VARIABLE, (_variable(name),))


def set_variable(name: str, value: str) -> Command:
    """Write a variable of the call. Raises UnsafeCommand for a name that is not ours or a value that is not plain."""
    if not (_MENU if name == "HL_MENU" else _VALUE).fullmatch(value):
        raise UnsafeCommand(f"{_variable(name)}: the value has other characters than letters, digits and _.+-")
    return Command(Verb.SET_VARIABLE, (_variable(name), value))


def stream_file(prompt: str, interrupted_by: str) -> Command:
    """Play a prompt (`hotline/en/welcome`) until it ends or one of the keys is pressed. Raises UnsafeCommand."""
    if not _PROMPT.fullmatch(prompt):
        raise UnsafeCommand("the name of a prompt has other characters than a-z, 0-9, _, - and /")
    if not all(key in KEYS for key in interrupted_by):
        raise UnsafeCommand("a key that no telephone has")
    return Command(Verb.STREAM_FILE, (prompt, interrupted_by))


def wait_for_digit(wait: int) -> Command:
    """Wait so many milliseconds for a key. Raises UnsafeCommand unless it is between 0 and LONGEST_WAIT."""
    # Asterisk takes -1 for "for ever", so a wrong sign would hold the caller until he hangs up.
    if not 0 <= wait <= LONGEST_WAIT:
        raise UnsafeCommand(f"a wait of {wait} ms; allowed are 0 to {LONGEST_WAIT}")
    return Command(Verb.WAIT_FOR_DIGIT, (str(wait),))


def _variable(name: str) -> str:
    if not (_OUR_VARIABLE.fullmatch(name) or name in _OTHER_VARIABLES):
        raise UnsafeCommand("a variable that is none of ours")
    return name
