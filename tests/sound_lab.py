"""A real Asterisk with the hotline's own settings and a few numbers more, at which a test tries what a line carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from acd.asterisk.credentials import keep_credentials
from acd.asterisk.instance import Instance
from acd.asterisk.music import write_music
from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import free_ports
from acd.asterisk.render import render
from acd.config.model import HotlineConfig
from tests.real import RealHotline
from tests.sounds import Sound, write_sound


@contextmanager
def sound_lab(
    asterisk: Asterisk, folder: Path, config: HotlineConfig, numbers: str, sounds: dict[str, Sound] | None = None
) -> Iterator[RealHotline]:
    """Start it in `folder` with `numbers`, lines of the dialplan that a trunk reaches besides the settings' own.

    `sounds` lie under `hotline/zh/<name>`.
    """
    ports = free_ports()
    credentials = keep_credentials(
        folder, [str(each.phone) for each in config.agents.values()], map(str, config.agents)
    )
    write_music(folder / "music")
    (folder / "sounds" / "zh").mkdir(parents=True)
    for name, sound in (sounds or {}).items():
        write_sound(folder / "sounds" / "zh" / f"{name}.wav", sound)
    instance = Instance(asterisk, folder / "asterisk", music=folder / "music", sounds=folder / "sounds")
    files = render(config, credentials, ports, instance.places)
    files["extensions.conf"] += f"\n[hl-numbers]\n{numbers}\n"
    instance.start(files, ports)
    try:
        yield RealHotline(instance, ports, credentials)
    finally:
        instance.stop()
