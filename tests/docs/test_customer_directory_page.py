"""What docs/customer-directory.md says of settings, of a source of one's own and of the message is so."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from acd.config import loads
from acd.config.directory import MOST_FIELDS, MOST_SOURCES, SLOWEST, SOURCE_KINDS, FileSource
from cti import messages
from cti.customers.breaker import FAILURES_AT_MOST, LEFT_ALONE_FOR
from cti.customers.fields import LONGEST_BADGE, LONGEST_VALUE, FieldKind, ShownField, Value
from cti.customers.file_source import read_file
from cti.customers.guard import MOST_AT_ONCE, SourceSettings
from cti.customers.kept import NOBODY_FOR
from cti.customers.merging import Found, Question, SourceAnswer, SourceState, merge
from cti.customers.telling import told
from tests.config.small import SMALL, edited
from tests.cti.small_hotline import ANNA, SmallHotline

PAGE = (Path(__file__).parents[2] / "docs" / "customer-directory.md").read_text("utf-8")


def block(kind: str, number: int = 0) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[number]  # type: ignore[no-any-return]


def test_its_settings_can_be_loaded_and_its_kinds_are_those_that_there_are() -> None:
    settings = block("yaml") + block("yaml", 1)
    config = loads(edited("agents:\n", f"{settings}agents:\n", SMALL))

    assert config.directory is not None
    assert list(config.directory.sources) == ["crm", "core-bank", "branches", "host"]
    assert ", ".join(f"`{kind}`" for kind in SOURCE_KINDS) in PAGE
    defaults = FileSource.model_fields
    assert (defaults["within"].default, defaults["keep_for"].default) == (300, 60_000)


def test_its_bounds_are_those_that_hold() -> None:
    words = {2: "two", 5: "five", 10: "ten"}
    for said in (
        f"at most {MOST_FIELDS}, are shown",
        f"at most {LONGEST_VALUE} characters",
        f"at most {LONGEST_BADGE} characters",
        f"at most {words[MOST_SOURCES]}",
        f"to {SLOWEST // 1000} s",
        f"kept for {NOBODY_FOR // 1000} s",
        f"{words[FAILURES_AT_MOST]} failures in a row it is left alone for {LEFT_ALONE_FOR // 1000} s",
        f"At most {MOST_AT_ONCE} questions",
    ):
        assert said in " ".join(PAGE.split()), said


async def test_its_source_of_ones_own_works_in_thirty_lines() -> None:
    code = block("python")
    assert len(code.splitlines()) <= 30
    known: dict[str, Any] = {}
    exec(compile(code, "host_source.py", "exec"), known)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readline()).decode()
        if asked in {"FIND +8613800000001\n", "FIND 31\n"}:
            writer.write("31;王芳;世纪大道100号\n".encode())
        writer.write(b"\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    source = known["HostCustomers"]({"host": "127.0.0.1", "port": str(port)})
    record = {"id": "31", "name": "王芳", "address": "世纪大道100号"}
    assert await source.find("+8613800000001", "") == await source.find("", "31") == [record]
    assert await source.find("", "32") == []
    await source.close()
    server.close()


async def test_its_file_of_yaml_can_be_read(tmp_path: Path) -> None:
    (line,) = re.findall(r"^    (- \{id: .*\})$", PAGE, re.MULTILINE)
    (tmp_path / "more.yaml").write_text(line, "utf-8")
    assert len(await read_file(tmp_path / "more.yaml").find("+8613800000001", "")) == 1


def test_its_message_has_the_members_that_are_sent() -> None:
    example = json.loads(block("json"))
    hotline = SmallHotline()
    hotline.becomes_ready(ANNA)
    hotline.call("c1")
    segment = ShownField("segment", {"zh": "客群", "en": "Segment"}, FieldKind.BADGE)
    found = Found("10000001", {"segment": Value(FieldKind.BADGE, "private")})
    sources = [SourceSettings("crm", {"zh": "客户系统", "en": "CRM"}, None)]  # type: ignore[arg-type]
    view = merge(
        Question("+86", "10000001"), [segment], [SourceAnswer("crm", SourceState.OK, 41, (found,))], show_all=False
    )
    sent = json.loads(messages.customer(hotline.offer(), told(view, "王芳", sources)))

    assert list(sent) == list(example)
    assert sent["fields"] == example["fields"]
    assert sent["sources"] == example["sources"][:1]
