"""Who is asked how he was served: a share of the calls, drawn by the call's name and never by chance."""

from acd.core.calls import Call
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.policy import Survey

PERCENT = 100
_OFFSET, _PRIME, _WORD = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1
_SPREAD = (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53)


def survey_for(memory: Memory, call: Call, now: Instant) -> Survey | None:
    """The first survey that fits a call which an agent has just answered, if the call is drawn for it; else None.

    Whoever cannot be told from others, for want of a number, is asked like anybody else.
    """
    for survey in memory.policy.surveys:
        if survey.after_talk and _fits(survey, call):
            asked_at = memory.surveyed.get(call.number) if call.number else None
            lately = asked_lately(survey, asked_at, now)
            return survey if not lately and drawn(f"{survey.name}/{call.id}", survey.share) else None
    return None


def drawn(name: str, share: int) -> bool:
    """Whether `name` is among the `share` percent of all names: every process draws alike, and so does a replay.

    The hash is FNV-1a of 64 bits with the last steps of MurmurHash3, which spread names that differ in a last digit.
    """
    found = _OFFSET
    for byte in name.encode():
        found = (found ^ byte) * _PRIME & _WORD
    for factor in _SPREAD:
        found = (found ^ found >> 33) * factor & _WORD
    return ((found ^ found >> 33) >> 32) * PERCENT >> 32 < share


def is_unhappy(survey: Survey | None, answers: tuple[int, ...]) -> bool:
    """Whether one of the answers asks for somebody to follow up."""
    if survey is None:
        return False
    limits = survey.unhappy_of or (survey.unhappy_at,) * len(answers)
    return any(0 < answer <= limit for answer, limit in zip(answers, limits, strict=False))


def asked_lately(survey: Survey, asked_at: Instant | None, now: Instant) -> bool:
    """Whether a caller who was last asked then is not to be asked this again yet."""
    return asked_at is not None and now - asked_at < survey.not_again_within


def _fits(survey: Survey, call: Call) -> bool:
    return (
        (not survey.lanes or call.lane in survey.lanes)
        and (not survey.agents or call.agent in survey.agents)
        and (not survey.tiers or call.tier in survey.tiers)
    )
