"""Asterisk's settings files from the operator's: templates in, texts out.

Every value passes `acd.asterisk.encode`, in every template, because it is the templates' own output gate and not a
filter that somebody must remember. What comes out is to be tried by `acd.asterisk.trial` before it is installed.
"""

import os
from pathlib import Path

import jinja2

from acd.asterisk.assets import assets
from acd.asterisk.credentials import Credentials
from acd.asterisk.encode import NotEncodable, encode
from acd.asterisk.music import music_classes
from acd.asterisk.outside import outward_addresses
from acd.asterisk.places import DEBIAN, WS_HOST, Places, Ports
from acd.asterisk.softphones import GUEST, softphone_of
from acd.config.model import HotlineConfig

AMI_USER = "hotline"
AMI_CALLBACKS_USER = "hotline-callbacks"
"""Who rings customers that are called back, and may do nothing else."""
SUFFIX = ".j2"


class RenderRefused(Exception):
    """A file that must not be installed; `file` names it, the text says in one line what is wrong."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file = file
        self.why = why


def render(
    config: HotlineConfig,
    credentials: Credentials,
    ports: Ports,
    places: Places = DEBIAN,
) -> dict[str, str]:
    """All settings files of one Asterisk, by name relative to its settings folder.

    Raises RenderRefused for a value that may not stand in such a file, and for a template that asks for something
    that is not there, and when a number outside may be called and there is no carrier that could be asked for it.
    """
    dialplans = sorted(assets("dialplans").glob("*.conf"))
    phones = sorted({str(agent.phone) for agent in config.agents.values()})
    outward = outward_addresses({name: trunk.match for name, trunk in config.trunks.items()})
    if config.overflow_numbers and not outward:
        raise RenderRefused(
            "pjsip.conf",
            "overflow_numbers cannot be reached: no trunk's match has a single IPv4 address, at which to call it",
        )
    if config.transfer_numbers and not outward:
        raise RenderRefused(
            "pjsip.conf",
            "transfer_numbers cannot be reached: no trunk's match has a single IPv4 address, at which to call it",
        )
    callback_numbers = () if config.callbacks is None else config.callbacks.numbers
    if callback_numbers and not outward:
        raise RenderRefused(
            "pjsip.conf",
            "callbacks cannot be placed: no trunk's match has a single IPv4 address, at which to call it",
        )
    values = {
        "places": places,
        "ports": ports,
        "limits": config.limits,
        "numbers": sorted(config.numbers),
        "languages": list(config.languages),
        "default_lane": config.default_lane,
        "default_language": config.default_language,
        "trunks": config.trunks,
        "outward": outward,
        "outward_trunk": next(iter(outward), ""),
        "outside": sorted(set(config.overflow_numbers)),
        "transfer_numbers": sorted(set(config.transfer_numbers.values())),
        "phones": [{"name": name, "secret": credentials.sip[name]} for name in phones],
        "softphones": [
            {"name": softphone_of(name), "secret": credentials.softphone[name]}
            for name in phones
            if name in credentials.softphone
        ],
        "guest": GUEST,
        "guest_secret": credentials.guest,
        "ws_host": WS_HOST,
        "fallback_phones": list(config.fallback.phones),
        "fallback_softphones": [
            softphone_of(phone) for phone in config.fallback.phones if phone in credentials.softphone
        ],
        "dialplans": [path.name for path in dialplans],
        "ami_user": ami_user_of(config),
        "ami_secret": credentials.ami,
        "music_classes": music_classes(config),
        "callback_numbers": sorted(set(callback_numbers)),
        "ami_callbacks_user": AMI_CALLBACKS_USER,
        "ami_callbacks_secret": credentials.ami_callbacks,
    }
    files = {f"dialplans/{path.name}": path.read_text("utf-8") for path in dialplans}
    for path in sorted(assets("asterisk").glob(f"*{SUFFIX}")):
        name = path.name.removesuffix(SUFFIX)
        files[name] = fill(name, path.read_text("utf-8"), values)
    return files


def ami_user_of(config: HotlineConfig) -> str:
    """As whom the core logs in at the manager interface."""
    return AMI_USER if config.asterisk is None else config.asterisk.ami_user


def fill(name: str, template: str, values: dict[str, object]) -> str:
    """One template with its values; `name` is for the error. Raises RenderRefused."""
    # The files are no web pages: HTML escaping would let through what Asterisk takes for syntax. `encode` is the gate.
    environment = jinja2.Environment(  # noqa: S701
        undefined=jinja2.StrictUndefined, finalize=_gate, trim_blocks=False, keep_trailing_newline=True
    )
    try:
        return environment.from_string(template).render(values)
    except NotEncodable as error:
        raise RenderRefused(name, str(error)) from None
    except jinja2.TemplateError as error:
        raise RenderRefused(name, f"the template is wrong: {error}") from None


def _gate(value: object) -> str:
    # An undefined value says its own name when it is turned into text.
    return encode(str(value) if isinstance(value, jinja2.Undefined) else value)


def install(files: dict[str, str], directory: Path) -> None:
    """Write the files into `directory`, readable by their owner alone, each as a whole. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
