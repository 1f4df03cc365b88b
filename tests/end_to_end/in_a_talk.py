"""A caller and an agent who talk on a real Asterisk, joined by nothing but the dialplan and the control link."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.real import Block, ControlLink, RealHotline, eventually
from tests.telephone import Telephone


@dataclass
class Talk:
    """A caller and the agent Anna, who talk."""

    call: str
    caller: Telephone
    anna: Telephone
    link: ControlLink

    def ask(self) -> Block:
        """What the order does: both legs are moved at once."""
        return self._part("hl-pin")

    def hold(self) -> Block:
        """The same, for the caller to hear music."""
        return self._part("hl-held")

    def resume(self) -> Block:
        return self._move("hl-join", "s")

    def end(self) -> Block:
        """The agent hangs up by his page."""
        return self._move("hl-after", "s")

    def send(self, extension: str) -> Block:
        """The caller is sent on."""
        return self._move("hl-transfer", extension)

    def consult(self, phone: str, offer: int = 8) -> Block:
        """The agent asks whoever has this phone; the caller stays on hold."""
        desk = self.link.variable(self.call, "HL_ASIDE")
        return self.link.ask(
            Action="Redirect", Channel=desk, Context="hl-consult", Exten=f"{offer}_10_{phone}", Priority="1"
        )

    def hand_over(self, phone: str, offer: int = 8) -> Block:
        """The colleague becomes the caller's agent."""
        return self._move("hl-complete", f"{offer}_{phone}")

    def all_together(self) -> Block:
        return self._move("hl-conference", "s")

    def leaves(self, variable: str) -> Block:
        """The agent or the colleague, whose leg the caller's variable names, leaves by his page."""
        desk = self.link.variable(self.call, variable)
        return self.link.ask(Action="Redirect", Channel=desk, Context="hl-leave", Exten="s", Priority="1")

    def _part(self, context: str) -> Block:
        return self.link.ask(
            Action="Redirect", Channel=self.call, Context=context, Exten="s", Priority="1",
            ExtraChannel=self.desk(), ExtraContext="hl-desk-waits", ExtraExten="s", ExtraPriority="1",
        )  # fmt: skip

    def _move(self, context: str, extension: str) -> Block:
        return self.link.ask(Action="Redirect", Channel=self.call, Context=context, Exten=extension, Priority="1")

    def desk(self) -> str:
        return self.link.variable(self.call, "HL_DESK")

    def stage(self) -> str:
        return self.link.variable(self.call, "HL_STAGE")

    def hear_each_other(self) -> None:
        """Either hears what the other says, and nothing once the other is still."""
        eventually(lambda: (self.caller.heard(), self.anna.heard(), self.anna.hum(), self.caller.heard() > 3)[3])
        eventually(lambda: (self.caller.heard(), self.anna.heard(), self.caller.hum(), self.anna.heard() > 3)[3])


@contextmanager
def talking(hotline: RealHotline, link: ControlLink, anna_has: type[Telephone] = Telephone) -> Iterator[Talk]:
    with (
        Telephone(hotline.ports.sip) as caller,
        anna_has(hotline.ports.sip, 200).register("anna", hotline.credentials.sip["anna"]) as anna,
    ):
        caller.call("95555")
        call = link.fact("waiting")["Call"]
        link.offer(call, 7, 15, "anna")
        link.fact("answered")
        anna.until_seen("ACK")
        yield Talk(call, caller, anna, link)
