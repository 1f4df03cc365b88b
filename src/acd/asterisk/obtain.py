"""An Asterisk to run: the one on PATH if it is new enough, or a private one in the cache folder.

The private one is a Debian system in a folder, made by debootstrap; nothing of it is installed on this machine and
it needs no chroot to run. It is built beside its place and renamed when it is whole, so that a folder with the right
name is always a whole one, and a lock keeps two runs from building at the same time.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OLDEST = 20
SUITES = ("sid", "testing", "stable")
"""Debian's suites in the order they are tried; the first that has a new enough Asterisk wins."""
SYSTEM_PATH = ":/usr/sbin:/sbin"
"""Where Debian keeps system programs; the search path of some shells does not lead there."""
WHOLE = "hotline.json"
"""The last file written into a private root: what it holds."""
LINES_BETWEEN_WORDS = 25
"""Of debootstrap's lines about single packages one in so many is passed on; that is one each second or two."""

Say = Callable[[str], None]
"""Takes one line that a person can read."""


class NotObtainable(Exception):
    """There is no Asterisk and none can be made here; one line says why and what would help."""


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An Asterisk that can be started."""

    command: tuple[str, ...]
    """How to run it; options follow."""
    version: str
    modules: Path
    data: Path
    """Its read-only files; the applications' documentation is needed to run."""
    origin: str
    """Where it came from, for people."""


def obtain(cache: Path, say: Say, environment: Mapping[str, str] | None = None) -> Asterisk:
    """Find an Asterisk or make one, telling `say` what goes on.

    Takes milliseconds when there is one, about a minute when one has to be made. Raises NotObtainable.
    """
    environment = os.environ if environment is None else environment
    path = environment.get("PATH", "")
    if found := _on_path(path, say):
        return found
    folder = cache / "asterisk"
    if found := _in_root(folder / "root"):
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / "lock", say):
        if found := _in_root(folder / "root"):
            return found
        return _make(folder, f"{path}{SYSTEM_PATH}", say)


def version_of(text: str) -> tuple[int, str] | None:
    """The major and the whole version in what `asterisk -V` said, or None."""
    match = re.match(r"Asterisk (?:certified[/-])?((\d+)[\w.]*)", text)
    return (int(match[2]), match[1]) if match else None


def _ask_version(command: tuple[str, ...]) -> tuple[int, str] | None:
    try:
        done = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return version_of(done.stdout)


def _on_path(path: str, say: Say) -> Asterisk | None:
    program = shutil.which("asterisk", path=path)
    if program is None:
        return None
    found = _ask_version((program,))
    if found is None:
        say(f"{program} does not say its version; a private Asterisk is used instead")
        return None
    major, version = found
    if major < OLDEST:
        say(f"{program} is Asterisk {version}; {OLDEST} or newer is needed, so a private one is used instead")
        return None
    base = Path(program).resolve().parents[1]
    modules = _first(base, "lib/*/asterisk/modules", "lib64/asterisk/modules", "lib/asterisk/modules")
    data = _first(base, "share/asterisk", "var/lib/asterisk") or _first(Path("/"), "var/lib/asterisk")
    if modules is None or data is None:
        say(f"{program} has no modules beside it; a private Asterisk is used instead")
        return None
    return Asterisk((program,), version, modules, data, f"{program} on PATH")


def _first(base: Path, *patterns: str) -> Path | None:
    return next((path for pattern in patterns for path in sorted(base.glob(pattern)) if any(path.iterdir())), None)


