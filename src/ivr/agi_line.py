"""The line of a real call: plays, waits and writes variables over AGI, with a hand on the dead-man's handle.

Asterisk waits for ever for a script that has frozen. So before each command that takes time the line sets how many
seconds the call may stay with us from now on (`TIMEOUT(absolute)`); when they run out, Asterisk takes the caller back
into the dialplan by itself. The handle is always armed for a little longer than the command lasts.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

import structlog

from acd.core.instants import Duration, seconds
from ivr.agi_call import AgiCall
from ivr.agi_commands import (
    get_variable,
    play_tones,
    record,
    set_variable,
    stop_tones,
    stream_file,
    wait_for_digit,
)
from ivr.agi_errors import CallerHungUp, CommandFailed
from ivr.agi_protocol import Reply
from ivr.line import Prompt, PromptMissing, Tones

SPARE = seconds(3)
"""Milliseconds that we may be slow before the dead-man's handle lets go of us: the longest silence that a caller
hears when our process has frozen."""

LONGEST_PROMPT = seconds(60)
"""How long a prompt of unknown length is taken to be. Longer ones are cut off by the dead-man's handle."""

MESSAGES = "HL_MESSAGES"
"""The variable in which the dialplan keeps the folder of the callers' messages."""

_KEPT = frozenset({"DTMF", "SILENCE", "TIMEOUT", "HANGUP", "OPERATOR"})
"""How Record says that something was recorded."""

PROMPT_FOLDER = "hotline"
"""The folder of our prompts among Asterisk's sounds."""

_log = structlog.get_logger()


class AgiLine:
    """A `Line` over one AGI call. `lengths` says how long each prompt lasts, in milliseconds, where it is known."""

    def __init__(self, call: AgiCall, lengths: Mapping[Prompt, Duration]) -> None:
        self._call = call
        self._lengths = lengths

    async def play(self, prompt: Prompt, interrupted_by: str) -> str | None:
        """See Line."""
        length = min(self._lengths.get(prompt, LONGEST_PROMPT), LONGEST_PROMPT)
        command = stream_file(f"{PROMPT_FOLDER}/{prompt.language}/{prompt.name}", interrupted_by)
        await self._arm(length)
        reply = _accepted(await self._call.ask(command, length + SPARE))
        if reply.number == -1:
            # The caller has gone, which the next command finds out, or else the file is missing.
            _still_there(_accepted(await self._call.ask(wait_for_digit(0))))
            call = self._call.environment.call
            _log.warning("prompt_not_played", prompt=prompt.name, language=prompt.language, call=call)
            raise PromptMissing(f"{prompt.language}/{prompt.name}")
        return _key(reply)

    async def wait_for_key(self, wait: Duration) -> str | None:
        """See Line."""
        await self._arm(wait)
        reply = _accepted(await self._call.ask(wait_for_digit(wait), wait + SPARE))
        return _key(_still_there(reply))

    async def start_tones(self, tones: Tones) -> None:
        """See Line; at most MOST_TONES of agi_commands in one row."""
        reply = _accepted(await self._call.ask(play_tones(tones)))
        if reply.number != 0:
            # Asterisk says so, with the code of a success, when it has no such application or the application failed.
            _still_there(_accepted(await self._call.ask(wait_for_digit(0))))
            raise CommandFailed("the tones do not sound")

    async def stop_tones(self) -> None:
        """See Line."""
        _accepted(await self._call.ask(stop_tones()))

    async def record(self, name: str, at_most: Duration, silence: Duration) -> bool:
        """See Line."""
        messages, call = await self.variable(MESSAGES), await self.variable("HL_CALL")
        # The dialplan knows where the messages are; every other folder of recordings is beside that one.
        file = str(PurePosixPath(messages).parent / name / f"{call}.wav")
        await self._arm(at_most)
        _accepted(await self._call.ask(record(file, silence, at_most), at_most + SPARE))
        reply = _accepted(await self._call.ask(get_variable("RECORD_STATUS")))
        return reply.note in _KEPT

    async def variable(self, name: str) -> str:
        """See Line."""
        reply = _accepted(await self._call.ask(get_variable(name)))
        return (reply.note or "") if reply.number == 1 else ""

    async def set_variable(self, name: str, value: str) -> None:
        """See Line."""
        reply = _accepted(await self._call.ask(set_variable(name, value)))
        if reply.number != 1:
            raise CommandFailed(f"{name} was not set")

    async def _arm(self, lasting: Duration) -> None:
        whole_seconds = -(-(lasting + SPARE) // 1000)
        await self.set_variable("TIMEOUT(absolute)", str(whole_seconds))


def _accepted(reply: Reply) -> Reply:
    if reply.code != 200:
        raise CommandFailed(f"Asterisk refused a command with {reply.code}")
    return reply


def _still_there(reply: Reply) -> Reply:
    if reply.number == -1:
        raise CallerHungUp("gone while we waited for a key")
    return reply


def _key(reply: Reply) -> str | None:
    number = reply.number
    if number is None or not 32 < number < 127:
        return None
    return chr(number)
