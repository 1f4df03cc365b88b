"""One call on one AGI connection: sends a command, waits for its reply, and counts the seconds.

Whatever ends the conversation is raised from the command that found out, and again from every later one, so no loop
of a script can go on with a dead line.
"""

import asyncio

from acd.core.instants import Duration, seconds
from ivr.agi_commands import Command
from ivr.agi_environment import Environment
from ivr.agi_errors import AgiError, ProtocolBroken, Refusal, TookTooLong
from ivr.agi_protocol import AgiConnection, AgiEvent, CallPresented, Ended, Replied, Reply

BYTES_AT_ONCE = 4_096
QUICK = seconds(5)
"""Time limit, in milliseconds, of a command that Asterisk carries out at once."""


class AgiCall:
    """A caller whom Asterisk handed to us for a while. One task talks to it; it is not made to be shared."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = AgiConnection()
        self._environment: Environment | None = None
        self._error: AgiError | None = None

    @property
    def environment(self) -> Environment:
        """The header of this call; there is none before `meet` has returned."""
        assert self._environment is not None, "meet() comes first"
        return self._environment

    async def meet(self) -> None:
        """Read the header. Raises ProtocolBroken; the caller of this limits the time."""
        event = await self._next_event()
        if not isinstance(event, CallPresented):
            raise ProtocolBroken(Refusal.MALFORMED, "something else than a header")
        self._environment = event.environment

    async def ask(self, command: Command, time_limit: Duration = QUICK) -> Reply:
        """Give a command and return its reply.

        Raises CallOver when the caller or Asterisk has gone, ProtocolBroken for a reply that is none, TookTooLong
        after `time_limit` milliseconds, UnsafeCommand for a command that may not be sent.
        """
        if self._error is not None:
            raise self._error
        self._writer.write(self._connection.send(command))
        try:
            async with asyncio.timeout(time_limit / 1000):
                event = await self._next_event()
        except TimeoutError:
            # The reply may still come, but then it would be taken for the next command's: this line is finished.
            self._error = TookTooLong(f"{command.verb.value} was not done within {time_limit} ms")
            raise self._error from None
        if not isinstance(event, Replied):
            raise ProtocolBroken(Refusal.MALFORMED, "something else than a reply")
        return event.reply

    async def _next_event(self) -> AgiEvent:
        while True:
            try:
                data = await self._reader.read(BYTES_AT_ONCE)
            except OSError:
                data = b""
            events = self._connection.receive(data)
            match events:
                case []:
                    continue
                case [*_, Ended(error)]:
                    # What came before the end does not matter any more: nobody is there to hear the next prompt.
                    self._error = error
                    raise error
                case [event]:
                    return event
                case _:
                    raise AssertionError("the protocol gives one event for one command")
