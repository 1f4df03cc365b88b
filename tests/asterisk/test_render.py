"""The operator's settings become Asterisk's."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from acd.asterisk.credentials import Credentials, keep_credentials
from acd.asterisk.places import Ports
from acd.asterisk.render import RenderRefused, fill, install, render
from acd.config.caller_side import CallbacksConfig
from acd.config.loading import load
from acd.config.model import HotlineConfig, TrunkConfig

BANK = Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml"


@pytest.fixture(scope="module")
def bank() -> HotlineConfig:
    """A bank that calls nobody back, unless a test wants it to."""
    return load(BANK).model_copy(update={"callbacks": None})


@pytest.fixture
def credentials(bank: HotlineConfig, tmp_path: Path) -> Credentials:
    return keep_credentials(tmp_path, [agent.phone for agent in bank.agents.values()], bank.agents)


def test_a_trunk_reaches_our_numbers_and_nothing_else(bank: HotlineConfig, credentials: Credentials) -> None:
    files = render(bank, credentials, Ports())
    numbers = files["extensions.conf"].split("[hl-numbers]")[1].split("[hl-phones]")[0]
    assert re.findall(r"exten => ([^,]+),1,", numbers) == ["4008885555", "95555"]
    assert "include" not in numbers
    assert re.findall(r"(?m)^context = (.*)$", files["pjsip.conf"]) == ["hl-numbers", "hl-phones"]


def test_each_phone_has_a_long_secret_of_its_own(bank: HotlineConfig, credentials: Credentials) -> None:
    secrets = re.findall(r"(?m)^password = (.*)$", render(bank, credentials, Ports())["pjsip.conf"])
    assert len(secrets) == len(set(secrets)) == 2 * len(bank.agents), "and so has the softphone beside it"
    assert all(re.fullmatch(r"[0-9a-f]{32}", secret) for secret in secrets)


def test_the_control_user_may_move_callers_and_neither_place_calls_nor_run_commands(
    bank: HotlineConfig, credentials: Credentials
) -> None:
    manager = render(bank, credentials, Ports())["manager.conf"]
    assert re.findall(r"(?m)^(read|write|bindaddr|webenabled) = (.*)$", manager) == [
        ("webenabled", "no"), ("bindaddr", "127.0.0.1"), ("read", "system,call,user"), ("write", "call,reporting,user"),
    ]  # fmt: skip
    heard = re.findall(r"(?m)^eventfilter\(action\(include\),name\((\w+)\)\) =$", manager)
    # The class `call` holds events with callers' numbers in them; only the phones' states come through.
    assert heard == ["UserEvent", "FullyBooted", "Shutdown", "DeviceStateChange"]
    assert manager.count("(include)") == len(heard)
    assert len(re.findall(r"(?m)^\[", manager)) == 2


def test_whoever_rings_customers_may_originate_and_neither_hear_nor_do_anything_else(
    bank: HotlineConfig, credentials: Credentials
) -> None:
    trunks = {"north": TrunkConfig(match=("198.51.100.7",))}
    files = render(
        bank.model_copy(update={"trunks": trunks, "callbacks": CallbacksConfig(numbers=("1", "+86"))}),
        credentials,
        Ports(),
    )
    second = files["manager.conf"].split("[hotline-callbacks]")[1]
    assert re.findall(r"(?m)^(secret|read|write|eventfilter\S*) = (.*)$", second) == [
        ("secret", credentials.ami_callbacks), ("write", "originate"),
    ]  # fmt: skip
    assert credentials.ami not in second
    numbers = files["extensions.conf"].split("[hl-callback-numbers]")[1].split("#include")[0]
    assert re.findall(r"exten => ([^,]+),1,", numbers) == ["_+86.", "_1."]
    with pytest.raises(RenderRefused, match=r"pjsip\.conf: callbacks cannot be placed"):
        render(
            bank.model_copy(
                update={"trunks": {}, "overflow_numbers": (), "callbacks": CallbacksConfig(numbers=("1",))}
            ),
            credentials,
            Ports(),
        )


def test_a_carriers_keys_count_as_sounds_as_well(bank: HotlineConfig, credentials: Credentials) -> None:
    pjsip = render(bank, credentials, Ports())["pjsip.conf"]
    assert re.findall(r"(?m)^dtmf_mode = (.*)$", pjsip) == ["rfc4733", *["auto"] * len(bank.trunks)]


def test_no_key_that_a_caller_presses_is_logged(bank: HotlineConfig, credentials: Credentials) -> None:
    logger = render(bank, credentials, Ports())["logger.conf"]
    levels = {
        level.strip()
        for line in re.findall(r"(?m)^[\w.]+ = (.*)$", logger.split("[logfiles]")[1])
        for level in line.split(",")
    }
    assert levels == {"error", "warning", "notice", "security"}


def test_no_caller_learns_by_signalling_who_answers_him(bank: HotlineConfig, credentials: Credentials) -> None:
    pjsip = render(bank, credentials, Ports())["pjsip.conf"]
    assert re.findall(r"(?m)^send_\w+ = .*$", pjsip) == ["send_connected_line = no"]


def test_nobody_is_cut_off_for_being_silent_while_he_waits(bank: HotlineConfig, credentials: Credentials) -> None:
    lines, softphones = render(bank, credentials, Ports())["pjsip.conf"].split("[softphone](!,phone)")
    limits = re.findall(r"(?m)^rtp_timeout(?:_hold)? = (\d+)$", lines)
    assert len(limits) == 2
    assert re.findall(r"(?m)^rtp_timeout(?:_hold)? = (\d+)$", softphones) == ["20", "20"], "browsers are never silent"
    assert all(int(limit) >= 3600 for limit in limits)


def test_a_value_that_is_syntax_to_asterisk_is_refused_wherever_it_stands(
    bank: HotlineConfig, credentials: Credentials
) -> None:
    # The settings' own check would not let these through; the templates must not rely on that.
    forged = TrunkConfig.model_construct(match=("127.0.0.1\ncontext = hl-offer",))
    for config in (
        bank.model_copy(update={"trunks": {"carrier": forged}}),
        bank.model_copy(update={"trunks": {"a]\n[b": TrunkConfig(match=("127.0.0.1",))}}),
        bank.model_copy(update={"default_lane": "general,1);System(x"}),
        bank.model_copy(update={"numbers": {"_X.": next(iter(bank.numbers.values())), "9;5": None}}),
    ):
        with pytest.raises(RenderRefused, match=r"(pjsip|extensions)\.conf: .* may not stand in a settings file"):
            render(config, credentials, Ports())


def test_callers_can_be_sent_to_the_settings_own_numbers_outside_and_to_no_others(
    bank: HotlineConfig, credentials: Credentials
) -> None:
    trunks = {
        "ranges": TrunkConfig(match=("192.0.2.0/24",)),
        "north": TrunkConfig(match=("198.51.100.7",)),
        "south": TrunkConfig(match=("198.51.100.9",), port=5070),
    }
    files = render(
        bank.model_copy(update={"trunks": trunks, "overflow_numbers": ("+4930111", "110")}), credentials, Ports()
    )
    outside = files["extensions.conf"].split("[hl-outside]")[1].split("[hl-callback-numbers]")[0]
    assert re.findall(r"exten => ([^,]+),1,", outside) == ["+4930111", "110"]
    assert "\nHL_TRUNK = trunk-north\n" in files["extensions.conf"]
    assert re.findall(r"(?m)^contact = (.*)$", files["pjsip.conf"]) == [
        "sip:198.51.100.7",
        "sip:198.51.100.9:5070",
    ]
    with pytest.raises(RenderRefused, match=r"pjsip\.conf: overflow_numbers cannot be reached"):
        render(
            bank.model_copy(update={"trunks": {"ranges": trunks["ranges"]}, "overflow_numbers": ("110",)}),
            credentials,
            Ports(),
        )


def test_a_template_that_asks_for_what_is_not_there_is_refused() -> None:
    with pytest.raises(RenderRefused, match=r"x\.conf: the template is wrong: 'nothing' is undefined"):
        fill("x.conf", "{{ nothing }}", {})
    with pytest.raises(RenderRefused, match=r"x\.conf: the template is wrong"):
        fill("x.conf", "{% if %}", {})


def test_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    install({"a.conf": "x", "dialplans/b.conf": "y"}, tmp_path / "etc")
    found = {str(p.relative_to(tmp_path / "etc")): p for p in (tmp_path / "etc").rglob("*") if p.is_file()}
    assert set(found) == {"a.conf", "dialplans/b.conf"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in found.values())


def test_a_caller_in_a_browser_is_there_in_a_demo_alone_and_dials_the_hotlines_numbers(
    bank: HotlineConfig, credentials: Credentials
) -> None:
    assert "guest" not in str(render(bank, credentials, Ports())).lower()
    demo = render(bank, replace(credentials, guest="0" * 32), Ports())
    assert re.findall(r"(?m)^context = (.*)$", demo["pjsip.conf"].split("[trunk-guest.web](softphone)")[1]) == [
        "hl-numbers"
    ]


def test_softphones_are_reached_on_this_machine_alone(bank: HotlineConfig, credentials: Credentials) -> None:
    http = render(bank, credentials, Ports())["http.conf"]
    assert re.findall(r"(?m)^(bindaddr|enable_\w+|tlsenable) = (.*)$", http) == [
        ("bindaddr", "127.0.0.1"), ("enable_static", "no"), ("enable_status", "no"),
    ]  # fmt: skip
