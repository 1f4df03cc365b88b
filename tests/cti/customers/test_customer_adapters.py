"""Every kind of source answers the same questions in the same way, whatever it stands on."""

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from cti.customers.file_source import read_file
from cti.customers.http_source import HttpCustomers
from cti.customers.ports import Source, SourceUnavailable
from cti.customers.postgresql_source import PostgresqlCustomers
from cti.customers.sqlite_source import SqliteCustomers
from tests.cti.customers.http_crm import SECRET, open_crm
from tests.cti.customers.postgresql_server import server
from tests.ivr.pin.tls_bank import certificate

KINDS = ("yaml", "csv", "sqlite", "postgresql", "http", "https")
WANG, LI, SHARED = "+8613800000001", "+8613800000002", "+8613800000009"
ROWS = [(WANG, "31", "王芳"), (LI, "32", "李 '; drop table customers; --"), (SHARED, "33", "A"), (SHARED, "34", "B")]
BY_NUMBER = "select id, name from customers where number = :number order by id"
BY_ID = "select id, name from customers where id = :customer"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A PostgreSQL with the customers in it."""
    with tempfile.TemporaryDirectory(prefix="hotline-postgresql-") as name, server(Path(name)) as url:
        # The test's own loop runs in this thread already.
        with ThreadPoolExecutor(1) as beside:
            beside.submit(lambda: asyncio.run(_fill(url))).result()
        yield url


async def _fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("create table customers (number text, id text, name text, balance numeric, born date)")
    await connection.executemany("insert into customers values ($1, $2, $3, 12.50, '1990-01-31')", ROWS)
    await connection.close()


def _sqlite(path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.execute("create table customers (number text, id text, name text)")
    connection.executemany("insert into customers values (?, ?, ?)", ROWS)
    connection.commit()
    connection.close()
    return path


@asynccontextmanager
async def opened(kind: str, folder: Path, database: str) -> AsyncIterator[Source]:
    """A source of this kind that has the customers."""
    records = [{"number": number, "id": customer, "name": name} for number, customer, name in ROWS]
    match kind:
        case "yaml":
            (folder / "more.yaml").write_text(json.dumps(records, ensure_ascii=False), "utf-8")
            source: Source = read_file(folder / "more.yaml")
        case "csv":
            lines = ["number,id,name", *(f'{number},{customer},"{name}"' for number, customer, name in ROWS)]
            (folder / "more.csv").write_text("\n".join(lines), "utf-8")
            source = read_file(folder / "more.csv")
        case "sqlite":
            source = SqliteCustomers(_sqlite(folder / "core ü?.sqlite3"), BY_NUMBER, BY_ID, 300)
        case "postgresql":
            source = PostgresqlCustomers(database, BY_NUMBER, BY_ID, 2_000)
        case _:
            async with open_crm(folder if kind == "https" else None) as crm:
                crm.records = [each | {"numbers": [each["number"]]} for each in records]
                ca_file = certificate(folder) if kind == "https" else None
                source = HttpCustomers(crm.url, SECRET, ca_file)
                try:
                    yield source
                finally:
                    await source.close()
            return
    try:
        yield source
    finally:
        await source.close()


def needs_database(kinds: tuple[str, ...]) -> list[object]:
    return [pytest.param(kind, marks=pytest.mark.real if kind == "postgresql" else ()) for kind in kinds]


@pytest.fixture(params=needs_database(KINDS))
async def source(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Source]:
    database = request.getfixturevalue("database") if request.param == "postgresql" else ""
    async with opened(request.param, tmp_path, database) as found:
        yield found


async def names(source: Source, number: str = "", customer: str = "") -> list[object]:
    return sorted(str(record["name"]) for record in await source.find(number, customer))


async def test_a_customer_is_found_by_number_and_by_id(source: Source) -> None:
    assert await names(source, number=WANG) == ["王芳"]
    assert await names(source, customer="31") == ["王芳"]
    assert [record["id"] for record in await source.find(WANG, "")] == ["31"]


async def test_nobody_is_nobody(source: Source) -> None:
    assert await names(source, number="+8613999999999") == []
    assert await names(source, customer="99") == []


async def test_several_customers_of_one_number_are_all_told(source: Source) -> None:
    assert await names(source, number=SHARED) == ["A", "B"]


@pytest.mark.parametrize("number", ["' or 1=1 --", "+86'; drop table customers; --", "%", '"', "\\", "😀", ":number"])
async def test_a_hostile_number_is_nothing_but_a_number(source: Source, number: str) -> None:
    assert await names(source, number=number) == []
    assert await names(source, customer=number) == []
    assert await names(source, number=LI) == ["李 '; drop table customers; --"]


async def test_many_questions_at_once_get_an_answer_each(source: Source) -> None:
    found = await asyncio.gather(*(names(source, customer=customer) for _ in range(20) for customer in ("31", "33")))
    assert found == [["王芳"], ["A"]] * 20


async def test_a_source_that_was_never_asked_can_be_closed(tmp_path: Path) -> None:
    for each in (
        SqliteCustomers(tmp_path / "none", BY_NUMBER, None, 300),
        PostgresqlCustomers("postgresql://127.0.0.1/x", BY_NUMBER, None, 300),
        HttpCustomers("http://127.0.0.1:1/", SECRET),
    ):
        await each.close()


@pytest.mark.real
async def test_a_database_gives_amounts_and_days_as_what_they_are(database: str) -> None:
    source = PostgresqlCustomers(
        database, "select balance, born from customers where number = :number::text", None, 2_000
    )
    (record,) = await source.find(WANG, "")
    assert (str(record["balance"]), str(record["born"])) == ("12.50", "1990-01-31")
    assert await source.find("", "31") == (), "it is not asked what no query is for"
    await source.close()


@pytest.mark.real
async def test_a_database_is_read_and_never_written(database: str, tmp_path: Path) -> None:
    path = _sqlite(tmp_path / "core.sqlite3")
    for write in ("delete from customers where id = :customer", "update customers set name = '' where id = :customer"):
        with pytest.raises(SourceUnavailable):
            await SqliteCustomers(path, None, write, 300).find("", "31")
        source = PostgresqlCustomers(database, None, f"{write} returning name", 2_000)
        with pytest.raises(asyncpg.PostgresError):
            await source.find("", "31")
        reading = PostgresqlCustomers(database, None, BY_ID, 2_000)
        assert await names(reading, customer="31") == ["王芳"]
        await source.close()
        await reading.close()


@pytest.mark.real
async def test_a_query_that_takes_too_long_is_broken_off_and_the_next_one_is_answered(
    database: str, tmp_path: Path
) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*), :number as x from n"
    lite = SqliteCustomers(_sqlite(tmp_path / "core.sqlite3"), endless, BY_ID, 300)
    sleeping = PostgresqlCustomers(database, "select pg_sleep(30), :number::text", BY_ID, 2_000)
    for source in (lite, sleeping):
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(source.find(WANG, ""), 0.05)
        async with asyncio.timeout(5):
            assert await names(source, customer="31") == ["王芳"], "no thread and no connection is lost to it"
        await source.close()


async def test_a_database_that_comes_later_is_found_then(tmp_path: Path) -> None:
    source = SqliteCustomers(tmp_path / "core.sqlite3", BY_NUMBER, BY_ID, 300)
    with pytest.raises(SourceUnavailable, match="unable to open"):
        await source.find(WANG, "")
    _sqlite(tmp_path / "core.sqlite3")
    assert await names(source, number=WANG) == ["王芳"]
    await source.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://127.0.0.1/x", "postgresql://user:password@host"),
        ("", "postgresql://user:password@host"),
        ("postgresql://me:hush@db.example/x", "sslmode=verify-full"),
        ("postgresql://me:hush@db.example/x?sslmode=prefer", "sslmode=verify-full"),
        ("postgresql://me:hush@[db/x", "not an address"),
    ],
)
def test_an_address_of_a_database_that_is_none_or_in_the_clear_is_refused_without_its_password(
    url: str, told: str
) -> None:
    with pytest.raises(SourceUnavailable, match=told) as refused:
        PostgresqlCustomers(url, BY_NUMBER, None, 300)
    assert "hush" not in str(refused.value)


def test_a_database_on_another_machine_is_reached_with_its_certificate_checked() -> None:
    PostgresqlCustomers("postgresql://me:hush@db.example/x?sslmode=verify-full", BY_NUMBER, None, 300)
