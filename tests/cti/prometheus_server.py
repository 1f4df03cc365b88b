"""A real Prometheus for one test, and what the dashboard would ask it.

async with prometheus(tmp_path, ["127.0.0.1:8080"]) as server:
    await server.scraped(2)
    ...
    missing = await server.unanswered(dashboard_queries())
"""

import asyncio
import json
import math
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from acd.asterisk.places import free_port

ROOT = Path(__file__).parents[2]
DASHBOARDS = ROOT / "deploy" / "grafana" / "dashboards"
RULES = ROOT / "deploy" / "prometheus" / "hotline_rules.yml"


def dashboard_queries(window: str = "1m") -> dict[str, str]:
    """Every query of every dashboard, by panel and letter, as Grafana would send it with all lanes chosen."""
    queries = {}
    for path in sorted(DASHBOARDS.glob("*.json")):
        dashboard = json.loads(path.read_text("utf-8"))
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                query = target["expr"].replace("$__rate_interval", window).replace("$lane", ".*")
                assert "$" not in query, f"{panel['title']}: a variable that this function does not know: {query}"
                queries[f"{panel['title']} {target['refId']}"] = query
    return queries


@dataclass
class PrometheusServer:
    """A running Prometheus that has our recording rules and alerts."""

    address: str
    http: aiohttp.ClientSession

    async def ask(self, query: str) -> list[dict[str, Any]]:
        """What the query returns now; an empty list is no data. NaN is no data either."""
        async with self.http.get(f"{self.address}/api/v1/query", params={"query": query}) as answer:
            said = await answer.json()
        assert said["status"] == "success", f"{query}: {said.get('error')}"
        return [each for each in said["data"]["result"] if not math.isnan(float(each["value"][1]))]

    async def scraped(self, times: int, within: float = 30) -> None:
        """Wait until every target has been scraped so often."""
        await self.wait_for(f"min(count_over_time(up[1h])) >= {times} and min(up) == 1", within)

    async def wait_for(self, query: str, within: float = 30) -> list[dict[str, Any]]:
        """Wait until the query returns data, and return it."""
        async with asyncio.timeout(within):
            while True:
                if found := await self.ask(query):
                    return found
                await asyncio.sleep(0.1)

    async def unanswered(self, queries: dict[str, str], within: float = 30) -> dict[str, str]:
        """The queries that still return no data when the time is over; empty as soon as all have returned some."""
        missing = dict(queries)
        try:
            async with asyncio.timeout(within):
                while missing:
                    for name, query in list(missing.items()):
                        if await self.ask(query):
                            del missing[name]
                    await asyncio.sleep(0.2 if missing else 0)
        except TimeoutError:
            pass
        return missing


@asynccontextmanager
async def prometheus(folder: Path, targets: Iterable[str], every: str = "500ms") -> AsyncIterator[PrometheusServer]:
    """Start Prometheus on a free port, scraping these addresses (host:port) and evaluating our rules."""
    binary = shutil.which("prometheus")
    if binary is None:
        pytest.skip("needs prometheus: apt-get install prometheus")
    settings = _settings(folder, targets, every)
    port = free_port()
    log = (folder / "prometheus.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        binary,
        f"--config.file={settings}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
        stdout=log,
        stderr=log,
    )
    try:
        async with aiohttp.ClientSession() as http:
            server = PrometheusServer(f"http://127.0.0.1:{port}", http)
            await _is_ready(server, process)
            yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        log.close()


def _settings(folder: Path, targets: Iterable[str], every: str) -> Path:
    """JSON is YAML too."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "prometheus.yml"
    path.write_text(
        json.dumps(
            {
                "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
                "rule_files": [str(RULES)],
                "scrape_configs": [{"job_name": "hotline", "static_configs": [{"targets": list(targets)}]}],
            }
        )
    )
    return path


async def _is_ready(server: PrometheusServer, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                async with server.http.get(f"{server.address}/-/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError("Prometheus ended; its words are in prometheus.log beside its settings")
