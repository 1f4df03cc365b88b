"""Asterisk answers a command that did nothing with the code of a success: no PIN may be keyed without a tone."""

import pytest

from acd.core.instants import Duration
from ivr.agi_commands import Command, Verb
from ivr.agi_errors import CallerHungUp, CommandFailed
from ivr.agi_line import AgiLine
from ivr.agi_protocol import Reply
from ivr.pin.tones import decoys


class Answering:
    """An AGI call that answers each kind of command with one result."""

    def __init__(self, results: dict[Verb, str]) -> None:
        self._results = results

    async def ask(self, command: Command, time_limit: Duration = 0) -> Reply:  # noqa: ARG002 - it answers at once
        return Reply(200, self._results[command.verb])


def line(tones: str, key: str = "0") -> AgiLine:
    return AgiLine(Answering({Verb.EXEC_PLAYTONES: tones, Verb.WAIT_FOR_DIGIT: key}), {})  # type: ignore[arg-type]


@pytest.mark.parametrize("result", ["-2", "-1", "1", "", "x"])
async def test_any_result_but_nought_is_a_line_without_tones(result: str) -> None:
    with pytest.raises(CommandFailed, match="the tones do not sound"):
        await line(result).start_tones(decoys())


async def test_a_caller_who_has_gone_is_no_failure_of_the_tones() -> None:
    with pytest.raises(CallerHungUp):
        await line("-1", key="-1").start_tones(decoys())


async def test_nought_is_a_line_with_tones() -> None:
    await line("0").start_tones(decoys())
