"""The compose file agrees with the repository and with the code. No container engine is needed to see that."""

import re
from pathlib import Path
from typing import Any

import pytest

from acd.config import load
from tests.deploy.repository import DEPLOY, ROOT, environment_names, options_of, read_yaml

COMPOSE: dict[str, Any] = read_yaml(ROOT / "docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def default_of(text: str) -> str:
    """A text with the defaults that compose puts in for unset variables."""
    return re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}", lambda match: match.group(1) or "", text)


def mounts(service: dict[str, Any]) -> list[tuple[str, str]]:
    return [tuple(default_of(mount).split(":")[:2]) for mount in service.get("volumes", [])]  # type: ignore[misc]


def test_the_hotline_has_all_its_neighbours() -> None:
    assert {"asterisk", "hotline", "mosquitto", "prometheus", "grafana", "postgres"} <= SERVICES.keys()
    assert SERVICES["postgres"]["profiles"] == ["postgres"], "the embedded journal needs no database"
    assert SERVICES["hotline"]["restart"] == "always"


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_is_mounted_or_built_exists(name: str) -> None:
    service = SERVICES[name]
    for source, _ in mounts(service):
        if source.startswith("."):
            assert (ROOT / source).exists(), source
        else:
            assert source in COMPOSE["volumes"], f"the volume {source} is not declared"
    if build := service.get("build"):
        context = ROOT / build["context"]
        assert (context / build.get("dockerfile", "Dockerfile")).is_file()
    if "build" not in service and "image" in service:
        built = {each["image"] for each in SERVICES.values() if "build" in each}
        assert service["image"] in built or ":" in service["image"], "an image from elsewhere says its version"


@pytest.mark.parametrize("name", ["render", "hotline"])
def test_our_own_services_run_commands_that_exist_with_options_that_exist(name: str) -> None:
    command = SERVICES[name]["command"]
    assert {word for word in command if word.startswith("--")} <= options_of(command[0])


def test_the_settings_that_are_mounted_are_settings() -> None:
    mounted = {target: source for source, target in mounts(SERVICES["hotline"])}
    command = SERVICES["hotline"]["command"]
    path = Path(command[command.index("--config") + 1])
    assert load(ROOT / mounted[str(path.parent)] / path.name).lanes


def test_every_variable_that_is_set_is_one_that_the_code_reads() -> None:
    for name, service in SERVICES.items():
        ours = {key for key in service.get("environment", {}) if key.startswith("HOTLINE_")}
        assert ours <= environment_names(), name


def test_asterisk_finds_what_render_wrote() -> None:
    from acd.asterisk.places import DEBIAN  # noqa: PLC0415 - only this test looks into Asterisk's folders

    written = {source for source, target in mounts(SERVICES["render"]) if target == "/rendered"}
    read = {source for source, target in mounts(SERVICES["asterisk"]) if target == DEBIAN.etc}
    assert written == read
    dockerfile = (DEPLOY / "asterisk" / "Dockerfile").read_text()
    assert f"ln -s {DEBIAN.etc}/music {DEBIAN.music}" in dockerfile
    assert f"ln -s {DEBIAN.etc}/sounds {DEBIAN.data}/sounds/hotline" in dockerfile


def test_prometheus_scrapes_the_port_that_the_hotline_listens_on() -> None:
    port = default_of(SERVICES["hotline"]["environment"]["HOTLINE_HTTP_PORT"])
    config = read_yaml(DEPLOY / "prometheus" / "prometheus.yml")
    targets = [
        target for job in config["scrape_configs"] for each in job["static_configs"] for target in each["targets"]
    ]
    assert targets == [f"127.0.0.1:{port}"]
    assert SERVICES["prometheus"]["network_mode"] == SERVICES["hotline"]["network_mode"] == "host"


def test_grafana_asks_the_prometheus_that_runs() -> None:
    (source,) = read_yaml(DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yml")["datasources"]
    listening = next(word for word in SERVICES["prometheus"]["command"] if word.startswith("--web.listen-address="))
    assert source["url"] == "http://" + listening.partition("=")[2]
    (provider,) = read_yaml(DEPLOY / "grafana" / "provisioning" / "dashboards" / "hotline.yml")["providers"]
    assert provider["options"]["path"] in {target for _, target in mounts(SERVICES["grafana"])}


def test_nothing_but_the_telephone_is_reachable_from_outside() -> None:
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name
    for service in (SERVICES["hotline"], SERVICES["render"]):
        assert service["environment"]["HOTLINE_HTTP_HOST"] == "127.0.0.1"


@pytest.mark.parametrize("name", ["render", "hotline", "asterisk"])
def test_what_callers_key_is_in_no_dump_and_in_no_swap(name: str) -> None:
    service = SERVICES[name]
    assert service["ulimits"]["core"] == 0
    assert service["mem_limit"] == service["memswap_limit"], "more would be swap"
    assert re.fullmatch(r"\d+g", default_of(service["mem_limit"]))


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or "SECRET" in key:
                assert default_of(str(value)) == ""