def _in_root(root: Path) -> Asterisk | None:
    try:
        known = json.loads((root / WHOLE).read_text("utf-8"))
        return _described(root, str(known["version"]), str(known["suite"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _described(root: Path, version: str, suite: str) -> Asterisk | None:
    loader = next(
        iter(sorted(root.glob("usr/lib*/ld-linux-*.so.*")) or sorted(root.glob("lib*/ld-linux-*.so.*"))), None
    )
    modules = next(iter(sorted(root.glob("usr/lib/*/asterisk/modules"))), None)
    program = root / "usr/sbin/asterisk"
    if loader is None or modules is None or not program.exists():
        return None
    libraries = modules.parents[1]
    command = (str(loader), "--library-path", str(libraries), str(program))
    return Asterisk(command, version, modules, root / "usr/share/asterisk", f"a private one from Debian {suite}")


@contextlib.contextmanager
def _alone(lock: Path, say: Say) -> Iterator[None]:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is making the private Asterisk; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path, path: str, say: Say) -> Asterisk:
    if os.geteuid() != 0:
        raise NotObtainable(
            f"no asterisk of version {OLDEST} or newer on PATH, and making a private one needs root: run this once as "
            "root, or install asterisk"
        )
    debootstrap = _debootstrap(path, say)
    for leftover in folder.glob("making-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    reasons = []
    for suite in SUITES:
        making = Path(tempfile.mkdtemp(prefix="making-", dir=folder))
        making.chmod(0o755)
        say(f"making a private Asterisk from Debian {suite}; this takes about a minute, once")
        why = _run_debootstrap(debootstrap, suite, making, say)
        found = None if why else _described(making, "", suite)
        if found is not None and (answer := _ask_version(found.command)) and answer[0] >= OLDEST:
            return _finish(making, folder / "root", answer[1], suite, say)
        why = why or "its Asterisk is too old or does not run here"
        reasons.append(f"{suite}: {why}")
        say(f"Debian {suite} cannot be used: {why}")
        shutil.rmtree(making, ignore_errors=True)
        if "release file" in why:
            raise NotObtainable(f"no private Asterisk can be made, for Debian's packages cannot be reached: {why}")
    raise NotObtainable("no private Asterisk can be made: " + "; ".join(reasons))


def _debootstrap(path: str, say: Say) -> str:
    if found := shutil.which("debootstrap", path=path):
        return found
    if apt := shutil.which("apt-get", path=path):
        say("installing debootstrap, which makes the private Asterisk")
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "debootstrap"]):
            subprocess.run(  # noqa: S603
                [apt, "-q", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300
            )
    if found := shutil.which("debootstrap", path=path):
        return found
    raise NotObtainable(
        f"no asterisk of version {OLDEST} or newer on PATH, and making a private one needs debootstrap, which is not "
        "here and could not be installed: install debootstrap or asterisk"
    )


def _run_debootstrap(program: str, suite: str, root: Path, say: Say) -> str | None:
    """Fill `root`; returns None, or why it cannot be done, in one line."""
    arguments = [program, "--variant=minbase", "--include=asterisk", suite, str(root)]
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    faults: list[str] = []
    count = 0
    with subprocess.Popen(  # noqa: S603
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
    ) as process:
        for line in process.stdout or ():
            text = re.sub(r"\s+", " ", line).strip()[:200]
            if text.startswith(("E:", "W:")):
                faults = [*faults, text[2:].strip()][-2:]
            single = re.match(r"I: (?:Validating|Extracting|Unpacking|Configuring) |I: Retrieving \S+ \d", text)
            count += bool(single)
            if not single or count % LINES_BETWEEN_WORDS == 1:
                say(f"  {text.removeprefix('I: ')}")
    if process.returncode == 0:
        return None
    return "; ".join(faults) or f"debootstrap ended with status {process.returncode}"


def _finish(making: Path, root: Path, version: str, suite: str, say: Say) -> Asterisk:
    # Packages as they came over the wire are of no use any more.
    for spent in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale"):
        shutil.rmtree(making / spent, ignore_errors=True)
    (making / WHOLE).write_text(json.dumps({"version": version, "suite": suite}), "utf-8")
    shutil.rmtree(root, ignore_errors=True)
    making.rename(root)
    found = _in_root(root)
    assert found is not None, "a root that was whole a moment ago"
    say(f"Asterisk {version} from Debian {suite} is ready")
    return found
