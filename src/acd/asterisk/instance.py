"""One Asterisk in a folder of its own: started, asked, stopped.

It is a process of its own session and is not tied to the life of the one that started it: an Asterisk full of callers
must outlive a dying supervisor or core. The next start in the same folder finds what was left and ends it.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import Places, Ports, taken
from acd.asterisk.processes import end
from acd.asterisk.render import install

LONGEST_SOCKET_PATH = 100
"""A Unix socket's path is cut off by the kernel at 108 bytes."""
PAUSE = 0.02
"""Seconds between two looks at something that is about to happen."""


class StartFailed(Exception):
    """The Asterisk did not come up; one line says why."""


class PortTaken(StartFailed):
    """The Asterisk did not come up, because somebody else has a port that it wants."""


class CommandFailed(Exception):
    """The Asterisk did not answer a command."""


class Instance:
    """One Asterisk below `folder`; several live side by side in folders of their own."""

    def __init__(self, asterisk: Asterisk, folder: Path, music: Path | None = None, sounds: Path | None = None) -> None:
        """`music` has one folder for each music class, `sounds` one for each language; both may lack."""
        self.asterisk = asterisk
        self.folder = folder.absolute()
        self._music = (music or self.folder / "music").absolute()
        self._sounds = sounds.absolute() if sounds else None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def etc(self) -> Path:
        """Where its settings files lie."""
        return self.folder / "etc"

    @property
    def messages(self) -> Path:
        """The log of notices, warnings and errors."""
        return self.folder / "log" / "messages.log"

    @property
    def places(self) -> Places:
        """Its directories, for `render`; makes the folder if it is not there."""
        inside = {name: str(self.folder / name) for name in ("etc", "lib", "data", "spool", "log")}
        return Places(**inside, modules=str(self.asterisk.modules), run=self._run_folder(), music=str(self._music))

    @property
    def pid(self) -> int | None:
        """The process number of the Asterisk that runs in this folder, whoever started it, or None."""
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.folder / "asterisk.pid").read_text())
            if self._is_ours(pid):
                return pid
        return None

    def start(self, files: dict[str, str], ports: Ports, patience: float = 20.0) -> None:
        """Install the files and come up fully; an Asterisk left over in this folder is stopped first.

        Waits for at most about `patience` seconds. Raises StartFailed, and leaves nothing running then: PortTaken if
        it was for a port, which another one may help.
        """
        # Its place for the socket stays: the files were made for it.
        self._end()
        if why := taken(ports):
            raise PortTaken(why)
        self._prepare(files)
        with (self.folder / "log" / "console.txt").open("wb") as console:
            self._process = subprocess.Popen(  # noqa: S603
                [*self.asterisk.command, "-C", str(self.etc / "asterisk.conf"), "-f"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb"},
                start_new_session=True,
                umask=0o077,
            )
        (self.folder / "asterisk.pid").write_text(str(self._process.pid))
        try:
            self._wait_until_up(patience)
        except StartFailed:
            self.stop()
            raise

    def stop(self, patience: float = 5.0) -> None:
        """End it: asked first, killed after about `patience` seconds. Nothing happens if none runs."""
        self._end(patience)
        run = self.folder / "run"
        if run.is_symlink():
            shutil.rmtree(run.resolve(), ignore_errors=True)
            run.unlink()

    def command(self, text: str, patience: float = 10.0) -> str:
        """What the Asterisk answers to a command of its console, without the last line break. Raises CommandFailed."""
        arguments = [*self.asterisk.command, "-C", str(self.etc / "asterisk.conf"), "-rx", text]
        try:
            done = subprocess.run(  # noqa: S603
                arguments, capture_output=True, text=True, errors="replace", timeout=patience, check=False
            )
        except subprocess.TimeoutExpired:
            raise CommandFailed(f"Asterisk in {self.folder} gave no answer to '{text}' in {patience:g} s") from None
        if done.returncode != 0:
            raise CommandFailed(f"Asterisk in {self.folder} cannot be asked '{text}': {done.stdout.strip()[:200]}")
        return done.stdout.rstrip("\n")

    def complaints(self) -> list[str]:
        """The warnings and errors it has logged since it was started, without their time stamps."""
        lines = []
        for file in (self.messages, self.folder / "log" / "console.txt"):
            with contextlib.suppress(OSError):
                lines += file.read_text("utf-8", errors="replace").splitlines()
        found = (re.search(r"\b(?:ERROR|WARNING)\[\d+\](?:\[C-[0-9a-f]+\])?:? (.*)", line) for line in lines)
        return list(dict.fromkeys(match[1] for match in found if match))

    def _end(self, patience: float = 5.0) -> None:
        pid = self.pid
        if pid is not None:
            end(pid, signal.SIGTERM, signal.SIGKILL, patience=patience)
        if self._process is not None:
            self._process.wait()
            self._process = None
        (self.folder / "asterisk.pid").unlink(missing_ok=True)

    def _prepare(self, files: dict[str, str]) -> None:
        # What an earlier run rendered and this one does not must not be loaded.
        shutil.rmtree(self.etc, ignore_errors=True)
        for name in ("etc", "lib", "data/agi-bin", "data/sounds", "spool", "log", "music"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        # A killed Asterisk leaves its control socket behind, which would be taken for the new one's.
        (Path(self._run_folder()) / "asterisk.ctl").unlink(missing_ok=True)
        for log in (*(self.folder / "log").glob("*.log"), self.folder / "log" / "console.txt"):
            log.unlink(missing_ok=True)
        _link(self.folder / "data" / "documentation", self.asterisk.data / "documentation")
        if self._sounds is not None:
            _link(self.folder / "data" / "sounds" / "hotline", self._sounds)
        install(files, self.etc)

    def _run_folder(self) -> str:
        """Where its control socket lies: inside the folder, or behind a link there if the path would be too long."""
        run = self.folder / "run"
        if not run.is_symlink():
            run.parent.mkdir(parents=True, exist_ok=True)
            if len(os.fsencode(run / "asterisk.ctl")) <= LONGEST_SOCKET_PATH:
                run.mkdir(exist_ok=True)
                return str(run)
            run.symlink_to(tempfile.mkdtemp(prefix="hotline-"))
        target = run.resolve()
        target.mkdir(mode=0o700, exist_ok=True)
        return str(target)

    def _wait_until_up(self, patience: float) -> None:
        assert self._process is not None
        socket = Path(self._run_folder()) / "asterisk.ctl"
        for _ in range(round(patience / PAUSE)):
            if self._process.poll() is not None:
                raise StartFailed(f"Asterisk ended: {self._last_words()}")
            if socket.exists():
                break
            time.sleep(PAUSE)
        with contextlib.suppress(CommandFailed):
            if "fully booted" in self.command("core waitfullybooted", patience):
                if complaint := next(
                    (c for c in self.complaints() if "bind" in c or "could not be started" in c), None
                ):
                    why = f"a port could not be had: {complaint}"
                    raise PortTaken(why) if "in use" in complaint else StartFailed(why)
                return
        ended = self._process.poll() is not None
        raise StartFailed(f"Asterisk {'ended' if ended else f'was not up after {patience:g} s'}: {self._last_words()}")

    def _last_words(self) -> str:
        if complaints := self.complaints():
            return complaints[-1][:300]
        with contextlib.suppress(OSError):
            lines = (self.folder / "log" / "console.txt").read_text("utf-8", errors="replace").strip().splitlines()
            if lines:
                return lines[-1][:300]
        return f"it said nothing; see {self.folder / 'log'}"

    def _is_ours(self, pid: int) -> bool:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self.etc / "asterisk.conf") in words and b"-f" in words


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() or link.exists():
        if link.is_symlink() and link.readlink() == target:
            return
        link.unlink()
    link.symlink_to(target)
