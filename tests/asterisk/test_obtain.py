"""Where the Asterisk comes from: PATH, the cache, or debootstrap, which is played by a script here."""

import os
import threading
from pathlib import Path

import pytest

from acd.asterisk import obtain as module
from acd.asterisk.obtain import NotObtainable, obtain, version_of

FILLS = """#!/bin/sh
# What debootstrap leaves: a loader, which plays Asterisk too, and the folders beside it.
suite=$3; root=$4
echo "I: Retrieving something"
echo "$suite" >> {log}
{refuses}
mkdir -p "$root/usr/lib64" "$root/usr/lib/x/asterisk/modules" "$root/usr/sbin" "$root/usr/share/asterisk"
printf '#!/bin/sh\\necho Asterisk {version}~debian\\n' > "$root/usr/lib64/ld-linux-x.so.2"
chmod +x "$root/usr/lib64/ld-linux-x.so.2"
: > "$root/usr/sbin/asterisk"
"""


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


class Machine:
    """A machine with nothing but a shell and what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "usr" / "bin"
        self.cache = folder / "cache"
        self.log = folder / "suites"
        self.words: list[str] = []

    def debootstrap(self, version: str = "22.10.1", refuses: str = "") -> None:
        script(self.bin / "debootstrap", FILLS.format(log=self.log, version=version, refuses=refuses))

    def asterisk(self, says: str) -> None:
        script(self.bin / "asterisk", f"#!/bin/sh\necho '{says}'\n")
        for folder in ("lib/x86_64-linux-gnu/asterisk/modules/app.so", "share/asterisk/documentation/core.xml"):
            script(self.bin.parent / folder, "")

    def obtain(self) -> module.Asterisk:
        return obtain(self.cache, self.words.append, {"PATH": str(self.bin)})

    @property
    def suites(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(module, "SYSTEM_PATH", "")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17", (22, "22.10.1")),
        ("Asterisk 18.9-cert4", (18, "18.9")),
        ("Asterisk certified/20.7-cert1", (20, "20.7")),
        ("Asterisk GIT-master", None),
        ("", None),
    ],
)
def test_versions_are_read_as_asterisk_writes_them(said: str, version: tuple[int, str] | None) -> None:
    assert version_of(said) == version


def test_a_new_enough_asterisk_on_path_is_used(machine: Machine) -> None:
    machine.asterisk("Asterisk 20.5.0")
    found = machine.obtain()
    assert (found.command, found.version) == ((str(machine.bin / "asterisk"),), "20.5.0")
    assert found.modules.name == "modules"
    assert machine.words == []


def test_a_too_old_one_is_said_and_a_private_one_made(machine: Machine) -> None:
    machine.asterisk("Asterisk 16.28.0~dfsg")
    machine.debootstrap()
    assert machine.obtain().version == "22.10.1"
    assert "is Asterisk 16.28.0; 20 or newer is needed" in machine.words[0]


def test_a_private_one_is_made_once(machine: Machine) -> None:
    machine.debootstrap()
    first = machine.obtain()
    assert machine.suites == ["sid"]
    assert any("about a minute" in word for word in machine.words)
    assert machine.words[-1] == "Asterisk 22.10.1 from Debian sid is ready"
    machine.words.clear()
    assert machine.obtain() == first
    assert machine.suites == ["sid"]
    assert machine.words == []


def test_when_a_suite_cannot_be_installed_the_next_one_is_and_the_version_is_said(machine: Machine) -> None:
    machine.debootstrap("20.6.0", '[ "$suite" != sid ] || { echo "E: Could not find these debs: asterisk"; exit 1; }')
    assert machine.obtain().origin == "a private one from Debian testing"
    assert "Debian sid cannot be used: Could not find these debs: asterisk" in machine.words
    assert machine.words[-1] == "Asterisk 20.6.0 from Debian testing is ready"


def test_a_suite_whose_asterisk_is_too_old_is_not_used(machine: Machine) -> None:
    machine.debootstrap("16.1.0")
    with pytest.raises(NotObtainable, match=r"sid: its Asterisk is too old .* stable: its Asterisk is too old"):
        machine.obtain()
    assert machine.suites == ["sid", "testing", "stable"]


def test_no_network_is_said_at_once_and_leaves_nothing_half_made(machine: Machine) -> None:
    machine.debootstrap(refuses='mkdir -p "$root/usr"; echo "E: Failed getting release file x"; exit 1')
    with pytest.raises(NotObtainable, match="packages cannot be reached: Failed getting release file") as refused:
        machine.obtain()
    assert "\n" not in str(refused.value)
    assert machine.suites == ["sid"]
    assert [path.name for path in (machine.cache / "asterisk").iterdir()] == ["lock"]


def test_what_a_killed_run_left_half_made_is_neither_used_nor_kept(machine: Machine) -> None:
    script(machine.cache / "asterisk" / "making-old" / "usr" / "sbin" / "asterisk", "")
    script(machine.cache / "asterisk" / "root" / "usr" / "sbin" / "asterisk", "")
    machine.debootstrap()
    assert machine.obtain().version == "22.10.1"
    assert {path.name for path in (machine.cache / "asterisk").iterdir()} == {"lock", "root"}


def test_without_root_one_line_says_what_helps(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.debootstrap()
    with pytest.raises(NotObtainable, match="needs root: run this once as root, or install asterisk"):
        machine.obtain()


def test_without_debootstrap_it_is_installed_and_else_one_line_says_what_helps(machine: Machine) -> None:
    with pytest.raises(NotObtainable, match=r"needs debootstrap, .* install debootstrap or asterisk"):
        machine.obtain()
    ready = machine.bin / "debootstrap.ready"
    script(ready, FILLS.format(log=machine.log, version="22.0.0", refuses=""))
    script(machine.bin / "apt-get", f"#!/bin/sh\n[ $2 = update ] || /bin/mv {ready} {machine.bin}/debootstrap\n")
    assert machine.obtain().version == "22.0.0"


def test_two_runs_at_once_make_it_once(machine: Machine) -> None:
    machine.debootstrap(refuses="/bin/sleep 0.3")
    found: list[module.Asterisk] = []
    runs = [threading.Thread(target=lambda: found.append(machine.obtain())) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert found[0] == found[1]
    assert machine.suites == ["sid"]
    assert "another run is making the private Asterisk; waiting for it" in machine.words
