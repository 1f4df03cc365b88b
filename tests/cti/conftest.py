"""Whatever the tests of this folder put on an agent's screen is held against the published schema."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from cti import screens
from cti.outbox import Outbox
from tests.cti.published import faults_of_text


@pytest.fixture(autouse=True)
def every_message_to_a_screen_is_in_the_schema(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    found: list[str] = []

    class ReadOutbox(Outbox):
        def put(self, text: str, key: str = "") -> bool:
            # Told at the end: whoever puts may survive all errors of what he does.
            found.extend(faults_of_text(text))
            return super().put(text, key)

    @dataclass(eq=False, slots=True)
    class ReadScreen(screens.Screen):
        outbox: Outbox = field(default_factory=ReadOutbox)

    monkeypatch.setattr(screens, "Screen", ReadScreen)
    yield
    assert not found
