"""Sources as the settings name them: the example bank's, one of somebody's own, and those that cannot be used."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.app import check
from acd.app.customer_sources import source_warnings, sources_of
from acd.app.customers import directory_of
from acd.asterisk.assets import assets
from acd.config import load
from acd.engine.clock import SystemClock
from cti.customers.merging import SourceState, View
from cti.customers.views import CustomerViews
from cti.directory import DirectoryFault
from tests.config.small import SMALL, edited

BANK = assets("examples") / "bank" / "hotline.yaml"
FIELDS = "directory:\n  fields: {address: {label: {zh: 地址, en: Address}}}\n  sources:\n    own: "


def bank(folder: Path, source: str) -> Path:
    """The small bank with one source."""
    path = folder / "hotline.yaml"
    path.write_text(
        edited("agents:\n", f"{FIELDS}{{label: {{zh: 自有, en: Own}}, {source}}}\nagents:\n", SMALL), "utf-8"
    )
    return path


async def seen(settings: Path, number: str, customer: str = "", *, verified: bool = False) -> View:
    """What an agent would see of a caller."""
    config = load(settings)
    views = CustomerViews(directory_of(config), SystemClock(), sources_of(config))
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(views.run())
        await asyncio.sleep(0)
        view = await views.about(views.of_caller(number, customer, verified=verified), show_all=verified)
        running.cancel()
    return view


async def test_the_example_banks_pop_is_a_rich_one_and_richer_when_the_caller_has_proved_who_he_is() -> None:
    by_number = await seen(BANK, "13800000001")
    proved = await seen(BANK, "13800000001", "10000001", verified=True)

    shown = {each.field.name: each.value.text for each in by_number.fields}
    assert list(shown) == ["segment", "products", "last-talk", "city", "customer-since"]
    assert shown["products"] == "白金借记卡, 稳健基金, 住房贷款"
    assert by_number.withheld == 3
    more = {each.field.name: (each.value.kind, each.value.text) for each in proved.fields}
    assert more["balance"] == ("amount", "1284350.75")
    assert more["birthday"] == ("date", "1976-03-08")
    assert proved.withheld == 0


async def test_every_customer_of_the_example_bank_has_records() -> None:
    for number, _ in directory_of(load(BANK)):
        view = await seen(BANK, number)
        assert view.identity == "number"
        assert view.fields


PACKAGE = """
class Own:
    def __init__(self, options):
        self.options = options

    async def find(self, number, customer):
        return [{"address": f"{self.options['prefix']} {number}{customer}"}]

    async def close(self):
        pass


def broken(options):
    raise OSError("secret words")
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of the bank's own, as if it were installed."""
    folder = tmp_path / "packages"
    (folder / "own_source-1.dist-info").mkdir(parents=True)
    (folder / "own_source_of_the_test.py").write_text(PACKAGE, "utf-8")
    (folder / "own_source-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: own-source\nVersion: 1\n")
    (folder / "own_source-1.dist-info" / "entry_points.txt").write_text(
        "[hotline.customer_sources]\nown = own_source_of_the_test:Own\nbroken = own_source_of_the_test:broken\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    yield folder  # type: ignore[misc]
    sys.modules.pop("own_source_of_the_test", None)


async def test_a_source_of_ones_own_is_found_by_its_entry_point(installed: Path, tmp_path: Path) -> None:
    settings = bank(tmp_path, "kind: python, use: own, options: {prefix: Street}")
    view = await seen(settings, "13800000001")

    assert [each.value.text for each in view.fields] == ["Street +8613800000001"]
    assert list(source_warnings(load(settings))) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            "kind: python, use: other",
            "no installed package has the entry point other of hotline.customer_sources; known: ",
        ),
        ("kind: python, use: broken", "broken: OSError when it was made"),
        (
            "kind: http, url: 'https://crm.example/', secret_file: none.secret",
            "secret_file: {folder}/none.secret: No such",
        ),
        ("kind: http, url: 'https://crm.example/', secret_file: spaced.secret", "secret_file: one line of printable"),
        (
            "kind: http, url: 'https://crm.example/', secret_file: good.secret, ca_file: none.pem",
            "ca_file: {folder}/none",
        ),
        (
            "kind: postgresql, url_file: none.url, by_id: 'select :customer'",
            "url_file: {folder}/none.url: No such file",
        ),
        (
            "kind: postgresql, url_file: spaced.secret, by_id: 'select :customer'",
            "url_file: an address as postgresql://",
        ),
        ("kind: sqlite, path: none.sqlite3, by_id: 'select :customer'", "there is no file {folder}/none.sqlite3"),
    ],
)
async def test_a_source_that_cannot_be_used_stops_nobody_and_is_told_where_people_look(
    installed: Path, tmp_path: Path, source: str, why: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "spaced.secret").write_text("hush hush", "utf-8")
    (tmp_path / "good.secret").write_text("hush\n", "utf-8")
    settings = bank(tmp_path, source)
    why = why.format(folder=tmp_path)

    ((place, told),) = source_warnings(load(settings))
    assert place == ("directory", "sources", "own")
    assert told.startswith(f"cannot be used here: {why}")
    assert check.run(settings) == check.WARNINGS
    printed = capsys.readouterr().out
    assert f"directory.sources.own: cannot be used here: {why[:40]}" in printed
    assert "hush" not in printed
    assert "secret words" not in printed
    with capture_logs() as logs:
        view = await seen(settings, "13800000001", "31", verified=True)
    assert [each.state for each in view.answers] == [SourceState.UNAVAILABLE]
    assert "hush" not in str(logs)


def test_a_faulty_file_is_refused_before_anybody_depends_on_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "more.yaml").write_text('- {id: "31"}\n- {id: 32}\n', "utf-8")
    settings = bank(tmp_path, "kind: file, path: more.yaml")
    with pytest.raises(DirectoryFault, match=r"more.yaml:2:8: \[1\]\.id: up to 32 digits"):
        check.run(settings)
    with pytest.raises(DirectoryFault):
        sources_of(load(settings))

    capsys.readouterr()
    assert check.run(settings, as_json=True) == check.ERRORS
    faults = json.loads(capsys.readouterr().out)["faults"]
    (fault,) = [each for each in faults if each["severity"] == "error"]
    assert (fault["file"], fault["line"], fault["column"]) == (str(tmp_path / "more.yaml"), 2, 8)
    assert fault["path"] == "directory"


def test_a_hotline_without_the_section_asks_nobody() -> None:
    found = sources_of(load(BANK).model_copy(update={"directory": None}))
    assert (found.fields, found.sources) == ((), ())
