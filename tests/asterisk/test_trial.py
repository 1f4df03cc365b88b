"""Files that Asterisk would not load as they are meant are refused, with the file and Asterisk's own words."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from acd.asterisk.credentials import Credentials, keep_credentials
from acd.asterisk.instance import Instance, PortTaken
from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import Places, Ports, free_ports
from acd.asterisk.render import RenderRefused, render
from acd.asterisk.trial import _refuse_complaints, trial
from acd.config.loading import load
from acd.config.model import HotlineConfig

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def bank() -> HotlineConfig:
    return load(Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml")


@pytest.fixture
def credentials(bank: HotlineConfig, tmp_path: Path) -> Credentials:
    return keep_credentials(tmp_path, [agent.phone for agent in bank.agents.values()], bank.agents)


def test_the_example_bank_is_taken(private_asterisk: Asterisk, bank: HotlineConfig, credentials: Credentials) -> None:
    trial(private_asterisk, lambda ports, places: render(bank, credentials, ports, places))


@pytest.mark.parametrize("kind", ["before the start", "while it starts"])
def test_a_port_that_another_took_meanwhile_is_no_fault_of_a_file(
    private_asterisk: Asterisk,
    bank: HotlineConfig,
    credentials: Credentials,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    if kind == "while it starts":
        monkeypatch.setattr("acd.asterisk.instance.taken", lambda _: None)
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as other:

        def ports(free: int) -> Ports:
            asked.append(free)
            found = free_ports()
            return found if len(asked) > free else replace(found, ami=other.getsockname()[1])

        monkeypatch.setattr("acd.asterisk.trial.free_ports", lambda: ports(1))
        trial(private_asterisk, lambda ports, places: render(bank, credentials, ports, places))
        monkeypatch.setattr("acd.asterisk.trial.free_ports", lambda: ports(9))
        with pytest.raises(PortTaken, match="Address already in use"):
            trial(private_asterisk, lambda ports, places: render(bank, credentials, ports, places))
    assert asked == [1, 1, 9, 9, 9]


def test_that_many_phones_keep_asterisk_busy_for_a_moment_is_no_fault_of_a_file(
    private_asterisk: Asterisk, tmp_path: Path
) -> None:
    scratch = Instance(private_asterisk, tmp_path)
    scratch.messages.parent.mkdir()
    busy = "Taskprocessor 'stasis/m:devicestate:all-00000009' queue reached 500 scheduled tasks (high water mark: 500)."
    scratch.messages.write_text(f"[today] WARNING[9] taskprocessor.c: {busy}\n")
    _refuse_complaints(scratch, {})
    with scratch.messages.open("a") as log:
        log.write("[today] WARNING[9] pbx.c: no such priority\n")
    with pytest.raises(RenderRefused, match="no such priority"):
        _refuse_complaints(scratch, {})


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("extensions.conf", "[hl-phones]", "[hl-phones", "no closing '\\]'"),
        ("extensions.conf", "dialplans/40-offer.conf", "dialplans/41-offer.conf", "does not exist"),
        ("extensions.conf", "[hl-numbers]", "[hl-others]", "no context hl-numbers"),
        ("dialplans/30-waiting.conf", "Wait(${HL_REST})", "Wait(${HL_REST}", "No closing parenthesis"),
        ("dialplans/30-waiting.conf", "Wait(", "Wiat(", "no application wiat"),
        ("dialplans/40-offer.conf", "CUT(", "CTU(", "no function CTU"),
        ("pjsip.conf", "max_contacts", "most_contacts", "most_contacts"),
        ("pjsip.conf", "bind = 127.0.0.1", "bind = 127.0.0.2", "does not listen on the SIP port"),
        ("queues.conf", "rrmemory", "fair", "isn't a valid strategy"),
        ("modules.conf", "load = app_queue.so", "load = app_quene.so", "app_quene.so"),
        ("manager.conf", "enabled = yes", "enabled = no", "does not listen on the control link"),
        ("rtp.conf", "rtpstart = ", "rtpstart = x", "does not start its range of ports at 10000"),
        ("musiconhold.conf", "[default]", "[general]", "music|Music"),
        ("logger.conf", "messages.log = ", "other.log = ", "no messages.log"),
    ],
)
def test_a_file_that_is_not_as_asterisk_wants_it_is_refused(
    private_asterisk: Asterisk, bank: HotlineConfig, credentials: Credentials, file: str, old: str, new: str, words: str
) -> None:
    def spoilt(ports: Ports, places: Places) -> dict[str, str]:
        files = render(bank, credentials, ports, places)
        assert old in files[file]
        return {**files, file: files[file].replace(old, new)}

    with pytest.raises(RenderRefused, match=words) as refused:
        trial(private_asterisk, spoilt)
    assert refused.value.file == file
    assert "\n" not in str(refused.value)
    assert not any(secret in str(refused.value) for secret in (credentials.ami, *credentials.sip.values()))
