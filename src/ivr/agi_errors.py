"""How a conversation with Asterisk over AGI can end other than by finishing.

Two kinds matter to those who catch them. `CallOver` is daily life: the caller hung up, or Asterisk took the call back;
it ends a dialogue quietly. Everything else is a fault, of the other side, of ours, or of a forger. No message holds
what the caller sent.
"""

from enum import StrEnum


class AgiError(Exception):
    """The root of all that can go wrong on one AGI connection."""


class CallOver(AgiError):
    """The caller is no longer ours to talk to. Not a fault."""


class CallerHungUp(CallOver):
    """Asterisk said so: a HANGUP line, a 511, or a result of -1 while waiting for a key."""


class SwitchLeft(CallOver):
    """The connection ended without a word: the caller hung up, the dead-man's time ran out, or Asterisk died."""


class CommandFailed(AgiError):
    """Asterisk refused one command (510 or 520), or a variable could not be set. The call goes on."""


class TookTooLong(AgiError):
    """Asterisk did not finish a command in the time it was given; the connection is of no use any more."""


class UnsafeCommand(AgiError, ValueError):
    """A command that may not be sent: what it holds is outside the allow-list. Always a fault of our own."""


class Refusal(StrEnum):
    """Why a connection was given up: short words, fit for the label of a counter."""

    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    DUPLICATE_KEY = "duplicate_key"
    MISSING_KEY = "missing_key"
    BAD_SCRIPT = "bad_script"
    UNASKED = "unasked"
    CUT_OFF = "cut_off"


class ProtocolBroken(AgiError):
    """What arrived is not AGI as Asterisk speaks it, so nothing on this connection can be trusted."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
