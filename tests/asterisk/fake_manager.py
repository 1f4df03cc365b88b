"""A manager interface in a page: it speaks to the link as Asterisk does, and misbehaves when a test tells it to.

It keeps globals and callers' channels, so that the Switch contract can be held against it; `fail_log_in`, `silent`
and `deaf_to` script the faults. Every action that ever arrived stays in `actions`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
SECRET = "a-long-random-secret-of-the-tests"

Action = dict[str, str]


@dataclass
class FakeChannel:
    """A caller's channel with the variables that ride on it."""

    uniqueid: str
    variables: dict[str, str] = field(default_factory=dict)
    caller_name: str = "<unknown>"
    caller_number: str = "138"


class FakeManager:
    """What the test scripts; one for all connections made to it."""

    def __init__(self) -> None:
        self.port = 0
        self.globals: dict[str, str] = {}
        self.channels: dict[str, FakeChannel] = {}
        self.phones: dict[str, str] = {}
        """Asterisk's state of each device, such as `PJSIP/anna`."""
        self.knows_phones = True
        self.actions: list[Action] = []
        self.connections = 0
        self.greeting = GREETING
        self.slice: int | None = None
        """If set, everything is sent in pieces of so many bytes."""
        self.fail_log_in = False
        self.silent = False
        """Bytes are read and nothing is ever answered, as on a half-open connection."""
        self.deaf_to: set[str] = set()
        """Names of actions that get no reply."""
        self.on_redirect: Callable[[Action], Awaitable[None]] | None = None
        self.on_originate: Callable[[Action], Awaitable[None]] | None = None
        self._writers: list[asyncio.StreamWriter] = []

    def taken(self, name: str) -> list[Action]:
        """The actions of this name that arrived, in order."""
        return [action for action in self.actions if action["Action"] == name]

    async def send(self, raw: bytes | str) -> None:
        """Write to all connected links, as it is."""
        data = raw.encode() if isinstance(raw, str) else raw
        step = self.slice or len(data) or 1
        for writer in list(self._writers):
            for start in range(0, len(data), step):
                writer.write(data[start : start + step])
                if self.slice:
                    # Give the loop the time to deliver this piece by itself.
                    await asyncio.sleep(0)

    async def say(
        self,
        fact: str,
        call: str,
        token: str | None = None,
        number: str = "138",
        leg: str | None = None,
        **said: object,
    ) -> None:
        """One of the dialplan's events, laid out as Asterisk 22 does it; told by the call's channel or by its `leg`."""
        token = self.globals.get("HL_TOKEN", "") if token is None else token
        await self.send(user_event(fact, call, token, number=number, uniqueid=leg, linkedid=call, said=said))

    async def phone_becomes(self, device: str, state: str) -> None:
        """A phone's state changes, and Asterisk says so in its own words."""
        self.phones[device] = state
        await self.send(phone_event(device, state))

    def reset(self) -> None:
        """Cut all connections without a word."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        self.connections += 1
        self._writers.append(writer)
        try:
            if not self.silent:
                writer.write(self.greeting)
            while True:
                action = await _read_action(reader)
                self.actions.append(action)
                if not self.silent and action["Action"] not in self.deaf_to:
                    await self._answer(action)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if writer in self._writers:
                self._writers.remove(writer)
            writer.transport.abort()

    async def _answer(self, action: Action) -> None:
        match action["Action"]:
            case "Login":
                if self.fail_log_in or action["Secret"] != SECRET:
                    await self._reply(action, "Error", "Authentication failed")
                else:
                    await self._reply(action, "Success", "Authentication accepted")
                    await self.send("Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n")
            case "Setvar":
                await self._set(action)
            case "Getvar":
                await self._get(action)
            case "Originate":
                await self._originate(action)
            case "DeviceStateList":
                await self._list_phones(action)
            case "Status":
                await self._survey(action)
            case "Redirect":
                await self._redirect(action)
            case _:
                await self._reply(action, "Success", "")

    async def _reply(self, action: Action, response: str, message: str, extra: str = "") -> None:
        await self.send(f"Response: {response}\r\nActionID: {action['ActionID']}\r\n{extra}Message: {message}\r\n\r\n")

    async def _originate(self, action: Action) -> None:
        taken = action["ChannelId"] in self.channels
        await self._reply(action, "Error" if taken else "Success", "Originate successfully queued")
        if not taken and self.on_originate is not None:
            await self.on_originate(action)

    async def _redirect(self, action: Action) -> None:
        if action["Channel"] in self.channels:
            await self._reply(action, "Success", "Redirect Successful")
            if self.on_redirect is not None:
                await self.on_redirect(action)
        else:
            await self._reply(action, "Error", f"Channel does not exist: {action['Channel']}")

    async def _set(self, action: Action) -> None:
        identity = action.get("Channel")
        if identity is not None and identity not in self.channels:
            await self._reply(action, "Error", "No such channel")
            return
        variables = self.globals if identity is None else self.channels[identity].variables
        variables[action["Variable"]] = action["Value"]
        await self._reply(action, "Success", "Variable Set")

    async def _get(self, action: Action) -> None:
        channel = self.channels.get(action["Channel"])
        if channel is None:
            await self._reply(action, "Error", "No such channel")
            return
        name = action["Variable"]
        await self._reply(
            action, "Success", "Result will follow", f"Variable: {name}\r\nValue: {channel.variables.get(name, '')}\r\n"
        )

    async def _list_phones(self, action: Action) -> None:
        if not self.knows_phones:
            await self._reply(action, "Error", "Invalid/unknown command: DeviceStateList.")
            return
        await self._reply(action, "Success", "Device State Changes will follow", "EventList: start\r\n")
        for device, state in self.phones.items():
            await self.send(
                f"Event: DeviceStateChange\r\nActionID: {action['ActionID']}\r\n"
                f"Device: {device}\r\nState: {state}\r\n\r\n"
            )
        await self.send(
            f"Event: DeviceStateListComplete\r\nActionID: {action['ActionID']}\r\nEventList: Complete\r\n"
            f"ListItems: {len(self.phones)}\r\n\r\n"
        )

    async def _survey(self, action: Action) -> None:
        await self._reply(action, "Success", "Channel status will follow", "EventList: start\r\n")
        asked = action["Variables"].split(",")
        for channel in self.channels.values():
            values = "".join(f"Variable: {name}={channel.variables.get(name, '(null)')}\r\n" for name in asked)
            await self.send(
                f"Event: Status\r\nPrivilege: Call\r\nChannel: PJSIP/trunk-{channel.uniqueid}\r\n"
                f"CallerIDNum: {channel.caller_number}\r\nCallerIDName: {channel.caller_name}\r\n"
                f"Uniqueid: {channel.uniqueid}\r\nLinkedid: {channel.uniqueid}\r\nAccountCode: \r\n"
                f"{values}ActionID: {action['ActionID']}\r\n\r\n"
            )
        count = len(self.channels)
        await self.send(
            f"Event: StatusComplete\r\nActionID: {action['ActionID']}\r\nEventList: Complete\r\n"
            f"ListItems: {count}\r\nItems: {count}\r\n\r\n"
        )


async def _read_action(reader: asyncio.StreamReader) -> Action:
    """The next action, as strictly as Asterisk reads it: a blank line ends it."""
    raw = await reader.readuntil(b"\r\n\r\n")
    return dict(line.split(": ", 1) for line in raw.decode().removesuffix("\r\n\r\n").split("\r\n"))


def user_event(
    fact: str,
    call: str,
    token: str,
    *,
    number: str = "138",
    name: str = "<unknown>",
    uniqueid: str | None = None,
    linkedid: str | None = None,
    said: dict[str, object] | None = None,
) -> str:
    """A UserEvent of the dialplan, as Asterisk 22 wrote it in a trial; the number stands in it as it is."""
    tail = "".join(f"{key}: {value}\r\n" for key, value in (said or {}).items())
    return (
        "Event: UserEvent\r\nPrivilege: user,all\r\nTimestamp: 1795323839.862159\r\nSystemName: small\r\n"
        "Channel: PJSIP/trunk-00000000\r\nChannelState: 6\r\nChannelStateDesc: Up\r\n"
        f"CallerIDNum: {number}\r\nCallerIDName: {name}\r\n"
        "ConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\n"
        f"Context: hl-wait\r\nExten: s\r\nPriority: 4\r\nUniqueid: {uniqueid or call}\r\n"
        f"Linkedid: {linkedid or call}\r\n"
        f"UserEvent: Hotline\r\nToken: {token}\r\nFact: {fact}\r\nCall: {call}\r\n{tail}\r\n"
    )


def phone_event(device: str, state: str) -> str:
    """Asterisk 22's own event of a device's new state."""
    return (
        "Event: DeviceStateChange\r\nPrivilege: call,all\r\nTimestamp: 1795782140.432941\r\nSystemName: small\r\n"
        f"Device: {device}\r\nState: {state}\r\n\r\n"
    )


@asynccontextmanager
async def fake_manager(manager: FakeManager | None = None) -> AsyncIterator[FakeManager]:
    """A fake manager interface on a free port of this machine; the one given, or a new one."""
    manager = manager or FakeManager()
    server = await asyncio.start_server(manager.serve, "127.0.0.1", 0)
    manager.port = server.sockets[0].getsockname()[1]
    try:
        yield manager
    finally:
        server.close()
        manager.reset()
