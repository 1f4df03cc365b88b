"""The pages' files: served as they are, no script of others, no markup of what callers say, all in two languages."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

import cti.pages
from acd.core.agents import AgentState
from cti.pages import page_routes, policy
from cti.softphones import Line, Softphones
from tests.cti.open_web import browser, open_web

WEB = Path(cti.pages.__file__).parent / "web"
AGENT_MESSAGES = Path(__file__).parents[2] / "docs" / "agent-messages.md"
OURS = [path for path in WEB.rglob("*.js") if "vendor" not in path.parts]
GUEST = Softphones(port=8088, guest=Line("guest", "secret"), numbers=lambda: ["95555"])
PATHS = [route.path for route in page_routes(GUEST) if route.path != "/"]


@pytest.mark.parametrize("path", PATHS)
async def test_every_file_is_there_and_forbids_scripts_of_others(path: str) -> None:
    async with open_web(softphones=GUEST) as web, browser(web) as someone:
        page = await someone.get(path)

    assert page.status == 200
    if path == "/call/line":
        return
    allowed = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in allowed
    assert "unsafe" not in allowed
    assert page.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_page_may_speak_to_this_hotlines_telephone_switch_and_to_nothing_else() -> None:
    assert "connect-src 'self';" in policy(None)
    assert "connect-src 'self' ws://127.0.0.1:8088 ws://localhost:8088;" in policy(Softphones(port=8088))
    proxy = "wss://hotline.bank.example/sip"
    assert f"connect-src 'self' {proxy};" in policy(Softphones(port=8088, url=proxy))


async def test_without_a_guest_there_is_no_trace_of_the_callers_page() -> None:
    async with open_web(softphones=Softphones(port=8088)) as web, browser(web) as someone:
        found = [(await someone.get(path)).status for path in ("/call", "/call/line", "/call/call.js", "/call.html")]
    assert found == [404] * 4


async def test_the_callers_line_is_the_guests_and_says_what_may_be_dialled() -> None:
    async with open_web(softphones=GUEST) as web, browser(web) as someone:
        line = (await someone.get("/call/line")).json()
    assert line == {"user": "guest", "password": "secret", "url": "", "port": 8088, "path": "/ws", "numbers": ["95555"]}
    assert "secret" not in repr(GUEST)


def test_no_page_makes_markup_of_what_came_over_the_wire() -> None:
    assert len(OURS) > 15
    for path in OURS:
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|unsafeHTML|unsafeSVG|unsafeStatic",
            path.read_text("utf-8"),
        )
        assert not found, path.name
        # The pages' policy would refuse it: a style within a template.
        assert not re.search(r"<[^>]*\sstyle=", path.read_text("utf-8")), path.name
    for path in WEB.glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), path.name
        assert set(re.findall(r'(?:src|href)="(/[^"]*)"', text)) <= set(PATHS), path.name
    for path in OURS:
        for module in re.findall(r'(?:from|import) "([^"]+)"', path.read_text("utf-8")):
            assert (path.parent / module if module[0] == "." else WEB / module[1:]).is_file(), (path.name, module)


def test_the_desktop_says_the_same_things_in_chinese_and_english() -> None:
    for name, blocks in (("words.js", 1), ("state-words.js", 3)):
        text = (WEB / "desk" / name).read_text("utf-8")
        found = re.findall(r"^  (en|zh): \{(.*?)(?:^  \}| \}),$", text, re.MULTILINE | re.DOTALL)
        keys = [(language, re.findall(r'([\w.]+|"[^"]+"): [{"]', words)) for language, words in found]
        assert [language for language, _ in keys] == ["en", "zh"] * blocks, name
        for (_, english), (_, chinese) in zip(keys[::2], keys[1::2], strict=True):
            assert len(english) > 5
            assert english == chinese, name


def test_every_word_that_the_desktop_uses_is_there() -> None:
    known = set(re.findall(r'(\w+): (?:[{"]|[A-Z]+\.)', (WEB / "desk" / "words.js").read_text("utf-8")))
    for path in (WEB / "desk").glob("*.js"):
        used = set(re.findall(r"(?<!-)\bwords\.(?!js)([a-z_]+)\b", path.read_text("utf-8")))
        assert used <= known, (path.name, used - known)


@pytest.mark.parametrize(("page", "name"), [("desk/state-words.js", "STATES"), ("board.js", "states")])
def test_both_pages_have_a_word_for_every_state_of_an_agent_in_both_languages(page: str, name: str) -> None:
    text = (WEB / page).read_text("utf-8")
    if name == "STATES":
        text = text.split("export const REASONS")[0]
        found = re.findall(r"^  \w\w: \{(.*?)^  \},", text, re.MULTILINE | re.DOTALL)
    else:
        found = re.findall(r"^    states: \{(.*?)\}", text, re.MULTILINE | re.DOTALL)
    assert len(found) == 2
    for words in found:
        assert set(re.findall(r"(\w+): \"", words)) == {state.value for state in AgentState}


def test_the_vendored_modules_are_those_that_their_list_names() -> None:
    listed = dict(
        re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})` \|", (WEB / "vendor" / "README.md").read_text("utf-8"))
    )
    files = {path.name for path in (WEB / "vendor").iterdir() if path.suffix in {".js", ".css"}}
    assert listed.keys() == files
    for name, digest in listed.items():
        assert sha256((WEB / "vendor" / name).read_bytes()).hexdigest() == digest, name


def test_the_board_says_the_same_in_chinese_and_english() -> None:
    text = (WEB / "board.js").read_text("utf-8")
    words = re.findall(r"^  (en|zh): \{(.*?)^  \},", text, re.MULTILINE | re.DOTALL)
    keys = {language: re.findall(r"(\w+): [{\"(]", said) for language, said in words}
    assert len(keys) == 2
    assert keys["en"] == keys["zh"]
    assert set(re.findall(r"\bwords\.(\w+)", text)) <= set(keys["en"])


def test_the_desktop_knows_every_reason_for_which_a_request_is_refused() -> None:
    section = AGENT_MESSAGES.read_text("utf-8").split("## Why a request is refused")[1]
    told = {reason.replace("<agent>", "…") for reason in re.findall(r'"([^"]+)"', section)}
    assert len(told) > 20
    known = re.findall(
        r"^    (.*)$", (WEB / "desk" / "state-words.js").read_text("utf-8").split("REFUSALS")[1], re.MULTILINE
    )
    assert told - set(re.findall(r'"([^"]+)": "', "\n".join(known))) == set()


def test_the_callers_page_begins_with_the_number_of_a_customer_whom_the_readmes_agent_is_asked_for_first() -> None:
    (number,) = re.findall(r'id="from"[^>]*value="([^"]+)"', (WEB / "call.html").read_text("utf-8"), re.DOTALL)
    bank = (Path(__file__).parents[2] / "examples" / "bank" / "customers.csv").read_text("utf-8")
    (customer,) = [line.split(",") for line in bank.splitlines() if line.startswith(number)]
    assert "anna" in customer
