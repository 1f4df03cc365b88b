"""How a command runs and fails: an error that a person can mend is one line and exit code 2, without a traceback."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

import uvloop

from acd.app import console
from acd.app.errors import EXPECTED, of_a_file


def guarded(command: Callable[[], Any]) -> Any:
    """Run a command on uvloop if it is asynchronous; an expected error becomes one line and exit code 2."""
    try:
        result = command()
        if isinstance(result, Coroutine):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                result = runner.run(result)
    except EXPECTED as error:
        _refuse(error)
    except OSError as error:
        if (line := of_a_file(error)) is None:
            raise
        console.refuse(line)
        sys.exit(2)
    except ExceptionGroup as group:
        expected, rest = group.split(EXPECTED)
        if rest is not None or expected is None:
            raise
        _refuse(_first(expected))
    except KeyboardInterrupt:
        sys.exit(130)
    return result


def _refuse(error: BaseException) -> NoReturn:
    console.refuse(str(error) or type(error).__name__)
    sys.exit(2)


def _first(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
