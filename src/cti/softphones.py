"""What a browser must know to be a telephone: where Asterisk is reached, as whom, and with which secret.

An agent's secret goes to his own session alone, and is not that of his SIP phone. The guest's goes to everybody who can
open the page of the demo: he may dial the hotline's numbers and nothing else. Nothing here is ever logged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from acd.core.names import AgentId, PhoneName

PATH = "/ws"
"""Where Asterisk takes WebSockets."""


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line into a browser."""

    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Softphones:
    """All lines that this hotline lends to browsers."""

    port: int
    """Where Asterisk listens for WebSockets, on this machine's loopback."""
    url: str = ""
    """Where browsers reach it instead, behind a proxy that speaks TLS, such as wss://hotline.bank.example/sip."""
    phone_of: Callable[[AgentId], PhoneName | None] = lambda _: None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """A softphone's secret by the name of the phone that it stands beside."""
    named: Callable[[str], str] = lambda phone: f"{phone}-web"
    """How Asterisk calls the softphone beside a phone."""
    guest: Line | None = None
    """The caller in a browser, of a demo alone."""
    numbers: Callable[[], Sequence[str]] = tuple
    """What he may dial."""

    @property
    def sources(self) -> str:
        """What a page's policy must let it connect to."""
        if self.url:
            return self.url
        return f"ws://127.0.0.1:{self.port} ws://localhost:{self.port}"

    def of(self, agent: AgentId) -> Line | None:
        """The line of an agent; None if his phone has no softphone beside it."""
        phone = self.phone_of(agent)
        if phone is None or phone not in self.secrets:
            return None
        return Line(self.named(phone), self.secrets[phone])

    def described(self, line: Line) -> dict[str, object]:
        """A line as the page reads it; with `url` empty it goes to `port` of the machine that served the page."""
        return {"user": line.user, "password": line.secret, "url": self.url, "port": self.port, "path": PATH}
