"""A router out of a journal: brought to the present after a crash, or led through it all again to compare.

The core is plain synchronous code that is told the time, so the same inputs give the same outcomes, to the digest.
Where they do not, either the code has changed since or the journal has been; `verify` says where it first shows.

After an upgrade to a version with another memory, the rest of the old journal is decided anew, by the new rules. What
comes out otherwise than it did are offers at most: the facts and the places are in the inputs, and the next survey
tells what became of the offers. A checkpoint parts the two versions, and nothing before it is compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import structlog

from acd.core.inputs import Input
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.policy import Policy
from acd.core.router import Router
from acd.engine.driver import digest_of
from acd.journal.errors import UnknownRecord
from acd.journal.records import GAP, MEMORY_VERSION, decode, decode_memory
from acd.journal.stored import Recoverable, Stored, StoredCheckpoint, StoredInput

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """A router as it was after the last input of a journal."""

    router: Router
    replayed: int
    """Inputs taken again after the last checkpoint."""
    new: bool
    """Whether the journal was empty; the owner then begins it with a checkpoint."""
    earlier: bool = False
    """Whether an earlier version of this program wrote it; the owner then parts the two with a checkpoint."""
    problem: str = ""
    """Why the inputs after the checkpoint did not all count; empty when they did."""


def restore(journal: Stored, policy: Policy) -> Restored:
    """The router as it was, or a fresh one under `policy` when the journal is empty.

    Raises `UnknownRecord` for a journal of a newer program. An input that makes the core fail must not keep a hotline
    from starting: then the last checkpoint counts alone, `problem` says so, and the next survey of the switch tells
    the rest.
    """
    checkpoint = journal.last_checkpoint()
    if checkpoint is None:
        return Restored(Router.fresh(policy), 0, new=True)
    router = router_at(checkpoint)
    earlier = checkpoint.version < MEMORY_VERSION
    replayed, problem = 0, ""
    for line in journal.inputs(checkpoint.seq):
        if line.record.kind == GAP:
            problem = f"some inputs before line {line.seq} were never written"
            continue
        happened = read_line(line)
        try:
            router.take(happened, line.at)
        except Exception as error:  # noqa: BLE001 - see above; the kind of error is told, its text may hold a caller.
            problem = f"the core failed with {type(error).__name__} on line {line.seq}, so later lines do not count"
            return Restored(router_at(checkpoint), 0, new=False, earlier=earlier, problem=problem)
        replayed += 1
    return Restored(router, replayed, new=False, earlier=earlier, problem=problem)


def recover(journal: Recoverable, policy: Policy) -> tuple[Router, Instant]:
    """The router for a core that starts now, and the time of the journal's last input.

    An empty journal is begun with a checkpoint of a fresh router under `policy`, and one of an earlier version goes on
    with a checkpoint. After a recovery the journal's own policy holds until the core takes `PolicyLoaded`. What could
    not be recovered is in the log.
    """
    restored = restore(journal, policy)
    if restored.new or restored.earlier:
        journal.checkpoint(restored.router.memory, now=True)
    if restored.problem:
        _log.error("the journal does not tell all; the next survey tells the rest", problem=restored.problem)
    return restored.router, restored.router.memory.now


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a journal and this program disagree."""

    seq: int
    kind: str
    """What kind of input it is, or `checkpoint`."""
    recorded: str
    """The digest in the journal, or what of the memory differs."""
    replayed: str

    def __str__(self) -> str:
        """One line without anything a caller said."""
        return f"line {self.seq} ({self.kind}): the journal has {self.recorded}, this program {self.replayed}"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of running a journal again."""

    inputs: int = 0
    """Inputs whose outcome was compared."""
    checkpoints: int = 0
    """Checkpoints that were compared with the memory at their place."""
    gaps: int = 0
    """Places where inputs are missing; the comparison goes on at the next checkpoint."""
    earlier: int = 0
    """Inputs that an earlier version of this program decided; they were read, and their outcomes are not compared."""
    difference: Difference | None = None

    @property
    def same(self) -> bool:
        """Whether every outcome was the same."""
        return self.difference is None


def verify(journal: Stored) -> Report:
    """Run the journal again from its first checkpoint and compare every outcome and every later checkpoint.

    Raises `UnknownRecord` for a line that cannot be read.
    """
    inputs = checkpoints = gaps = earlier = 0
    router: Router | None = None
    is_earlier = False
    for each in merged(journal):
        if isinstance(each, StoredCheckpoint):
            found = router_at(each)
            if is_earlier := each.version < MEMORY_VERSION:
                router = None
                continue
            if router is not None:
                checkpoints += 1
                if router.memory != found.memory:
                    wrong = ", ".join(_differing(found.memory, router.memory))
                    difference = Difference(each.seq, "checkpoint", f"other {wrong}", "its own")
                    return Report(inputs, checkpoints, gaps, earlier, difference)
            router = found
        elif each.record.kind == GAP:
            gaps += 1
            router = None
        elif is_earlier:
            earlier += 1
            read_line(each)
        elif router is not None:
            inputs += 1
            replayed = _outcome(router, each)
            if replayed != each.digest:
                difference = Difference(each.seq, each.record.kind, each.digest, replayed)
                return Report(inputs, checkpoints, gaps, earlier, difference)
    return Report(inputs, checkpoints, gaps, earlier)


def _outcome(router: Router, line: StoredInput) -> str:
    happened = read_line(line)
    try:
        return digest_of(router.take(happened, line.at))
    except Exception as error:  # noqa: BLE001 - a core that fails is an outcome too, and a different one.
        return type(error).__name__


def merged(journal: Stored) -> Iterator[StoredInput | StoredCheckpoint]:
    """Everything from the first checkpoint on, each checkpoint right after the input whose outcome it is."""
    checkpoints = journal.checkpoints()
    following = next(checkpoints, None)
    if following is None:
        return
    yield following
    lines = journal.inputs(following.seq)
    following = next(checkpoints, None)
    for line in lines:
        while following is not None and following.seq < line.seq:
            yield following
            following = next(checkpoints, None)
        yield line
    while following is not None:
        yield following
        following = next(checkpoints, None)


def read_line(line: StoredInput) -> Input:
    """The input of a line. Raises `UnknownRecord`, which says which line."""
    try:
        return decode(line.record)
    except UnknownRecord as error:
        raise UnknownRecord(f"line {line.seq}: {error}") from None


def router_at(checkpoint: StoredCheckpoint) -> Router:
    """A router with the memory of a checkpoint. Raises `UnknownRecord`."""
    return Router(decode_memory(checkpoint.state, checkpoint.version))


def _differing(left: Memory, right: Memory) -> list[str]:
    """The names of the parts of the memory that are not the same."""
    return [part.name for part in fields(Memory) if getattr(left, part.name) != getattr(right, part.name)]
