"""`hotline render`: Asterisk's side, from the operator's file, for an Asterisk that somebody else starts."""

import os
from pathlib import Path

from acd.app import console
from acd.app.prompt_build import build_sounds
from acd.app.prompt_progress import Progress
from acd.app.settings import credentials_for, home_folder, port_in, settings_for
from acd.asterisk.obtain import obtain
from acd.asterisk.places import DEBIAN, Ports, cache_folder
from acd.asterisk.render import install, render
from acd.asterisk.trial import trial
from acd.config import load


def run(config_path: Path, out: Path, *, try_out: bool) -> None:
    """Write settings, prompts and music below `out`; nothing is installed that a scratch Asterisk would not load."""
    config = load(config_path)
    credentials = credentials_for(config, home_folder())
    core = settings_for(config)
    cache = cache_folder(dict(os.environ))
    ports = Ports(
        sip=port_in(os.environ, "HOTLINE_SIP_PORT", 5060),
        ami=core.ami.port,
        agi=core.agi.port,
        ws=core.ws_port,
        sip_host=os.environ.get("HOTLINE_SIP_HOST", "127.0.0.1"),
    )
    if try_out:
        asterisk = obtain(cache, console.step)
        console.step(f"Trying the settings on Asterisk {asterisk.version} ({asterisk.origin})")
        trial(asterisk, lambda ports, places: render(config, credentials, ports, places))
    install(render(config, credentials, ports, DEBIAN), out)
    build_sounds(config, out, cache / "prompts", Progress())
    console.say(f"Asterisk's settings are in {out}, prompts in {out / 'sounds'}, music in {out / 'music'}")
