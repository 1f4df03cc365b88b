"""The message: the caller may speak one for the lane chosen so far. The menu ends; the dialplan takes it from there."""

from acd.config.targets import Target, TargetKind

LEAVE_MESSAGE = Target(TargetKind.MESSAGE)


def leave_message() -> Target:
    """The way on."""
    return LEAVE_MESSAGE
