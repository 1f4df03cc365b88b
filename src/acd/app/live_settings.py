"""All that is in force of the operator's settings, in one object that is swapped as a whole.

Everything that outlives a change of the settings asks here each time, or is told when it changes. Who begins something
that must be one version to its end, as a caller's visit to the menus, takes `now` once and keeps it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from acd.app.access import people_of
from acd.config import HotlineConfig
from acd.core.instants import Duration
from acd.core.names import LaneName
from acd.engine.ports import Customer
from cti.api.people import Person
from cti.customers.views import CustomerSources
from cti.directory import CustomerDirectory
from ivr.line import Prompt
from ivr.waiting_words import WaitingWords


@dataclass(frozen=True)
class InForce:
    """One version of the settings, with all that was made of it."""

    config: HotlineConfig
    directory: CustomerDirectory = field(repr=False)
    passwords: Mapping[str, str] = field(repr=False)
    """The first passwords of those who may log in, by name; empty for one who has none."""
    lengths: Mapping[Prompt, Duration] = field(repr=False)
    """How long each prompt lasts."""
    sources: CustomerSources = field(default_factory=CustomerSources, repr=False)
    """Who knows more of customers than the directory, for agents' screens."""

    @cached_property
    def wording(self) -> WaitingWords:
        """How waiting callers are told of their wait."""
        return WaitingWords(self.config)

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """Everybody who may log in, by name."""
        return people_of(self.config)

    @property
    def titles(self) -> Mapping[LaneName, Mapping[str, str]]:
        """The lanes' names for people, by language."""
        return {
            name: {str(language): text for language, text in lane.name.items()}
            for name, lane in self.config.lanes.items()
        }


class LiveSettings:
    """Holds what is in force, and tells those who keep something of it when that changes."""

    def __init__(self, first: InForce) -> None:
        self._now = first
        self._listeners: list[Callable[[InForce], None]] = []

    @property
    def now(self) -> InForce:
        """What is in force at this moment."""
        return self._now

    def swap(self, new: InForce) -> None:
        """Let `new` be in force from now on."""
        self._now = new
        for listener in self._listeners:
            listener(new)

    def listen(self, listener: Callable[[InForce], None]) -> None:
        """Call `listener` after each swap; it must not fail."""
        self._listeners.append(listener)

    def find(self, number: str) -> Customer | None:
        """The customer with this number, by the directory in force: this object is a `Directory`."""
        return self._now.directory.find(number)

    def known_as(self, customer: str) -> Customer | None:
        """The customer with this id, by the directory in force."""
        return self._now.directory.known_as(customer)


class LiveTitles(Mapping[LaneName, Mapping[str, str]]):
    """The lanes' names for people, always those in force."""

    def __init__(self, live: LiveSettings) -> None:
        self._titles = live.now.titles
        live.listen(self._follow)

    def _follow(self, new: InForce) -> None:
        self._titles = new.titles

    def __getitem__(self, lane: LaneName) -> Mapping[str, str]:
        """The names of one lane, by language."""
        return self._titles[lane]

    def __iter__(self) -> Iterator[LaneName]:
        """The lanes in the order of the settings."""
        return iter(self._titles)

    def __len__(self) -> int:
        """How many lanes there are."""
        return len(self._titles)
