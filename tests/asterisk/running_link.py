"""A link that runs against the fake manager, and what it told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from acd.asterisk.ami_link import LinkLimits, ManagerAccess, PanoramiskLink
from acd.asterisk.framing import Block
from acd.asterisk.link import LinkState
from tests.asterisk.fake_manager import SECRET, FakeManager, fake_manager
from tests.asterisk.waiting import until

QUICK = LinkLimits(
    connect=0.5, login=0.5, ping_pause=0.1, ping_within=0.1, retry_first=0.02, retry_most=0.05, retry_refused=0.1
)
PATIENT = LinkLimits(connect=3, login=3, ping_pause=30, ping_within=30, retry_first=0.02, retry_most=0.05)


class Listener:
    """Writes down what the link tells."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.blocks: list[tuple[int, Block]] = []
        self.on_block: Callable[[Block], None] | None = None

    def link_up(self, epoch: int) -> None:
        self.told.append(f"up {epoch}")

    def link_down(self, epoch: int) -> None:
        self.told.append(f"down {epoch}")

    def received(self, epoch: int, block: Block) -> None:
        if block.headers["Event"] == "UserEvent":
            self.blocks.append((epoch, block))
            if self.on_block is not None:
                self.on_block(block)


class Running:
    """A link that runs, its listener, and the manager it is connected to."""

    def __init__(self, manager: FakeManager, limits: LinkLimits, secret: str = SECRET) -> None:
        self.manager = manager
        self.listener = Listener()
        self.link = PanoramiskLink(ManagerAccess("127.0.0.1", manager.port, "core", secret), limits=limits)

    async def ready(self) -> "Running":
        await until(lambda: self.link.state is LinkState.READY)
        return self

    @property
    def pending(self) -> int:
        connection = self.link._connection
        return 0 if connection is None else len(connection.responses)


@asynccontextmanager
async def running(
    limits: LinkLimits = PATIENT, manager: FakeManager | None = None, secret: str = SECRET
) -> AsyncIterator[Running]:
    async with fake_manager(manager) as fake, asyncio.TaskGroup() as group:
        run = Running(fake, limits, secret)
        group.create_task(run.link.run(run.listener))
        try:
            yield run
        finally:
            run.link.close()
