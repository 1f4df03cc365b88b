"""A source that could not be made: an agent sees that it is not available, and an operator reads why."""

from collections.abc import Sequence

from cti.customers.ports import Record, SourceUnavailable


class AbsentCustomers:
    """Never available. `why` holds no secret."""

    def __init__(self, why: str) -> None:
        self.why = why

    async def find(self, number: str, customer: str) -> Sequence[Record]:  # noqa: ARG002 - as every source is asked.
        """See Source."""
        raise SourceUnavailable(self.why)

    async def close(self) -> None:
        """See Source."""
