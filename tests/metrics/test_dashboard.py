"""Dashboard and rules ask only for what there is, and a real Prometheus answers every question after a call."""

import re
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from acd.metrics import Metrics, Vitals
from tests.cti.open_web import open_web
from tests.cti.prometheus_server import RULES, dashboard_queries, prometheus
from tests.cti.small_hotline import ANNA, BEN, GENERAL, SmallHotline, eventful_policy
from tests.deploy.repository import DEPLOY, read_yaml

FUNCTIONS_AND_WORDS = re.compile(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]')


def rules() -> list[dict[str, str]]:
    return [rule for group in read_yaml(RULES)["groups"] for rule in group["rules"]]


def names_in(query: str) -> set[str]:
    """The metrics that a query reads."""
    return set(re.findall(r"\bhotline[\w:]*", FUNCTIONS_AND_WORDS.sub("", query)))


async def known_names() -> set[str]:
    metrics = Metrics(SmallHotline().look, Vitals(mqtt_connected=lambda: True))
    _, page = await metrics.page()
    names: set[str] = set()
    for family in text_string_to_metric_families(page.decode()):
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        names |= {family.name + suffix for suffix in suffixes}
    return names | {rule["record"] for rule in rules() if "record" in rule}


async def test_every_metric_that_dashboard_and_rules_name_is_one_of_ours() -> None:
    known = await known_names()
    asked = {**dashboard_queries(), **{rule.get("record") or rule["alert"]: rule["expr"] for rule in rules()}}
    for where, query in asked.items():
        assert names_in(query) <= known, where
    assert {name for query in asked.values() for name in names_in(query)} > {"hotline_calls_waiting"}


def test_every_alert_says_what_is_wrong_and_who_must_look() -> None:
    for rule in rules():
        if "alert" in rule:
            assert rule["labels"]["severity"] in {"page", "ticket"}  # type: ignore[index]
            assert rule["annotations"]["summary"]  # type: ignore[index]


@pytest.mark.real
@pytest.mark.parametrize(
    "command",
    [
        ["check", "config", "prometheus.yml"],
        ["check", "rules", "hotline_rules.yml"],
        ["test", "rules", "hotline_rules_test.yml"],
    ],
    ids=" ".join,
)
def test_promtool_has_nothing_to_say_against_them(command: list[str]) -> None:
    told = subprocess.run(
        ["promtool", *command], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.real
async def test_after_a_call_a_real_prometheus_answers_every_query_of_the_dashboard(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    metrics = Metrics(hotline.look)
    hotline.feed.listen(metrics.hear)
    async with (
        open_web(hotline, metrics=metrics.page) as web,
        prometheus(tmp_path, [web.address.removeprefix("http://")]) as server,
    ):
        await server.scraped(2)
        hotline.becomes_ready(ANNA, BEN)
        call = hotline.call("c1")
        hotline.answers(call)
        hotline.talks_and_ends(call)
        hotline.sleep(20_000)
        other = hotline.call("c2", GENERAL)
        hotline.answers(other)
        hotline.talks_and_ends(other)
        hotline.callers_are_cared_for()
        metrics.note_ami_lag(0.002)

        assert await server.unanswered(dashboard_queries()) == {}
        (answered,) = await server.ask("sum(hotline_calls_answered_total)")
        assert int(answered["value"][1]) == sum(lane.counts.answered for lane in hotline.look.lanes().values()) > 2
        assert await server.ask("sum(abs(hotline_books_discrepancy)) == 0"), "the books balance"
        assert not await server.ask('ALERTS{alertstate="firing"}')
