"""The Asterisk of a running `hotline up`, brought up to date with changed settings while it holds calls.

Asterisk reads its phones, numbers and static queue anew without touching a call. What it reads at its start alone stays
as it is, in its files as well: the next start of the hotline writes them all.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from acd.app import console, run_file
from acd.app.settings import credentials_for
from acd.asterisk.credentials import Credentials
from acd.asterisk.instance import CommandFailed, Instance
from acd.asterisk.places import Ports
from acd.asterisk.render import RenderRefused, install, render
from acd.asterisk.trial import trial
from acd.config import HotlineConfig

_COMMANDS = {
    "extensions.conf": ("dialplan reload",),
    "pjsip.conf": ("module reload res_pjsip.so", "module reload res_pjsip_endpoint_identifier_ip.so"),
    "queues.conf": ("queue reload all",),
}
"""How Asterisk is told to read a file anew; the other files are read at its start alone."""


class OwnAsterisk:
    """Follows one reload, and can go back on it."""

    def __init__(self, home: Path, run: run_file.Run) -> None:
        self._home = home
        self._run = run
        self._asterisk = run_file.asterisk_of(run)
        self._instance = Instance(self._asterisk, home / "asterisk", music=home / "music", sounds=home / "sounds")
        self._ports = Ports(**run["ports"])
        self._before: dict[str, str] = {}
        self._credentials: Credentials | None = None
        self.restart: tuple[str, ...] = ()
        """Files that would have to be others, and are read at Asterisk's start alone."""

    @classmethod
    def found_in(cls, home: Path) -> "OwnAsterisk | None":
        """That of the `hotline up` which runs in `home`; None when there is none, and somebody else runs Asterisk."""
        try:
            run = run_file.read(home)
        except run_file.NotRunning:
            return None
        return cls(home, run) if run_file.is_hotline(run["pids"].get("up")) else None

    def follow(self, config: HotlineConfig) -> None:
        """Have Asterisk know every phone and number of these settings.

        Raises RenderRefused for what Asterisk would not take, and the parts' own one-line errors; nothing has changed
        then.
        """
        credentials = self._credentials = replace(credentials_for(config, self._home), guest=self._run.get("guest", ""))
        files = render(config, credentials, self._ports, self._instance.places)
        installed = {name: (self._instance.etc / name).read_text("utf-8") for name in files}
        differing = [name for name in files if files[name] != installed[name]]
        self.restart = tuple(name for name in differing if name not in _COMMANDS)
        self._before = {name: installed[name] for name in differing if name in _COMMANDS}
        if not self._before:
            return
        console.step(f"Trying the settings on Asterisk {self._asterisk.version} ({self._asterisk.origin})")
        trial(self._asterisk, lambda ports, places: render(config, credentials, ports, places))
        console.step(f"Having Asterisk read {', '.join(self._before)} again")
        try:
            self._put({name: files[name] for name in self._before})
            self._require(str(agent.phone) for agent in config.agents.values())
        except (CommandFailed, RenderRefused) as error:
            self.go_back()
            raise RenderRefused(next(iter(self._before)), f"Asterisk did not follow: {error}") from None

    def go_back(self) -> None:
        """Give Asterisk the files that it had. Raises CommandFailed."""
        if self._before:
            self._put(self._before)

    def describe(self, config: HotlineConfig) -> None:
        """Write the people and numbers of these settings into run.json."""
        if self._credentials is None:
            return
        port = int(self._run["http"].rpartition(":")[2])
        described = run_file.describe(config, self._credentials, self._ports, port, self._asterisk)
        run_file.change(self._home, lambda now: {**described, "pids": now["pids"]})

    def _put(self, files: dict[str, str]) -> None:
        install(files, self._instance.etc)
        for name in files:
            for command in _COMMANDS[name]:
                self._instance.command(command)

    def _require(self, phones: Iterable[str]) -> None:
        known = self._instance.command("pjsip show endpoints").split()
        names = {word.partition("/")[0] for word in known}
        if missing := sorted(set(phones) - names):
            raise RenderRefused("pjsip.conf", f"it does not know the phone {missing[0]}")
