"""The recordings beside some settings: which of them no hotline takes, and which are taken and sound bad."""

from acd.app.patience import patience
from acd.config import Fault, HotlineConfig
from ivr.prompt_report import PromptReport, recordings
from ivr.prompts import unusable


def recording_faults(config: HotlineConfig) -> tuple[list[Fault], list[Fault]]:
    """Those with which the settings are refused, and those that callers will hardly understand. Raises OSError."""
    with patience("Listening to the recordings"):
        found = recordings(config)
    refused = [_fault(each, unusable(each.refused)) for each in found if each.refused]
    odd = [
        _fault(each, f"{' and '.join(each.faults)}; record it again")
        for each in found
        if each.faults and not each.refused
    ]
    return refused, odd


def told(fault: Fault) -> str:
    """A fault of a recording for people: there are no lines in it that could be named."""
    return f"{fault.file}: {fault.message}"


def _fault(each: PromptReport, message: str) -> Fault:
    return Fault(str(each.file), 1, 1, "", message)
