"""Our IVR's part, played by a test: what Asterisk asks over FastAGI is answered by a script of a few lines."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias


class AgiTalk:
    """One conversation with Asterisk about one caller."""

    def __init__(self, connection: socket.socket) -> None:
        self._file = connection.makefile("rw", encoding="utf-8", newline="\n")
        self.environment: dict[str, str] = {}
        while line := self._file.readline().strip():
            name, _, value = line.partition(": ")
            self.environment[name] = value

    def do(self, command: str) -> int:
        """Send one command; the number that Asterisk answers, such as the code of a key, or -1 for who left."""
        self._file.write(command + "\n")
        self._file.flush()
        reply = self._file.readline()
        return int(reply.split("result=", 1)[1].split()[0].strip("()")) if "result=" in reply else -1

    def set(self, **variables: str) -> None:
        """Write variables of the call, without their `HL_`."""
        for name, value in variables.items():
            self.do(f'SET VARIABLE HL_{name} "{value}"')

    def more_time(self, seconds: int) -> None:
        """Push the dead man's handle further."""
        self.do(f'SET VARIABLE TIMEOUT(absolute) "{seconds}"')


AgiScript: TypeAlias = Callable[[AgiTalk], None]


class ScriptedAgi:
    """Listens where the dialplan looks for our IVR; a path without a script is hung up on at once."""

    def __init__(self, port: int, **scripts: AgiScript) -> None:
        self.scripts = scripts
        self.asked: list[str] = []
        """The paths that were asked for, in order."""
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        self.die()

    def die(self) -> None:
        """Cut every conversation, as the kernel does for a process that was killed."""
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            talk = AgiTalk(connection)
            path = talk.environment.get("agi_network_script", "")
            self.asked.append(path)
            if path in self.scripts:
                self.scripts[path](talk)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()
