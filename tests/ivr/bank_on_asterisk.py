"""A bank on a real Asterisk with its own dialplan, our menus served by the test, and no core beside it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from structlog.testing import capture_logs

from acd.asterisk.obtain import Asterisk
from acd.config import HotlineConfig, load
from acd.core.instants import Duration
from acd.demo.caller import Caller, Callers, placed
from acd.demo.sipp import Server
from acd.engine.clock import SystemClock
from ivr.agi_server import AgiServer
from ivr.callback_script import CallbackScript
from ivr.dialogue import Dialogue, MenuScript
from ivr.line import Prompt
from ivr.prompt_names import prompts_of
from ivr.prompts import RECORDINGS, build, path_in
from ivr.survey_script import SurveyScript
from ivr.visit import Surroundings
from tests.ivr.fake_line import FakeDirectory, FakeSituation
from tests.real import Block, ControlLink, RealHotline, start_hotline, write_beep

NUMBER = "13812345678"


@dataclass(frozen=True)
class Bank:
    """A running Asterisk, the settings it was made from, and how long the prompts last."""

    hotline: RealHotline
    config: HotlineConfig
    settings: Path
    link: ControlLink

    def prompts(self) -> Mapping[Prompt, Duration]:
        """Make the prompts, and say how long each lasts."""
        return build(self.config, self.settings.parent / "sounds", self.settings.parent / "cache")

    def remove(self, prompt: Prompt) -> None:
        """Take a prompt away, as if its file had been lost; `prompts` brings it back."""
        path_in(self.settings.parent / "sounds", prompt).unlink()

    async def mark(self) -> int:
        """The position in the link's blocks from which on they tell of what happens from now on."""
        await asyncio.to_thread(self.link.ask, Action="Ping")
        return len(self.link.blocks)

    async def waiting(self, after: int, within: float = 15) -> Block:
        """The first caller who began to wait since position `after` of the link's blocks."""
        return await asyncio.to_thread(self.link.fact, "waiting", within, after)

    async def fact(self, name: str, after: int, within: float = 15, **headers: str) -> Block:
        """The first such fact since position `after` of the link's blocks."""
        return await asyncio.to_thread(lambda: self.link.fact(name, within, after, **headers))

    async def ended(self, after: int, count: int, within: float = 15) -> None:
        """Wait until so many calls have ended since position `after` of the link's blocks."""

        def enough(_: Block) -> bool:
            return sum(block.get("Fact") == "ended" for block in self.link.blocks[after:]) >= count

        await asyncio.to_thread(self.link.until, enough, within, after)

    async def variable(self, call: str, name: str) -> str:
        return await asyncio.to_thread(self.link.variable, call, name)

    async def channels(self) -> int:
        return await asyncio.to_thread(self.hotline.channels)

    async def nobody_left(self) -> None:
        async with asyncio.timeout(10):
            while await self.channels():  # noqa: ASYNC110 - Asterisk can only be asked
                await asyncio.sleep(0.05)


@contextmanager
def running_bank(asterisk: Asterisk, folder: Path, text: str, *, spoken: str = "") -> Iterator[Bank]:
    """The bank of these settings. Its prompts are beeps, so that nobody need listen; `spoken` is left for the voice."""
    settings = folder / "hotline.yaml"
    settings.write_text(text)
    config = load(settings)
    for each in prompts_of(config):
        if each.prompt.name != spoken:
            write_beep(path_in(folder / RECORDINGS, each.prompt))
    hotline = start_hotline(asterisk, folder, config)
    try:
        with ControlLink(hotline) as link:
            yield Bank(hotline, config, settings, link)
    finally:
        hotline.instance.stop()


@asynccontextmanager
async def answering(
    bank: Bank, directory: FakeDirectory | None = None, *, without: Collection[Prompt] = ()
) -> AsyncIterator[AgiServer]:
    """The menus and what else callers are asked, served by this process; whatever it warns of fails the test.

    `without` are prompts that were lost; that they were is the only thing it may warn of then.
    """
    lengths = bank.prompts()
    for prompt in without:
        bank.remove(prompt)
    customers, clock, situation = directory or FakeDirectory(), SystemClock(), FakeSituation()
    around = Surroundings(bank.config, customers, situation, clock)
    scripts = {
        "ivr": MenuScript(Dialogue(lambda: bank.config, customers, clock, situation), lengths),
        "survey": SurveyScript(around, lengths),
        "callback": CallbackScript(around, lengths),
    }
    with capture_logs() as logs:
        async with AgiServer(scripts, port=bank.hotline.ports.agi) as server:
            yield server
    told = {(line["event"], line.get("language"), line.get("prompt")) for line in logs if line["log_level"] != "info"}
    assert told == {("prompt_not_played", prompt.language, prompt.name) for prompt in without}


@asynccontextmanager
async def calling(bank: Bank, *callers: Caller) -> AsyncIterator[tuple[Callers, int]]:
    """These callers under way, and the position in the link's blocks from which on they are heard of."""
    mark = await bank.mark()
    async with placed(callers, Server("127.0.0.1", bank.hotline.ports.sip)) as group:
        yield group, mark
    await bank.nobody_left()
