"""The few AGI commands we give, and the one place that turns them into bytes.

A line break in an argument would be a second command, and a quote could move a word into another place, so each
argument passes its own allow-list first and is quoted after that. There is no way to build a command from free text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from acd.core.instants import Duration
from ivr.agi_errors import UnsafeCommand
from ivr.line import Tone, Tones

LONGEST_COMMAND = 1_900
"""Bytes of one command; Asterisk before 22.6 reads no more than 2048."""

MOST_TONES = 100
"""Tones of one row: as many as surely fit into one command."""

LONGEST_WAIT = 60_000
"""Milliseconds that one command may wait for a key."""

LONGEST_RECORDING = 600_000
"""Milliseconds that a caller may be recorded in one go."""

KEYS = "0123456789*#"

_OUR_VARIABLE = re.compile(r"HL_[A-Z0-9_]{1,30}")
_OTHER_VARIABLES = frozenset({"TIMEOUT(absolute)", "CHANNEL(language)"})
_READABLE = frozenset({"RECORD_STATUS"})
_VALUE = re.compile(r"[A-Za-z0-9_.+-]{0,64}")
_VALUES = {
    "HL_MENU": re.compile(r"[a-z0-9=/*#-]{0,200}"),
    "HL_MUSIC": re.compile(r"[a-z0-9][a-z0-9-]{0,78}"),
    "HL_CUSTOMER": re.compile(r"[0-9]{0,20}"),
}
"""What may be written into variables that are longer than others, or narrower; all others hold a _VALUE."""
_FILE = re.compile(r"/[A-Za-z0-9_./-]{1,400}\.wav")
_PROMPT = re.compile(r"[a-z0-9][a-z0-9_-]{0,95}(?:/[a-z0-9][a-z0-9_-]{0,95}){0,3}")


class Verb(StrEnum):
    """Everything we ever tell Asterisk over AGI."""

    GET_VARIABLE = "GET VARIABLE"
    SET_VARIABLE = "SET VARIABLE"
    STREAM_FILE = "STREAM FILE"
    WAIT_FOR_DIGIT = "WAIT FOR DIGIT"
    EXEC_PLAYTONES = "EXEC Playtones"
    EXEC_STOP_PLAYTONES = "EXEC StopPlaytones"
    EXEC_RECORD = "EXEC Record"


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
    return Command(Verb.GET_VARIABLE, (name if name in _READABLE else _variable(name),))


def set_variable(name: str, value: str) -> Command:
    """Write a variable of the call. Raises UnsafeCommand for a name that is not ours or a value that is not plain."""
    if not _VALUES.get(name, _VALUE).fullmatch(value):
        raise UnsafeCommand(f"{_variable(name)}: the value has other characters than this variable may hold")
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


def play_tones(tones: Tones) -> Command:
    """Let tones sound, one after the other and once. Raises UnsafeCommand for too many or for one that is none."""
    if not 0 < len(tones) <= MOST_TONES:
        raise UnsafeCommand(f"a row of {len(tones)} tones; allowed are 1 to {MOST_TONES}")
    # The exclamation mark keeps Asterisk from beginning anew after the last.
    return Command(Verb.EXEC_PLAYTONES, (",".join(f"!{_tone(tone)}" for tone in tones),))


def stop_tones() -> Command:
    """Let the tones end."""
    return Command(Verb.EXEC_STOP_PLAYTONES)


def record(file: str, silence: Duration, at_most: Duration) -> Command:
    """Record the caller into a file until silence, a key or the end of the time; times in milliseconds.

    What was said is kept when he hangs up meanwhile. Raises UnsafeCommand.
    """
    if not _FILE.fullmatch(file) or ".." in file:
        raise UnsafeCommand("the name of a recording has other characters than letters, digits and _./-")
    if not (1_000 <= silence <= at_most <= LONGEST_RECORDING):
        raise UnsafeCommand(f"a recording of {at_most} ms, ended by {silence} ms of silence")
    # k: kept at a hang-up; q: no beep of Asterisk's own; y: any key ends it.
    return Command(Verb.EXEC_RECORD, (f"{file},{silence // 1_000},{at_most // 1_000},kqy",))


def _tone(tone: Tone) -> str:
    if not 1 <= tone.lasting <= LONGEST_WAIT:
        raise UnsafeCommand(f"a tone of {tone.lasting} ms")
    heard = [frequency for frequency in (tone.low, tone.high) if frequency]
    if not all(300 <= frequency <= 3_400 for frequency in heard):
        raise UnsafeCommand("a tone that no telephone line carries")
    return f"{'+'.join(map(str, heard)) or 0}/{tone.lasting}"


def _variable(name: str) -> str:
    if not (_OUR_VARIABLE.fullmatch(name) or name in _OTHER_VARIABLES):
        raise UnsafeCommand("a variable that is none of ours")
    return name
